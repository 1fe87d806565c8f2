#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian's releases: each has its lanes and packages, and on any other machine the scripts say so.
. "$(dirname "$0")/findings.sh"
cd "$top" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# on RELEASE COMMAND...: what the command prints on a machine that says it has this release.
on() {
	printf 'ID=%s\nVERSION_ID="%s"\n' "${1% *}" "${1#* }" >"$work/os-release"
	# shellcheck disable=SC2016 # for the shell in there
	unshare --mount sh -c 'mount --bind "$0" "$(readlink -f /etc/os-release)" && exec "$@" 2>&1' \
		"$work/os-release" "${@:2}"
}
# differs WANTED GOT
differs() { [ "$1" = "$2" ] || printf '%s\n' "'$2', not '$1'"; }
lanes_on() { on "$1" bash -c '. scripts/lib.sh; echo "${lanes[*]}"'; }
documented() { # RELEASE
	sed -nE "s/^\| \`([a-z0-9.-]+)\`[^|]*\| ([0-9, ]+) \|.*/\2 \1/p" Documentation/vm.md |
		grep -w "$1" | sed 's/.* //' | sort | xargs
}

if ! on 'debian 12' true; then
	echo "1..0 # SKIP needs root and a namespace of its own"
	exit
fi
for release in 12 13; do
	result "vm.md names the lanes of Debian $release" \
		"$(differs "$(lanes_on "debian $release" | xargs -n 1 | sort | xargs)" "$(documented $release)")"
done
result "a lane that the release lacks is refused, with those that it has" "$(
	differs "vm: no lane 'stock-6.1' in Debian 13: one of $(lanes_on 'debian 13')" \
		"$(on 'debian 13' scripts/vm --lane stock-6.1 -- true)")"
result "a machine that is neither Debian 12 nor 13 is refused by scripts/vm and scripts/deps" "$(
	differs "vm: no lanes: this machine is neither Debian 12 nor Debian 13" \
		"$(on 'debian 11' scripts/vm --lane stock-6.1 -- true)"
	differs "deps: this machine is neither Debian 12 nor 13 ('other 13'): install by hand what scripts/deps lists" \
		"$(on 'other 13' scripts/deps)")"
# No package is installed here, so it prints them all.
mkdir "$work/bin"
printf '#!/bin/sh\n' >"$work/bin/dpkg-query"
chmod 755 "$work/bin/dpkg-query"
named() { PATH=$work/bin:$PATH on "debian $1" scripts/deps -n | xargs -n 1 | grep -E '^(linux|libclang)' | sort | xargs; }
result "scripts/deps names the kernels and the compiler's library as each release does" "$(
	differs "libclang-rt-14-dev linux-headers-6.12-amd64 linux-headers-amd64 linux-image-6.12-amd64 linux-image-amd64 linux-source-6.12" "$(named 12)"
	differs "libclang-rt-19-dev linux-headers-amd64 linux-image-amd64 linux-source-6.12" "$(named 13)")"
# counted OUTPUT STATUS: what scripts/check counts if a scripts/check in the other release prints this
# and ends with this status. On this machine, which is 12, the other is 13.
counted() {
	mkdir -p "$work/top/scripts"
	printf '#!/bin/sh\necho "$@" >%s/called\ncat <<END\n%s\nEND\nexit %s\n' "$work" "$1" "$2" \
		>"$work/top/scripts/chroot"
	chmod 755 "$work/top/scripts/chroot"
	# shellcheck disable=SC2016 # for the shell in there
	on 'debian 12' bash -c '. scripts/lib.sh
		eval "$(sed -n "/^\(result\|check_elsewhere\|check_other\|tally_check\)() {/,/^}/p" scripts/check)"
		top=$0/top logs=$0 passed=1 failed=1 skipped=1 jobs=()
		check_other >"$0/said"
		echo "$passed $failed $skipped"' "$work"
}
result "what scripts/check counts in the other release, scripts/check --long counts too" "$(
	differs "11 1 3" "$(counted '10 passed, 0 failed, 2 skipped' 0)"
	differs "13 -- $work/top/scripts/check" "$(cat "$work/called")"
	differs "11 3 1" "$(counted $'not ok this\n# why\nok that\n10 passed, 2 failed, 0 skipped' 1)"
	differs "not ok this
# why" "$(grep -vE '^Debian 13' "$work/said")")"
result "if scripts/check in the other release ends without a count, that is a failure" "$(
	differs "1 2 1" "$(counted 'chroot: no root of Debian 13' 1)"
	differs "# chroot: no root of Debian 13" "$(grep '^# chroot' "$work/said" | head -n 1)"
	differs "11 2 1" "$(counted '10 passed, 0 failed, 0 skipped' 1)")"
echo "1..$n"
