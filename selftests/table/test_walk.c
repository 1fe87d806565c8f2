// SPDX-License-Identifier: GPL-2.0
/*
 * A walk across each step of a change of the session table.
 *
 * A change is repeated again and again, in the same order. A walk begins at one of its
 * steps, is held up at some places, goes on at other steps and ends at a later one. If the epoch is
 * then the one with which the walk began, it must have seen each session once. At each
 * step a look-up must find each session.
 *
 * The order in which a processor stores is not tested here: session/bucket.h and session/table.c argue it.
 */
#include <stdio.h>

#include "env.h"
#include "session/session.h"
#include "session/table.h"
#include "session/bucket.h"
#include "tap.h"

#define MAX	16
#define WALKS	3000

void (*env_step)(void);

static struct umbra_session_table table;
static struct umbra_session *session;
static u32 nr;			/* that were in the table before the change */

/* Where the walk is held up: at this place until that step. The last one is its end. */
struct hold {
	u32 step;
	u32 place;
};

#define HOLDS	3

static struct walk {
	u32 begin;		/* step */
	struct hold hold[HOLDS];
	u32 holds;		/* that are over */
	u32 place;
	u32 epoch;
	bool begun;
	bool ended;
	u32 seen[MAX];
} walk;

static u32 step, lost, wrong, told, whole;

static void nothing(void)
{
}

/* Both keys of one that is not translated; @hash without the side's bit. */
static struct umbra_session *put_session(u32 i, u32 hash)
{
	struct umbra_session *s = &session[i];

	memset(s, 0, sizeof(*s));
	s->half[0].key = (struct umbra_key){ .family = AF_INET, .proto = IPPROTO_UDP };
	s->half[0].key.src.s6_addr32[0] = hash;
	s->half[0].key.dst.s6_addr32[0] = 0xffffffff;
	s->half[1].key = s->half[0].key;
	s->half[1].key.src = s->half[0].key.dst;
	s->half[1].key.dst = s->half[0].key.src;
	s->half[1].dir = UMBRA_DIR_REPLY;
	return s;
}

static int note(struct umbra_session *s, void *arg)
{
	walk.seen[s - session]++;
	return 0;
}

/* Return: whether it is at its end. */
static bool go_on_to(u32 place)
{
	while (walk.place < place)
		if (umbra_table_walk(&table, &walk.place, 1, note, NULL))
			return true;
	return false;
}

static void judge(void)
{
	u32 i;

	walk.ended = true;
	if (!umbra_table_is_epoch(&table, walk.epoch)) {
		told++;
		return;
	}
	whole++;
	for (i = 0; i < nr; i++)
		wrong += walk.seen[i] != 1;
}

static void step_walk(void)
{
	bool changing = atomic_read(&table.epoch) % UMBRA_EPOCH;

	if (!walk.begun && step >= walk.begin && !changing) {	/* else it waits */
		walk.epoch = umbra_table_epoch(&table);
		walk.begun = true;
	}
	while (walk.begun && !walk.ended && step >= walk.hold[walk.holds].step)
		if (go_on_to(walk.hold[walk.holds].place) || ++walk.holds == HOLDS)
			judge();
}

static void look(void)
{
	u32 i;

	for (i = 0; i < nr; i++)
		lost += !umbra_table_find(&table, &session[i].half[0].key) ||
			!umbra_table_find(&table, &session[i].half[1].key);
}

static bool looking;

static void at_step(void)
{
	step_walk();
	if (looking)
		look();
	step++;
}

/* Above all of a bucket's number, and of its stripe, so that it is the tag's. */
static u32 hash_at(u32 bucket, u32 tag)
{
	return tag << 20 | bucket;
}

static void begin(u32 sessions)
{
	env_step = nothing;
	memset(&table, 0, sizeof(table));
	if (umbra_table_init(&table))
		abort();
	nr = sessions;
}

static void insert(u32 i, u32 hash)
{
	if (umbra_table_insert(&table, put_session(i, hash)))
		abort();
}

static void end(void)
{
	u32 i;

	env_step = nothing;
	for (i = 0; i < MAX; i++)
		if (session[i].half[0].hash)
			umbra_table_remove(&table, &session[i]);
	atomic_set(&table.count, 0);
	umbra_table_exit(&table);
	memset(session, 0, MAX * sizeof(*session));
}

/* --- The changes ---------------------------------------------------------------------- */

