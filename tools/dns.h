/* SPDX-License-Identifier: GPL-2.0 */
/* DNS names, each asked for once in a run however many rows have it. */
#ifndef UMBRA_TOOL_DNS_H
#define UMBRA_TOOL_DNS_H

#include "policy.h"

/**
 * struct dns_name - what a name resolved to
 * @next: one that was asked before
 * @name: as it was written
 * @addresses: each once, in the resolver's order; or the last known ones
 * @nr: of @addresses; 0 when there are none
 * @why: why it did not resolve, NULL when it did
 */
struct dns_name {
	struct dns_name *next;
	const char *name;
	struct address *addresses;
	unsigned int nr;
	const char *why;
};

/**
 * dns_find() - a name that was asked for
 * @names: list
 * @name: in any case of letters
 *
 * Return: the name, or NULL when nobody asked.
 */
struct dns_name *dns_find(struct dns_name *names, const char *name);

/**
 * dns_ask() - resolve a name
 * @names: list that it is added to
 * @arena: where it is kept
 * @name: kept by the caller
 *
 * Return: the name, resolved or not, or NULL when out of memory.
 */
struct dns_name *dns_ask(struct dns_name **names, struct arena *arena,
			 const char *name);

/* Give a name that did not resolve what @last had for it, if anything. */
int dns_recall(struct dns_name *name, struct arena *arena,
	       const struct policy *last);

/* Is @address one of the name's? */
bool dns_has(const struct dns_name *name, const struct address *address);

#endif
