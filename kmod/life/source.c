// SPDX-License-Identifier: GPL-2.0
/*
 * Sources: how many sessions each holds as their client.
 *
 * Nothing is allocated for a source, so nobody can use up memory, or a table, by having
 * many. Each is counted in one cell of either of two rows, chosen by a keyed hash, and
 * what it holds is the lesser of the two (a count-min sketch). Others who share both
 * cells make it look larger than it is, never smaller: by about what all sources
 * together hold, divided by UMBRA_SOURCE_CELLS, and nobody can choose whose cells he
 * shares. Who asks has to bear that: pressure.c asks for large holders only.
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

/* An IPv4 address and the IPv6 network of the same bits share their cells. */
u32 umbra_source_of(const struct umbra_sources *s, const struct umbra_client_net *net)
{
	return hsiphash_2u32((__force u32)net->word[0], (__force u32)net->word[1], &s->key);
}
