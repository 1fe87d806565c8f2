#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own YNL client drives the family. Skipped (4) without its source.
here=$(cd -- "$(dirname -- "$0")" && pwd)
. "$here/../../scripts/lib.sh"
source=$("$top/scripts/linux-source" tools/net/ynl Documentation/netlink) || exit 4
/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null || exit 4
cd "$here" || exit 1
PYTHONDONTWRITEBYTECODE=1 exec unshare -n /usr/bin/python3 ynl.py "$(ynl_of "$source")" "$source" "$top"
