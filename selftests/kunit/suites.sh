#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites of kmod/test/: they run when umbra_kunit.ko is loaded, and each case
# becomes a result here. Skipped (4) where the kernel has no KUnit.
#
# The module has session objects of its own, in a cache of the same name as umbra.ko's.
# So umbra.ko is unloaded first.

suites=(table resize track window sctp tell probe timeout walker limit client pressure error_rate
	mapping vrf policy commit time)
debug=/sys/kernel/debug
module=/lib/modules/$(uname -r)/updates/umbra_kunit.ko
failed=0

tell() {
	echo "$1"
	case $1 in "not ok "*) failed=1 ;; esac
}

mountpoint -q $debug || mount -t debugfs debugfs $debug
[ -d $debug/kunit ] || { echo "# this kernel has no KUnit"; exit 4; }
[ ! -d /sys/module/umbra ] || rmmod umbra || exit 1
trap 'rmmod umbra_kunit' EXIT
insmod "$module" || exit 1

# The C name of a case reads as a sentence; a parameter of a case is a sentence already.
sentences() {
	awk -v suite="$1" '
		/^    1\.\./ { planned = substr($1, 4) }
		/^ +(not )?ok [0-9]+ / {
			inner = /^        /
			sub(/^ +/, "")
			result = /^not/ ? "not ok" : "ok"
			sub(/^(not )?ok [0-9]+ /, "")
			seen += !inner
			if (!inner) {
				gsub(/_s_/, "\047s ")
				sub(/_s$/, "\047s")
				gsub(/_/, " ")
			}
			print result, suite ": " $0
			next
		}
		/^not ok/ { bad = 1 }
		/^ *KTAP|^ *1\.\.|^(not )?ok|# Subtest:|# module:|\.speed: |pass:[0-9]+ fail:/ { next }
		{ sub(/^ *(# )?/, "# "); print }
		END {
			print planned && seen == planned ? "ok" : "not ok", \
				suite ": every case has a result"
			if (bad)
				print "# the suite failed"
		}' "$debug/kunit/umbra_$1/results"
}

for suite in "${suites[@]}"; do
	if [ -r "$debug/kunit/umbra_$suite/results" ]; then
		while IFS= read -r line; do
			tell "$line"
		done < <(sentences "$suite")
		grep -q "^ok 1 umbra_$suite" "$debug/kunit/umbra_$suite/results" || failed=1
	else
		tell "not ok $suite: it has results"
	fi
done
exit $failed
