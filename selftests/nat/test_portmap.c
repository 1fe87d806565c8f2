// SPDX-License-Identifier: GPL-2.0
/*
 * Port maps: whoever asks for a free port gets it, no port is given twice, all are given
 * before any is refused, and a port that is given back leaves nothing behind. Alone, and with
 * threads that race for the same ports and for the first and last port of a map.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "nat/portmap.h"

#define THREADS	4

static struct umbra_portmaps maps;
static const struct in6_addr outside = { .s6_addr = { 1, 2, 3, 4 } };
static const struct umbra_port_range none_shunned = { 1, 0 };
static const struct umbra_port_choice all = { .range = { 0, 65535 }, .shun = none_shunned };

/* As a packet does it: in RCU. */
static struct umbra_portmap *take_of(const struct umbra_port_subject *subject, u16 want,
				     const struct umbra_port_choice *choice, u16 *port)
{
	struct umbra_portmap *map;

	rcu_read_lock();
	map = umbra_port_take(&maps, subject, want, choice, port);
	rcu_read_unlock();
	return map;
}

static struct umbra_portmap *keep_of(const struct umbra_port_subject *subject, u16 port)
{
	struct umbra_portmap *map;

	rcu_read_lock();
	map = umbra_port_keep(&maps, subject, port);
	rcu_read_unlock();
	return map;
}

static struct umbra_portmap *take_choosing(u16 want, const struct umbra_port_choice *choice,
					   u16 *port)
{
	const struct umbra_port_subject subject = {
		.addr = outside, .family = AF_INET, .proto = IPPROTO_TCP,
	};

	return take_of(&subject, want, choice, port);
}

static struct umbra_portmap *take(u16 want, u16 first, u16 last, u16 *port)
{
	const struct umbra_port_choice choice = { .range = { first, last }, .shun = none_shunned };

	return take_choosing(want, &choice, port);
}

/* Return: the port, given back at once; -1 if none. */
static int offered(u16 want, u16 first, u16 last)
{
	struct umbra_portmap *map;
	u16 port;

	map = take(want, first, last, &port);
	if (IS_ERR(map))
		return -1;
	umbra_port_give(&maps, map, port);
	return port;
}

static bool nothing_left(void)
{
	return env_pieces == 1 && !env_warnings;	/* the buckets */
}

static void wanted(void)
{
	struct umbra_portmap *map;
	u16 port, other;
	int i, same = 0;

	for (i = 0; i < 64; i++)
		same += offered(1024 + i, 1024, 65535) == 1024 + i;
	tap_ok(same == 64, "a port that is wanted and free is given");
	tap_ok(offered(1, 1, 65535) == 1 && offered(65535, 1, 65535) == 65535,
	       "the first and the last port of a range are given if wanted");
	same = 0;
	for (i = 0; i < 64; i++)
		same += offered(80, 1024, 65535) < 1024;
	tap_ok(!same, "a wanted port outside the range is not given");
	map = take(5190, 1024, 65535, &port);
	take(5190, 1024, 65535, &other);
	tap_ok(port == 5190 && other != 5190 && other >= 1024,
	       "a wanted port that is taken is replaced by another");
	umbra_port_give(&maps, map, port);
	umbra_port_give(&maps, map, other);
	tap_ok(nothing_left(), "no map is left after the search for wanted ports");
}

static void one_port(u16 nr, const char *name)
{
	struct umbra_portmap *map;
	u16 port, none;

	map = take(0, nr, nr, &port);
	tap_ok(!IS_ERR(map) && port == nr && PTR_ERR(take(nr, nr, nr, &none)) == -ENOSPC, name);
	umbra_port_give(&maps, map, port);
}

