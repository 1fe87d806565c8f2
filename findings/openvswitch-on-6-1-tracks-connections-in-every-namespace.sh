#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Surprise: on Linux 6.1, loading the module openvswitch is enough to make connection tracking see
# every packet of every network namespace, present and future; no switch is needed. The
# module sets up its limit of connections for a zone when a namespace appears. nf_conncount_init()
# of that kernel then registers conntrack's hooks there, with or without a limit. So a router that
# tracked nothing begins to, and a fast path for packets without other hooks is lost. On
# 6.12 the hooks come with the first limit.
#
# Seen on Debian 12: linux-image-6.1.0-57-amd64 6.1.192-3 tracks one connection, and
# linux-image-6.12.117+deb12-amd64 6.12.117-1~deb12u1 none, after one ping over loopback in a
# namespace of its own, with both modules loaded and no rule anywhere.
#
# Downloads both kernels and busybox-static 1:1.35.0-4+deb12u1+b1 into a temporary folder and boots them
# with the machine's qemu-system-x86_64. Fails if either is not as seen.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chmod 755 .
command -v qemu-system-x86_64 cpio xz >/dev/null || { echo "qemu-system-x86, cpio and xz-utils are needed" >&2; exit 2; }

# take PACKAGE=VERSION: unpacks it in a folder of its name
take() {
	apt-get -q download "$1" >log 2>&1 || { cat log >&2; exit 2; }
	dpkg-deb -x "${1%%=*}"_*.deb "${1%%=*}"
}

# image PACKAGE: makes an initramfs that loads openvswitch and counts tracked connections
image() {
	mkdir -p "ram-$1/bin" "ram-$1/proc" "ram-$1/sys" "ram-$1/lib"
	cp busybox-static/bin/busybox "ram-$1/bin/"
	cp -r "$1/lib/modules" "ram-$1/lib/"
	depmod -b "ram-$1" "$(ls "ram-$1/lib/modules")"
	modules=$(modprobe -d "$PWD/ram-$1" -S "$(ls "ram-$1/lib/modules")" --show-depends openvswitch |
		awk '$1 == "insmod" { print $2 }')
	: >"ram-$1/order"
	for module in $modules; do
		name=$(basename "${module%.xz}")
		case $module in
		*.xz) xz -dc "$module" ;;
		*) cat "$module" ;;
		esac >"ram-$1/$name"
		echo "$name" >>"ram-$1/order"
	done
	rm -r "ram-$1/lib"
	cat >"ram-$1/init" <<-'END'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		while read -r module; do insmod "/$module"; done </order
		unshare -n sh -c 'ip link set lo up; ping -c 1 127.0.0.1 >/dev/null
			echo "tracked: $(cat /proc/sys/net/netfilter/nf_conntrack_count)"'
		poweroff -f
	END
	chmod 755 "ram-$1/init"
	(cd "ram-$1" && find . | cpio -o -H newc --quiet) >"$1.ram"
}

# tracks PACKAGE=VERSION NUMBER
status=0
tracks() {
	package=${1%%=*}
	take "$1"
	image "$package"
	timeout 300 qemu-system-x86_64 -nodefaults -display none -no-reboot -m 512 \
		-kernel "$package"/boot/vmlinuz-* -initrd "$package.ram" -serial file:console \
		-append 'console=ttyS0 quiet panic=-1' </dev/null || :
	said=$(tr -d '\r' <console | sed -n 's/^tracked: //p')
	printf '%-34s tracked %s\n' "$package" "${said:-?}"
	[ "$said" = "$2" ] || status=1
}

take busybox-static=1:1.35.0-4+deb12u1+b1
tracks linux-image-6.1.0-57-amd64=6.1.192-3 1
tracks linux-image-6.12.117+deb12-amd64=6.12.117-1~deb12u1 0
exit $status
