// SPDX-License-Identifier: GPL-2.0
/*
 * Rows: life, equality and order.
 *
 * A row is created from a netlink attribute with one reference, which belongs to its candidate.
 * Policies take references of their own. The first commit that contains the row gives it an id and
 * puts it into umbra_net.rows, where sessions find it by its id under RCU. That array holds no
 * reference. The last put removes the row from the array and frees it after a grace period, so a
 * reader that found the row may use it until the end of its read section.
 */
#include "policy/policy.h"
#include "policy/row.h"
#include "umbra.h"

#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/slab.h>

struct umbra_row *umbra_row_new(const struct nlattr *attr, u8 table)
{
	u32 len = nla_len(attr);
	struct umbra_row *row;

	row = kvzalloc(struct_size(row, data, NLA_ALIGN(len)), GFP_KERNEL_ACCOUNT);
	if (!row)
		return NULL;
	refcount_set(&row->refs, 1);
	spin_lock_init(&row->rate_lock);
	row->table = table;
	row->len = len;
	memcpy(row->data, nla_data(attr), len);
	row->hash = jhash(row->data, len, table);
	if (table == UMBRA_TABLE_RULE)
		umbra_rate_init(&row->rate, umbra_row_u32(row, UMBRA_A_RULE_RATE, 0));
	if (table == UMBRA_TABLE_LOG)
		umbra_rate_init(&row->rate, umbra_log_row_rate(row));
	return row;
}

void umbra_row_put(struct umbra_net *un, struct umbra_row *row)
{
	if (!refcount_dec_and_test(&row->refs))
		return;
	if (row->id)
		xa_erase(&un->rows, row->id);
	kvfree_rcu(row, rcu);
}

bool umbra_row_equal(const struct umbra_row *a, const struct umbra_row *b)
{
	return a == b ||
	       (a->hash == b->hash && a->table == b->table && a->len == b->len &&
		!memcmp(a->data, b->data, a->len));
}

const struct nlattr *umbra_row_attr(const struct umbra_row *row, int type)
{
	const struct nlattr *attr;
	int rem;

	umbra_row_for_each(attr, row, rem)
		if (nla_type(attr) == type)
			return attr;
	return NULL;
}

const char *umbra_row_text(const struct umbra_row *row, int type)
{
	const struct nlattr *attr = umbra_row_attr(row, type);

	return attr ? nla_data(attr) : "";
}

u8 umbra_row_u8(const struct umbra_row *row, int type, u8 missing)
{
	const struct nlattr *attr = umbra_row_attr(row, type);

	return attr ? nla_get_u8(attr) : missing;
}

u16 umbra_row_u16(const struct umbra_row *row, int type, u16 missing)
{
	const struct nlattr *attr = umbra_row_attr(row, type);

	return attr ? nla_get_u16(attr) : missing;
}

u32 umbra_row_u32(const struct umbra_row *row, int type, u32 missing)
{
	const struct nlattr *attr = umbra_row_attr(row, type);

	return attr ? nla_get_u32(attr) : missing;
}

static int rows_reserve(struct umbra_rows *rows, u32 room)
{
	struct umbra_row **row;

	if (room <= rows->room)
		return 0;
	row = kvmalloc_array(room, sizeof(*row), GFP_KERNEL_ACCOUNT);
	if (!row)
		return -ENOMEM;
	if (rows->nr)
		memcpy(row, rows->row, rows->nr * sizeof(*row));
	kvfree(rows->row);
	rows->row = row;
	rows->room = room;
	return 0;
}

int umbra_rows_insert(struct umbra_rows *rows, u32 position, struct umbra_row *row)
{
	int err = 0;

	if (rows->nr == rows->room)
		err = rows_reserve(rows, max(16U, rows->room * 2));
	if (err)
		return err;
	memmove(rows->row + position + 1, rows->row + position,
		(rows->nr - position) * sizeof(*rows->row));
	rows->row[position] = row;
	rows->nr++;
	return 0;
}

struct umbra_row *umbra_rows_remove(struct umbra_rows *rows, u32 position)
{
	struct umbra_row *row = rows->row[position];

	rows->nr--;
	memmove(rows->row + position, rows->row + position + 1,
		(rows->nr - position) * sizeof(*rows->row));
	return row;
}

int umbra_rows_copy(struct umbra_rows *to, const struct umbra_rows *from)
{
	int err = rows_reserve(to, from->nr);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < from->nr; i++)
		to->row[i] = umbra_row_get(from->row[i]);
	to->nr = from->nr;
	return 0;
}

void umbra_rows_free(struct umbra_net *un, struct umbra_rows *rows)
{
	u32 i;

	for (i = 0; i < rows->nr; i++) {
		umbra_row_put(un, rows->row[i]);
		cond_resched();
	}
	kvfree(rows->row);
	memset(rows, 0, sizeof(*rows));
}
