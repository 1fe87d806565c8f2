/* SPDX-License-Identifier: GPL-2.0 */
/* Preview: which sessions a candidate would end. */
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
 * struct umbra_preview - a candidate as it would run
 * @policy: its own; nobody else has it, and it is never published
 * @since: sessions judged by this generation or a later one would be kept; 0: none
 */
struct umbra_preview {
	struct umbra_policy *policy;
	u32 since;
};

/**
 * umbra_preview_begin() - build what a commit would publish
 * @pv: filled
 * @un: namespace
 * @c: candidate; stays as it is
 * @how: how it would be committed
 * @why: told why it would be refused
 *
 * Context: process, umbra_net.lock held.
 * Return: 0, and umbra_preview_end() must follow one day; or as umbra_commit_build().
 */
int umbra_preview_begin(struct umbra_preview *pv, struct umbra_net *un,
			const struct umbra_candidate *c, const struct umbra_commit *how,
			struct umbra_refusal *why);

/**
 * umbra_preview_obstacle() - would a session end at its next packet?
 * @pv: preview
 * @s: session, which stays as it is
 * @by: the candidate's row that refuses it, held by @pv; NULL when there is none
 *
 * That next packet is taken to come and go as those before it. A session that is idle
 * for too long, and would not be probed, ends by itself, and a commit would not be the reason.
 *
 * Context: any, rcu_read_lock() held.
 * Return: enum umbra_obstacle why, or 0.
 */
u8 umbra_preview_obstacle(const struct umbra_preview *pv, const struct umbra_session *s,
			  const struct umbra_row **by);

/* Context: process. All 0 is fine. */
void umbra_preview_end(struct umbra_preview *pv, struct umbra_net *un);

#endif
