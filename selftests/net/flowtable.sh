#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A flowtable of nftables has live flows when a policy comes: no flow bypasses the policy.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

nft() { on "$router" nft -f -; }

# flowtable <CHAINS: a flowtable in front of everything forwarded, with these chains besides.
flowtable() {
	nft <<-END
		table inet t {
			flowtable f {
				hook ingress priority $priority; devices = { eth0, eth1 };
			}
			chain forward {
				type filter hook forward priority 0
				meta l4proto { tcp, udp } flow add @f
			}
			$(cat)
		}
	END
}
masquerade() {
	cat <<-'END'
		chain out {
			type nat hook postrouting priority 100
			oifname "eth0" masquerade
		}
	END
}
# offloads: the number of flows of a family in the flowtable.
offloads() { on "$router" conntrack -L -f "ipv$f" 2>/dev/null | grep -c OFFLOAD; }

# live: TCP and UDP that the flowtable forwards.
live() {
	local i

	p open tcp tcp inside "$in" outside "$out,80"
	p open udp udp inside "$in" outside "$out,7"
	for i in 1 2 3; do
		p say tcp
		p say udp
	done
	becomes 2 offloads
}
# given_up ADDRESS: the first policy refuses a flow that the flowtable forwards, and the flow ends at once.
given_up() {
	mark tcp-stray
	mark unmatched
	policy --confirm 60 </dev/null
	p lost tcp
	p lost udp
	at_least tcp-stray 1
	at_least unmatched 1
	said=$(fw explain udp "$1:40000" "$2:7" in eth1 2>&1)
	grep -q unmatched <<<"$said" || fail "explain says $said"
	p forget tcp
	p forget udp
	must fw revert
}
from() { if [ "$f" = 4 ]; then echo "$in" "$out"; else echo "[$in]" "[$out]"; fi; }

it "a flowtable has flows before there is a policy"
priority=0
if ! modprobe -a nf_flow_table nft_flow_offload 2>/dev/null || ! flowtable </dev/null 2>/dev/null; then
	skip "no flowtable here"
	exit
fi
on "$router" nft flush ruleset

for f in 4 6; do
	family
	for priority in 0 2147483647; do
		it "flows that a flowtable at $priority has end with the first policy (IPv$f)"
		must flowtable </dev/null
		live
		# shellcheck disable=SC2046 # two words
		given_up $(from)
		on "$router" nft flush ruleset
	done

	it "flows that nftables masquerades end with the first policy, too (IPv$f)"
	must flowtable < <(masquerade)
	live
	# shellcheck disable=SC2046 # two words
	given_up $(from)
	on "$router" nft flush ruleset

	it "connections that the policy allows go on, with a session, and no flow gets in again (IPv$f)"
	must flowtable </dev/null
	live
	policy_exactly --confirm 60 < <(grep -v adopt <<<"$common"
		echo 'rule Inside Internet anything allow')
	for again in 1 2 3 4; do
		p say tcp
		p say udp
	done
	is 2 sessions client "$in"
	is 0 offloads
	policy --confirm 60 </dev/null
	p lost tcp
	p lost udp
	p forget tcp
	p forget udp
	must fw revert
	on "$router" nft flush ruleset
done

# sends LEN: from inside. If LEN is 50, the packet is queued at FORWARD, and then offered to the
# flowtable. The mark says that it was there before: a load moves the place where it goes on (gate.sh).
sends() { p send inside udp "$ghost_in,4000" "$ghost_out,7" len="$1"; }

it "a packet that waits at FORWARD as the first policy comes adds no flow afterwards"
if modprobe -a nfnetlink_queue nft_queue 2>/dev/null && nft 2>/dev/null <<-END
	table inet t {
		flowtable f {
			hook ingress priority 0; devices = { eth0, eth1 };
		}
		chain first {
			type filter hook forward priority -1
			udp length 58 meta mark 0 meta mark set 1 queue num 0
		}
		chain forward {
			type filter hook forward priority 0
			udp length 58 flow add @f
		}
	}
END
then
	for f in 4 6; do
		family
		: >"$work/queue"	# the program before was ready, too
		mkfifo "$work/go" || exit 1
		on "$router" "$selftests/net/queue.py" 1 <>"$work/go" >"$work/queue" &
		busywait grep -q ready "$work/queue"
		sends 9
		p send outside udp "$ghost_out,7" "$ghost_in,4000" len=9
		p expect inside udp "$ghost_out,7" "$ghost_in,4000" len=9
		sends 50
		busywait grep -q held "$work/queue"
		policy --confirm 60 </dev/null
		echo go >"$work/go"
		wait $! 2>/dev/null
		rm "$work/go"
		p clear
		mark unmatched
		sends 11
		drops unmatched 1
		p none outside udp "$ghost_in" any
		is 0 offloads
		must fw revert
	done
else
	skip "no queue here"
fi
on "$router" nft flush ruleset

it "a packet that a chain has tracked again, with a zone, adds no flow"
if nft 2>/dev/null <<-'END'
	table inet t {
		flowtable f {
			hook ingress priority 0; devices = { eth0, eth1 };
		}
		chain zone {
			type filter hook prerouting priority raw
			ct zone set 1
		}
		chain forward {
			type filter hook forward priority 0
			meta l4proto { tcp, udp } flow add @f
		}
	}
END
then
	policy <<<'rule Inside Internet anything allow'
	for f in 4 6; do
		family
		p open tcp tcp inside "$in" outside "$out,80"
		for again in 1 2 3; do
			p say tcp
		done
		is 0 offloads
		must fw session kill all
		p lost tcp
		p forget tcp
	done
else
	skip "no zones here"
fi
