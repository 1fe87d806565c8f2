#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Surprise: an IPv6 router whose route says "mtu 1300" forwards part of what does not fit. When the
# sender hands over a batch of datagrams at once (UDP_SEGMENT), the batch crosses the router as
# one packet. Forwarding compares only with the device's MTU, and counts the batch as forwarded. The
# comparison with the route's MTU comes later, behind all hooks. There the batch is cut up: the
# datagrams that are too large are refused with "packet too big", one error each, and the short last one
# is sent. With "mtu lock 1300", forwarding itself refuses the batch: one error, and nothing is sent.
# A path MTU that the router has learnt acts like the route without "lock".
#
# Seen on Debian 12 with linux-image-6.1.0-57-amd64 6.1.192-3 and with
# linux-image-6.12.117+deb12-amd64 6.12.117-1~deb12u1, for a batch of 1,340, 1,340 and 100 bytes:
#
#	mtu 1500        received 1340 1340 100, 0 errors
#	mtu 1300        received 100, 2 errors
#	mtu lock 1300   received nothing, 1 error
#
# Downloads both kernels and busybox-static 1:1.35.0-4+deb12u1+b1 into a temporary folder and boots them
# with the machine's qemu-system-x86_64. Fails if either is not as seen.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
chmod 755 .
command -v qemu-system-x86_64 cpio xz gcc >/dev/null ||
	{ echo "qemu-system-x86, cpio, xz-utils and gcc are needed" >&2; exit 2; }

# batch send: three datagrams from fd01::2 to fd02::2. batch receive: prints the sizes of what comes
# within four seconds.
cat >batch.c <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

static char bytes[2 * 1340 + 100];

static int receive(int fd, struct sockaddr_in6 *end)
{
	struct timeval patience = { .tv_sec = 4 };
	ssize_t size;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (bind(fd, (void *)end, sizeof(*end)))
		return 1;
	while ((size = recv(fd, bytes, sizeof(bytes), 0)) >= 0)
		printf("%zd ", size);
	return 0;
}

static int send_batch(int fd, struct sockaddr_in6 *end)
{
	int probe = 3, segment = 1340;

	inet_pton(AF_INET6, "fd02::2", &end->sin6_addr);
	setsockopt(fd, IPPROTO_IPV6, 23, &probe, sizeof(probe));	/* IPV6_MTU_DISCOVER */
	setsockopt(fd, IPPROTO_UDP, 103, &segment, sizeof(segment));	/* UDP_SEGMENT */
	return sendto(fd, bytes, sizeof(bytes), 0, (void *)end, sizeof(*end)) != sizeof(bytes);
}

int main(int argc, char **argv)
{
	struct sockaddr_in6 end = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	return argv[1][0] == 's' ? send_batch(fd, &end) : receive(fd, &end);
}
END
gcc -static -o batch batch.c

# take PACKAGE=VERSION: unpacks it in a folder of its name
take() {
	apt-get -q download "$1" >log 2>&1 || { cat log >&2; exit 2; }
	dpkg-deb -x "${1%%=*}"_*.deb "${1%%=*}"
}

# image PACKAGE: makes an initramfs with a sender, a router and a receiver
image() {
	mkdir -p "ram-$1/bin" "ram-$1/proc" "ram-$1/sys" "ram-$1/dev"
	cp busybox-static/bin/busybox batch "ram-$1/bin/"
	module=$(find "$1/lib/modules" -name 'veth.ko*')
	case $module in
	*.xz) xz -dc "$module" ;;
	*) cat "$module" ;;
	esac >"ram-$1/veth.ko"
	cat >"ram-$1/init" <<-'END'
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		insmod /veth.ko
		echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		# host NUMBER: a namespace with fdNUMBER::2; its veth's other end is rNUMBER, here.
		host() {
			unshare -n sleep 1000 &
			eval "pid$1=$!"
			sleep 1
			ip link add h$1 type veth
			for peer in /sys/class/net/veth*; do ip link set ${peer##*/} name r$1; done
			ip link set h$1 netns $!
			ip link set r$1 up
			ip -6 addr add fd0$1::1/64 dev r$1
			nsenter -n -t $! sh -c "echo 0 >/proc/sys/net/ipv6/conf/h$1/accept_dad
				ip link set h$1 up; ip -6 addr add fd0$1::2/64 dev h$1
				ip -6 route add default via fd0$1::1"
		}
		host 1
		host 2
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
		sleep 3
		at() { nsenter -n -t $1 awk "\$1 == \"$2\" { print \$2 }" /proc/net/snmp6; }
		try() {
			ip -6 route del fd02::/64 dev r2
			ip -6 route add fd02::/64 dev r2 "$@"
			errors=$(at $pid1 Icmp6InPktTooBigs)
			nsenter -n -t $pid2 batch receive >/received &
			sleep 1
			nsenter -n -t $pid1 batch send
			wait $!
			echo "seen: $*: received $(cat /received), $(($(at $pid1 Icmp6InPktTooBigs) - errors)) errors"
		}
		try mtu 1500
		try mtu 1300
		nsenter -n -t $pid1 ip -6 route flush cache
		try mtu lock 1300
		poweroff -f
	END
	chmod 755 "ram-$1/init"
	(cd "ram-$1" && find . | cpio -o -H newc --quiet) >"$1.ram"
}

# forwards PACKAGE=VERSION: boots it, and compares what it prints
status=0
forwards() {
	package=${1%%=*}
	take "$1"
	image "$package"
	timeout 300 qemu-system-x86_64 -nodefaults -display none -no-reboot -m 512 \
		-kernel "$package"/boot/vmlinuz-* -initrd "$package.ram" -serial file:console \
		-append 'console=ttyS0 quiet panic=-1' </dev/null || :
	echo "$package"
	tr -d '\r' <console | sed -n 's/^seen: /  /p' | tee said
	printf '  %s\n' 'mtu 1500: received 1340 1340 100 , 0 errors' 'mtu 1300: received 100 , 2 errors' \
		'mtu lock 1300: received , 1 errors' | cmp -s - said || status=1
}

take busybox-static=1:1.35.0-4+deb12u1+b1
forwards linux-image-6.1.0-57-amd64=6.1.192-3
forwards linux-image-6.12.117+deb12-amd64=6.12.117-1~deb12u1
exit $status
