/* SPDX-License-Identifier: GPL-2.0 */
/* Candidates: a policy while it is written, row by row, on one socket. */
#ifndef UMBRA_CANDIDATE_H
#define UMBRA_CANDIDATE_H

#include <linux/list.h>
#include <linux/types.h>

#include "policy/row.h"

struct sock;

#define UMBRA_CANDIDATES	64		/* that may be open in a namespace */
#define UMBRA_CANDIDATE_ROWS	1000000
#define UMBRA_CANDIDATE_BYTES	(256UL << 20)

/**
 * struct umbra_candidate - the candidate of one socket; guarded by umbra_net.lock
 * @list: node in umbra_net.candidates, until the socket closes
 * @sk: the socket; compared, and dereferenced only until the notice that it has closed
 * @portid: port id of the socket
 * @open: there is a candidate; otherwise only @texts may be in use
 * @rows: by enum umbra_table
 * @nr: number of rows in all tables
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

/* Context of all below: process, umbra_net.lock held. */

/* The open candidate of a socket, or NULL. */
struct umbra_candidate *umbra_candidate_find(struct umbra_net *un, const struct sock *sk);

/**
 * umbra_candidate_open() - begin a new candidate
 * @un: namespace
 * @sk: socket; loses a candidate that it has
 * @portid: port id of the socket
 * @clone: begin with the rows of the running policy
 *
 * Return: 0, -ENOMEM, or -EBUSY if too many are open.
 */
int umbra_candidate_open(struct umbra_net *un, const struct sock *sk, u32 portid, bool clone);

/* Drop the rows. The socket may open another candidate. */
void umbra_candidate_close(struct umbra_net *un, struct umbra_candidate *c);

/* Check and add the row in @attr. @position: U32_MAX for the end. */
int umbra_candidate_add(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			u32 position, const struct nlattr *attr, struct umbra_refusal *why);
int umbra_candidate_remove(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			   u32 position, struct umbra_refusal *why);

/*
 * A socket with this port id has closed: free its candidate. Another socket that has taken the port
 * id since keeps its own. Context: process, umbra_net.lock not held.
 */
void umbra_candidate_release(struct umbra_net *un, u32 portid);

/* Free all candidates, because the namespace ends. */
void umbra_candidates_free(struct umbra_net *un);

#endif
