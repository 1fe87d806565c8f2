// SPDX-License-Identifier: GPL-2.0
/*
 * Candidates: a policy while it is written.
 *
 * A candidate belongs to the netlink socket that opened it. It ends with a commit, when it is
 * dropped, when another one is opened on the same socket, or when the socket closes for any reason.
 * Only its socket ever sees it, but its rows may be shared with the running policy.
 *
 * The notice that a socket has closed names the socket's port id. When it comes, another socket may
 * already have that port id, so only the candidates of sockets that are dead are freed. A socket
 * exists until its own notice has been given, and so for as long as its candidate.
 */
#include "commit/candidate.h"
#include "policy/policy.h"
#include "policy/extack.h"
#include "umbra.h"

#include <linux/errno.h>
#include <linux/slab.h>
#include <net/sock.h>

static struct umbra_candidate *find(struct umbra_net *un, const struct sock *sk)
{
	struct umbra_candidate *c;

	list_for_each_entry(c, &un->candidates, list)
		if (c->sk == sk)
			return c;
	return NULL;
}

struct umbra_candidate *umbra_candidate_find(struct umbra_net *un, const struct sock *sk)
{
	struct umbra_candidate *c;

	lockdep_assert_held(&un->lock);
	c = find(un, sk);
	return c && c->open ? c : NULL;
}

void umbra_candidate_close(struct umbra_net *un, struct umbra_candidate *c)
{
	u32 t;

	lockdep_assert_held(&un->lock);
	for (t = 1; t <= UMBRA_TABLE_MAX; t++)
		umbra_rows_free(un, &c->rows[t]);
	c->nr = 0;
	c->bytes = 0;
	c->open = false;
}

static bool too_many(struct umbra_net *un)
{
	struct umbra_candidate *c;
	u32 nr = 0;

	list_for_each_entry(c, &un->candidates, list)
		nr += c->open;
	return nr >= UMBRA_CANDIDATES;
}

static struct umbra_candidate *find_or_new(struct umbra_net *un, const struct sock *sk, u32 portid)
{
	struct umbra_candidate *c = find(un, sk);

	if (c)
		return c;
	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return NULL;
	c->sk = sk;
	c->portid = portid;
	INIT_LIST_HEAD(&c->texts);
	list_add(&c->list, &un->candidates);
	return c;
}

static int clone_rows(struct umbra_net *un, struct umbra_candidate *c)
{
	const struct umbra_policy *p = umbra_running(un);
	int err = 0;
	u32 t, i;

	for (t = 1; p && !err && t <= UMBRA_TABLE_MAX; t++) {
		err = umbra_rows_copy(&c->rows[t], &p->rows[t]);
		for (i = 0; i < c->rows[t].nr; i++)
			c->bytes += umbra_row_bytes(c->rows[t].row[i]);
		c->nr += c->rows[t].nr;
	}
	return err;
}

int umbra_candidate_open(struct umbra_net *un, const struct sock *sk, u32 portid, bool clone)
{
	struct umbra_candidate *c;
	int err;

	lockdep_assert_held(&un->lock);
	c = find_or_new(un, sk, portid);
	if (!c)
		return -ENOMEM;
	umbra_candidate_close(un, c);
	if (too_many(un))
		return -EBUSY;
	err = clone ? clone_rows(un, c) : 0;
	if (err)
		umbra_candidate_close(un, c);
	else
		c->open = true;
	return err;
}

int umbra_candidate_add(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			u32 position, const struct nlattr *attr, struct umbra_refusal *why)
{
	struct umbra_rows *rows = &c->rows[table];
	struct umbra_row *row;
	int err;

	lockdep_assert_held(&un->lock);
	if (position == U32_MAX)
		position = rows->nr;
	if (position > rows->nr)
		return umbra_refuse(why, NULL, -ERANGE,
			"position %u is behind the end: the table has %u rows", position, rows->nr);
	if (c->nr >= UMBRA_CANDIDATE_ROWS || c->bytes >= UMBRA_CANDIDATE_BYTES)
		return umbra_refuse(why, NULL, -E2BIG,
			"a policy has at most %u rows and %lu MB of them", UMBRA_CANDIDATE_ROWS,
			UMBRA_CANDIDATE_BYTES >> 20);
	err = umbra_row_check(attr, table, why);
	if (err)
		return err;
	row = umbra_row_new(attr, table);
	if (!row)
		return -ENOMEM;
	err = umbra_rows_insert(rows, position, row);
	if (err) {
		umbra_row_put(un, row);
		return err;
	}
	c->bytes += umbra_row_bytes(row);
	c->nr++;
	return 0;
}

int umbra_candidate_remove(struct umbra_net *un, struct umbra_candidate *c, u8 table,
			   u32 position, struct umbra_refusal *why)
{
	struct umbra_rows *rows = &c->rows[table];
	struct umbra_row *row;

	lockdep_assert_held(&un->lock);
	if (position >= rows->nr)
		return umbra_refuse(why, NULL, -ERANGE,
			"there is no row at position %u: the table has %u rows",
			position, rows->nr);
	row = umbra_rows_remove(rows, position);
	c->bytes -= umbra_row_bytes(row);
	c->nr--;
	umbra_row_put(un, row);
	return 0;
}

static void candidate_free(struct umbra_net *un, struct umbra_candidate *c)
{
	umbra_candidate_close(un, c);
	umbra_refusal_texts_free(&c->texts);
	list_del(&c->list);
	kfree(c);
}

void umbra_candidate_release(struct umbra_net *un, u32 portid)
{
	struct umbra_candidate *c, *next;

	/* If the list is empty, the socket that closes has no candidate: only it could add one. */
	if (list_empty(&un->candidates))
		return;
	mutex_lock(&un->lock);
	list_for_each_entry_safe(c, next, &un->candidates, list)
		if (c->portid == portid && sock_flag(c->sk, SOCK_DEAD))
			candidate_free(un, c);
	mutex_unlock(&un->lock);
}

void umbra_candidates_free(struct umbra_net *un)
{
	struct umbra_candidate *c, *next;

	lockdep_assert_held(&un->lock);
	list_for_each_entry_safe(c, next, &un->candidates, list)
		candidate_free(un, c);
}
