#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The rooms of kmod/ and tools/ are in order (rooms.py), and each header of kmod/ compiles alone;
# style.sh compiles those of tools/.
. "$(dirname "$0")/findings.sh"

rooms() { /usr/bin/python3 "$top/selftests/host/rooms.py" "$@"; }

# builds: the complete builds of the module, the newest first.
builds() { ls -t "$top"/build/module-*/kmod/umbra.ko 2>/dev/null | sed 's,/umbra.ko$,,'; }

# The kernel that a build is for makes no difference to calls.
module=$(builds | head -n 1)
tool=$(ls -d "$top/build/tools" 2>/dev/null)

results "kmod: " < <(rooms "$top/kmod" ${module:+"$module"})
results "tools: " < <(rooms "$top/tools" ${tool:+"$tool"})

# alone HEADER: compiles it as main.c was compiled, for a kernel whose headers are installed.
alone() {
	(cd "$kernel" && eval "$flags -fsyntax-only -include $1 -x c /dev/null")
}

for stock in $(builds); do
	kernel=/lib/modules/$(basename "${stock%/kmod}" | sed 's/^module-//')/build
	[ -e "$kernel" ] || continue
	flags=$(sed -n 's/^\(saved\)\?cmd_[^=]*:= \(.*\) -c -o .*/\2/p' "$stock/.main.o.cmd" |
		head -n 1 | sed 's/ -Wp,-MMD,[^ ]*//')
	result "kmod: each header compiles alone" "$(tracked 'kmod/*.h' | sed 's,^kmod/,,' |
		while read -r header; do
			alone "$stock/$header" >/dev/null 2>&1 || echo "$header"
		done | paste -sd'\t')"
	break
done

# Each of these breaches is found if it is made.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fixture=$tmp/kmod
mkdir -p "$fixture"/{high,low,lost}
printf 'room\thigh\t\tinside private.h\nroom\tlow\tinside private.h\n' >"$fixture/rooms"
echo 'int high(void);' >"$fixture/high/high.h"
echo 'int secret;' >"$fixture/low/private.h"
echo 'int high(void) { return 0; }' >"$fixture/high/high.c"
printf '#include "low/private.h"\n' >"$fixture/high/curious.c"
cat >"$fixture/low/low.c" <<'END'
#include "high/high.h"
/* See umbra_gone(), gone_from_low(), high() and the kernel's ip_rcv(). */
/* Not umbra_nowhere, nor umbra_low.gone; umbra_low.here is there. */
/* In low/gone.c, not in high/high.c. */
struct umbra_low {
	int here;
};
int low(void) { return high(); }
END
echo >"$fixture/lost/lost.c"
for file in high/high low/low; do
	gcc -I"$fixture" -c -o "$fixture/$file.o" "$fixture/$file.c"
done
seen=$(rooms "$fixture" "$fixture")
while IFS=$'\t' read -r name breach; do
	result "the test sees when it is not so that $name" \
		"$(grep -qxF "$name"$'\t'"$breach" <<<"$seen" || echo "$seen" | tr '\n' '\t')"
done <<'END'
every file lies in a room	lost/lost.c
no file includes a header of a room above	low/low.c includes high/high.h
what is inside a room is included there only	high/curious.c includes low/private.h
no comment names a function that is not there	low/low.c: gone_from_low()	low/low.c: umbra_gone()
no comment names a word of ours that is not there	low/low.c: umbra_gone	low/low.c: umbra_nowhere	low/low.c: umbra_low.gone
no comment names a file that is not there	low/low.c: low/gone.c
no file calls a room above	low/low.c calls high of high/high.c
END
echo "1..$n"
