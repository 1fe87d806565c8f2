# SPDX-License-Identifier: GPL-2.0
#
# make			the module for a kernel, and fwtool
# make module		only the module	(W=1, C=2 and so on reach kbuild)
# make tools		only fwtool
# make install		both, manual pages, documentation, examples and the systemd unit
# make install-dkms	the module's source for DKMS, in /usr/src
# make install-sysvinit, install-openwrt	an init script instead of the unit
# make deb		Debian packages, in build/deb
# make dist		a tarball of what git has, in build/dist
# make verify		in an unpacked tarball: its files are as `make dist` put them there
# make check		everything in every kernel: scripts/check
# make clean
#
# KDIR=		the kernel to build for: its build directory or its headers; else the
#		running kernel's, else the newest that is installed
# DESTDIR=	where `install` puts its tree; depmod runs only when it is empty
# PREFIX=	/usr
# O=		where objects go, build/ unless told. Nothing is ever built in the
#		sources, so that several kernels can be served from one checkout.
# UMBRA_KUNIT=1	build and install umbra_kunit.ko too, if the kernel has KUnit

PREFIX		?= /usr
DESTDIR		?=
INSTALL		?= install
DEPMOD		?= depmod

top := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))

# O= is ours; kbuild and tools/ get theirs.
O ?= $(top)/build
BUILD := $(abspath $(O))
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))
unexport O

