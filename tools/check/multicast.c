// SPDX-License-Identifier: GPL-2.0
#include "check/check.h"

#include "check/spans.h"

#include <errno.h>
#include <stdlib.h>

/* Do rules judge multicasts? Without "set multicast judge" they are discarded before the rules. */
static bool are_judged(const struct policy *p)
{
	const struct row_list *list = &p->tables[UMBRA_TABLE_SETTING];
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->row[i].setting.key == UMBRA_SETTING_MULTICAST)
			return list->row[i].setting.value == UMBRA_VERDICT_SETTING_JUDGE;
	return false;
}

static void check_rules(const struct policy *p, const struct span_source *networks,
			struct spans *server, struct report *report)
{
	const struct row_list *list = &p->tables[UMBRA_TABLE_RULE];
	size_t i;

	for (i = 0; i < list->nr; i++) {
		const struct row *row = &list->row[i];

		if (row->rule.disabled || row->rule.action != UMBRA_ACTION_ALLOW)
			continue;
		spans_get(networks, row->rule.server, NULL, server);
		if (spans_are_multicast(server))
			report_warning(report, row->place,
				       "the rule is never asked about multicasts",
				       row->rule.server, "the setting discards "
				       "them first: set multicast judge");
	}
}

int policy_check_multicast(const struct policy *p, struct report *report)
{
	struct span_source networks;
	struct spans *server;
	int err = 0;

	if (are_judged(p))
		return 0;
	server = malloc(sizeof(*server));
	if (server)
		err = spans_open(&networks, p);
	if (server && !err)
		check_rules(p, &networks, server, report);
	if (server)
		spans_close(&networks);
	free(server);
	return server ? err : -ENOMEM;
}
