/* SPDX-License-Identifier: GPL-2.0 */
/*
 * World: a struct umbra_net that belongs to one test case.
 *
 * No packet reaches it, and only the case and the works that it starts use it. It has the devices
 * of the initial namespace.
 */
#ifndef UMBRA_TEST_WORLD_H
#define UMBRA_TEST_WORLD_H

#include <kunit/test.h>

#include "umbra.h"

struct umbra_claimant;
struct umbra_policy;
struct umbra_verdict;

/* A suite's init and exit: test->priv is a started struct umbra_net. */
int umbra_world_init(struct kunit *test);
void umbra_world_exit(struct kunit *test);

/* The running policy, or NULL. Only the case changes it. */
static inline struct umbra_policy *umbra_test_running(const struct umbra_net *un)
{
	return unrcu_pointer(un->policy);
}

/* The key of the @n-th flow of a protocol. @n is below 2^24. */
void umbra_test_key(struct umbra_key *key, u32 n, u8 proto);

/* The key of its replies, without translation. */
void umbra_test_reply(const struct umbra_key *key, struct umbra_key *reply);

/**
 * umbra_test_session() - make a session of the @n-th UDP flow, admitted, in no table
 * @test: case
 * @n: number, stored in umbra_session.created
 *
 * It expires in ten minutes. Without memory the case fails.
 */
struct umbra_session *umbra_test_session(struct kunit *test, u32 n);

/* A verdict without limits; sessions find its row by the id. */
struct umbra_verdict *umbra_test_verdict(struct kunit *test, u32 id);

/* Ask a limit as a packet does. @source: see life/source.h */
typedef u8 umbra_test_limit(struct umbra_net *un, const struct umbra_verdict *v,
			    const struct umbra_claimant *who);
u8 umbra_test_asked(umbra_test_limit *asked, struct umbra_net *un, const struct umbra_verdict *v,
		    u32 source);

/* A session of the first flow of a protocol, as tracking has it before its first packet. */
struct umbra_session *umbra_test_begun(struct kunit *test, u8 proto, bool mid_stream);

/* Free a session that is in no table. */
void umbra_test_drop(struct umbra_session *s);

/* Insert it like the packet path. Return: the result of umbra_table_insert(). */
int umbra_test_insert(struct umbra_session *s);

/* Make and insert a session; the case fails if it finds no place. */
struct umbra_session *umbra_test_inserted(struct kunit *test, u32 n);

bool umbra_test_kill(struct umbra_session *s, u8 why);

/* The half stays valid when it returns, because only the case ends sessions. */
struct umbra_half *umbra_test_find(struct umbra_net *un, const struct umbra_key *key);

/* Is the session found by both keys? */
bool umbra_test_is_found(struct umbra_session *s);

/* Number of sessions that a walk visits. @once: each of them once. */
u32 umbra_test_walked(struct kunit *test, bool *once);

/* Number of sessions that ended for a reason. */
u64 umbra_test_ended(struct umbra_net *un, u8 why);

#endif
