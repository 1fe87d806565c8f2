/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interface names by index, with a cache: a dump asks for two names per session.
 */
#ifndef IFNAME_H
#define IFNAME_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#define IFNAME_SLOTS 64

/**
 * struct ifnames - the cache; begin with all 0
 * @slots: by index modulo IFNAME_SLOTS; a slot holds the name last looked up for it
 */
struct ifnames {
	struct {
		uint32_t ifindex;
		char name[IF_NAMESIZE];
	} slots[IFNAME_SLOTS];
};

/**
 * ifname_of() - the name of an interface
 * @names: cache
 * @ifindex: its index, 0 for the firewall itself
 *
 * Return: its name; "firewall" for 0; "#7" if interface 7 no longer exists. Valid until
 * the next call.
 */
const char *ifname_of(struct ifnames *names, uint32_t ifindex);

/**
 * ifname_is_alternative() - is this an alternative name of an interface?
 * @name: name
 * @real: set to the interface's own name, if so
 */
bool ifname_is_alternative(const char *name, char real[IF_NAMESIZE]);

#endif
