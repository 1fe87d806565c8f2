#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Surprise: an out-of-tree module that compiles for Debian 12's newest 6.1 does not compile for
# an older one that the same archive still offers, though both are "6.1.0". Stable releases took over
# GENL_MCAST_CAP_NET_ADMIN, and with it the flags of a generic netlink multicast group got another
# meaning. Before, these were the flags of an operation (GENL_UNS_ADMIN_PERM), and a group that
# required CAP_SYS_ADMIN had a bit field, cap_sys_admin, which is gone. So the version of a kernel
# does not show which of the two it has.
#
# Seen on Debian 12 with linux-headers-6.1.0-47-common 6.1.170-3 (no such macro, the bit field) and
# linux-headers-6.1.0-53-common 6.1.187-1 (the macro, no bit field).
#
# Downloads both packages into a temporary folder. Fails if either is not as seen.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chmod 755 .

# header PACKAGE=VERSION: the path of its net/genetlink.h
header() {
	apt-get -q download "$1" >log 2>&1 || { cat log >&2; exit 2; }
	dpkg-deb -x "${1%%=*}"_*.deb "${1%%=*}"
	echo "${1%%=*}/usr/src/${1%%=*}/include/net/genetlink.h"
}

old=$(header linux-headers-6.1.0-47-common=6.1.170-3)
new=$(header linux-headers-6.1.0-53-common=6.1.187-1)
status=0
says() {
	if grep -q "$2" "$1"; then said=yes; else said=no; fi
	printf '%-32s %-28s %s\n' "${1%%/*}" "$2" "$said"
	[ $said = "$3" ] || status=1
}
says "$old" GENL_MCAST_CAP_NET_ADMIN no
says "$old" cap_sys_admin:1 yes
says "$new" GENL_MCAST_CAP_NET_ADMIN yes
says "$new" cap_sys_admin:1 no
exit $status
