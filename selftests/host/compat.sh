#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# scripts/compat prints for which kernels the module compiles. Stand-ins for apt, dpkg-deb and make
# have two kernels, and the module compiles for one of them.
. "$(dirname "$0")/findings.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export UMBRA_CACHE=$work/cache UMBRA_BUILD=$work/build
mkdir "$work/bin"
cat >"$work/bin/apt-cache" <<'END'
#!/bin/sh
case $1 in
pkgnames) printf 'linux-headers-%s\n' amd64 7.3.4+deb13-amd64 7.3.4+deb13-rt-amd64 \
	7.4.1+deb13-amd64 7.4.1+deb13-common 6.1.0-57-amd64 6.12-amd64 ;;
show) echo "Depends: linux-headers-7.4.1+deb13-common (= 7.4.1-1), linux-image-7.4.1, linux-kbuild-7.4.1+deb13" ;;
esac
END
cat >"$work/bin/apt-get" <<END
#!/bin/sh
echo "\$*" >>$work/apt
touch some.deb
END
cat >"$work/bin/make" <<END
#!/bin/sh
echo "\$*" >>$work/made
case "\$*" in
*7.4.1*) echo "/x/module-7.4.1/kmod/main.c:3:1: error: no such thing"; exit 2 ;;
esac
END
printf '#!/bin/sh\n' >"$work/bin/dpkg-deb"
chmod 755 "$work"/bin/*
export PATH=$work/bin:$PATH
cd "$work" || exit 1

table=$("$top/scripts/compat" --here 6.12 7. 2>/dev/null)
status=$?
result "a kernel for which the module compiles is listed so" "$(
	grep -qP '^7\.3\.4\+deb13-amd64\t.*\tcompiles$' <<<"$table" || echo "$table")"
result "another one is listed with its first error, and the table fails" "$(
	grep -qP '^7\.4\.1\+deb13-amd64\t.*\tkmod/main.c:3:1: error: no such thing$' <<<"$table" || echo "$table"
	[ $status = 1 ] || echo "status $status")"
result "only kernels that were asked for are listed, and no rt kernel or metapackage" "$(
	[ "$(wc -l <<<"$table")" = 2 ] || echo "$table")"
result "the headers are unpacked with the packages that they need, without the kernel" "$(
	grep -q 'download linux-headers-7.4.1+deb13-amd64 linux-headers-7.4.1+deb13-common linux-kbuild-7.4.1+deb13$' apt ||
		cat apt)"
"$top/scripts/compat" --here 7. >/dev/null 2>&1
result "a kernel is not compiled again for the same module" "$(
	[ "$(wc -l <made)" = 2 ] || cat made)"
echo "1..$n"
