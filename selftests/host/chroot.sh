#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# scripts/chroot runs a command in another release, and leaves nothing behind. Its root is made
# of busybox here, by stand-ins for apt and mmdebstrap: what Debian makes is tested by
# scripts/check --long.
. "$(dirname "$0")/findings.sh"
work=$(mktemp -d) || exit 1
trap 'kill "${jobs[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT
export UMBRA_CACHE=$work/cache UMBRA_BUILD=$work/build
jobs=()
is() { [ "$1" = "$2" ] || { echo "'$1', not '$2'"; return 1; }; }
becomes() { # COMMAND...: it succeeds in a while
	local end=$((SECONDS + 30))

	until "$@"; do
		[ $SECONDS -lt $end ] || { echo "after 30 s still not: $*"; return 1; }
		read -rt 0.1 <>"$work/never"
	done
	return 0
}
mkfifo "$work/never"
chroot() { "$top/scripts/chroot" "$@"; }

if [ "$(id -u)" != 0 ] || ! unshare --mount --pid --fork true 2>/dev/null ||
	! command -v busybox >/dev/null || ! grep -qw overlay /proc/filesystems; then
	echo "1..0 # SKIP needs root, namespaces of its own, overlayfs and busybox"
	exit
fi

# The machine: three sources of its own release, and one of somebody else's.
mkdir -p "$work/bin"
own=$(. /etc/os-release && echo "$VERSION_CODENAME")
cat >"$work/bin/apt-get" <<END
#!/bin/sh
case "\$*" in
*indextargets*)
	cat <<-END2
		http://mirror.invalid/debian/ $own main
		http://mirror.invalid/debian/ $own-updates main
		http://mirror.invalid/security/ $own-security main
		http://other.invalid/ nodistro main
	END2
	;;
