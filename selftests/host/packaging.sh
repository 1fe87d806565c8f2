#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is installed for the init systems: it can be read by them, and names and local time are
# asked again, also by whoever enables nothing but the firewall.
top=$(cd "$(dirname "$0")/../.." && pwd)
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
units=$root/usr/lib/systemd/system
n=0
result() { # NAME COMMAND...
	n=$((n + 1))
	if said=$("${@:2}" 2>&1); then
		echo "ok $n packaging: $1"
	else
		sed 's/^/# /' <<<"$said"
		echo "not ok $n packaging: $1"
	fi
}
setting() { sed -n "s/^$2=//p" "$units/$1"; }
is() { [ "$1" = "$2" ] || { echo "'$1', not '$2'"; return 1; }; }

installed() {
	make -s -C "$top" DESTDIR="$root" PREFIX=/usr install-files install-sysvinit || return
	is "$(cd "$units" && echo *)" 'umbra-refresh.service umbra-refresh.timer umbra.service'
}
refreshes() {
	is "$(setting umbra-refresh.service ExecStart)" '/usr/sbin/fwtool refresh' &&
		[ -n "$(setting umbra-refresh.timer OnUnitActiveSec)" ] &&
		is "$(setting umbra-refresh.timer WantedBy)" timers.target
}
along() { is "$(setting umbra.service Also)" umbra-refresh.timer; }
before_network() {
	is "$(setting umbra.service Before)" 'network-pre.target shutdown.target' &&
		setting umbra.service ExecStart | grep -qx '/usr/sbin/fwtool load --force /etc/umbra/policy'
}
shells() {
	for script in packaging/umbra.init packaging/openwrt/umbra.init; do
		sh -n "$top/$script" && grep -q 'fwtool load --force "$policy"' "$top/$script" || return
	done
}
# Elsewhere than in systemd's own directories it asks for programs that are not installed.
verify() {
	! systemd-analyze verify --man=no --root="$root" "$units"/umbra* 2>&1 |
		grep -vE 'not executable|not found|No such file'
}

result "the units are installed" installed
result "a timer has names and local time asked again" refreshes
result "who enables the firewall enables that timer" along
result "the policy is loaded before there is a network" before_network
result "sysvinit's and procd's scripts can be read, and load it" shells
if command -v systemd-analyze >/dev/null; then
	result "systemd finds nothing wrong with its units" verify
else
	echo "ok $((n += 1)) packaging: systemd finds nothing wrong with its units # SKIP no systemd here"
fi
echo "1..$n"
