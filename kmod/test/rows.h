/* SPDX-License-Identifier: GPL-2.0 */
/* Rows, as netlink brings them, and the ways of a candidate. */
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

/* A time class of every day from midnight to a minute, and a rule of the class "mornings". */
int umbra_test_add_time(struct umbra_net *un, struct umbra_candidate *c, const char *name,
			u16 end);
int umbra_test_add_timed_rule(struct umbra_net *un, struct umbra_candidate *c,
			      const char *service, u8 action);

/* A fresh candidate, or NULL. Context: likewise. */
struct umbra_candidate *umbra_test_candidate(struct umbra_net *un, u32 portid);

/**
 * umbra_test_build() - a policy that allows a service, and perhaps rejects another
 * @test: case; fails if it cannot be built
 * @also: port of that other one, or 0
 *
 * The candidate that it is made of goes. Context: likewise.
 * Return: the caller's, not published; or NULL.
 */
struct umbra_policy *umbra_test_build(struct kunit *test, u16 also);

/* Build and publish. Context: likewise. Return: the namespace's; or NULL. */
struct umbra_policy *umbra_test_commit(struct kunit *test, u16 also,
				       const struct umbra_commit *how, struct umbra_retired *r);

/*
 * What a policy says of TCP from anywhere to a port: enum umbra_action, or 0 when no
 * rule fits.
 */
u8 umbra_test_says(const struct umbra_policy *p, u16 port);

/* The @n-th rule. */
static inline struct umbra_row *umbra_test_rule(const struct umbra_policy *p, u32 n)
{
	return p->rows[UMBRA_TABLE_RULE].row[n];
}

#endif
