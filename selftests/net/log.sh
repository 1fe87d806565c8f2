#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Logs: which packets are logged, in which words, and how often; read by ulogd and tcpdump,
# which are others' programs. Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

it "a policy with logs"
ulogd=$(command -v ulogd) || { skip "no ulogd here"; exit; }

# Logs all and more go to groups 5 and 6. ulogd writes each group to a file.
logs='
log all  nflog 5 prefix umbra
log more nflog 6 rate 3
log no   none
'

# listens GROUP: somebody listens to the group.
listens() { on "$router" awk -v group="$1" '$1 == group { found = 1 } END { exit !found }' \
	/proc/net/netfilter/nfnetlink_log; }

reads() {
	local plugins=/usr/lib/*/ulogd group

	{
		echo "[global]"
		echo "logfile=\"$work/ulogd\""
		for group in inppkt_NFLOG raw2packet_BASE filter_IFINDEX filter_IP2STR \
			filter_PRINTPKT output_LOGEMU; do
			echo "plugin=\"$(echo $plugins/ulogd_$group.so)\""
		done
		for group in 5 6; do
			echo "stack=in$group:NFLOG,base$group:BASE,if$group:IFINDEX,ip$group:IP2STR,print$group:PRINTPKT,out$group:LOGEMU"
		done
		for group in 5 6; do
			echo "[in$group]"
			echo "group=$group"
			echo "[out$group]"
			echo "file=\"$work/log$group\""
			echo "sync=1"
		done
	} >"$work/ulogd.conf"
	touch "$work/log5" "$work/log6"
	on "$router" "$ulogd" -c "$work/ulogd.conf" &
	busywait listens 5
	busywait listens 6
}

# told GROUP: the messages since the last call of forget, a line each: the text before the packet,
# and the packet's source and destination.
told() { sed -E 's/^\S+ +\S+ +\S+ +\S+ //; s/IN=(\S*) OUT=(\S*) .*SRC=(\S+) DST=(\S+) .*/\1>\2 \3 \4/' "$work/log$1"; }
forget() { : >"$work/log5"; : >"$work/log6"; }

policy <<END
$logs
rule Inside Internet icq       allow   log all name "instant messages"
rule Inside Internet any-tcp   reject  log all name "no others"
rule Inside Internet echo      allow   log no
rule Inside Internet any-udp   discard log all
rule Inside Dmz      any-udp   allow
rule Inside Dmz      any-tcp   discard
set log-unmatched all
set log-spoofed more
set log-invalid more
set log-firewall all
set ping any
END
reads

for f in 4 6; do
	family
	from=$ghost_in to=$ghost_out

	it "the first packet of a session is logged, with reason and name (IPv$f)"
	p send inside tcp "$ghost_in,2000" "$ghost_out,5190" S
	p send inside tcp "$ghost_in,2000" "$ghost_out,5190" S
	becomes "umbra allow rule instant messages eth1> $from $to" told 5
	forget

	it "a refusal is logged, with its action, reason and name (IPv$f)"
	p send inside tcp "$ghost_in,2001" "$ghost_out,80" S
	becomes "umbra reject rule no others eth1> $from $to" told 5
	forget

	it "a row without a name is logged by its number (IPv$f)"
	p send inside udp "$ghost_in,2002" "$ghost_out,9"
	becomes "umbra discard rule rule 4 eth1> $from $to" told 5
	forget

	it "nothing is logged for a rule with the log none, or for a refusal whose rule names no log (IPv$f)"
	p send inside udp "$ghost_in,2003" "$ghost_out,7"
	p send inside udp "$ghost_in,2003" "$ghost_dmz,7"
	p send inside tcp "$ghost_in,2003" "$ghost_dmz,80" S
	p send inside tcp "$ghost_in,2004" "$ghost_out,80" S
	becomes "umbra reject rule no others eth1> $from $to" told 5
	is '' told 6
	forget

	it "unmatched packets are logged, spoofed and invalid ones in another log (IPv$f)"
	p send dmz udp "$ghost_dmz,9" "$ghost_out,9"
	becomes "umbra discard unmatched eth2> $ghost_dmz $to" told 5
	p send outside udp "$ghost_in,9" "$in,9"
	becomes "discard spoofed eth0> $from $in" told 6
	p send inside tcp "$ghost_in,2005" "$ghost_out,5190" A
	becomes 2 eval 'told 6 | wc -l'
	is "discard tcp-stray eth1> $from $to" eval 'told 6 | tail -n 1'
	is 1 eval 'told 5 | wc -l'
	forget

	it "packets for the firewall are logged, let in or not (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$fwin" "$ping"
	becomes "umbra allow ping eth1> $from $fwin" told 5
	p send inside udp "$ghost_in,9" "$fwin,9"
	becomes 2 eval 'told 5 | wc -l'
	is "umbra discard unmatched eth1> $from $fwin" eval 'told 5 | tail -n 1'
	is '' told 6
	forget
done

it "each packet that a packet-filter rule lets through is logged"
family
policy <<END
$logs
service each udp packet-filter any any
rule Inside Internet each allow log all name each
END
for n in 1 2 3; do
	p send inside udp "$ghost_in4,$n" "$ghost_out4,9"
done
becomes 3 eval 'told 5 | grep -cxF "umbra allow rule each eth1> $ghost_in4 $ghost_out4"'
forget

it "a relay logs the clients that it serves; other clients are logged as unmatched"
policy <<END
$logs
relay $fwdoc4:5190 $icq4:5190 semitransparent-tcp-forward from Internet log all name icq
relay $fwdoc4:5191 $icq4:5190 tcp-forward from Dmz log all
set log-unmatched more
END
p send outside tcp "$ghost_out4,2000" "$fwdoc4,5190" S
becomes "umbra allow relay icq eth0> $ghost_out4 $fwdoc4" told 5
forget
p send outside tcp "$ghost_out4,2000" "$fwdoc4,5191" S
becomes "discard relay-access eth0> $ghost_out4 $fwdoc4" told 6
is '' told 5
forget

it "packets over the rate are counted, and the next message says how many were left out"
policy <<END
$logs
rule Inside Internet any-udp discard log more name storm
END
hits() { fw --json show logs | gojq '.logs[] | select(.name == "more") | .hits'; }
forget
before=$(hits)
for n in {1..40}; do
	p send inside udp "$ghost_in4,$n" "$ghost_out4,9"
done
few=$(($(hits) - before))
becomes "$few" eval 'told 6 | wc -l'
[ "$few" -lt 40 ] || fail "all 40 were told at 3 a second"
# accounted: the packets that were logged, and those that the messages say were left out.
accounted() {
	told 6 | awk '{ n++ } match($0, /\+[0-9]+/) { n += substr($0, RSTART + 1, RLENGTH - 1) }
		END { print n + 0 }'
}
sent=40
next() {
	p send inside udp "$ghost_in4,99" "$ghost_out4,9"
	sent=$((sent + 1))
	[ "$(told 6 | wc -l)" -gt "$few" ]
}
busywait next
sum=$(accounted)
[ "$sum" -ge 40 ] && [ "$sum" -le $sent ] || fail "$sent were sent, and $sum accounted for"
hits_before=$(hits)

it "the count of a log survives a commit, and its row is what was written"
must fw add rule Inside Dmz any-udp allow log more
[ "$(hits)" -ge "$hits_before" ] || fail "it is $(hits) after $hits_before"
is "log all nflog 5 prefix \"umbra\"
log more nflog 6 rate 3
log no none" eval 'fw save - | grep ^log'
is 'all 5 umbra
more 6 -
no - -' eval 'fw --json show logs | gojq -r ".logs[] | \"\(.name) \(.group // \"-\") \(.prefix // \"-\")\""'

it "naming a log that does not exist is an error, and changes nothing"
before=$(fw save -)
refuses 'no such log.*al1.*all' fw add rule Inside Dmz icq allow log al1
refuses 'log' fw delete log more
refuses 'prefix too long' fw add log new nflog 7 prefix 0123456789012345678901234567
refuses 'group out of bounds' fw add log new nflog 65536
refuses 'none logs nothing' fw add log new none rate 5
refuses 'taken' fw add log all none
refuses 'no such log' fw add set log-spoofed nobody
is "$before" fw save -

it "tcpdump reads a group, too"
policy <<END
$logs
rule Inside Internet any-udp discard log all name "read me"
END
p send inside udp "$ghost_in4,1" "$ghost_out4,9"
becomes 1 eval 'told 5 | wc -l'
policy <<END
log all nflog 7 prefix umbra
rule Inside Internet any-udp discard log all name "read me"
END
on "$router" timeout 60 tcpdump -c 1 -n -i nflog:7 -w "$work/capture" 2>/dev/null &
reader=$!
busywait listens 7
p send inside udp "$ghost_in4,77" "$ghost_out4,9"
wait $reader || fail "it ended with status $?"
is "IP $ghost_in4.77 > $ghost_out4.9: UDP, length 0" \
	eval 'tcpdump -n -t -r "$work/capture" 2>/dev/null | sed "s/UDP, length .*/UDP, length 0/"'
grep -qa 'umbra discard rule read me' "$work/capture" || fail "the words are not in it"

it "explain logs nothing"
forget
policy <<END
$logs
rule Inside Internet any-udp discard log all
END
must fw explain udp "$ghost_in4:1" "$ghost_out4:9" in eth1
p send inside udp "$ghost_in4,1" "$ghost_out4,10"
becomes 1 eval 'told 5 | wc -l'