/* All ports of a range once, then none; a port that comes back is the next one. */
static void exhausted(u16 first, u16 last, const char *name)
{
	static bool seen[65536];
	u32 i, n = last - first + 1, wrong = 0;
	struct umbra_portmap *map = NULL;
	u16 port, back = first + get_random_u32() % n;

	memset(seen, 0, sizeof(seen));
	for (i = 0; i < n; i++) {
		map = take(get_random_u32(), first, last, &port);
		if (IS_ERR(map)) {
			tap_ok(false, name);
			return;
		}
		wrong += port < first || port > last || seen[port];
		seen[port] = true;
	}
	wrong += PTR_ERR(take(0, first, last, &port)) != -ENOSPC;
	umbra_port_give(&maps, map, back);
	wrong += IS_ERR(take(0, first, last, &port)) || port != back;
	for (i = first; i <= last; i++)
		umbra_port_give(&maps, map, i);
	tap_ok(!wrong && nothing_left(), name);
}

/* A port to be avoided is taken only if there is no other. */
static void shunned(u16 first, u16 last, u16 from, u16 to, const char *name)
{
	const struct umbra_port_choice choice = { .range = { first, last }, .shun = { from, to } };
	u32 i, n = last - first + 1, wrong = 0, early = 0;
	u32 inside = (to < last ? to : last) - (from > first ? from : first) + 1;
	struct umbra_portmap *map = NULL;
	u16 port;

	for (i = 0; i < n; i++) {
		map = take_choosing(0, &choice, &port);
		if (IS_ERR(map) || port < first || port > last) {
			tap_ok(false, name);
			return;
		}
		early += i < n - inside && port >= from && port <= to;
	}
	wrong = PTR_ERR(take_choosing(0, &choice, &port)) != -ENOSPC;
	for (i = first; i <= last; i++)
		umbra_port_give(&maps, map, i);
	tap_ok(!early && !wrong && nothing_left(), name);
}

/* Also where there are ports on both sides. */
static void shunned_evenly(void)
{
	const struct umbra_port_choice choice = {
		.range = { 1024, 65535 }, .shun = { 32768, 60999 },
	};
	u32 i, wrong = 0, above = 0;
	struct umbra_portmap *map;
	u16 port;

	for (i = 0; i < 16000; i++) {
		map = take_choosing(0, &choice, &port);
		umbra_port_give(&maps, map, port);
		wrong += port >= 32768 && port <= 60999;
		above += port >= 61000;
	}
	tap_ok(!wrong, "no shunned port is picked while others are free");
	/* 4536 of 36280 are 2000 of 16000, with a deviation of 42 */
	tap_ok(above > 1740 && above < 2260, "each port that is not shunned is equally likely");
	map = take_choosing(40000, &choice, &port);
	tap_ok(!IS_ERR(map) && port == 40000, "a shunned port is given to a client that wants it");
	umbra_port_give(&maps, map, port);
}

static u32 asked;

static bool is_even(const void *arg, u16 port)
{
	asked++;
	return !(port & 1);
}

static bool is_below(const void *arg, u16 port)
{
	asked++;
	return port < *(const u16 *)arg;
}

static void held(void)
{
	static const u16 limit = 30000;
	struct umbra_port_choice choice = {
		.range = { 2000, 2009 }, .shun = none_shunned, .held = is_even,
	};
	struct umbra_portmap *map[5];
	u16 port, wrong = 0, last[5];
	int i;

	for (i = 0; i < 5; i++) {
		map[i] = take_choosing(2002, &choice, &last[i]);
		wrong += IS_ERR(map[i]) || !(last[i] & 1);
	}
	tap_ok(!wrong, "a held port is not given, wanted or not, and all others are");
	tap_ok(PTR_ERR(take_choosing(2002, &choice, &port)) == -ENOSPC,
	       "a held port is not given even if no other is left");
	for (i = 0; i < 5; i++)
		umbra_port_give(&maps, map[i], last[i]);
	choice = (struct umbra_port_choice) {
		.range = { 1, 65535 }, .shun = none_shunned, .held = is_below, .arg = &limit,
	};
	asked = 0;
	for (i = 0; i < 100; i++) {
		map[0] = take_choosing(0, &choice, &port);
		if (IS_ERR(map[0]))
			continue;
		wrong += port < limit;
		umbra_port_give(&maps, map[0], port);
	}
	tap_ok(!wrong && asked <= 100 * (UMBRA_PORTS_HELD + 1),
	       "a search that meets too many held ports stops");
	tap_ok(nothing_left(), "no map is left after the search among held ports");
}

