#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The generated files, and the generated part of umbra.conf(5), are up to date with the specification,
# and the specification is valid by the kernel's own schema.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/scripts/lib.sh"

echo 1..3
if "$top/scripts/gen-netlink" --check; then
	echo "ok 1 spec: header, policies, names and umbra.conf(5)'s settings are what is specified"
else
	echo "not ok 1 spec: header, policies, names and umbra.conf(5)'s settings are what is specified"
fi
src=$("$top/scripts/linux-source" tools/net/ynl Documentation/netlink)
if /usr/bin/python3 - "$src/Documentation/netlink/genetlink-legacy.yaml" \
	"$top/Documentation/netlink/specs/umbra.yaml" <<'PY'
import sys
import jsonschema
import yaml
schema, spec = (yaml.safe_load(open(path, encoding="utf-8")) for path in sys.argv[1:])
jsonschema.validate(spec, schema)
PY
then
	echo "ok 2 spec: umbra.yaml fits the kernel's schema"
else
	echo "not ok 2 spec: umbra.yaml fits the kernel's schema"
fi

# moved DIR: makes a source in which YNL is where newer kernels have it.
moved() {
	local ynl=$1/tools/net/ynl/pyynl

	mkdir -p "$ynl" "$1/Documentation" &&
		ln -s "$src/Documentation/netlink" "$1/Documentation/netlink" &&
		cp -r "$(ynl_of "$src")/lib" "$ynl/" &&
		cp "$(ynl_of "$src")"/ynl[-_]gen[-_]c.py "$ynl/ynl_gen_c.py"
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if moved "$tmp" && UMBRA_LINUX_SOURCE=$tmp "$top/scripts/gen-netlink" --check; then
	echo "ok 3 spec: the generator is found where newer kernels have it"
else
	echo "not ok 3 spec: the generator is found where newer kernels have it"
fi
