// SPDX-License-Identifier: GPL-2.0
/*
 * show - the running policy, or one table of it with its counters
 */
#include "base/fwtool.h"
#include "base/names.h"
#include "base/near.h"
#include "out/out.h"
#include "print/policy.h"
#include "print/values.h"
#include "live/rows.h"

#include <string.h>

/* Table 0 is the whole policy. */
static const struct name tables[] = {
	{ UMBRA_TABLE_NETWORK, "networks", "" },
	{ UMBRA_TABLE_NETWORK, "network", "" },
	{ UMBRA_TABLE_SERVICE, "services", "" },
	{ UMBRA_TABLE_SERVICE, "service", "" },
	{ UMBRA_TABLE_RULE, "rules", "" },
	{ UMBRA_TABLE_RULE, "rule", "" },
	{ UMBRA_TABLE_NAT, "nats", "" },
	{ UMBRA_TABLE_NAT, "nat", "" },
	{ UMBRA_TABLE_RELAY, "relays", "" },
	{ UMBRA_TABLE_RELAY, "relay", "" },
	{ UMBRA_TABLE_LOG, "logs", "" },
	{ UMBRA_TABLE_LOG, "log", "" },
	{ UMBRA_TABLE_TIME, "times", "" },
	{ UMBRA_TABLE_TIME, "time", "" },
	{ UMBRA_TABLE_SETTING, "settings", "" },
	{ UMBRA_TABLE_SETTING, "setting", "" },
	{ UMBRA_TABLE_SETTING, "set", "" },
	{ 0 },
};

static int parse_table(const char *word, enum umbra_table *table)
{
	struct near near = { .typed = word };
	const struct name *name;
	char hint[128];

	*table = name_value(tables, word);
	if (*table || !strcmp(word, "policy"))
		return FW_OK;
	for (name = tables; name->word; name++)
		near_offer(&near, name->word);
	return fw_usage("show: unknown table '%s': networks, services, "
			"rules, nat, relays, logs, times, settings or policy%s", word,
			near_hint(&near, hint, sizeof(hint)));
}

static void print_all(struct out *out, const struct policy *p)
{
	size_t table;

	if (!out_is_json(out)) {
		print_policy(stdout, p);
		return;
	}
	for (table = 1; table <= UMBRA_TABLE_MAX; table++)
		print_table(out, &p->tables[table], table);
}

static void print_shown(struct out *out, const struct policy *p, enum umbra_table table)
{
	if (table == UMBRA_TABLE_SETTING)
		print_settings(out, &p->tables[table]);
	else if (table)
		print_table(out, &p->tables[table], table);
	else
		print_all(out, p);
}

static int run(struct fw *fw, const struct fw_args *args)
{
	struct policy policy = { 0 };
	enum umbra_table table = 0;
	int ret;

	ret = fw_no_more(args, 1);
	if (!ret && args->argc)
		ret = parse_table(args->argv[0], &table);
	if (!ret)
		ret = rows_read(fw, &policy);
	if (!ret)
		print_shown(fw->out, &policy, table);
	policy_free(&policy);
	return ret;
}

const struct fw_command cmd_show = {
	.name = "show",
	.synopsis = "[networks | services | rules | nat | relays | logs | times | settings | policy]",
	.help = "show the running policy, or a table with its counters",
	.details =
		"The policy is printed as it was written, in the grammar of\n"
		"umbra.conf(5). A single table has positions and counters; time classes\n"
		"show whether their hours are now. 'settings' shows every setting: the\n"
		"value in force, the default, and whether the policy sets it.\n",
	.words = "networks services rules nat relays logs times settings policy",
	.run = run,
};
