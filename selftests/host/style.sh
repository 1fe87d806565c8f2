#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Properties that every file has: a licence line, a bounded length, headers
# that compile alone, and no test that waits for a fixed time.
. "$(dirname "$0")/findings.sh"
cd "$top" || exit 1
sources() { tracked '*.c' '*.h' '*.sh' '*.py' Makefile '*/Makefile' '*Kbuild' 'scripts/*'; }

result "every source says its licence" "$(sources | while read -r f; do
	[ -f "$f" ] && ! head -n 3 "$f" | grep -q SPDX-License-Identifier && echo "$f"; done)"
result "no hand-written file is over 1,000 lines" "$(sources | while read -r f; do
	[ -f "$f" ] && [ "$(wc -l <"$f")" -gt 1000 ] && echo "$f"; done)"
result "nothing is left to do" "$(tracked 'kmod/*' 'tools/*' 'uapi/*' 'scripts/*' |
	xargs grep -nIE '\b(TODO|FIXME|XXX)\b')"
result "tests wait on state" "$(tracked 'selftests/*' | grep -vx selftests/host/style.sh |
	xargs grep -nIE '(^|[^_[:alnum:]])sleep [0-9]')"
result "tool headers compile alone" "$(for f in tools/*/*.h; do
	printf '#include "%s"\n' "$PWD/$f" | gcc -std=gnu11 -D_GNU_SOURCE -Iuapi -Itools \
		$(pkg-config --cflags libnl-genl-3.0 smartcols json-c 2>/dev/null) \
		-fsyntax-only -x c - 2>/dev/null || echo "$f"; done)"
# The kernel's own checker of kernel-doc comments; the package of the kernel's headers has it.
kerneldoc=$(printf '%s\n' /usr/src/linux-headers-*-common/scripts/kernel-doc | sort -V | tail -n 1)
result "a kernel-doc comment describes everything that it has to" "$(tracked '*.c' '*.h' |
	xargs perl "$kerneldoc" -none 2>&1)"
echo "1..$n"
