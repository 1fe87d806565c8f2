/* SPDX-License-Identifier: GPL-2.0 */
/* Commits: how a policy takes effect, and how it goes away again. */
#ifndef UMBRA_COMMIT_H
#define UMBRA_COMMIT_H

#include <linux/types.h>

#include "policy/hours.h"
#include "policy/policy.h"
#include "session/session.h"

struct umbra_candidate;
struct umbra_net;
struct umbra_refusal;

/**
 * struct umbra_commit - how
 * @has_base: @base counts
 * @base: generation whose rows must still be the last
 * @confirm: seconds until the previous policy returns; 0: never
 * @keep_sessions: running sessions are not judged again
 * @has_guard: @guard counts
 * @guard: TCP connection, from the client to the firewall, that must go on
 * @has_zone: @zone counts
 * @zone: local time, once it has taken effect
 * @has_typed_in: @typed_in counts
 * @typed_in: TCP connection in which somebody does it
 */
struct umbra_commit {
	bool has_base;
	u32 base;
	u32 confirm;
	bool keep_sessions;
	bool has_guard;
	struct umbra_key guard;
	bool has_zone;
	struct umbra_zone zone;
	bool has_typed_in;
	struct umbra_key typed_in;
};

/**
 * struct umbra_retired - what is left to umbra_retire(), once the lock is released
 * @policy: those that readers lost
 * @nr: of them
 * @hooks: hooks were registered, or unregistered
 * @published: a policy judges that did not before
 */
struct umbra_retired {
	struct umbra_policy *policy[2];
	u32 nr;
	bool hooks;
	bool published;
};

/*
 * umbra_commit_build() checks and compiles @c's rows; the result is the
 * caller's. umbra_commit_publish(), which umbra_commit_waits() must allow, puts it into effect, and it is the
 * namespace's then; on error it is still the caller's and nothing has changed.
 *
 * Context of all: process, umbra_net.lock held.
 */
int umbra_commit_build(struct umbra_net *un, const struct umbra_candidate *c,
		       const struct umbra_commit *how, struct umbra_refusal *why,
		       struct umbra_policy **out);
/* Would it make permanent what waits for its confirmation? Return: 0 or -EBUSY. */
int umbra_commit_waits(const struct umbra_net *un, const struct umbra_commit *how,
		       struct umbra_refusal *why);
int umbra_commit_publish(struct umbra_net *un, struct umbra_policy *p,
			 const struct umbra_commit *how, struct umbra_refusal *why,
			 struct umbra_retired *r);

/*
 * Sessions judged by this generation or a later one are not judged again when a policy
 * is published so; 0: all are.
 */
u32 umbra_commit_since(const struct umbra_net *un, const struct umbra_commit *how);

/* Are the rows of now those that the generation had? */
bool umbra_commit_has_rows_of(const struct umbra_net *un, u32 generation);

/**
 * umbra_commit_renew() - make the running policy anew, as it is to be now
 * @un: namespace; it has a policy
 * @r: gets what it was
 *
 * Rows keep their ids and counters; sessions are judged again. What waits for its
 * confirmation goes on waiting.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0, or -ENOMEM: nothing has changed.
 */
int umbra_commit_renew(struct umbra_net *un, struct umbra_retired *r);

/* Keep the running policy. Return: 0, or -ENOENT when nothing waits for it. */
int umbra_commit_confirm(struct umbra_net *un, struct umbra_retired *r);

/* Return to the policy before. Return: 0, or -ENOENT. */
int umbra_commit_revert(struct umbra_net *un, struct umbra_retired *r);

/* Would that cut @guard? Return: 0, or as umbra_guard_check(). Something waits. */
int umbra_commit_revert_check(struct umbra_net *un, const struct umbra_key *guard);

/* Seconds until the running policy is reverted, 0 when it stays. */
u32 umbra_commit_seconds(const struct umbra_net *un);

/*
 * After a grace period, free, and have flowtables give up their flows.
 *
 * Context: process, umbra_net.lock not held; may take RTNL.
 */
void umbra_retire(struct umbra_net *un, struct umbra_retired *r);

/**
 * umbra_commit_net_init() - candidates, rows and the timer of a namespace
 * @un: namespace, zeroed, @un->net set
 *
 * Return: 0.
 */
int umbra_commit_net_init(struct umbra_net *un);

/* No policy returns by itself any more. Context: process, umbra_net.lock not held. */
void umbra_commit_net_stop(struct umbra_net *un);

/* Hooks are unregistered, sessions are gone. Frees policies and candidates. */
void umbra_commit_net_exit(struct umbra_net *un);

#endif
