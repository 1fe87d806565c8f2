#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Over a thousand bad policy files: fwtool refuses each before it asks the kernel, with
# lines "FILE:LINE: what is wrong".
selftests=$(cd "$(dirname "$0")/.." && pwd)
build=${UMBRA_BUILD:-$selftests/../build}
sentence='a thousand bad policy files are refused, each with FILE:LINE: and what is wrong'
. "$selftests/badrows-lib.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

echo 1..1
bad_rows >"$work/rows"
cat >"$work/context" <<'END'
network Inside       eth1 192.168.1.0/24  eth1 2001:db8:1::/64
network Internet     eth0 0.0.0.0/0       eth0 ::/0
service icq      tcp  dynamic  1024-65535  5190
service http     tcp  dynamic  any  80
service anything any  dynamic
rule Inside Internet icq allow name a
rule Inside Internet http allow
END
if make -s -C "$selftests/.." O="$build" tools >"$work/said" 2>&1 &&
	make -s -C "$selftests" O="$build/selftests" helpers >>"$work/said" 2>&1 &&
	"$build/selftests/badfiles" 2 "$work/rows" "$work/context" "$work" \
		"$build/tools/fwtool" load >"$work/said" 2>&1 &&
	[ "$(sed -n 's/ files.*//p' "$work/said" | tail -n 1)" -ge 1000 ]
then
	echo "ok 1 badfiles: $sentence"
else
	echo "not ok 1 badfiles: $sentence"
	tail -n 60 "$work/said" | sed 's/^/# /'
fi
