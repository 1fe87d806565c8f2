// SPDX-License-Identifier: GPL-2.0
/*
 * Pressure: who gets a place when places run short.
 *
 * A full table must be no outage, whoever filled it. Three things see to that, from the
 * mildest to the last:
 *
 * Share. A source (an IPv4 address, or an IPv6 network of 64 bits, for that is what one
 * host may have all of) may hold as many sessions as there are places left. Alone it gets
 * half of all; two that come together get a third each; n of them leave one place in
 * n + 1 to who comes next, and no number has to be chosen for it (the dynamic threshold
 * of Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998, made for packet buffers). Who holds
 * less than a floor is not asked. A source beyond its share gets a place for one of its own
 * sessions that is worth little, if it has any, so that somebody who forges its address
 * does not keep it out.
 *
 * Time. From three quarters on, sessions that have proved little have less time: their
 * timeouts shrink in step with the places left, to a sixteenth at the end. The
 * firewall's own keep all of it, and those of who manages it: nobody's need ends these.
 *
 * Room. Many sources, forged ones say, fill the table each within its share. Then a newcomer
 * takes the place of somebody else's session: of a few that are looked at, of those
 * worth least, of the heaviest source, the one idle longest. What talked both ways is
 * ended only in favour of somebody who holds less than half of what its source
 * does. A few are as good as all: their places in the table are a keyed hash's, so those of
 * some buckets are a fair sample. These are taken from several places. Of one long row the first
 * would go whenever all are as old, which all are in a flood that fills the table within a tick:
 * whoever stands behind a gap goes, so gaps grow, and soon a row is one and holds nobody to go.
 *
 * The last places, one in RESERVE, are for the firewall itself and who manages it.
 */
#include "life/pressure.h"

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/umbra.h>

#include "life/end.h"
#include "policy/policy.h"
#include "session/track.h"
#include "umbra.h"

#define RESERVE		64
#define FLOOR_PART	1024	/* of all places */
#define FLOOR_LEAST	64
#define ROW		4	/* buckets beside each other, which a processor fetches in one go */
#define ROWS		128	/* looked at for one victim, at most; no table is as small */
#define SEEN		32	/* sessions in them, at most: of a full table one a bucket */
#define ENOUGH		8	/* of little value among these */
#define VICTIMS		4	/* ended for one newcomer, at most */
#define A_FEW		2	/* that others who share a small holder's cells may add to it */

/* What a session is worth: how sure is it that both ends want it? */
enum worth {
	WORTH_OVER,		/* closed */
	WORTH_UNPROVED,		/* one end alone may have made it up */
	WORTH_LITTLE,		/* an exchange, about to close, or proved long ago only */
	WORTH_PROVED,
};

static enum worth worth_of(const struct umbra_session *s)
{
	u16 replies = READ_ONCE(s->packets[UMBRA_DIR_REPLY]);

	switch (READ_ONCE(s->state)) {
	case UMBRA_STATE_CLOSED:
		return WORTH_OVER;
	case UMBRA_STATE_CLOSING:
	case UMBRA_STATE_PROBED:
		return WORTH_LITTLE;
	case UMBRA_STATE_ESTABLISHED:
		/* Picked up in mid-stream it begins here. Low bits: rarely wrong, for a moment. */
		return replies ? WORTH_PROVED : WORTH_UNPROVED;
	case UMBRA_STATE_STREAM:
		return WORTH_PROVED;
	case UMBRA_STATE_REPLIED:
		/* Of UDP it is an exchange: that its client heard the answer shows in a stream. */
		return umbra_key_is_udp(&s->half[UMBRA_DIR_ORIGINAL].key) ||
		       (replies == 1 && READ_ONCE(s->packets[UMBRA_DIR_ORIGINAL]) == 1) ?
		       WORTH_LITTLE : WORTH_PROVED;
	}
	return WORTH_UNPROVED;
}

static u32 places_of(const struct umbra_net *un, const struct umbra_claimant *who)
{
	u32 max = READ_ONCE(un->sessions_max);

	return who->trusted ? max : max - max / RESERVE;
}

static u32 floor_of(const struct umbra_net *un)
{
	return max_t(u32, READ_ONCE(un->sessions_max) / FLOOR_PART, FLOOR_LEAST);
}

/* With @more sessions of its than are counted now. */
static u8 fits(const struct umbra_net *un, const struct umbra_claimant *who, u32 more)
{
	u32 held = umbra_source_held(&un->sources, who->source) + more;
	u32 total = (u32)atomic_read(&un->table.count) + more;
	u32 places = places_of(un, who);
	u32 left = total < places ? places - total : 0;

	if (!who->trusted && held > left && held > floor_of(un))
		return UMBRA_REASON_SOURCE_SESSIONS;
	return total > places ? UMBRA_REASON_SESSIONS_FULL : 0;
}

/**
 * struct search - for a session whose place somebody else may have
 * @un: namespace
 * @who: for whom
 * @held: by @who
 * @own: one of its own
 * @victim: the best that was found, or NULL
 * @score: of @victim
 * @seen: how many were looked at
 * @cheap: how many of these are worth little
 */
