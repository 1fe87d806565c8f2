// SPDX-License-Identifier: GPL-2.0
/*
 * Walker: ends the sessions that are idle for too long.
 *
 * No session has a timer. A work of the namespace looks at a slice of the table each time,
 * remembers its place, and has seen the whole table after about ROUND. A packet that finds its
 * session expired ends it in any case, so the walker only frees memory and places in the limits. It
 * rests while there is no session, and umbra_walker_wake() is called for each new one. The walker
 * has three more tasks:
 * - it frees the clients that outlive their sessions for a moment (life/client.c);
 * - when the table is nearly full, it gives sessions of little value less time (life/pressure.c);
 * - where probes are on, it first asks the ends of an established TCP session whether they are
 *   alive (probe.c).
 */
#include "upkeep/walker.h"

#include <linux/umbra.h>

#include "life/end.h"
#include "life/pressure.h"
#include "life/wake.h"
#include "upkeep/probe.h"
#include "umbra.h"

#define ROUND		(2 * HZ)
#define SLICE_MIN	256		/* buckets */
#define LOCKED		256		/* buckets in one read section */

/**
 * struct slice - argument for the sessions of a slice
 * @un: namespace
 * @part: the part of their time that sessions of little value have, see umbra_pressure_part()
 */
struct slice {
	struct umbra_net *un;
	u32 part;
};

/* Return: the enum umbra_reason why it ends, or 0. */
static u8 is_over(struct umbra_session *s, const struct slice *slice)
{
	if (umbra_session_expired(s))
		return umbra_probe_expired(s);
	return umbra_pressure_over(slice->un, s, slice->part) ? UMBRA_REASON_EVICTED : 0;
}

static int end_if_over(struct umbra_session *s, void *arg)
{
	u8 why = is_over(s, arg);

	if (why)
		umbra_session_kill(s, why);
	return 0;
}

static void walk_slice(struct umbra_net *un)
{
	u32 left = max_t(u32, SLICE_MIN, umbra_table_buckets(&un->table) / (ROUND / UMBRA_WALKER_STEP));
	struct slice slice = { .un = un, .part = umbra_pressure_part(un) };
	u32 step;

	for (; left; left -= step) {
		step = min_t(u32, left, LOCKED);
		if (umbra_table_walk(&un->table, &un->walker_place, step, end_if_over, &slice))
			un->walker_place = 0;
		cond_resched();
	}
}

static void walk(struct work_struct *work)
{
	struct umbra_net *un = container_of(to_delayed_work(work), struct umbra_net, walker);

	walk_slice(un);
	umbra_clients_reap(&un->clients);
	if (atomic_read(&un->table.count) || atomic_read(&un->clients.nr))
		umbra_walker_wake(un);
}

struct ending {
	u32 ended;
	u8 why;
};

static int end_it(struct umbra_session *s, void *arg)
{
	struct ending *e = arg;

	e->ended += umbra_session_kill(s, e->why);
	return 0;
}

void umbra_walker_kill_all(struct umbra_net *un, u8 why)
{
	struct ending e = { .why = why };
	u32 place;

	/* One walk is enough, unless a resize meanwhile hides some sessions. */
	do {
		place = e.ended = 0;
		while (!umbra_table_walk(&un->table, &place, LOCKED, end_it, &e))
			cond_resched();
	} while (e.ended);
}

void umbra_walker_init(struct umbra_net *un)
{
	INIT_DELAYED_WORK(&un->walker, walk);
	umbra_probe_init(un);
}

void umbra_walker_exit(struct umbra_net *un)
{
	cancel_delayed_work_sync(&un->walker);
}
