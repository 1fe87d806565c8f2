#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A build that should run sparse and did not is noticed. The make of newer kernels only warns if
# sparse is too old for them, and succeeds.
. "$(dirname "$0")/findings.sh"
. "$top/scripts/lib.sh"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
says() { # WANTED COMMAND...
	local got

	got=$("${@:2}" && echo yes || echo no)
	[ "$got" = "$1" ] || echo "${*:2}: '$got', not '$1'"
}

cat >"$log" <<'END'
  CC [M]  kmod/main.o
  CHECK   /tmp/build/module-6.12/kmod/main.c
END
result "a build in which sparse read the module counts as checked" "$(
	says yes sparse_ran "$log")"
cat >"$log" <<'END'
/usr/src/linux-headers-7.3.4+deb13-common/Makefile:1311: C=2 specified, but sparse is not available or not up to date
  CC [M]  kmod/main.o
END
result "a build whose kernel refused sparse does not, and the reason is the kernel's" "$(
	says no sparse_ran "$log"
	[ "$(sparse_refused "$log")" = "C=2 specified, but sparse is not available or not up to date" ] ||
		echo "reason: $(sparse_refused "$log")")"
printf '  CC [M]  kmod/main.o\n' >"$log"
result "a build in which sparse read nothing does not, and has no excuse" "$(
	says no sparse_ran "$log"
	[ -z "$(sparse_refused "$log")" ] || echo "reason: $(sparse_refused "$log")")"
result "scripts/check asks after each build with sparse" "$(
	grep -q 'check_sparse "\$lane"' "$top/scripts/check" || echo "it does not")"
echo "1..$n"