static void kept(void)
{
	const struct umbra_port_subject subject = {
		.addr = outside, .family = AF_INET, .proto = IPPROTO_TCP,
	};
	struct umbra_portmap *map = keep_of(&subject, 5190);

	tap_ok(map && !keep_of(&subject, 5190), "a port can be kept only once");
	umbra_port_give(&maps, map, 5190);
	tap_ok(nothing_left(), "no map is left once a kept port is given back");
}

static void spread(void)
{
	u32 i, nr[16] = {}, low = 0, before = 0, near = 0;
	u16 port;

	for (i = 0; i < 16000; i++) {
		port = offered(0, 0, 65535);
		nr[port / 4096]++;
		near += abs((int)port - (int)before) < 64;
		before = port;
	}
	for (i = 0; i < 16; i++)
		low += nr[i] < 800 || nr[i] > 1200;	/* more than six deviations */
	tap_ok(!low, "chosen ports are spread evenly");
	tap_ok(near < 100, "chosen ports do not follow one another");
}

/* The same port of maps that differ in one thing each. */
static void apart(void)
{
	struct in6_addr addr[6] = { outside, outside, outside, outside, outside, outside };
	u8 family[6] = { AF_INET, AF_INET6, AF_INET, AF_INET, AF_INET, AF_INET };
	u8 proto[6] = { 6, 6, 17, 6, 6, 6 };
	u16 vrf[6] = { 0, 0, 0, 7, 0, 0 };
	struct umbra_port_subject subject;
	struct umbra_portmap *map[6];
	u16 port, wrong = 0;
	int i;

	addr[4].s6_addr[3] = 5;
	addr[5].s6_addr[15] = 1;
	for (i = 0; i < 6; i++) {
		subject = (struct umbra_port_subject) {
			.addr = addr[i], .proto = proto[i], .family = family[i], .vrf = vrf[i],
		};
		map[i] = take_of(&subject, 5190, &all, &port);
		wrong += port != 5190;
	}
	tap_ok(!wrong, "each address, family, protocol and VRF has its own ports");
	for (i = 0; i < 6; i++)
		umbra_port_give(&maps, map[(i + 2) % 6], 5190);
	tap_ok(nothing_left(), "no map is left once the ports of all maps are given back");
}

static void no_memory(void)
{
	struct umbra_portmap *map[2];
	u16 port;

	env_pieces_max = env_pieces;
	map[0] = take(0, 0, 65535, &port);
	env_pieces_max = env_pieces + 1;
	map[1] = take(0, 0, 65535, &port);
	env_pieces_max = 1000;
	tap_ok(PTR_ERR(map[0]) == -ENOMEM && PTR_ERR(map[1]) == -ENOMEM && nothing_left(),
	       "without memory for a map no port is given");
}

static void given_twice(void)
{
	struct umbra_portmap *map;
	u16 one, two;

	map = take(1, 0, 65535, &one);
	take(2, 0, 65535, &two);
	umbra_port_give(&maps, map, one);
	umbra_port_give(&maps, map, one);
	tap_ok(env_warnings == 1, "a port that is given back twice is reported, and counted once");
	env_warnings = 0;
	umbra_port_give(&maps, map, two);
	tap_ok(nothing_left(), "no map is left once a port was given back twice");
}

/*
 * Threads. The owner of a port sets @owner, with plain writes. If the bit did not order these,
 * the thread sanitizer would see it.
 */
struct race {
	u32 rounds;
	u32 hold;		/* ports that each has at a time */
	struct umbra_port_choice choice;
};

static const struct umbra_port_subject raced = { .family = AF_INET, .proto = IPPROTO_UDP };

static int owner[65536];
static u32 taken_by_all;

struct held {
	struct umbra_portmap *map;
	u16 port;
};

static bool race_take(const struct race *r, struct held *h, int me)
{
	h->map = take_of(&raced, get_random_u32(), &r->choice, &h->port);
	if (IS_ERR(h->map)) {
		h->map = NULL;
		return true;
	}
	if (owner[h->port])
		return false;
	owner[h->port] = me;
	return true;
}

