#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The generated files, and the generated part of umbra.conf(5), are up to date with the specification,
# and the specification is valid by the kernel's own schema.
top=$(cd "$(dirname "$0")/../.." && pwd)
echo 1..2
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
