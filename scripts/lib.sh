# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What scripts/vm, scripts/check and their helpers share. Sourced, never run.

# The checkout that contains this file, whatever the caller's directory.
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${UMBRA_BUILD:-$top/build}
cache=${UMBRA_CACHE:-/var/cache/umbra}

# A C locale everywhere: logs are matched by their English text.
export LC_ALL=C.UTF-8

# Debian keeps depmod, modprobe, flock and others out of a user's PATH.
PATH=$PATH:/usr/sbin:/sbin

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { note "$2"; exit "$1"; }

# The releases of Debian in which Umbra is tested, by number, with their names.
declare -A releases=([12]=bookworm [13]=trixie)

# The lanes that each release has packages for. Debian 13 has no 6.1.
declare -A lanes_of=(
	[12]='stock-6.1 stock-6.1-oldest stock-6.12 debug native qemu-kasan qemu-kcsan qemu-rt arm64'
	[13]='stock-6.12 stock-newest debug native qemu-kasan qemu-kcsan qemu-rt'
)

# This machine's release: its number, or nothing.
# shellcheck disable=SC1091 # of the machine
release=$(. /etc/os-release 2>/dev/null && [ "${ID-}" = debian ] && echo "${VERSION_ID-}")
read -ra lanes <<<"${lanes_of[${release:-none}]-}"

# has_lane LANE: this release has it. want_lane LANE: it must.
has_lane() { [[ " ${lanes[*]} " == *" $1 "* ]]; }
want_lane() {
	has_lane "$1" && return
	[ ${#lanes[@]} -gt 0 ] || die 2 "no lanes: this machine is neither Debian 12 nor Debian 13"
	die 2 "no lane '$1' in Debian $release: one of ${lanes[*]}"
}

# ynl_of SOURCE: the directory of the YNL programs in a kernel's source. They moved in 6.14.
ynl_of() {
	local dir=$1/tools/net/ynl

	[ ! -d "$dir/pyynl" ] || dir=$dir/pyynl
	printf '%s\n' "$dir"
}

# The newest series of kernels that this version is tested with.
newest_series=$(sed -n 's/^kernels=.*\.\.//p' "$top/packaging/kernels")

# image_of KERNEL: where Debian puts it. The copy in /boot is made at installation.
image_of() {
	local image

	for image in "/boot/vmlinuz-$1" "/lib/modules/$1/vmlinuz"; do
		[ ! -e "$image" ] || { printf '%s\n' "$image"; return; }
	done
	return 1
}

# The installed Debian kernels that can be booted, oldest first.
installed_kernels() {
	local dir

	for dir in /lib/modules/[0-9]*-amd64; do
		case $dir in
		*-cloud-amd64 | *-rt-amd64) continue ;;
		esac
		image_of "${dir##*/}" >/dev/null && [ -e "$dir/build" ] &&
			printf '%s\n' "${dir##*/}"
	done | sort -V
}

# kernels_of SERIES: those of a series, 6.12 for instance.
kernels_of() { installed_kernels | grep -E "^${1//./[.]}[.][0-9]"; }

# The kernel of the lane stock-newest: Debian's newest of the series that this version is tested with.
# If there is none, any that is newer than the releases' own.
newest_kernel() {
	{
		installed_kernels | awk -F . '$1 > 6 || ($1 == 6 && $2 > 12)'
		kernels_of "$newest_series"
	} | tail -n 1
}

# sparse_ran LOG: a build with C= ran sparse on the module. sparse_refused LOG: why it did not, if the
# kernel's Makefile says so. Newer ones only warn if sparse is missing or too old.
sparse_ran() { grep -q '^ *CHECK .*kmod/' "$1"; }
sparse_refused() { sed -n 's/.*: \(C=[12] specified, but .*\)/\1/p' "$1" | head -n 1; }

# is_uml LANE: its kernel is User Mode Linux. is_stock LANE: it is Debian's.
is_uml() { [ "$1" = debug ] || [ "$1" = native ]; }
is_stock() { [[ $1 == stock-* || $1 = arm64 ]]; }

# Sets kver (release), kdir (what `make -C` builds modules against), kimage, karch and
# kmodules (the directory that holds kernel/) for a lane; for one of another machine also kroot
# (its root directory) and kcross (its compiler's prefix). kout is the directory of builds. A kernel
# that is not Debian's is built on first use.
lane_kernel() {
	local own series=${1#stock-}

	want_lane "$1"
	kroot='' kcross='' kout=$build
	if [ "$1" = arm64 ]; then
		kroot=$("$top/scripts/arm64-root") || die 2 "no root of arm64"
		kmodules=$(echo "$kroot"/lib/modules/*-arm64)
		kver=${kmodules##*/}
		kdir=$kroot/usr/src/linux-headers-$kver
		kimage=$kroot/boot/vmlinuz-$kver
		karch=arm64 kcross=aarch64-linux-gnu- kout=$build/arm64
		return
	fi
	if is_stock "$1"; then
		case $1 in
		*-oldest) kver=$(kernels_of "${series%-oldest}" | head -n 1) ;;
		*-newest)
			kver=$(newest_kernel)
			[ -n "$kver" ] || die 2 "no Debian kernel newer than 6.12 with headers installed: run scripts/deps newest"
			;;
		*) kver=$(kernels_of "$series" | tail -n 1) ;;
		esac
		[ -n "$kver" ] || die 2 "no Debian kernel ${1#stock-} with headers installed: run scripts/deps"
		kdir=/lib/modules/$kver/build
		kimage=$(image_of "$kver")
		kmodules=/lib/modules/$kver
		karch=x86_64
		return
	fi
	own=$("$top/scripts/vm.d/kernel" "$1") || die 2 "no $1 kernel"
	kdir=$own/build
	kver=$(sed -n 's/.*UTS_RELEASE "\(.*\)".*/\1/p' "$kdir/include/generated/utsrelease.h")
	kmodules=$own/modules/lib/modules/$kver
	kimage=$kdir/arch/x86/boot/bzImage
	karch=x86_64
	if is_uml "$1"; then
		kimage=$kdir/linux
		karch=um
	fi
}
