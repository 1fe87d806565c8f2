#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's package of fwtool, through its life: installed, enabled, upgraded, removed, purged.
#
# host/packaging.sh makes it. dpkg installs it here, where nothing that is written reaches the
# host. No systemd runs, so a directory says that one does, and what it would be asked is
# written down in its place.

. "$(dirname -- "$0")/../lib.sh"

case ${UMBRA_LANE-} in
debug | native) ;;
*) echo "# one kernel is enough for this"; exit $SKIP ;;
esac
deb=$(echo "$build"/deb/fwtool_*.deb)
[ -e "$deb" ] && [ -x /usr/bin/deb-systemd-helper ] || {
	echo "# no package in $build/deb (selftests/host/packaging.sh makes it), or no dpkg"
	exit $SKIP
}

asked=$work/asked
links=(/etc/systemd/system/sysinit.target.wants/umbra.service
	/etc/systemd/system/timers.target.wants/umbra-refresh.timer)
mkdir -p /run/systemd/system
cat >/usr/local/sbin/systemctl <<END
#!/bin/sh
echo "\$*" >>$asked
END
chmod 755 /usr/local/sbin/systemctl
export PATH=/usr/local/sbin:$PATH DEBIAN_FRONTEND=noninteractive
# What the host has of policy for services is not meant.
rm -f /usr/sbin/policy-rc.d

# The package has the same files as what is tested here: they come back at the end.
dpkg-deb --fsys-tarfile "$deb" | tar -tf - | grep -v '/$' | sed 's,^\./,,' |
	while read -r file; do
		[ ! -e "/$file" ] || echo "$file"
	done >"$work/files"
tar -C / -cf "$work/before.tar" -T "$work/files"
come_back() {
	rm -rf /usr/local/sbin/systemctl /run/systemd/system
	mkdir -p /etc/umbra && tar -C / -xf "$work/before.tar"
}

# dpkg_does WORD...: with no memory of what systemd was asked before.
dpkg_does() {
	: >"$asked"
	must dpkg --force-depends,unsafe-io --no-triggers "$@"
}
was_asked() { grep -q -- "$1" "$asked" || { fail "systemd was not asked: $1"; note "$(cat "$asked")"; }; }
was_not_asked() { ! grep -q -- "$1" "$asked" || { fail "systemd was asked: $1"; note "$(cat "$asked")"; }; }
linked() { [ -L "$1" ] || fail "no link $1"; }
not_linked() { [ ! -L "$1" ] || fail "$1 is a link to $(readlink "$1")"; }

it "a package that is installed enables and starts nothing"
dpkg_does --install "$deb"
must test -e /lib/systemd/system/umbra.service
for link in "${links[@]}"; do not_linked "$link"; done
was_not_asked 'start umbra.service'

it "an upgrade has the units read again, and stops or starts no firewall"
must env SYSTEMD_OFFLINE=1 /usr/bin/systemctl enable umbra.service
for link in "${links[@]}"; do linked "$link"; done
dpkg_does --install "$deb"
was_asked daemon-reload
was_not_asked 'umbra\.service'
for link in "${links[@]}"; do linked "$link"; done

it "a removal stops the timer, and no firewall"
dpkg_does --remove fwtool
was_asked 'stop.*umbra-refresh.timer'
was_not_asked 'umbra\.service'

it "a purge leaves no links"
dpkg_does --purge fwtool
for link in "${links[@]}"; do not_linked "$link"; done

it "what was there before is there again"
must come_back
must fwtool --version
