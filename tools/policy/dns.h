/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DNS names. Each is resolved once in a run, however many rows contain it.
 *
 * Many names have more addresses than one answer contains, and connections to the others go on.
 * So an address that is missing from an answer expires only after DNS_STAYS. The row records that
 * time, so that the next run knows it. A query without an answer changes nothing.
 */
#ifndef UMBRA_TOOL_DNS_H
#define UMBRA_TOOL_DNS_H

#include "policy/policy.h"
#include "policy/resolver.h"

#define DNS_STAYS	3600	/* seconds */
#define DNS_STAY_MAX	32	/* missing addresses of a name: those that expire last */

/**
 * struct dns_address - an address of a name
 * @address: address
 * @until: 0 while it is in the answers; else when it expires, in seconds since 1970
 */
struct dns_address {
	struct address address;
	uint64_t until;
};

/**
 * struct dns_name - the addresses of a name
 * @next: the name that was resolved before this one
 * @name: as it was written
 * @addresses: each once; those in the answer come first
 * @nr: number of @addresses
 * @nr_found: number of @addresses that are in the answer
 * @answer: the resolver's answer
 * @why: why no address was found; NULL when one was
 */
struct dns_name {
	struct dns_name *next;
	const char *name;
	struct dns_address *addresses;
	unsigned int nr;
	unsigned int nr_found;
	struct answer answer;
	const char *why;
};

/**
 * dns_find() - find a name that was resolved in this run
 * @names: list
 * @name: upper and lower case are the same
 *
 * Return: the name; NULL when it is not in @names.
 */
struct dns_name *dns_find(struct dns_name *names, const char *name);

/**
 * dns_ask() - resolve a name
 * @names: list; the name is added to it
 * @arena: where the name's addresses are kept
 * @name: must live as long as @names
 *
 * Return: the name, resolved or not, or NULL when out of memory.
 */
struct dns_name *dns_ask(struct dns_name **names, struct arena *arena,
			 const char *name);

/**
 * dns_recall() - add the addresses that a name had before and still keeps
 * @name: name, from dns_ask()
 * @arena: where its addresses are kept
 * @last: the policy that has the earlier addresses
 * @now: seconds since 1970
 *
 * Return: 0 or -ENOMEM.
 */
int dns_recall(struct dns_name *name, struct arena *arena,
	       const struct policy *last, uint64_t now);

/* Is @address one of the name's addresses that do not expire? */
bool dns_has(const struct dns_name *name, const struct address *address);

#endif
