/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of interfaces for their indices, remembered: a dump has two a session.
 */
#ifndef IFNAME_H
#define IFNAME_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#define IFNAME_SLOTS 64

/**
 * struct ifnames - what was looked up; begin with all 0
 * @slots: by index modulo IFNAME_SLOTS; the last that was asked for stays
 */
struct ifnames {
	struct {
		uint32_t ifindex;
		char name[IF_NAMESIZE];
	} slots[IFNAME_SLOTS];
};

/**
 * ifname_of() - the name of an interface
 * @names: memory
 * @ifindex: its index, 0 for the firewall itself
 *
 * Return: its name; "firewall"; "#7" if it is gone. Valid until the next call.
 */
const char *ifname_of(struct ifnames *names, uint32_t ifindex);

/**
 * ifname_is_alternative() - is there an interface that has this as an alternative name?
 * @name: name
 * @real: gets the interface's own name, if so
 */
bool ifname_is_alternative(const char *name, char real[IF_NAMESIZE]);

#endif
