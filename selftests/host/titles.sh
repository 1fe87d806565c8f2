#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the documentation says that a test shows is a result of that test.
top=$(cd "$(dirname "$0")/../.." && pwd)
n=0
while IFS=$'\t' read -r name findings; do
	n=$((n + 1))
	if [ -z "$findings" ]; then
		echo "ok $n titles: $name"
	else
		tr '\t' '\n' <<<"$findings" | sed 's/^/# /'
		echo "not ok $n titles: $name"
	fi
done < <(/usr/bin/python3 "$(dirname "$0")/titles.py" "$top")
[ $n = 5 ] || echo "not ok $((n += 1)) titles: titles.py reads the documentation"
echo "1..$n"
