// SPDX-License-Identifier: GPL-2.0
/* Building a policy: memory, and the one function that creates classifiers. */
#include "policy/build/build.h"

#include <linux/random.h>
#include <linux/slab.h>

void *umbra_build_alloc(size_t nr, size_t size)
{
	return kvcalloc(nr, size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

int umbra_build_room(void *array, u32 nr, u32 *room, size_t size)
{
	void **old = array;
	u32 more = max(16U, *room * 2);
	void *new;

	if (nr < *room)
		return 0;
	new = umbra_build_alloc(more, size);
	if (!new)
		return -ENOMEM;
	if (nr)
		memcpy(new, *old, nr * size);
	kvfree(*old);
	*old = new;
	*room = more;
	return 0;
}

int umbra_build_classifier(struct umbra_build *b, struct umbra_cls_input *in,
			   struct umbra_classifier **out)
{
	int err;

	in->nr_ifaces = UMBRA_IFACE_FIRST + b->ifaces.nr;
	in->max_bytes = UMBRA_BUILD_BYTES;
	get_random_bytes(in->seed, sizeof(in->seed));
	err = umbra_classifier_build(in, out);
	if (err == -E2BIG)
		umbra_refuse(b->why, NULL, err,
			"the compiled policy is larger than %lu MB: use fewer rules or networks",
			UMBRA_BUILD_BYTES >> 20);
	return err;
}
