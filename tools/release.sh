#!/usr/bin/env bash
# Writes the release of the commit that is checked out:
#
#   tools/release.sh OUT_FOLDER
#
#   presign-VERSION.tar.gz         the source tree; presign as two files, in two_files; and what Bazel
#                                  and Meson need in the uppermost folder
#   presign-VERSION.tar.gz.sha256  its hash, for `sha256sum --check`
#   presign-VERSION.spdx.json      its SBOM, by SPDX 2.3
#   presign.wrap                   its description for Meson
#
# The same commit makes the same bytes, with the same versions of GNU tar and gzip. It needs git.
set -euo pipefail
export LC_ALL=C
unset TAR_OPTIONS GZIP

mkdir -p "${1:?"usage: tools/release.sh OUT_FOLDER"}"
out=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ! git show HEAD:./tools/release.sh > /dev/null 2>&1; then
  echo "tools/release.sh needs a clone of presign's repository" >&2
  exit 1
fi
[ -z "$(git status --porcelain)" ] || echo "What is not committed is left out" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(git show HEAD:./CMakeLists.txt | sed -nE 's/^  VERSION ([0-9.]+)$/\1/p')
time=$(git show -s --format=%ct HEAD)
name=presign-$version

git -c core.autocrlf=false -c core.eol=lf archive --prefix="$name/" HEAD | tar -x -C "$work"
cd "$work/$name"
tools/amalgamate.sh two_files
sed "s/@version@/$version/" packaging/bazel/MODULE.bazel > MODULE.bazel
sed "s/@version@/$version/" packaging/meson/meson.build > meson.build
cp packaging/bazel/BUILD.bazel .
tar -c -C "$work" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner \
  --mode=u=rwX,go=rX --mtime="@$time" "$name" | gzip -9n > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
read -r sha256 _ < "$out/$name.tar.gz.sha256"
sed "s/@version@/$version/; s/@sha256@/$sha256/" packaging/meson/presign.wrap > "$out/presign.wrap"

cat > "$out/$name.spdx.json" << END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "$name",
  "documentNamespace": "https://presign.invalid/spdx/$name-$sha256",
  "creationInfo": {
    "created": "$(date -u -d "@$time" +%Y-%m-%dT%H:%M:%SZ)",
    "creators": ["Organization: The presign authors", "Tool: release.sh-$version"]
  },
  "packages": [
    {
      "SPDXID": "SPDXRef-presign",
      "name": "presign",
      "versionInfo": "$version",
      "packageFileName": "$name.tar.gz",
      "supplier": "Organization: The presign authors",
      "downloadLocation": "NOASSERTION",
      "filesAnalyzed": false,
      "checksums": [{"algorithm": "SHA256", "checksumValue": "$sha256"}],
      "licenseConcluded": "Apache-2.0",
      "licenseDeclared": "Apache-2.0",
      "copyrightText": "$(sed -n 's/^Copyright: /Copyright /p' packaging/debian/copyright)",
      "primaryPackagePurpose": "SOURCE",
      "externalRefs": [
        {
          "referenceCategory": "PACKAGE-MANAGER",
          "referenceType": "purl",
          "referenceLocator": "pkg:generic/presign@$version"
        }
      ]
    },
    {
      "SPDXID": "SPDXRef-libcrypto",
      "name": "libcrypto",
      "comment": "OpenSSL's, or one with its interface. The user's build chooses and links it.",
      "supplier": "NOASSERTION",
      "downloadLocation": "NOASSERTION",
      "filesAnalyzed": false,
      "licenseConcluded": "NOASSERTION",
      "licenseDeclared": "NOASSERTION",
      "copyrightText": "NOASSERTION",
      "primaryPackagePurpose": "LIBRARY"
    }
  ],
  "relationships": [
    {
      "spdxElementId": "SPDXRef-DOCUMENT",
      "relationshipType": "DESCRIBES",
      "relatedSpdxElement": "SPDXRef-presign"
    },
    {
      "spdxElementId": "SPDXRef-presign",
      "relationshipType": "DEPENDS_ON",
      "relatedSpdxElement": "SPDXRef-libcrypto"
    }
  ]
}
END
