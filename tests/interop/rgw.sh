#!/usr/bin/env bash
# Runs Ceph's RADOS Gateway with its S3 API and STS on 127.0.0.1, until standard input ends:
#
#   tests/interop/rgw.sh [install]
#
# With "install" it only installs missing packages. Otherwise it prints NAME=VALUE lines, and an empty
# line when the server is ready. There are two buckets, and a role that may read the first. The user
# with the keys AWS_… may assume the role, and the user with the keys STRANGER_… may not. RGW's errors
# have only a code.
#
# Its orders (see serve) are stop_gateway, start_gateway, start_gateway_ahead, revoke_role, grant_role,
# delete_role, make_role, allow_uploads and follow_page, which follows examples/broker/README.md: the broker's keys
# are BROKER_…. Objects and permissions stay when the gateway stops.
set -euo pipefail

# shellcheck source=tests/interop/server.sh
. "$(dirname "${BASH_SOURCE[0]}")/server.sh"

region=us-east-1
bucket=examplebucket
other_bucket=otherbucket
role=examplereader
key_id=OWNEREXAMPLE key=secretoftheowner
stranger_key_id=STRANGEREXAMPLE stranger_key=secretofthestranger
broker_key_id=BROKEREXAMPLE broker_key=secretofthebroker

# write_configuration RGW_PORT MON_PORT OSD_PORTS: configures a gateway, a monitor, and an OSD that
# keeps everything in memory. OSD_PORTS is the first of 17 ports.
write_configuration() {
  cat > "$configuration" << END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
run dir = $folder
admin socket = $folder/\$name.asok
log file = $folder/log/\$name
mon cluster log file = $folder/log/cluster
crash dir = $folder
keyring = $folder/keyring
mon data = $folder/mon
osd data = $folder/osd
rgw data = $folder/rgw

public addr = 127.0.0.1
cluster addr = 127.0.0.1
mon host = [v2:127.0.0.1:$2/0]
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $3
ms bind port max = $(($3 + 16))
ms mon client mode = crc secure
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true

paxos propose interval = 0.05
paxos min wait = 0.02
mon data avail crit = 1
mon data avail warn = 1
mon allow pool size one = true
mon max pg per osd = 1000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
# Names as long as S3's keys.
osd max object name len = 2048
osd max object namespace len = 256

[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$1
rgw dns name = localhost
rgw s3 auth use sts = true
rgw sts key = sixteen.letters.
rgw run sync thread = false
END
}

ceph() { command timeout 60 ceph -c "$configuration" --connect-timeout 20 "$@"; }
admin() { run admin timeout 60 radosgw-admin -c "$configuration" -n client.rgw "$@"; }
has_osd() { ceph osd stat | grep -q '1 up.*1 in'; }

start_monitor() {
  run keyring ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *'
  run monmap monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$configuration")" \
    --addv a "[v2:127.0.0.1:$1]" "$folder/monmap"
  run mkfs ceph-mon -c "$configuration" -i a --mkfs --monmap "$folder/monmap" \
    --keyring "$folder/keyring"
  launch mon ceph-mon -c "$configuration" -i a -f
  wait_for 60 "Ceph's monitor" ceph mon stat
}

start_osd() {
  local id
  id=$(cat /proc/sys/kernel/random/uuid)
  run osd.new ceph osd new "$id"
  run mkfs ceph-osd -c "$configuration" -i 0 --mkfs --osd-uuid "$id"
  launch osd ceph-osd -c "$configuration" -i 0 -f
  wait_for 60 "Ceph's OSD" has_osd
}

# start_gateway [NAME=VALUE...]: starts the gateway with these environment variables.
start_gateway() {
  launch rgw env "$@" radosgw -c "$configuration" -n client.rgw -f
  wait_for 120 RGW curl -sf "$endpoint"
}

# start_gateway_ahead TIME: starts the gateway with its clock ahead of the machine's, such as +20m. The
# loader replaces $LIB by the folder of the machine's libraries.
start_gateway_ahead() {
  # shellcheck disable=SC2016
  start_gateway LD_PRELOAD='/usr/$LIB/faketime/libfaketimeMT.so.1' FAKETIME="$1" \
    FAKETIME_DONT_FAKE_MONOTONIC=1
}

# Stops the gateway, which is the last process that was started.
stop_gateway() {
  stop "${processes[-1]}"
  unset 'processes[-1]'
}

make_users() {
  admin user create --uid=owner --display-name=Owner --access-key="$key_id" --secret-key="$key"
  admin user create --uid=stranger --display-name=Stranger --access-key="$stranger_key_id" \
    --secret-key="$stranger_key"
}

policy() { printf '{"Version": "2012-10-17", "Statement": [%s]}' "$1"; }

make_role() {
  admin role create --role-name="$role" --path=/ --assume-role-policy-doc="$(policy \
    '{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/owner"]},
      "Action": ["sts:AssumeRole"]}')"
  grant_role
}

grant_role() {
  local arn=arn:aws:s3:::$bucket
  admin role-policy put --role-name="$role" --policy-name=read --policy-doc="$(policy \
    '{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "'"$arn"'"},
     {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"],
      "Resource": "'"$arn"'/*"}')"
}

allow_uploads() {
  admin role-policy put --role-name="$role" --policy-name=upload --policy-doc="$(policy \
    '{"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::'"$bucket"'/*"}')"
}

revoke_role() { admin role-policy delete --role-name="$role" --policy-name=read; }

delete_role() {
  revoke_role
  admin role delete --role-name="$role"
}

follow_page() {
  local commands name
  commands=$("$(dirname "${BASH_SOURCE[0]}")/../pages/blocks.py" examples/broker/README.md 'radosgw-admin user')
  run page env CEPH_ARGS="-c $configuration -n client.rgw" timeout 120 bash -euc "$commands"
  admin key create --uid=broker --key-type=s3 --access-key="$broker_key_id" \
    --secret-key="$broker_key"
  for name in files members; do
    make_bucket "$region" "http://$broker_key_id:$broker_key@localhost:$port/$name"
  done
}

begin radosgw ceph-mon ceph-osd ceph-base ceph-common curl faketime -- "$@"
configuration=$folder/ceph.conf
mkdir "$folder"/{mon,osd,rgw}
port=$(first_free_port 20)
endpoint=http://localhost:$port
write_configuration "$port" $((port + 1)) $((port + 2))
start_monitor $((port + 1))
start_osd
start_gateway
make_users
make_role
make_bucket "$region" "http://$key_id:$key@localhost:$port/$bucket"
make_bucket "$region" "http://$key_id:$key@localhost:$port/$other_bucket"

serve << END
S3_ENDPOINT=$endpoint
S3_REGION=$region
S3_BUCKET=$bucket
AWS_ACCESS_KEY_ID=$key_id
AWS_SECRET_ACCESS_KEY=$key
STS_ENDPOINT=$endpoint
ROLE_ARN=arn:aws:iam:::role/$role
OTHER_BUCKET=$other_bucket
STRANGER_ACCESS_KEY_ID=$stranger_key_id
STRANGER_SECRET_ACCESS_KEY=$stranger_key
BROKER_ACCESS_KEY_ID=$broker_key_id
BROKER_SECRET_ACCESS_KEY=$broker_key
END
