// SPDX-License-Identifier: GPL-2.0
/*
 * Pressure: which sessions get a place when places run short.
 *
 * A full table must not become an outage, whatever filled it. Three measures see to that, from the
 * mildest to the hardest:
 *
 * Share. A source is an IPv4 address or an IPv6 network of 64 bits, because one host may have all
 * of such a network. It may hold as many sessions as there are places left. A single source gets
 * half of all places. Two that come together get a third each. After n sources, one place in n + 1
 * is left for the next source, and no number has to be configured. (This is the dynamic threshold
 * of Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998, made for packet buffers.) A source that holds
 * less than a floor always fits. A source beyond its share takes the place of one of its own
 * sessions that is worth little, if it has any. So an attacker who forges the address of
 * a source cannot keep that source out.
 *
 * Time. When three quarters of the places are taken, sessions that have proved little get less
 * time. Their timeouts shrink in step with the places left, to a sixteenth at the end. Sessions of
 * the firewall itself and of the management networks keep all their time.
 *
 * Room. Many sources, forged ones for instance, can fill the table while each keeps to its share.
 * Then a new session takes the place of another one. A few sessions are looked at. The victim is
 * chosen among those worth least, there among those of the heaviest source, and there it is the one
 * that has been idle longest. A session in which both ends talked ends only in favour of a source
 * that holds less than half of what the session's source holds. A few sessions are as good as all:
 * a keyed hash places them in the table, so the sessions in some buckets are a fair sample. The
 * buckets are taken from several places, because one long contiguous run is biased. In a flood that
 * fills the table within a tick all sessions have the same age, so the first one of the run is
 * evicted each time. Evictions cluster until the run is empty, and then there is no victim.
 *
 * The last places, one in RESERVE, are for the firewall itself and the management networks.
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
#include "under_rcu.h"

#define RESERVE		64
#define FLOOR_PART	1024	/* the floor is this part of all places */
#define FLOOR_LEAST	64
#define ROW		4	/* adjacent buckets, which a processor fetches in one go */
#define ROWS		128	/* rows looked at for a victim, at most; all tables have more */
#define SEEN		32	/* sessions looked at, at most; a full table has one a bucket */
#define ENOUGH		8	/* stop when this many of them are worth little */
#define VICTIMS		4	/* sessions ended for a new one, at most */
#define A_FEW		2	/* what other sources in its cells may add to a small source */

/* The worth of a session: how sure is it that both ends want it? */
enum worth {
	WORTH_OVER,		/* closed */
	WORTH_UNPROVED,		/* one end alone may have made up all its packets */
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
		/* A session picked up in mid-stream starts here. The count wraps: rarely wrong. */
		return replies ? WORTH_PROVED : WORTH_UNPROVED;
	case UMBRA_STATE_STREAM:
		return WORTH_PROVED;
	case UMBRA_STATE_REPLIED:
		/* Only a UDP stream shows that the client got the answer; this is an exchange. */
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

/* Does @who fit with @more sessions than are counted for it now? Return: 0 or reason. */
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
 * struct search - a search for a session that can be evicted
 * @un: namespace
 * @who: claimant that needs the place
 * @held: number of sessions that the source of @who holds
 * @own: only sessions of that source may be evicted
 * @victim: the best session that was found, or NULL
 * @score: score of @victim
 * @seen: number of sessions looked at
 * @cheap: number of these that may be evicted and are worth little
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

/* Sessions of the firewall itself and of the management networks are never evicted. */
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
 * Small sources count as equal, because they may differ only by the other sources in their cells.
 * Between sessions that are otherwise equal chance decides, so that the first is not preferred.
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

/* Look at one row at a random place; it ends before the table does. */
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

/*
 * End a session to make room for a new one. If the source of the new one is beyond its share, end
 * a session of that source. If the ceiling was lowered, end up to VICTIMS sessions.
 */
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

	umbra_assert_rcu();
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
	/* is_trusted() is last, because it asks the classifier and few sessions get that far. */
	return left < limit && limit - left >= (u64)limit * part / UMBRA_PRESSURE_WHOLE &&
	       !is_trusted(un, &s->half[UMBRA_DIR_ORIGINAL]);
}