struct search {
	struct umbra_net *un;
	const struct umbra_claimant *who;
	u32 held;
	bool own;
	struct umbra_session *victim;
	u64 score;
	u32 seen;
	u32 cheap;
};

/* The firewall's own, and those of who manages it, are nobody's to take. */
static bool is_trusted(const struct umbra_net *un, const struct umbra_half *orig)
{
	const struct umbra_policy *p = rcu_dereference(un->policy);
	int iif = READ_ONCE(orig->iif);

	return !iif || (p && umbra_policy_names(p, UMBRA_SETTING_MANAGEMENT, &orig->key, iif));
}

static bool may_go(const struct search *f, u32 source, enum worth worth, u32 weight)
{
	if (f->own)
		return source == f->who->source && worth < WORTH_PROVED;
	return worth < WORTH_PROVED || weight / 2 > f->held + A_FEW;
}

/*
 * Small holders are all alike: what tells them apart may be who shares their cells. Where all
 * else is the same it is chance that decides, not who stands first.
 */
static u64 score_of(const struct search *f, const struct umbra_session *s, enum worth worth,
		    u32 weight)
{
	u32 idle = (u32)jiffies - READ_ONCE(s->seen);

	return (u64)(WORTH_PROVED - worth) << 48 | (u64)fls(weight / floor_of(f->un)) << 40 |
	       (u64)idle << 8 | get_random_u32() >> 24;
}

static int consider(struct umbra_session *s, void *arg)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];
	struct umbra_client_net net = umbra_client_net(&orig->key, false);
	enum worth worth = worth_of(s);
	struct search *f = arg;
	u32 source, weight;
	u64 score;

	f->seen++;
	source = umbra_source_of(&f->un->sources, &net);
	weight = umbra_source_held(&f->un->sources, source);
	if (!may_go(f, source, worth, weight) || is_trusted(f->un, orig))
		return 0;
	score = score_of(f, s, worth, weight);
	if (!f->victim || score > f->score) {
		f->victim = s;
		f->score = score;
	}
	f->cheap += worth < WORTH_PROVED;
	return 0;
}

/* One row, from anywhere; so that it ends before the table does. */
static void look_at_some(struct search *f)
{
	u32 buckets = umbra_table_buckets(&f->un->table);
	u32 place = reciprocal_scale(get_random_u32(), buckets - ROW + 1);

	umbra_table_walk(&f->un->table, &place, ROW, consider, f);
}

static struct umbra_session *find_victim(struct umbra_net *un, const struct umbra_claimant *who,
					 u8 why)
{
	struct search f = {
		.un = un, .who = who, .own = why == UMBRA_REASON_SOURCE_SESSIONS,
		.held = umbra_source_held(&un->sources, who->source),
	};
	u32 i;

	for (i = 0; i < ROWS && f.seen < SEEN && f.cheap < ENOUGH; i++)
		look_at_some(&f);
	return f.victim;
}

/* One for one, also for who is beyond its share; more if the ceiling sank. */
static noinline u8 make_room(struct umbra_net *un, const struct umbra_claimant *who, u8 why)
{
	struct umbra_session *victim;
	u32 i;

	for (i = 0; i < VICTIMS; i++) {
		victim = find_victim(un, who, why);
		if (!victim)
			break;
		if (umbra_session_kill(victim, UMBRA_REASON_EVICTED) &&
		    (u32)atomic_read(&un->table.count) <= places_of(un, who))
			return 0;
	}
	return why;
}

u8 umbra_pressure_admit(struct umbra_net *un, const struct umbra_claimant *who)
{
	u8 why = fits(un, who, 0);

	return likely(!why) ? 0 : make_room(un, who, why);
}

u8 umbra_pressure_foresee(struct umbra_net *un, const struct umbra_claimant *who)
{
	u8 why = fits(un, who, 1);

	return why && find_victim(un, who, why) ? 0 : why;
}

u32 umbra_pressure_part(struct umbra_net *un)
{
	u32 max = READ_ONCE(un->sessions_max), count = atomic_read(&un->table.count);
	u32 left = max > count ? max - count : 0;

	if (left >= max / 4)
		return UMBRA_PRESSURE_WHOLE;
	return max_t(u32, div_u64((u64)left * UMBRA_PRESSURE_WHOLE, max / 4),
		     UMBRA_PRESSURE_WHOLE / 16);
}

bool umbra_pressure_over(struct umbra_net *un, const struct umbra_session *s, u32 part)
{
	const struct umbra_policy *p = rcu_dereference(un->policy);
	u32 limit, left;

	if (part == UMBRA_PRESSURE_WHOLE || !p || worth_of(s) == WORTH_PROVED)
		return false;
	limit = umbra_track_limit(s, &p->settings);
	left = READ_ONCE(s->expires) - (u32)jiffies;
	/* Last, for it asks the classifier, and few in a walk come to that. */
	return left < limit && limit - left >= (u64)limit * part / UMBRA_PRESSURE_WHOLE &&
	       !is_trusted(un, &s->half[UMBRA_DIR_ORIGINAL]);
}
