/* SPDX-License-Identifier: GPL-2.0 */
/* Candidates: a policy while it is written, row by row, on one socket. */
#ifndef UMBRA_CANDIDATE_H
#define UMBRA_CANDIDATE_H

#include <linux/list.h>
#include <linux/types.h>

#include "policy/row.h"

struct sock;

#define UMBRA_CANDIDATES	64		/* open in one namespace */
#define UMBRA_CANDIDATE_ROWS	1000000
#define UMBRA_CANDIDATE_BYTES	(256UL << 20)

/**
 * struct umbra_candidate - what one socket has; guarded by umbra_net.lock
 * @list: in umbra_net.candidates, until the socket closes
 * @sk: the socket; compared, and followed only until the notice that it has closed
 * @portid: of the socket
 * @open: there is a candidate; else only @texts may be of use
 * @rows: by enum umbra_table
 * @nr: rows of all tables
 * @bytes: memory of the rows
 * @texts: see policy/extack.h
 */
struct umbra_candidate {
	struct list_head list;
	const struct sock *sk;
	u32 portid;
	bool open;
	struct umbra_rows rows[UMBRA_TABLE_MAX + 1];
	u32 nr;
	size_t bytes;
	struct list_head texts;
};

/* All below: process context, umbra_net.lock held. */

/* The open candidate of a socket, or NULL. */
struct umbra_candidate *umbra_candidate_find(struct umbra_net *un, const struct sock *sk);

/**
 * umbra_candidate_open() - begin anew
 * @un: namespace
 * @sk: socket; loses the candidate it has
 * @portid: of the socket
 * @clone: begin with the rows that run
 *
 * Return: 0, -ENOMEM, or -EBUSY when too many are open.
 */
int umbra_candidate_open(struct umbra_net *un, const struct sock *sk, u32 portid, bool clone);

/* Drop the rows. The socket may open another one. */
void umbra_candidate_close(struct umbra_net *un, struct umbra_candidate *c);

/* Check and add the row in @attr. @position: U32_MAX for the end. */
int umbra_candidate_add(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			u32 position, const struct nlattr *attr, struct umbra_refusal *why);
int umbra_candidate_remove(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			   u32 position, struct umbra_refusal *why);

/*
 * A socket of this port id has closed. One that has bound to it since keeps what it has. Takes
 * umbra_net.lock itself.
 */
void umbra_candidate_release(struct umbra_net *un, u32 portid);

/* All of them: the namespace goes. */
void umbra_candidates_free(struct umbra_net *un);

#endif
