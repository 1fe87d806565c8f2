#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command line of fwtool without a module: what is refused, with which message and status.
# FWTOOL is the program, TOOLS its sources.

number=0 failed=0
errors=$(mktemp) && output=$(mktemp) || exit 1
trap 'rm -f "$errors" "$output"' EXIT

result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		failed=1
		echo "not ok $number $2"
		sed 's/^/# /' "$errors" "$output"
	fi
}

# refused STATUS "LINE ON STDERR" WORD...
refused() {
	want=$1 line=$2
	shift 2
	"$FWTOOL" "$@" >"$output" 2>"$errors"
	[ $? = "$want" ] && [ "$(cat "$errors")" = "fwtool: $line" ] && ! [ -s "$output" ]
	result $? "fwtool $*: $line"
}

# prints "WHAT" PATTERN WORD...
prints() {
	name=$1 pattern=$2
	shift 2
	"$FWTOOL" "$@" >"$output" 2>"$errors" && grep -q -e "$pattern" "$output" &&
		! [ -s "$errors" ]
	result $? "$name"
}

refused 2 "no command 'statsu', did you mean 'status'?" statsu
refused 2 "no command 'xyzzy'" xyzzy
refused 2 "no command 'rollback', did you mean 'revert'?" rollback
refused 2 "no command 'conntrack', did you mean 'session'?" conntrack
refused 2 "no command 'list', did you mean 'show'?" list
refused 2 "no command 'drop'" drop
refused 2 "no option '--jsno' of stats, did you mean '--json'?" stats --jsno
refused 2 "no option '-x' of stats" stats -x
refused 2 "option '--limit' needs a value: N" session list --limit
refused 2 "option '--all' takes no value" stats --all=yes
refused 2 "--limit '0': give a number of at least 1" \
	session list --limit=0
refused 2 "session: no verb 'lits', did you mean 'list'?" session lits
refused 2 "session: list, count or kill is missing" session
refused 2 "session kill: which sessions? Give a filter, or 'all'" session kill
refused 2 "session count: only list takes --limit" session count --limit 3
refused 2 "stats: one word too many: '--all'" stats -- --all
refused 2 "monitor: no kind of event 'drops', did you mean 'drop'?" monitor drops
refused 2 "monitor: no kind of event 'discard', did you mean 'drop'?" monitor discard
refused 2 "explain: '5.6.7.8' has no port: give ADDRESS:PORT, IPv6 in brackets" \
	explain tcp 1.2.3.4 5.6.7.8
refused 2 "explain: bad port in '5.6.7.8:x': give one from 1 to 65535" explain tcp 1.2.3.4 5.6.7.8:x
refused 2 "explain: this protocol has no ports: leave the one of '5.6.7.8:5' out" explain gre 1.2.3.4 5.6.7.8:5
refused 2 "explain: bad address '1.2.3': ADDRESS[:PORT], IPv6 in brackets when a port follows" \
	explain tcp 1.2.3 5.6.7.8:5
refused 2 "explain: no packet is IPv4 and IPv6: give two addresses of one family" explain tcp 1.2.3.4 '[::1]:5'
refused 2 "explain: bad type '256': a number from 0 to 255" explain icmp 1.2.3.4 5.6.7.8 type 256
refused 2 "explain: bad code '': a number from 0 to 255" explain icmp 1.2.3.4 5.6.7.8 type 8 code
refused 2 "explain: unknown protocol 'tcpp': a word such as tcp, or a number to 255" \
	explain tcpp 1.2.3.4 5.6.7.8:5
refused 2 "explain: 'on' is not known here: only in INTERFACE may follow" explain tcp 1.2.3.4 5.6.7.8:5 on lo
refused 2 "explain: in which interface? Give its name" explain tcp 1.2.3.4 5.6.7.8:5 in
refused 2 "explain: there is no interface 'nosuch' now" explain tcp 1.2.3.4 5.6.7.8:5 in nosuch
refused 2 "explain: one word too many: 'now'" explain tcp 1.2.3.4 5.6.7.8:5 in lo now

refused 2 "no command 'sesion', did you mean 'session'?" help sesion

prints "help lists commands" '^session  *list, count' help
prints "no word at all is help" '^session  *list, count'
prints "help of a command" '^fwtool session \[OPTIONS\]' help session
prints "--help behind a command" '^fwtool session \[OPTIONS\]' session kill --help
prints "--version" '^fwtool [0-9]' --version
prints "--json in front" '^{ "version"' --json --version
prints "--json behind" '"name": "stats"' help stats --json
prints "words for completion" '^--limit$' help --words session

"$FWTOOL" help --json >"$output" 2>"$errors" &&
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$output" 2>"$errors"
result $? "help --json is JSON"

"$FWTOOL" help >/dev/full 2>"$errors"
[ $? = 1 ] && grep -q 'cannot write the output: No space left' "$errors"
result $? "a full disk is noticed"

# Between the marks the manual page is what `fwtool help --man` prints.
"$FWTOOL" help --man >"$errors" 2>&1
sed -n '/^\.\\" commands: begin/,/^\.\\" commands: end/p' "$TOOLS/man/fwtool.8" |
	sed '1d;$d' >"$output"
if diff "$output" "$errors" >/dev/null; then result 0 "the manual page lists the commands"
else
	diff "$output" "$errors" >"$output.diff"
	mv "$output.diff" "$output"
	: >"$errors"
	result 1 "the manual page lists the commands (make -C tools man)"
fi

echo "1..$number"
exit $failed
