/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resolver: the addresses of a name in each family, and whether each query was answered.
 *
 * getaddrinfo() sends two queries. If one of them fails, it returns the answer to the other
 * without reporting the failure. So c-ares sends the queries for A and AAAA separately.
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
 * struct answer - the addresses of a name
 * @addresses: in the order of the answers
 * @nr: number of @addresses
 * @why: by family: why the query was not answered; NULL for any answer, also for "no address"
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
 * A name in the hosts file has only the addresses there. For any other name DNS is asked, with
 * the servers, search list, timeout and attempts of resolv.conf. If DNS finds no address, the
 * other sources of nsswitch.conf are asked.
 *
 * Return: 0 or -ENOMEM.
 */
int resolver_ask(const char *name, struct arena *arena, struct answer *answer);

#endif
