#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The version is in the file VERSION, and everything that has a version has this one.
. "$(dirname "$0")/findings.sh"
build=${UMBRA_BUILD:-$top/build}
version=$(cat "$top/VERSION")
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT

# is TEXT: a finding if it is not the version.
is() { [ "$1" = "$version" ] || echo "'$1', VERSION is '$version'"; }

result "VERSION is a version" "$(grep -vE '^[0-9]+\.[0-9]+\.[0-9]+$' "$top/VERSION"; is "$(head -n 1 "$top/VERSION")")"
result "the version is nowhere else in the sources" \
	"$(tracked '*' | grep -vxE 'VERSION|CHANGELOG.md|SHA256SUMS' | (cd "$top" && xargs grep -nIFw "$version") |
		grep -vE "[0-9.]${version//./\\.}|${version//./\\.}[0-9./]")"
result "CHANGELOG.md begins with this version" "$(is "$(sed -n 's/^## \([^ ]*\) (.*)$/\1/p' "$top/CHANGELOG.md" | head -n 1)")"

if [ -x "$build/tools/fwtool" ]; then
	result "fwtool says this version" "$(is "$("$build/tools/fwtool" --version | sed -n 's/^fwtool //p')")"
else
	echo "ok $((n += 1)) version: fwtool says this version # SKIP it is not built"
fi
# A module that was built before the version changed is none of this version.
built=$(find "$build"/module-*/kmod/umbra.ko -newer "$top/VERSION" 2>/dev/null)
if [ -n "$built" ]; then
	result "each module says this version" "$(for module in $built; do
		is "$(modinfo -F version "$module")"; done)"
else
	echo "ok $((n += 1)) version: each module says this version # SKIP none is built"
fi

made() { make -s -C "$top" O="$root/build" DESTDIR="$root" DEPMOD=: "$@" 2>&1; }
said=$(made install-dkms)
result "DKMS gets this version" "$said$(is "$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$root/usr/src/umbra-$version/dkms.conf")")"
result "the module that DKMS builds can read it" "$(is "$(cat "$root/usr/src/umbra-$version/VERSION")")"
said=$(made install-manuals)
result "the manual pages have this version" "$said$(for page in "$root"/usr/share/man/man*/*.[0-9]; do
	is "$(sed -n 's/^\.TH .*"Umbra \([^"]*\)".*/\1/p' "$page")"; done)"
if command -v dpkg-parsechangelog >/dev/null; then
	"$top/packaging/debian-changelog" >"$root/changelog" 2>&1
	result "Debian's packages have this version" "$(is "$(dpkg-parsechangelog -l "$root/changelog" -S Version)")"
	result "Debian's changelog has all versions of CHANGELOG.md" \
		"$(diff <(sed -n 's/^## \([^ ]*\) .*/\1/p' "$top/CHANGELOG.md") \
			<(dpkg-parsechangelog -l "$root/changelog" --all --format rfc822 | sed -n 's/^Version: //p'))"
fi
echo "1..$n"
