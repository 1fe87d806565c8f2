// SPDX-License-Identifier: GPL-2.0
/*
 * Sources: the number of sessions that each source holds as their client.
 *
 * Nothing is allocated for a source, so an attacker with many sources cannot use up memory or a
 * table. There are two rows of counters. A keyed hash chooses one counter (cell) in each row for a
 * source, and the lesser of the two is taken as its number (a count-min sketch). Other sources in
 * the same cells make it look larger than it is, never smaller. The error is about what all sources
 * together hold, divided by UMBRA_SOURCE_CELLS, and nobody can choose with whom to share cells.
 * The caller has to bear that error: pressure.c looks for large sources only.
 */
#include "life/source.h"

#include <linux/mm.h>
#include <linux/random.h>

#include "life/client.h"

int umbra_sources_init(struct umbra_sources *s)
{
	s->cell = kvcalloc(2 * UMBRA_SOURCE_CELLS, sizeof(*s->cell), GFP_KERNEL);
	if (!s->cell)
		return -ENOMEM;
	get_random_bytes(&s->key, sizeof(s->key));
	return 0;
}

void umbra_sources_exit(struct umbra_sources *s)
{
	kvfree(s->cell);
	s->cell = NULL;
}

/* An IPv4 address and an IPv6 network with the same bits share their cells. */
u32 umbra_source_of(const struct umbra_sources *s, const struct umbra_client_net *net)
{
	return hsiphash_2u32((__force u32)net->word[0], (__force u32)net->word[1], &s->key);
}