ifndef KDIR
KDIR := $(wildcard /lib/modules/$(shell uname -r)/build)
ifeq ($(KDIR),)
KDIR := $(lastword $(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V))
KDIR_PICKED := $(KDIR)
endif
endif
# Not include/config/kernel.release: Debian's 6.1 has its upstream version there.
KREL := $(if $(KDIR),$(shell sed -n 's/.*UTS_RELEASE "\(.*\)".*/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null))

module_dir := $(BUILD)/module-$(KREL)
tools_dir  := $(BUILD)/tools

# Module, tool, manual pages, DKMS and packages have the version that this file says.
VERSION := $(shell cat $(top)/VERSION)

.PHONY: all module tools install install-module install-tools install-files \
	install-manuals install-dkms install-sysvinit install-openwrt deb dist verify check \
	clean kernel
all: module tools

kernel:
ifneq ($(KDIR_PICKED),)
	@echo "no headers for the running kernel: building for $(KREL) (KDIR=$(KDIR))" >&2
endif
	@test -n "$(KREL)" || { echo "no kernel headers$(if $(KDIR), in $(KDIR)):" \
		"install linux-headers-$$(uname -r), or name a kernel with KDIR=" >&2; exit 1; }

# The sources are mirrored by content. A file that changed gets the time of its mirroring,
# which is later than that of any object made from what it was: an edit during a build is
# never missed. The lock on the mirror lets two makes for one kernel follow each other.
mirror = rsync -a --no-times --checksum --delete --exclude='*.ko' --exclude='*.o' \
	--exclude='*.mod' --exclude='*.mod.c' --exclude='*.a' --exclude='.*' \
	--exclude='*.gcno' --exclude='*.gcda' \
	--exclude='Module.symvers' --exclude='modules.order' \
	$(top)/VERSION $(top)/Kbuild $(top)/kmod $(top)/uapi $(module_dir)/

module: kernel
	@mkdir -p $(module_dir)
	+@flock $(module_dir)/.lock sh -c '$(mirror) && \
		exec $(MAKE) --no-print-directory -C $(KDIR) M=$(module_dir) modules'

tools:
	@mkdir -p $(tools_dir)
	+@flock $(tools_dir)/.lock $(MAKE) --no-print-directory -C $(top)/tools \
		O=$(tools_dir)

install: install-module install-tools

modules_to := $(DESTDIR)/lib/modules/$(KREL)/updates
kunit_ko := $(module_dir)/kmod/test/umbra_kunit.ko

install-module: module
	$(INSTALL) -d $(modules_to)
	$(INSTALL) -m 644 $(module_dir)/kmod/umbra.ko $(modules_to)/umbra.ko
	$(if $(UMBRA_KUNIT),test ! -e $(kunit_ko) || \
		$(INSTALL) -m 644 $(kunit_ko) $(modules_to)/umbra_kunit.ko)
	$(if $(DESTDIR),,$(DEPMOD) -a $(KREL))

man_dir := $(PREFIX)/share/man
man8 := $(wildcard $(top)/tools/man/*.8)
man5 := $(wildcard $(top)/tools/man/*.5)
completion := $(wildcard $(top)/share/bash-completion/fwtool)
# A file, or a directory of them.
services := $(wildcard $(top)/share/services/*)
services_dir := $(if $(services),/services)
services := $(or $(services),$(wildcard $(top)/share/services))

# $(call put,FILES,DIRECTORY)
put = $(if $(strip $(1)),$(INSTALL) -d $(DESTDIR)$(2) && \
	$(INSTALL) -m 644 $(1) $(DESTDIR)$(2)/)

docs := $(wildcard $(top)/Documentation/*.md)
doc_dir := $(PREFIX)/share/doc/umbra

install-tools: tools install-files install-manuals
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/sbin
	$(INSTALL) -m 755 $(tools_dir)/fwtool $(DESTDIR)$(PREFIX)/sbin/fwtool
	$(call put,$(services),$(PREFIX)/share/umbra$(services_dir))
	$(call put,$(completion),$(PREFIX)/share/bash-completion/completions)
	$(call put,$(wildcard $(top)/uapi/linux/*.h),$(PREFIX)/include/linux)

install-manuals:
	$(call put,$(man8),$(man_dir)/man8)
	$(call put,$(man5),$(man_dir)/man5)
	sed -i '/^\.TH /s/"Umbra"/"Umbra $(VERSION)"/' \
		$(addprefix $(DESTDIR)$(man_dir)/man8/,$(notdir $(man8))) \
		$(addprefix $(DESTDIR)$(man_dir)/man5/,$(notdir $(man5)))

# What needs no compiler.
install-files:
	$(INSTALL) -d $(DESTDIR)/etc/umbra $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in umbra.service umbra-refresh.service umbra-refresh.timer; do \
		sed 's|/usr/sbin/|$(PREFIX)/sbin/|' $(top)/packaging/$$unit \
			>$(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; \
	done
	$(call put,$(top)/README.md $(top)/CHANGELOG.md,$(doc_dir))
	$(call put,$(docs),$(doc_dir)/Documentation)
	$(call put,$(wildcard $(top)/examples/*),$(doc_dir)/examples)

install-sysvinit:
	$(INSTALL) -D -m 755 $(top)/packaging/umbra.init $(DESTDIR)/etc/init.d/umbra

install-openwrt:
	$(INSTALL) -D -m 755 $(top)/packaging/openwrt/umbra.init $(DESTDIR)/etc/init.d/umbra

dkms_dir := $(DESTDIR)/usr/src/umbra-$(VERSION)

install-dkms:
	$(INSTALL) -d $(dkms_dir)
	rsync -a --delete --exclude='.*' $(top)/VERSION $(top)/Kbuild $(top)/kmod $(top)/uapi \
		$(top)/COPYING $(dkms_dir)/
	$(top)/packaging/dkms-conf >$(dkms_dir)/dkms.conf

# dpkg-buildpackage wants debian/ at the top of a tree of its own.
deb:
	rm -rf $(BUILD)/deb
	mkdir -p $(BUILD)/deb/umbra
	rsync -a --exclude=/build --exclude=.git $(top)/ $(BUILD)/deb/umbra/
	cp -r $(top)/packaging/debian $(BUILD)/deb/umbra/debian
	$(top)/packaging/debian-changelog >$(BUILD)/deb/umbra/debian/changelog
	cd $(BUILD)/deb/umbra && dpkg-buildpackage -us -uc -b

dist:
	$(top)/scripts/dist $(BUILD)/dist

verify:
	@test -e $(top)/SHA256SUMS || { echo "no SHA256SUMS here: only tarballs of" \
		"\`make dist\` have it" >&2; exit 1; }
	cd $(top) && sha256sum --check --strict --quiet SHA256SUMS

check:
	$(top)/scripts/check

clean:
	rm -rf $(BUILD)
