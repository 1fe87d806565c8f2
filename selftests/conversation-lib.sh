# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # it is sourced behind lib.sh
#
# One conversation by hand, between a client inside and a server outside that do not answer
# by themselves: what each sends and hears, and as whom the server sees the client.
#
#	inside .66 (client) <---> router <---> outside .66 (server)
#
#	proto=tcp port=20000 to=5190
#	client S seq=100		must pass, as it is
#	server_hears R seq=101

nat4=10.9.9.1 nat6=2001:db8:9::1
# natted_rows: by which a client is seen as these.
natted_rows() { printf 'nat eth1 eth0 source %s\n' $nat4 $nat6; }

proto=tcp seen_as=''
first=''	# what the first word about a packet begins with, if not itself
# seen HOW: as whom, where the policy is plain, or natted; and what sentences say of it.
seen() {
	seen_as='' text="IPv$f"
	[ "$1" = natted ] || return 0
	seen_as=$nat6 text+=', translated'
	[ "$f" = 6 ] || seen_as=$nat4
}
as() { echo "${seen_as:-$ghost_in}"; }

# client, server WORD... : a packet of the conversation, which must pass.
client() {
	client_sends "$@"
	server_hears "$@"
}
server() {
	server_sends "$@"
	client_hears "$@"
}
client_sends() { p send inside $proto "$ghost_in,$port" "$ghost_out,$to" "$first$1" "${@:2}"; }
server_sends() { p send outside $proto "$ghost_out,$to" "$(as),$port" "$first$1" "${@:2}"; }
client_hears() { p expect inside $proto "$ghost_out,$to" "$ghost_in,$port" "$first$1" "${@:2}"; }
server_hears() { p expect outside $proto "$(as),$port" "$ghost_out,$to" "$first$1" "${@:2}"; }
# That is all.
no_more() {
	p none inside ip "$ghost_out" "$ghost_in"
	p none outside ip "$(as)" "$ghost_out"
}
