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
echo "1..$n"
