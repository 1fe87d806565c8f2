# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Runs in front of the kernel's own lib.sh. Its scripts run `source lib.sh`, and bash looks along PATH
# before it looks in their directory. net/kernel.sh puts this directory on PATH, so their files stay
# unchanged. This file sources theirs first. Then the namespaces in UMBRA_ROUTERS (the names that the
# script gives to setup_ns) get the policy in UMBRA_POLICY as soon as they are made. What they have
# judged is written to UMBRA_JUDGED before they go.

# shellcheck source=/dev/null
. ./lib.sh

umbra_firewalls=' '

eval "umbra_their_$(declare -f setup_ns)"
setup_ns() {
	local umbra_name

	umbra_their_setup_ns "$@" || return
	for umbra_name; do
		[[ " $UMBRA_ROUTERS " == *" $umbra_name "* ]] || continue
		ip netns exec "${!umbra_name}" fwtool load --force "$UMBRA_POLICY" || exit 1
		umbra_firewalls+="${!umbra_name} "
	done
}

eval "umbra_their_$(declare -f cleanup_ns)"
cleanup_ns() {
	local umbra_ns

	for umbra_ns; do
		[[ $umbra_firewalls == *" $umbra_ns "* ]] || continue
		ip netns exec "$umbra_ns" fwtool --json stats --all >>"$UMBRA_JUDGED"
	done
	umbra_their_cleanup_ns "$@"
}
