/* SPDX-License-Identifier: GPL-2.0 */
/* Preview: finds the sessions that a candidate would end. */
#ifndef UMBRA_PREVIEW_H
#define UMBRA_PREVIEW_H

#include <linux/types.h>

struct umbra_candidate;
struct umbra_commit;
struct umbra_net;
struct umbra_policy;
struct umbra_refusal;
struct umbra_row;
struct umbra_session;

/**
 * struct umbra_preview - a candidate compiled as it would run
 * @policy: its policy, which is never published and nobody else has
 * @since: sessions judged by this generation or a later one would not be judged again; 0: all would
 */
struct umbra_preview {
	struct umbra_policy *policy;
	u32 since;
};

/**
 * umbra_preview_begin() - build the policy that a commit would publish
 * @pv: set
 * @un: namespace
 * @c: candidate; not changed
 * @how: how it would be committed
 * @why: set to the reason of a refusal
 *
 * Context: process, umbra_net.lock held.
 * Return: 0, and umbra_preview_end() must follow later; or as umbra_commit_build().
 */
int umbra_preview_begin(struct umbra_preview *pv, struct umbra_net *un,
			const struct umbra_candidate *c, const struct umbra_commit *how,
			struct umbra_refusal *why);

/**
 * umbra_preview_obstacle() - would a session end at its next packet?
 * @pv: preview
 * @s: session; not changed
 * @by: set to the candidate's row that refuses it, which @pv holds; or NULL if there is none
 *
 * The next packet is assumed to arrive and leave as those before it. A session that is idle for too
 * long, and would not be probed, ends by itself; a commit would not be the reason.
 *
 * Context: any, rcu_read_lock() held.
 * Return: the enum umbra_obstacle for which it would end, or 0.
 */
u8 umbra_preview_obstacle(const struct umbra_preview *pv, const struct umbra_session *s,
			  const struct umbra_row **by);

/* Context: process. @pv may be all 0. */
void umbra_preview_end(struct umbra_preview *pv, struct umbra_net *un);

#endif
