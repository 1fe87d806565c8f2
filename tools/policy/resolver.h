/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resolver: what a name has of each family, and whether that was answered at all.
 *
 * getaddrinfo() takes the answer to one of its two questions for the whole when the other
 * one fails, and does not say so. So A and AAAA are asked apart, by c-ares.
 */
#ifndef UMBRA_TOOL_RESOLVER_H
#define UMBRA_TOOL_RESOLVER_H

#include "base/address.h"
#include "base/arena.h"

enum family {
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILY_MAX,
};

/**
 * struct answer - what a name has
 * @addresses: in the order of the answers
 * @nr: of @addresses
 * @why: by family: why it was not answered; NULL when it was, be it that there is none
 */
struct answer {
	struct address *addresses;
	unsigned int nr;
	const char *why[FAMILY_MAX];
};

/**
 * resolver_ask() - ask for the addresses of a name
 * @name: name
 * @arena: where the addresses are kept
 * @answer: result
 *
 * A name in the hosts file is what it has there. Else DNS is asked, with the servers, search
 * list, timeout and attempts of resolv.conf; and when that finds nothing, whatever else
 * nsswitch.conf names.
 *
 * Return: 0 or -ENOMEM.
 */
int resolver_ask(const char *name, struct arena *arena, struct answer *answer);

#endif
