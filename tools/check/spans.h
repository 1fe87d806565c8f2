/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Networks as ranges of addresses, those of the networks in them included. For
 * checks that compare addresses; a network with very many is left alone.
 */
#ifndef UMBRA_TOOL_SPANS_H
#define UMBRA_TOOL_SPANS_H

#include "policy/index.h"

#define SPANS_MAX	256	/* of one network */

/* A range, on an interface or anywhere. */
struct span {
	const char *ifname;	/* or NULL */
	struct address first;
	struct address last;
};

struct spans {
	struct span span[SPANS_MAX];
	unsigned int nr;
	bool unknown;		/* too many, or not a matter of addresses */
};

/* The networks of a policy, to be asked for their ranges. */
struct span_source {
	const struct row_list *rows;
	struct index names;
	uint32_t *first;	/* by number of name: its rows in row_of */
	uint32_t *row_of;
};

/* Return: 0 or -ENOMEM; close it in either case. */
int spans_open(struct span_source *s, const struct policy *p);
void spans_close(struct span_source *s);

/**
 * spans_get() - the ranges of a network
 * @s: networks, which have no cycle
 * @network: its name; Any is everything, and of Firewall nothing is known
 * @ifname: only what is there on this interface, or NULL
 * @spans: filled in
 */
void spans_get(const struct span_source *s, const char *network,
	       const char *ifname, struct spans *spans);

/* Is there no address in it but multicasts? */
bool spans_are_multicast(const struct spans *spans);

/* The same range, or part of it, and on the same interface if that has one. */
bool span_within(const struct span *span, const struct spans *spans);

#endif