static bool race_give(struct held *h, int me)
{
	bool mine;

	if (!h->map)
		return true;
	mine = owner[h->port] == me;
	owner[h->port] = 0;
	umbra_port_give(&maps, h->map, h->port);
	h->map = NULL;
	return mine;
}

static int threads_started;

static void *race_thread(void *arg)
{
	int me = __atomic_add_fetch(&threads_started, 1, __ATOMIC_RELAXED);
	const struct race *r = arg;
	struct held *held = calloc(r->hold, sizeof(*held));
	u32 i, at;
	long wrong = 0;

	for (i = 0; i < r->rounds; i++) {
		at = get_random_u32() % r->hold;
		wrong += !race_give(&held[at], me);
		wrong += !race_take(r, &held[at], me);
	}
	for (i = 0; i < r->hold; i++)
		wrong += !race_give(&held[i], me);
	free(held);
	return (void *)wrong;
}

/* Takes ports until there is none, and keeps them. */
static void *greedy_thread(void *arg)
{
	const struct race *r = arg;
	struct held h;
	long wrong = 0;

	for (;;) {
		wrong += !race_take(r, &h, 1);
		if (!h.map)
			return (void *)wrong;
		__atomic_add_fetch(&taken_by_all, 1, __ATOMIC_RELAXED);
	}
}

static long run_threads(void *(*fn)(void *), struct race *r)
{
	pthread_t thread[THREADS];
	long wrong = 0;
	void *ret;
	int i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, fn, r);
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &ret);
		wrong += (long)ret;
	}
	return wrong;
}

static void race(struct race r, const char *name)
{
	tap_ok(!run_threads(race_thread, &r) && nothing_left(), name);
}

static void race_to_the_last(void)
{
	struct race r = { .choice = { .range = { 30000, 39999 }, .shun = { 32000, 33000 } } };
	long wrong = run_threads(greedy_thread, &r);
	struct umbra_portmap *map;
	u32 i;
	u16 port;

	tap_ok(!wrong && taken_by_all == 10000, "racing threads get all ports, each of them once");
	map = take_of(&raced, 1, &all, &port);
	umbra_port_give(&maps, map, port);
	for (i = 30000; i <= 39999; i++)
		umbra_port_give(&maps, map, i);
	tap_ok(nothing_left(), "no map is left once the last port is given back");
}

int main(void)
{
	umbra_portmaps_init(&maps);
	wanted();
	one_port(1, "a range of port 1 alone gives it once");
	one_port(65535, "a range of port 65535 alone gives it once");
	one_port(0, "a range of identifier 0 alone gives it once");
	exhausted(1024, 65535, "each port of 1024-65535 is given once, then none");
	exhausted(0, 65535, "each port of 0-65535 is given once, then none");
	exhausted(1, 63, "each port in a part of a bitmap word is given once, then none");
	exhausted(64, 127, "each port of a whole bitmap word is given once, then none");
	exhausted(127, 128, "each port at the edge of two bitmap words is given once, then none");
	shunned(1000, 1999, 1300, 1399, "shunned ports in the middle of a range come last");
	shunned(1000, 1999, 500, 1099, "shunned ports at the beginning of a range come last");
	shunned(1000, 1999, 1900, 65535, "shunned ports at the end of a range come last");
	shunned(1000, 1999, 0, 65535, "shunned ports are given if a range has no others");
	shunned_evenly();
	held();
	kept();
	spread();
	apart();
	no_memory();
	given_twice();
	race((struct race){ 100000, 40, { .range = { 1024, 1123 } } },
	     "threads that want more ports than there are never share one");
	race((struct race){ 100000, 1000, { .range = { 1024, 65535 } } },
	     "threads with more ports than they want never share one");
	race((struct race){ 100000, 1, { .range = { 1024, 65535 } } },
	     "threads that make and free the map never share a port");
	race((struct race){ 100000, 1, { .range = { 1024, 1024 } } },
	     "threads that want the same port never share it");
	race_to_the_last();
	umbra_portmaps_exit(&maps);
	tap_ok(!env_pieces && !env_warnings, "all memory is freed, without a warning");
	return tap_done();
}
