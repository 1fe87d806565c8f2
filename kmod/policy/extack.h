/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Refusals: a sentence for the administrator on every error.
 *
 * The text of a netlink extended ack is copied into the reply after the
 * operation has returned, when no lock of ours is held any more, so formatted
 * text must outlive the operation. Each socket that has a candidate keeps a
 * buffer for each task that was refused on it: a task is either in an
 * operation or in the reply to the last one, never in both, so nobody writes
 * what another one reads; and the buffers go when the socket does, which no
 * task is using then.
 */
#ifndef UMBRA_REFUSAL_H
#define UMBRA_REFUSAL_H

#include <linux/list.h>
#include <linux/netlink.h>

/**
 * struct umbra_refusal - where to say why
 * @extack: of the operation, or NULL
 * @texts: buffers of the socket, guarded by umbra_net.lock, or NULL
 */
struct umbra_refusal {
	struct netlink_ext_ack *extack;
	struct list_head *texts;
};

/**
 * umbra_refuse() - say why
 * @why: where to
 * @attr: the attribute to blame, or NULL
 * @err: negative errno
 * @fmt: what is wrong with which row or column, and what to do about it
 *
 * Context: process, umbra_net.lock held.
 * Return: @err.
 */
__printf(4, 5)
int umbra_refuse(struct umbra_refusal *why, const struct nlattr *attr, int err,
		 const char *fmt, ...);

void umbra_refusal_texts_free(struct list_head *texts);

#endif
