// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-packets SECONDS SEED INSIDE OUTSIDE DMZ - bad packets through a router, judged
 *
 * The last three are the network namespaces of lib.sh's hosts. The inside and the
 * outside send good packets, answers to what came out, and errors about it. Most of these are
 * damaged (mutate.c), some are in pieces, some larger than a page or than the link. So the sessions
 * that they open get packets from both sides. Every packet that comes
 * out of the router is judged (oracle.c); to the DMZ and from it nothing may pass.
 *
 * Prints a line "# SIDE: what is wrong: BYTES" for each packet that must not have come out,
 * ten at most, then counts of what was seen as lines "KEY NUMBER". Exits with 1 if there was any, 2
 * if it could not run. With the same seed it sends the same packets, until the first answer that
 * depends on the router's own random choices.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define RECENT		64
#define RECENT_MAX	1500
#define BATCH		16
#define ENOUGH		20
#define PATIENCE	100	/* seconds beyond those asked for, on a slow machine */

/* Frames that came out recently, for answers. */
static struct recent {
	struct frame frames[RECENT];
	unsigned int count;
} recent[SIDES];

static struct link links[SIDES];
static struct frame frame;
static unsigned long seen[SEENS], sent[SIDES], pieces, large, damaged, wrongs;

static void tell(enum side side, const char *wrong, const struct frame *f)
{
	static const char *const names[] = { "inside", "outside", "dmz" };
	size_t i;

	if (wrongs++ >= 10)
		return;
	printf("# %s: %s: ", names[side], wrong);
	for (i = 0; i < f->size && i < 160; i++)
		printf("%02x", f->byte[i]);
	printf("%s\n", i < f->size ? "..." : "");
}

static void remember(struct recent *r, const struct frame *f)
{
	struct frame *to = &r->frames[r->count++ % RECENT];

	to->family = f->family;
	to->size = f->size;
	memcpy(to->byte, f->byte, f->size);
}

static void watch(enum side side)
{
	const char *wrong;

	while (link_receive(&links[side], &frame)) {
		wrong = oracle_judge(side, &frame, seen);
		if (wrong)
			tell(side, wrong, &frame);
		if (frame.family && frame.size >= 40 && frame.size <= RECENT_MAX)
			remember(&recent[side], &frame);
	}
}

static const struct frame *recall(enum side side)
{
	struct recent *r = &recent[side];

	return &r->frames[chance(r->count < RECENT ? r->count : RECENT)];
}

static void make(enum side side)
{
	unsigned int kind = recent[side].count ? chance(10) : 0;

	if (kind < 5)
		seed_make(&frame, side, chance(4) ? chance(64) : chance(1300));
	else if (kind < 8)
		answer_make(&frame, recall(side));
	else
		answer_make_error(&frame, recall(side), side);
}

static void damage(void)
{
	unsigned int n = chance(2) ? 1 + chance(3) : 0;

	damaged += n > 0;
	while (n--)
		mutate(&frame);
	if (chance(8))
		headers_fix_ip(&frame);
	if (chance(3))
		headers_fix_transport(&frame);
}

/* Larger than a page, of which few bytes are linear: the inside's link takes them. */
static void send_jumbo(enum side side)
{
	struct virtio_net_hdr offload = { .hdr_len = 14 + chance(90) };

	seed_make(&frame, side, 4100 + chance(4700));
	damage();
	large += link_send(&links[side], &frame, &offload);
}

/* A device is to cut this up: a router that forwards it does not look at every segment. */
static void send_large(enum side side)
{
	struct virtio_net_hdr offload = {};

	seed_make_large(&frame, side, &offload);
	large += link_send(&links[side], &frame, &offload);
}

static void send_pieces(enum side side)
{
	seed_make(&frame, side, 100 + chance(5000));
	pieces += link_send_pieces(&links[side], &frame);
}

static void send_one(enum side side)
{
	static const struct virtio_net_hdr plain;

	switch (chance(24)) {
	case 0:
		send_jumbo(side);
		return;
	case 1:
		send_large(side);
		return;
	case 2:
		send_pieces(side);
		return;
	}
	make(side);
	damage();
	sent[side] += link_send(&links[side], &frame, &plain);
}

/* A run that has seen few of each of these has not shown much. */
static bool is_enough(void)
{
	unsigned int i;

	for (i = 0; i < SEENS; i++)
		if (seen[i] < ENOUGH)
			return false;
	return pieces >= ENOUGH && large >= ENOUGH;
}

static void run(unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned int i;

	while (time(NULL) < end || (!is_enough() && time(NULL) < end + PATIENCE)) {
		for (i = 0; i < BATCH; i++)
			send_one(chance(2) ? INSIDE : OUTSIDE);
		for (i = 0; i < SIDES; i++)
			watch(i);
	}
}

static void report(void)
{
	printf("inside %lu\noutside %lu\npieces %lu\nlarge %lu\ndamaged %lu\n", sent[INSIDE],
	       sent[OUTSIDE], pieces, large, damaged);
	printf("session %lu\nreply %lu\nerror %lu\nrelayed %lu\nrelay-reply %lu\nown %lu\n",
	       seen[SEEN_SESSION], seen[SEEN_REPLY], seen[SEEN_ERROR], seen[SEEN_RELAYED],
	       seen[SEEN_RELAY_REPLY], seen[SEEN_OWN]);
	printf("wrong %lu\n", wrongs);
}

int main(int argc, char **argv)
{
	int i;

	if (argc != 3 + SIDES) {
		fprintf(stderr, "usage: fuzz-packets SECONDS SEED INSIDE OUTSIDE DMZ\n");
		return 2;
	}
	srand48(strtoul(argv[2], NULL, 0));
	for (i = 0; i < SIDES; i++)
		if (!link_open(&links[i], argv[3 + i], i + 1))
			return 2;
	run(strtoul(argv[1], NULL, 0));
	report();
	return wrongs > 0;
}
