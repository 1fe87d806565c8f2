/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DNS names, each asked for once in a run however many rows have it.
 *
 * A name keeps an address for DNS_STAYS after it was last in an answer: many names have some of
 * many addresses in each answer, and connections to the others go on. When an address is
 * missing for the first time the row says until when it stays, so this is known to the next run.
 * What was not answered changes nothing.
 */
#ifndef UMBRA_TOOL_DNS_H
#define UMBRA_TOOL_DNS_H

#include "policy/policy.h"
#include "policy/resolver.h"

#define DNS_STAYS	3600	/* seconds */
#define DNS_STAY_MAX	32	/* addresses of a name: those that were last seen latest */

/**
 * struct dns_address - an address of a name
 * @address: address
 * @until: 0 while it is in the answers; else when it goes, in seconds since 1970
 */
struct dns_address {
	struct address address;
	uint64_t until;
};

/**
 * struct dns_name - what a name resolved to
 * @next: one that was asked before
 * @name: as it was written
 * @addresses: each once, those in the answer first
 * @nr: of @addresses; 0 when there are none
 * @nr_found: of them, those in the answer
 * @answer: what was answered
 * @why: why nothing was found, NULL when something was
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

/**
 * dns_recall() - add what a name had and still keeps
 * @name: name, asked
 * @arena: where its addresses are kept
 * @last: the policy that knows
 * @now: seconds since 1970
 *
 * Return: 0 or -ENOMEM.
 */
int dns_recall(struct dns_name *name, struct arena *arena,
	       const struct policy *last, uint64_t now);

/* Is @address one of the name's that are not about to go? */
bool dns_has(const struct dns_name *name, const struct address *address);

#endif
