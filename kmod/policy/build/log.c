// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: log rows, and the classes that settings name.
 *
 * Rules and relays name classes too, so logs are built first. A policy that logs holds one
 * reference to nfnetlink_log for all its rows.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <net/netfilter/nf_log.h>

#define RATE	100		/* packets a second, if the row does not say */

u32 umbra_log_row_rate(const struct umbra_row *row)
{
	return umbra_row_u32(row, UMBRA_A_LOG_RATE, RATE);
}

static int log_build(struct umbra_build *b, u32 i)
{
	struct umbra_row *row = b->policy->rows[UMBRA_TABLE_LOG].row[i];
	const char *name = umbra_row_text(row, UMBRA_A_LOG_NAME);

	if (umbra_names_find(&b->logs, name) != UMBRA_NONE)
		return umbra_refuse(b->why, NULL, -EEXIST,
			"log row %u: \"%s\" is there twice: rename or delete one of them",
			i + 1, name);
	umbra_names_add(&b->logs, name);
	b->policy->log[i] = (struct umbra_log) {
		.row = row,
		.prefix = umbra_row_text(row, UMBRA_A_LOG_PREFIX),
		.group = umbra_row_u16(row, UMBRA_A_LOG_GROUP, 0),
		.rate = umbra_log_row_rate(row),
		.silent = !umbra_row_attr(row, UMBRA_A_LOG_GROUP),
	};
	return 0;
}

static int hold_logger(struct umbra_build *b)
{
	int err = nf_logger_find_get(NFPROTO_INET, NF_LOG_TYPE_ULOG);

	if (err)
		return umbra_refuse(b->why, NULL, -EOPNOTSUPP,
			"this kernel has no nfnetlink_log: load that module, or use no log rows");
	b->policy->logs = true;
	return 0;
}

int umbra_log_find(struct umbra_build *b, const struct umbra_row *row, int type, u16 *log)
{
	const char *name = umbra_row_text(row, type);
	u32 n;

	*log = 0;
	if (!*name)
		return 0;
	n = umbra_names_find(&b->logs, name);
	if (n == UMBRA_NONE)
		return -ENOENT;
	*log = n + 1;
	return 0;
}

static int setting_build(struct umbra_build *b, u32 i)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_SETTING].row[i];
	u8 key = umbra_row_u8(row, UMBRA_A_SETTING_KEY, 0);

	/* For a key that takes no log, this sets log_of to 0. */
	if (!umbra_log_find(b, row, UMBRA_A_SETTING_LOG, &b->policy->log_of[key]))
		return 0;
	return umbra_refuse(b->why, NULL, -ENOENT,
		"setting row %u: \"%s\" is no log: add a log of that name", i + 1,
		umbra_row_text(row, UMBRA_A_SETTING_LOG));
}

/* Context: process. Each setting must be there only once. */
int umbra_logs_build(struct umbra_build *b)
{
	struct umbra_policy *p = b->policy;
	u32 nr = p->rows[UMBRA_TABLE_LOG].nr;
	int err;
	u32 i;

	if (nr > UMBRA_BUILD_LOGS)
		return umbra_refuse(b->why, NULL, -E2BIG, "a policy has at most %u logs",
				    UMBRA_BUILD_LOGS);
	err = umbra_names_init(&b->logs, nr);
	if (err)
		return err;
	p->log = umbra_build_alloc(nr, sizeof(*p->log));
	if (nr && !p->log)
		return -ENOMEM;
	p->nr_logs = nr;
	for (i = 0; !err && i < nr; i++)
		err = log_build(b, i);
	for (i = 0; !err && i < p->rows[UMBRA_TABLE_SETTING].nr; i++)
		err = setting_build(b, i);
	return err || !nr ? err : hold_logger(b);
}

void umbra_logs_free(struct umbra_policy *p)
{
	if (p->logs)
		nf_logger_put(NFPROTO_INET, NF_LOG_TYPE_ULOG);
	kvfree(p->log);
}
