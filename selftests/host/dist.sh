#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `make dist` makes a tarball of what git has. Everything in it is checked where there is no git.
. "$(dirname "$0")/findings.sh"
if [ -e "$top/SHA256SUMS" ] || ! git -C "$top" rev-parse HEAD >/dev/null 2>&1; then
	echo "1..0 # SKIP no git here"
	exit
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
name=umbra-$(git -C "$top" show HEAD:VERSION)
here=$work/here/$name there=$work/there/$name

# tarball TOP DIRECTORY
tarball() { "$1/scripts/dist" "$2" 2>&1 >/dev/null | grep -v 'has what is committed'; }
unpacked() { tar -C "$work/here" -xf "$here.tar.gz" 2>&1; }

result "a tarball with the version in its name is made" \
	"$(tarball "$top" "$work/here"; [ -s "$here.tar.gz" ] || echo "no $name.tar.gz")"

# Another path, another mask, another time zone, other settings of git, another day.
git clone -q "$top" "$work/clone" && git -C "$work/clone" config tar.umask 0077
result "the same commit gives the same bytes elsewhere" "$(umask 077; export TZ=Asia/Tokyo LC_ALL=C
	touch -d 2020-01-01 "$work/clone"/*
	tarball "$work/clone" "$work/there"; cmp "$here.tar.gz" "$there.tar.gz" 2>&1)"
rm -rf "$work/clone"

result "it has what git has, and a list of that" "$(unpacked
	diff <(cd "$here" && find . ! -type d -printf '%P\n' | grep -vx SHA256SUMS | sort) \
		<(git -C "$top" ls-tree -r --name-only HEAD | sort)
	diff <(cut -c 67- "$here/SHA256SUMS") <(git -C "$top" ls-tree -r --name-only HEAD | sort))"
result "make verify finds nothing wrong in it" "$(make -s -C "$here" verify 2>&1)"
result "make verify names a file that was changed, and one that is gone" "$(
	echo >>"$here/README.md"
	mv "$here/COPYING" "$work/"
	make -s -C "$here" verify >"$work/said" 2>&1 && echo "it is content"
	grep -q '^README.md: FAILED$' "$work/said" || cat "$work/said"
	grep -q '^COPYING: FAILED' "$work/said" || cat "$work/said")"
rm -rf "$here"
unpacked

# Without git: a parent directory's is not meant.
export GIT_CEILING_DIRECTORIES=$work
for script in style version titles promises; do
	result "host/$script.sh passes in it" "$("$here/selftests/host/$script.sh" >"$work/said" 2>&1
		grep -B 20 '^not ok' "$work/said"; grep -q '^ok' "$work/said" || cat "$work/said")"
done
result "fwtool builds from it, and says its version" \
	"$(make -s -j2 -C "$here" O="$work/build" tools >"$work/said" 2>&1 || tail -n 20 "$work/said"
	[ "$("$work/build/tools/fwtool" --version)" = "fwtool ${name#umbra-}" ] || "$work/build/tools/fwtool" --version)"
echo "1..$n"
