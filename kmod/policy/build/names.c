// SPDX-License-Identifier: GPL-2.0
/* Building a policy: names and their numbers, by open addressing. */
#include "policy/build/build.h"

#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/string.h>

int umbra_names_init(struct umbra_names *n, u32 room)
{
	u32 slots = roundup_pow_of_two(2 * room + 2);

	n->room = room;
	n->mask = slots - 1;
	n->seed = get_random_u32();
	n->name = umbra_build_alloc(room, sizeof(*n->name));
	n->slot = umbra_build_alloc(slots, sizeof(*n->slot));
	if (!n->name || !n->slot)
		return -ENOMEM;
	memset(n->slot, 0xff, slots * sizeof(*n->slot));
	return 0;
}

void umbra_names_exit(struct umbra_names *n)
{
	kvfree(n->name);
	kvfree(n->slot);
}

/* The slot of @name, or the free slot where it would go. */
static u32 *names_slot(const struct umbra_names *n, const char *name)
{
	u32 i = jhash(name, strlen(name), n->seed) & n->mask;

	while (n->slot[i] != UMBRA_NONE && strcmp(n->name[n->slot[i]], name))
		i = (i + 1) & n->mask;
	return &n->slot[i];
}

u32 umbra_names_find(const struct umbra_names *n, const char *name)
{
	return *names_slot(n, name);
}

u32 umbra_names_add(struct umbra_names *n, const char *name)
{
	u32 *slot = names_slot(n, name);

	if (*slot == UMBRA_NONE && n->nr < n->room) {
		n->name[n->nr] = name;
		*slot = n->nr++;
	}
	return *slot;
}
