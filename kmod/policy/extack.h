/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Refusals: a sentence for the administrator with every error.
 *
 * The text of a netlink extended ack is copied into the reply after the operation has returned and
 * released our locks, so a formatted text must outlive the operation. Each socket with a candidate
 * has a buffer for each task that got an error on it. A task is either in an operation or in the
 * reply to its last one, never in both, so it does not overwrite a text that is still being read.
 * The buffers are freed with the socket, when no task uses it any more.
 */
#ifndef UMBRA_REFUSAL_H
#define UMBRA_REFUSAL_H

#include <linux/list.h>
#include <linux/netlink.h>

struct umbra_net;

/**
 * struct umbra_refusal - where the text of an error goes
 * @un: namespace of the operation, whose umbra_net.lock guards @texts
 * @extack: of the operation, or NULL
 * @texts: buffers of the socket, or NULL
 */
struct umbra_refusal {
	const struct umbra_net *un;
	struct netlink_ext_ack *extack;
	struct list_head *texts;
};

/**
 * umbra_refuse() - report why a request is refused
 * @why: where the text goes
 * @attr: the attribute at fault, or NULL
 * @err: negative errno
 * @fmt: what is wrong with which row or column, and what to do about it
 *
 * Context: process, umbra_net.lock held where @why has buffers.
 * Return: @err.
 */
__printf(4, 5)
int umbra_refuse(struct umbra_refusal *why, const struct nlattr *attr, int err,
		 const char *fmt, ...);

void umbra_refusal_texts_free(struct list_head *texts);

#endif
