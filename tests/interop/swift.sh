#!/usr/bin/env bash
# Runs OpenStack Swift with its S3 API on 127.0.0.1, until standard input ends:
#
#   tests/interop/swift.sh [install]
#
# With "install" it only installs missing packages. Otherwise it prints NAME=VALUE lines, and an empty
# line when the server is ready. Swift checks signatures strictly, and its errors show what it
# computed. It has no STS.
set -euo pipefail

# shellcheck source=tests/interop/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"

region=us-east-1
bucket=examplebucket
user=test:tester
key=testing

# settings PORT: prints the settings that all of Swift's servers have.
settings() {
  cat << END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(id -un)
swift_dir = $folder
devices = $folder/devices
mount_check = false
recon_cache_path = $folder
END
}

# start_storage account|container|object PORT: makes a ring of one device, and starts its server.
start_storage() {
  local ring=(swift-ring-builder "$folder/$1.builder")
  run ring "${ring[@]}" create 2 1 1
  run ring "${ring[@]}" add "r1z1-127.0.0.1:$2/device" 1
  run ring "${ring[@]}" rebalance
  {
    settings "$2"
    printf '[pipeline:main]\npipeline = %s-server\n' "$1"
    printf '[app:%s-server]\nuse = egg:swift#%s\n' "$1" "$1"
  } > "$folder/$1.conf"
  launch "$1" "swift-$1-server" "$folder/$1.conf" -v
}

# start_proxy PORT MEMCACHED_PORT: starts the server of the S3 API.
start_proxy() {
  {
    settings "$1"
    cat << END
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache s3api tempauth bulk slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$2
[filter:s3api]
use = egg:swift#s3api
location = $region
storage_domain = localhost
[filter:tempauth]
use = egg:swift#tempauth
user_${user/:/_} = $key .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
END
  } > "$folder/proxy.conf"
  launch proxy swift-proxy-server "$folder/proxy.conf" -v
}

begin swift-proxy swift-account swift-container swift-object memcached curl -- "$@"
mkdir -p "$folder/devices/device"
port=$(first_free_port 5)
endpoint=http://localhost:$port
launch memcached memcached -u "$(id -un)" -l 127.0.0.1 -p $((port + 1)) -U 0 -m 16
start_storage account $((port + 2))
start_storage container $((port + 3))
start_storage object $((port + 4))
start_proxy "$port" $((port + 1))
for server in 2 3 4; do
  wait_for 60 "Swift's storage" curl -s "http://127.0.0.1:$((port + server))"
done
wait_for 60 Swift curl -sf "$endpoint/healthcheck"
make_bucket "$region" "http://${user/:/%3A}:$key@localhost:$port/$bucket"

serve << END
S3_ENDPOINT=$endpoint
S3_REGION=$region
S3_BUCKET=$bucket
AWS_ACCESS_KEY_ID=$user
AWS_SECRET_ACCESS_KEY=$key
END
