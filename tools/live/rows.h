/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Write rows as netlink attributes, and read them. The kernel recognizes an
 * unchanged row by its bytes, so a row has exactly one encoding: attributes in
 * the order of the spec, without those that mean the same when they are absent.
 */
#ifndef UMBRA_TOOL_ROWS_H
#define UMBRA_TOOL_ROWS_H

#include "kernel/nl.h"
#include "policy/policy.h"

/**
 * row_put() - add a row's table and columns to a message
 * @msg: message of UMBRA_CMD_ROW_ADD
 * @row: row whose DNS names are resolved
 *
 * Return: 0, or -EMSGSIZE when the row is larger than a message may be.
 */
int row_put(struct nl_msg *msg, const struct row *row);

/**
 * row_get() - read a row from a reply
 * @reply: of UMBRA_CMD_ROW_GET
 * @p: policy in whose arena the row's strings are kept; gets the generation
 * @row: filled in
 *
 * Return: 0, -ENOMEM, or -EPROTO when the reply is not a row.
 */
int row_get(const struct unl_reply *reply, struct policy *p, struct row *row);

/**
 * rows_fetch() - read the running policy
 * @nl: connection
 * @p: empty policy, filled in
 *
 * Return: 0 or a negative errno, for unl_fail().
 */
int rows_fetch(struct unl *nl, struct policy *p);

/**
 * rows_read() - the same, for a command
 * @fw: this run; it is connected if it is not yet
 * @p: empty policy, filled in; the caller frees it in any case
 *
 * Return: FW_OK, or another enum fw_exit after printing why.
 */
int rows_read(struct fw *fw, struct policy *p);

#endif
