#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Surprise: a line of "ip -batch" is not what may stand behind "ip" on a command line. An option in
# it, as in "-6 address show dev lo", is taken for an object, and the batch ends there: nothing behind
# that line is done, and what stands before it stays done. Options can be given only for all lines,
# in front of -batch. So a router's start that needs "-6 route add default" and "-4 rule add" takes
# two batches.
#
# Seen with iproute2 6.1.0-3 of Debian 12. Needs the libraries of that package, which are
# installed wherever iproute2 is.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chmod 755 .
apt-get -q download iproute2=6.1.0-3 >log 2>&1 || { cat log >&2; exit 2; }
dpkg-deb -x iproute2_*.deb iproute2
ip=$PWD/iproute2/bin/ip

printf '%s\n' 'link show dev lo' '-6 address show dev lo' 'link show dev lo' >lines
"$ip" -6 address show dev lo >log	# by itself, the line is right
status=0
"$ip" -o -batch lines >out 2>err || status=$?
echo "exit status $status, $(wc -l <out) of 3 lines done"
cat err
[ $status = 1 ] && [ "$(wc -l <out)" = 1 ]
grep -q '^Object "-6" is unknown' err
grep -q '^Command failed lines:2' err
