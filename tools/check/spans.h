/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Networks as ranges of addresses, for checks that compare addresses. A network
 * also has the ranges of the networks that it contains. A network with more than
 * SPANS_MAX ranges is unknown.
 */
#ifndef UMBRA_TOOL_SPANS_H
#define UMBRA_TOOL_SPANS_H

#include "policy/index.h"

#define SPANS_MAX	256	/* of one network */

/* A range of addresses, on one interface or on any. */
struct span {
	const char *ifname;	/* or NULL */
	struct address first;
	struct address last;
};

struct spans {
	struct span span[SPANS_MAX];
	unsigned int nr;
	bool unknown;		/* too many ranges, or more than addresses */
};

/* The networks of a policy, for spans_get(). */
struct span_source {
	const struct row_list *rows;
	struct index names;
	uint32_t *first;	/* by number of name: its first row in row_of */
	uint32_t *row_of;
};

/* Return: 0 or -ENOMEM; call spans_close() in either case. */
int spans_open(struct span_source *s, const struct policy *p);
void spans_close(struct span_source *s);

/**
 * spans_get() - the ranges of a network
 * @s: networks, without cycles
 * @network: its name; Any is everything, and Firewall is unknown
 * @ifname: only its ranges on this interface; NULL: all
 * @spans: filled in
 */
void spans_get(const struct span_source *s, const char *network,
	       const char *ifname, struct spans *spans);

/* Are all addresses multicast? */
bool spans_are_multicast(const struct spans *spans);

/* Is @span inside one of @spans, and on the same interface if both have one? */
bool span_within(const struct span *span, const struct spans *spans);

#endif
