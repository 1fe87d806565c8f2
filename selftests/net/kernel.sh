#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own selftests, unchanged from the linux-source package, with firewalls as their
# routers: each router has a policy that allows everything, and must have judged something.
# Documentation/kernel-selftests.md says which scripts there are, and why these.
#
# Topology: that of each script.

. "$(dirname -- "$0")/../lib.sh"

need_module
source=$("$selftests/../scripts/linux-source" tools/testing/selftests/net/netfilter) || exit $SKIP

export UMBRA_POLICY=$work/policy UMBRA_JUDGED=$work/judged UMBRA_ROUTERS
cat >"$UMBRA_POLICY" <<'END'
service anything any dynamic
rule Any Any anything allow
set ping any
set broadcast judge
set multicast judge
set unmatched reject
END

# theirs FOLDER SCRIPT ROUTERS [ARGUMENT...]: the script succeeds in one of several tries, and a
# firewall was asked.
tries=1
theirs() {
	local script=$2 said status=1 try

	UMBRA_ROUTERS=$3
	for ((try = 0; try < tries && status == 1; try++)); do
		: >"$UMBRA_JUDGED"
		said=$(cd "$source/tools/testing/selftests/$1" && PATH=$selftests/kernel:$PATH \
			timeout 200 bash "./$script" "${@:4}" 2>&1)
		status=$?
	done
	if [ $status = "$SKIP" ]; then
		skip "${said##*$'\n'}"
	elif [ $status != 0 ]; then
		fail "$script ends with status $status"
		note "${said//$'\n'/$'\n'#   }"
	elif [ "$(gojq '.. | .lookups? // empty' "$UMBRA_JUDGED" | grep -cvx 0)" = 0 ]; then
		fail "$script asked no firewall anything"
	fi
}

# An emulated processor is too slow for scripts that wait in seconds.
too_slow() { [ -z "${UMBRA_KERNEL_ALL-}" ] && emulated; }

it "icmp.sh: a router without an IPv4 address says from 192.0.0.8 that there is no route"
if too_slow; then
	skip "too slow here: UMBRA_KERNEL_ALL=1 runs it"
else
	# Its pings end after three seconds, even if tcpdump does not listen yet.
	tcpdump --version >/dev/null 2>&1
	tries=5 theirs net icmp.sh NS2
fi

it "pmtu.sh: hosts learn the MTUs of two ways, and forget them"
if [ -n "${UMBRA_KERNEL_ALL-}" ]; then
	theirs net pmtu.sh "NS_R1 NS_R2" pmtu_ipv4_exception pmtu_ipv6_exception
else
	skip "it takes minutes: UMBRA_KERNEL_ALL=1 runs it"
fi

it "conntrack_ipip_mtu.sh: what came in fragments fits into a tunnel with a smaller MTU"
if too_slow; then
	skip "too slow here: UMBRA_KERNEL_ALL=1 runs it"
else
	theirs net/netfilter conntrack_ipip_mtu.sh "r_a r_b r_w"
fi

it "vxlan_mtu_frag.sh: frames too large for a VXLAN behind a bridge upset nobody"
if modprobe vxlan 2>/dev/null && modprobe br_netfilter 2>/dev/null; then
	theirs net/netfilter vxlan_mtu_frag.sh vtep
else
	skip "no VXLAN or no br_netfilter here"
fi
