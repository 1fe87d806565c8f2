/* SPDX-License-Identifier: GPL-2.0 */
/* A policy that waits for its confirmation. */
#ifndef UMBRA_TOOL_PENDING_H
#define UMBRA_TOOL_PENDING_H

#include "base/fwtool.h"
#include "kernel/nl.h"
#include "live/tuple.h"

/**
 * struct pending - the policy that waits
 * @generation: of the running policy
 * @seconds: until the previous policy returns; 0: no policy waits
 * @typed_in: SSH connection in which the policy was committed
 * @typed: @typed_in is known
 */
struct pending {
	uint32_t generation;
	uint32_t seconds;
	struct tuple typed_in;
	bool typed;
};

/* Read it from the attributes of a policy, by type. Return: 0 or -EBADMSG. */
int pending_parse(struct pending *pending, struct nlattr *const tb[]);

/**
 * pending_read() - ask the kernel
 * @fw: this run; connected
 * @pending: filled in
 *
 * Return: FW_OK, or as unl_fail().
 */
int pending_read(struct fw *fw, struct pending *pending);

/**
 * pending_is_own() - was it committed from where fwtool runs now?
 * @pending: the policy that waits
 *
 * That is: both times by SSH from the same address, or both times without SSH. The port may
 * differ, because a user whose connection the policy has cut reconnects from another port.
 */
bool pending_is_own(const struct pending *pending);

/* Where it was committed: "from 192.0.2.1", or "on this machine". */
const char *pending_from(const struct pending *pending, char text[END_TEXT_MAX + 8]);

#endif