static const u32 places[] = { 0, 1, 3, 4, 64, 65, 600, 641, 1920, 1921, 2047, 2048, 2049, 2052,
			      3000, 4096, 4097, 8200, 1 << 30 };

/* Spread, so that some are moved before a walk comes by and others after. */
static void before_resize(void)
{
	static const u32 bucket[] = { 0, 0, 3, 64, 2047, 2047 };
	u32 i;

	begin(ARRAY_SIZE(bucket));
	for (i = 0; i < nr; i++)
		insert(i, hash_at(bucket[i], i + 1));
}

static void resize_to(u32 sessions)
{
	atomic_set(&table.count, sessions);
	table.resize.work.fn(&table.resize.work);
}

static void growth(void)
{
	resize_to(5000);
}

static void before_shrink(void)
{
	before_resize();
	growth();
}

static void shrinking(void)
{
	resize_to(nr);
}

/*
 * Two full buckets of which each is the other's second, so that the next one makes room: by a move
 * to a bucket that a walk comes to later, or earlier.
 */
static const u32 full[] = { 64, 1920 };
static const u32 with_room[] = { 0, 576, 640, 1984 };
static u32 homes;

/* The @n-th hash of those that have these two buckets. */
static u32 hash_of(u32 home, u32 second, u32 n)
{
	u32 tag;

	for (tag = 1; tag < 0x800; tag++)
		if (umbra_second(table.cur, hash_at(home, tag)) == second && !n--)
			return hash_at(home, tag);
	abort();
}

static void before_moving(void)
{
	const u32 home = full[homes & 1], second = full[!(homes & 1)];
	u32 i;

	begin(2 * UMBRA_SLOTS);
	/* One of them has a second bucket with room. */
	for (i = 0; i < UMBRA_SLOTS; i++)
		insert(i, hash_of(home, i == 4 ? with_room[homes] : second, i));
	for (; i < nr; i++)
		insert(i, hash_of(second, home, i));
}

static void moving(void)
{
	const u32 home = full[homes & 1], second = full[!(homes & 1)];

	insert(nr, hash_of(home, second, UMBRA_SLOTS));
}

/* --- All walks across a change -------------------------------------------------------- */

static void run(void (*before)(void), void (*change)(void))
{
	before();
	step = 0;
	env_step = at_step;
	change();
	env_step = nothing;
	end();
}

static u32 random_below(u32 n)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % n;
}

static void new_walk(u32 from, u32 at, u32 to)
{
	walk = (struct walk){ .begin = from };
	walk.hold[0] = (struct hold){ from, at };
	walk.hold[1] = (struct hold){ to, 1 << 30 };
}

static void across(const char *what, void (*before)(void), void (*change)(void))
{
	u32 steps, from, to, i;
	char text[200];

	lost = wrong = told = whole = 0;
	looking = true;
	new_walk(U32_MAX, 0, U32_MAX);
	run(before, change);
	steps = step;
	looking = false;
	snprintf(text, sizeof(text), "%s: a look-up finds each session at each step", what);
	tap_ok(!lost && steps > 5, text);
	for (i = 0; i < WALKS; i++) {
		from = random_below(steps);
		to = from + random_below(steps - from);
		new_walk(from, places[random_below(ARRAY_SIZE(places))], to);
		if (i & 1) {	/* held up once more on its way */
			walk.hold[2] = walk.hold[1];
			walk.hold[1].place = places[random_below(ARRAY_SIZE(places))];
			walk.hold[2].step = to + random_below(steps - to);
		}
		run(before, change);
	}
	snprintf(text, sizeof(text),
		 "%s: a walk meanwhile sees each session once, or learns that it may not have", what);
	if (!tap_ok(!wrong, text))
		printf("# %u walks were reported as whole; of these, %u did not see each session once\n", whole,
		       wrong);
	printf("# %u steps; %u walks were reported as whole, %u as not whole\n", steps, whole, told);
	snprintf(text, sizeof(text),
		 "%s: some walks see each session once, and some learn that they may not have", what);
	tap_ok(whole && told, text);
}

int main(void)
{
	static const char *const names[] = {
		"a move far forward", "a move back", "a move forward", "a move to the end",
	};

	session = aligned_alloc(64, MAX * sizeof(*session));
	memset(session, 0, MAX * sizeof(*session));
	across("growth", before_resize, growth);
	across("shrinking", before_shrink, shrinking);
	for (homes = 0; homes < 4; homes++)
		across(names[homes], before_moving, moving);
	free(session);
	return tap_done();
}
