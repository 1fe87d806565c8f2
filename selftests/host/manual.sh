#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What fwtool knows, commands and nouns, stands in its manual pages and is completed (manual.py).
. "$(dirname "$0")/findings.sh"
fwtool=${UMBRA_BUILD:-$top/build}/tools/fwtool
if [ -x "$fwtool" ]; then
	results < <(/usr/bin/python3 "$top/selftests/host/manual.py" "$top" "$fwtool")
	[ $n = 6 ] || result "manual.py reads what there is" "$n results"
	echo "1..$n"
else
	echo "1..0 # SKIP fwtool is not built"
fi
