/* SPDX-License-Identifier: GPL-2.0 */
/* Rows, as they come by netlink, and the life of a candidate. */
#ifndef UMBRA_TEST_ROWS_H
#define UMBRA_TEST_ROWS_H

#include "commit/candidate.h"
#include "commit/commit.h"
#include "world.h"

#define UMBRA_TEST_PORTID	7

/* Add rows to a candidate. Context: umbra_net.lock held. Return: as umbra_candidate_add(). */
int umbra_test_add_service(struct umbra_net *un, struct umbra_candidate *c, const char *name,
			   u16 port);
int umbra_test_add_rule(struct umbra_net *un, struct umbra_candidate *c, const char *service,
			u8 action);

/* A time class from midnight to @end on every day, and a rule of the class "mornings". */
int umbra_test_add_time(struct umbra_net *un, struct umbra_candidate *c, const char *name,
			u16 end);
int umbra_test_add_timed_rule(struct umbra_net *un, struct umbra_candidate *c,
			      const char *service, u8 action);

/* A new candidate, or NULL. Context: umbra_net.lock held. */
struct umbra_candidate *umbra_test_candidate(struct umbra_net *un, u32 portid);

/**
 * umbra_test_build() - build a policy that allows a service, and perhaps rejects another
 * @test: case; fails if the policy cannot be built
 * @also: port of the other service, or 0
 *
 * The candidate is closed. Context: umbra_net.lock held.
 * Return: the policy, owned by the caller, not published; or NULL.
 */
struct umbra_policy *umbra_test_build(struct kunit *test, u16 also);

/*
 * Build and publish. Context: umbra_net.lock held. Return: the policy, owned by the namespace;
 * or NULL.
 */
struct umbra_policy *umbra_test_commit(struct kunit *test, u16 also,
				       const struct umbra_commit *how, struct umbra_retired *r);

/*
 * The action of a policy on TCP from anywhere to a port: enum umbra_action, or 0 if no rule
 * matches.
 */
u8 umbra_test_says(const struct umbra_policy *p, u16 port);

/* The @n-th rule. */
static inline struct umbra_row *umbra_test_rule(const struct umbra_policy *p, u32 n)
{
	return p->rows[UMBRA_TABLE_RULE].row[n];
}

#endif