esac
END
# mmdebstrap OPTION... NAME ROOT SOURCES
cat >"$work/bin/mmdebstrap" <<'END'
#!/bin/bash
root=${@: -2:1} name=${@: -3:1}
echo "I: as mmdebstrap for $name"
[ ! -e "$UMBRA_CACHE/broken" ] || { mkdir -p "$root/half"; echo "E: no such archive"; exit 1; }
mkdir -p "$root/bin" "$root/etc"
cp "$(command -v busybox)" "$root/bin/"
for applet in sh cat awk echo mkdir rm touch ls umount; do ln -s busybox "$root/bin/$applet"; done
printf 'ID=debian\nVERSION_ID=%s\n' "$([ "$name" = trixie ] && echo 13 || echo 12)" >"$root/etc/os-release"
# All packages are installed; of linux-image-6.1.0-*-amd64 there are two.
cat >"$root/bin/dpkg-query" <<'END2'
#!/bin/sh
shift 2
for package; do echo "ii $package"; done
[ $# -gt 1 ] || echo "ii another"
END2
chmod 755 "$root/bin/dpkg-query"
END
printf '#!/bin/sh\necho "ii mmdebstrap"\n' >"$work/bin/dpkg-query"
chmod 755 "$work/bin"/*
PATH=$work/bin:$PATH
dir=$UMBRA_CACHE/debian-13

bad_usage() {
	is "$(chroot 11 2>&1; echo $?)" "chroot: no release '11': 12 or 13
2" && is "$(chroot 13 true 2>&1; echo $?)" "chroot: '--' goes before the command: scripts/chroot 13 -- true ...
2" && is "$(chroot -- true 2>&1; echo $?)" "chroot: no release: scripts/chroot RELEASE -- COMMAND...
2"
}
no_root() {
	mkdir -p "$UMBRA_CACHE"
	touch "$UMBRA_CACHE/broken"
	said=$(chroot 13 -- true 2>&1)
	is $? 1 && grep -q '^E: no such archive' <<<"$said" && [ ! -e "$dir/root" ]
	local status=$?
	rm "$UMBRA_CACHE/broken"
	[ $status = 0 ] || { echo "$said"; return 1; }
}
first_use() {
	is "$(chroot 13 -- cat /etc/os-release 2>/dev/null)" "ID=debian
VERSION_ID=13" && [ ! -e "$dir/root/half" ] && is "$(cat "$dir/sources.list")" \
		"deb http://mirror.invalid/debian/ trixie main
deb http://mirror.invalid/debian/ trixie-backports main
deb http://mirror.invalid/debian/ trixie-updates main
deb http://mirror.invalid/security/ trixie-security main"
}
status_of() { chroot trixie -- sh -c 'echo heard; read line; echo "$line"; exit 7' <<<"line"; }
passes_status() { is "$(status_of; echo $?)" "heard
line
7"; }
sees_checkout() {
	cd "$top/scripts" || return
	is "$(chroot 13 -- sh -c 'echo "$PWD"; cat ../Kbuild')" "$top/scripts
$(cat "$top/Kbuild")"
}
leaves_nothing() {
	cd "$top" || return
	chroot 13 -- sh -c 'echo x >README.md && echo x >new && rm COPYING && echo x >/etc/new &&
		rm /etc/os-release && touch /dev/shm/umbra-new /tmp/umbra-new' || return
	[ -e COPYING ] && [ ! -e new ] && ! grep -qx x README.md &&
		[ ! -e /dev/shm/umbra-new ] && [ ! -e /tmp/umbra-new ] &&
		is "$(chroot 13 -- sh -c 'ls /etc/os-release /etc/new COPYING 2>/dev/null')" "/etc/os-release
COPYING"
}
keeps_build() {
	cd "$top" || return
	chroot 13 -- sh -c 'echo built >build/new && echo kernel >/var/cache/umbra/new' &&
		is "$(cat "$UMBRA_BUILD/debian-13/new" "$dir/cache/new")" "built
kernel" && is "$(chroot 13 -- cat build/new /var/cache/umbra/new)" "built
kernel"
}
# begin WORD: a command that stays, with the word among its arguments.
begin() {
	rm -f "$UMBRA_BUILD/debian-13/begun"
	"$top/scripts/chroot" 13 -- sh -c 'echo begun >'"$top"'/build/begun
		echo child | { read x; cat; } & cat' "$1" <>"$work/never" >/dev/null 2>&1 &
	jobs+=($!)
	becomes test -s "$UMBRA_BUILD/debian-13/begun"
}
none() { ! pgrep -f "$1" >/dev/null; }
ends_by() { # SIGNAL
	local word=umbra-stays-$1-$$

	begin "$word" && kill -"$1" "${jobs[-1]}" && becomes none "$word" &&
		becomes flock -n -x "$dir/lock" true && ! grep -q "$UMBRA_CACHE" /proc/mounts
}
keep_waits() {
	begin umbra-keeps-$$ || return
	echo early >"$dir/cache/when"
	"$top/scripts/chroot" --keep 13 -- sh -c 'cat /var/cache/umbra/when >/etc/kept' 2>"$work/said" >&2 &
	jobs+=($!)
	becomes grep -q 'waiting for other commands in Debian 13' "$work/said" &&
		is "$(chroot 13 -- sh -c 'echo beside; exit 0')" beside || return
	echo late >"$dir/cache/when"
	kill "${jobs[-2]}" && wait "${jobs[-1]}" && is "$(chroot 13 -- cat /etc/kept)" late
}
renews() { is "$(chroot --renew 13 -- sh -c 'ls /etc/kept /etc/os-release' 2>/dev/null)" /etc/os-release; }

passes "bad usage gets a sentence and status 2" bad_usage
passes "if the root cannot be made, the reason is printed, and there is no half of one" no_root
passes "a root is made from the machine's own sources, with the name of the release replaced" first_use
passes "a command's input, output and status pass through" passes_status
passes "a command sees this checkout, at the same path" sees_checkout
passes "what a command writes to the checkout and to the root is gone when it ends" leaves_nothing
passes "the directory of builds and the cache of kernels stay" keeps_build
passes "when it is killed, all its processes and mounts end" ends_by KILL
passes "when it is told to end, all its processes and mounts end" ends_by TERM
passes "with --keep a command waits until it is alone, and what it writes to the root stays" keep_waits
passes "with --renew the root is made again" renews
echo "1..$n"
