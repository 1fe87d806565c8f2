/* SPDX-License-Identifier: GPL-2.0 */
/* Commits: how a policy takes effect, and how it is replaced. */
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
 * struct umbra_commit - options of a commit
 * @has_base: @base is valid
 * @base: generation whose rows must still be the latest
 * @confirm: seconds until the previous policy returns; 0: never
 * @keep_sessions: do not judge existing sessions again
 * @has_guard: @guard is valid
 * @guard: TCP connection, from the client to the firewall, that must not be cut
 * @has_zone: @zone is valid
 * @zone: local time, set when the commit takes effect
 * @has_typed_in: @typed_in is valid
 * @typed_in: TCP connection from which the commit is made
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
 * struct umbra_retired - what umbra_retire() has to do after the lock is released
 * @policy: policies that readers can no longer find
 * @nr: number of policies
 * @hooks: hooks were registered or unregistered
 * @published: another policy judges packets now
 */
struct umbra_retired {
	struct umbra_policy *policy[2];
	u32 nr;
	bool hooks;
	bool published;
};

/*
 * umbra_commit_build() checks and compiles the rows of @c. The caller owns the result.
 * umbra_commit_publish() puts the policy into effect, and then the namespace owns it. On error
 * nothing has changed, and the caller still owns it. umbra_commit_waits() must have allowed it.
 *
 * Context of all: process, umbra_net.lock held.
 */
int umbra_commit_build(struct umbra_net *un, const struct umbra_candidate *c,
		       const struct umbra_commit *how, struct umbra_refusal *why,
		       struct umbra_policy **out);
/* Would it make permanent a policy that waits for confirmation? Return: 0 or -EBUSY. */
int umbra_commit_waits(const struct umbra_net *un, const struct umbra_commit *how,
		       struct umbra_refusal *why);
int umbra_commit_publish(struct umbra_net *un, struct umbra_policy *p,
			 const struct umbra_commit *how, struct umbra_refusal *why,
			 struct umbra_retired *r);

/*
 * Which sessions does a policy that is published with @how leave as they are? Return: a generation;
 * sessions judged by it or by a later one are not judged again. 0: all are judged again.
 */
u32 umbra_commit_since(const struct umbra_net *un, const struct umbra_commit *how);

/* Are the present rows those that this generation had? */
bool umbra_commit_has_rows_of(const struct umbra_net *un, u32 generation);

/**
 * umbra_commit_renew() - compile the running policy again, for the present time
 * @un: namespace; it has a policy
 * @r: gets the old policy
 *
 * Rows keep their ids and counters, and sessions are judged again. A policy that waits for
 * confirmation continues to wait.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int umbra_commit_renew(struct umbra_net *un, struct umbra_retired *r);

/* Keep the running policy. Return: 0, or -ENOENT if no policy waits for confirmation. */
int umbra_commit_confirm(struct umbra_net *un, struct umbra_retired *r);

/* Return to the previous policy. Return: 0, or -ENOENT if no policy waits for confirmation. */
int umbra_commit_revert(struct umbra_net *un, struct umbra_retired *r);

/* Would a revert cut @guard? A policy must wait. Return: as umbra_guard_check(). */
int umbra_commit_revert_check(struct umbra_net *un, const struct umbra_key *guard);

/* Seconds until the running policy is reverted, 0 if it stays. */
u32 umbra_commit_seconds(const struct umbra_net *un);

/*
 * Free what @r has after a grace period, and have flowtables give up their flows.
 *
 * Context: process, umbra_net.lock not held; may take RTNL.
 */
void umbra_retire(struct umbra_net *un, struct umbra_retired *r);

/**
 * umbra_commit_net_init() - initialise candidates, rows and the timers of a namespace
 * @un: namespace, zeroed, @un->net set
 *
 * Context: process; nobody else has @un yet.
 * Return: 0.
 */
int umbra_commit_net_init(struct umbra_net *un);

/* Stop the timers, so that no policy is published by itself. Context: process, lock not held. */
void umbra_commit_net_stop(struct umbra_net *un);

/*
 * Free policies and candidates, after hooks are unregistered and sessions have ended. Context:
 * process, umbra_net.lock not held.
 */
void umbra_commit_net_exit(struct umbra_net *un);

#endif
