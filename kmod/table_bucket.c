// SPDX-License-Identifier: GPL-2.0
/* Buckets: putting halves in and taking them out. Readers are inline, in the header. */
#include "table_bucket.h"

#include <linux/rcupdate.h>

static bool bucket_put(struct umbra_bucket *bk, u16 tag, struct umbra_half *half)
{
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		if (rcu_access_pointer(bk->half[i]))
			continue;
		WRITE_ONCE(bk->tag[i], tag);
		rcu_assign_pointer(bk->half[i], half);
		return true;
	}
	return false;
}

static bool bucket_clear(struct umbra_bucket *bk, const struct umbra_half *half)
{
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		if (rcu_access_pointer(bk->half[i]) != half)
			continue;
		RCU_INIT_POINTER(bk->half[i], NULL);
		return true;
	}
	return false;
}

static bool put_second(struct umbra_buckets *b, u32 hash, struct umbra_half *half)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	if (!bucket_put(&b->bucket[umbra_second(b, hash)], umbra_hash_tag(hash), half))
		return false;
	WRITE_ONCE(home->away, home->away + 1);
	return true;
}

/* Make room in a full bucket by moving one of those at home in it out. */
static bool move_out(struct umbra_session_table *t, struct umbra_buckets *b, u32 home)
{
	struct umbra_bucket *bk = &b->bucket[home];
	struct umbra_half *half;
	u32 hash;
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		half = rcu_dereference_protected(bk->half[i], true);
		if (!half)
			return true;
		hash = half->hash;
		if (umbra_home(b, hash) != home || !put_second(b, hash, half))
			continue;
		WRITE_ONCE(t->epoch, t->epoch + 1);	/* a walk may miss it or see it twice */
		smp_wmb();	/* away before it is missing at home: umbra_buckets_find() */
		RCU_INIT_POINTER(bk->half[i], NULL);
		return true;
	}
	return false;
}

bool umbra_buckets_put(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
		       struct umbra_half *half)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	if (bucket_put(home, umbra_hash_tag(hash), half) || put_second(b, hash, half))
		return true;
	return move_out(t, b, umbra_home(b, hash)) && bucket_put(home, umbra_hash_tag(hash), half);
}

bool umbra_buckets_clear(struct umbra_buckets *b, u32 hash, const struct umbra_half *half)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	if (bucket_clear(home, half))
		return true;
	if (!home->away || !bucket_clear(&b->bucket[umbra_second(b, hash)], half))
		return false;
	WRITE_ONCE(home->away, home->away - 1);
	return true;
}
