#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The init systems can read the files that are installed for them. Names and local
# time are refreshed, also if only the firewall is enabled. Debian's packages can be built, and
# have the scripts that debhelper writes for units (net/package.sh installs them).
. "$(dirname "$0")/findings.sh"
build=${UMBRA_BUILD:-$top/build}
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
units=$root/usr/lib/systemd/system
setting() { sed -n "s/^$2=//p" "$units/$1"; }
is() { [ "$1" = "$2" ] || { echo "'$1', not '$2'"; return 1; }; }

installed() {
	make -s -C "$top" DESTDIR="$root" PREFIX=/usr install-files install-sysvinit || return
	is "$(cd "$units" && echo *)" 'umbra-refresh.service umbra-refresh.timer umbra.service'
}
refreshes() {
	is "$(setting umbra-refresh.service ExecStart | tail -n 1)" '/usr/sbin/fwtool refresh' &&
		[ -n "$(setting umbra-refresh.timer OnUnitActiveSec)" ] &&
		is "$(setting umbra-refresh.timer WantedBy)" timers.target
}
# does STATE POLICY: what the timer's service does, as systemd runs it, if umbra.service is STATE and a
# policy runs (true) or none does (false). Scripts replace systemd and the kernel.
does() {
	local bin=$root/stand-in kind command

	mkdir -p "$bin"
	cat >"$bin/fwtool" <<-END
		#!/bin/sh
		echo "fwtool \$1" >>$bin/done
		echo '"status": { "generation": 1, "policy": $2, "networks": 1 }'
	END
	cat >"$bin/systemctl" <<-END
		#!/bin/sh
		case "\$*" in
		"--quiet is-$1 umbra.service") ;;
		--quiet*) exit 1 ;;
		*) echo "systemctl \$*" >>$bin/done ;;
		esac
	END
	chmod 755 "$bin"/*
	: >"$bin/done"
	sed -nE 's/^(ExecCondition|ExecStart)=/\1 /p' "$units/umbra-refresh.service" |
		while read -r kind command; do
			PATH=$bin:$PATH sh -c "${command//\/usr\/sbin\//}" >/dev/null || break
		done
	grep -v '^fwtool status' "$bin/done" | paste -sd,
}
retries() {
	is "$(does active true)" 'fwtool refresh' &&
		is "$(does failed false)" 'systemctl start umbra.service,fwtool refresh' &&
		is "$(does failed true)" 'fwtool refresh' &&
		is "$(does inactive false)" ''
}
along() { is "$(setting umbra.service Also)" umbra-refresh.timer; }
before_network() {
	is "$(setting umbra.service Before)" 'network-pre.target shutdown.target' &&
		setting umbra.service ExecStart | grep -qx '/usr/sbin/fwtool load --force /etc/umbra/policy'
}
shells() {
	for script in packaging/umbra.init packaging/openwrt/umbra.init; do
		sh -n "$top/$script" && grep -q 'fwtool load --force "$policy"' "$top/$script" || return
	done
}
# Outside of systemd's own directories it asks for programs that are not installed.
verify() {
	! systemd-analyze verify --man=no --root="$root" "$units"/umbra* 2>&1 |
		grep -vE 'not executable|not found|No such file'
}

# As DKMS does it: dkms.conf is shell, and a kernel that BUILD_EXCLUSIVE_KERNEL does not fit is left out.
ranges() {
	local kernels kernel wrong='' oldest newest

	. "$top/packaging/kernels"
	eval "$("$top/packaging/dkms-conf" | grep '^BUILD_EXCLUSIVE_KERNEL=')"
	oldest=${kernels%..*} newest=${kernels#*..}
	for kernel in "$oldest.0-57-amd64" "$oldest.170" 6.12.117+deb12-amd64 "$newest.4+deb13-amd64" "$newest-rc1"; do
		[[ $kernel =~ $BUILD_EXCLUSIVE_KERNEL ]] || wrong+=" $kernel is left out;"
	done
	for kernel in 5.10.0-9-amd64 "${oldest%.*}.$((${oldest#*.} - 1)).9" "${newest%.*}.$((${newest#*.} + 1)).0" \
		"${newest}0.1" "$((${newest%.*} + 1)).0.1-amd64" "1$oldest.1" ""; do
		[[ ! $kernel =~ $BUILD_EXCLUSIVE_KERNEL ]] || wrong+=" '$kernel' is taken;"
	done
	[ -z "$wrong" ] || { echo "$BUILD_EXCLUSIVE_KERNEL:$wrong"; return 1; }
}

scripts_of() { dpkg-deb --ctrl-tarfile "$1" | tar -tf - | sed -n 's,^\./,,p' | grep -vE '^(|control|md5sums)$' | xargs; }
packages() {
	make -s -C "$top" O="$build" deb || return
	is "$(scripts_of "$build"/deb/fwtool_*.deb)" 'postinst postrm prerm' &&
		is "$(scripts_of "$build"/deb/umbra-dkms_*.deb)" 'postinst prerm'
}

passes "the units are installed" installed
passes "a timer resolves names and reads local time again" refreshes
passes "what failed to load at boot is loaded by that timer, and what was stopped is not" retries
passes "who enables the firewall enables that timer" along
passes "the policy is loaded before there is a network" before_network
passes "sysvinit's and procd's scripts can be read, and load it" shells
passes "DKMS is told to build for the kernels of packaging/kernels, and for no other" ranges
if command -v systemd-analyze >/dev/null; then
	passes "systemd finds nothing wrong with its units" verify
else
	echo "ok $((n += 1)) packaging: systemd finds nothing wrong with its units # SKIP no systemd here"
fi
if command -v dpkg-buildpackage >/dev/null && command -v dh_dkms >/dev/null; then
	passes "Debian's packages can be made, with their maintainer scripts" packages
else
	echo "ok $((n += 1)) packaging: Debian's packages can be made, with their maintainer scripts # SKIP no debhelper or dh-dkms"
fi
echo "1..$n"
