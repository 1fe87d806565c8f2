// SPDX-License-Identifier: GPL-2.0
/*
 * stats - counters of this network namespace
 */
#include "base/fwtool.h"

#include <errno.h>

#include "base/names.h"
#include "kernel/nl.h"
#include "out/out.h"

static const struct out_column columns[] = {
	{ "reason", "REASON", 0 },
	{ "dropped", "DROPPED", OUT_RIGHT },
	{ "passed", "PASSED", OUT_RIGHT },
	{ "ended", "ENDED", OUT_RIGHT },
	{ "help", "MEANING", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

/**
 * struct counter - the counters of one reason
 * @dropped: packets
 * @passed: packets
 * @ended: sessions
 */
struct counter {
	uint64_t dropped;
	uint64_t passed;
	uint64_t ended;
};

/**
 * struct stats - the module's answer
 * @counters: by enum umbra_reason
 * @values: by UMBRA_A_STATS_*
 * @has: bits: which of @values were sent
 */
struct stats {
	struct counter counters[UMBRA_REASON_MAX + 1];
	uint64_t values[UMBRA_A_STATS_MAX + 1];
	uint32_t has;
};

/* The other counters, with their names as JSON keys and text labels. */
static const struct {
	int attr;
	const char *key;
} singles[] = {
	{ UMBRA_A_STATS_SESSIONS, "sessions" },
	{ UMBRA_A_STATS_SESSIONS_MAX, "sessions_max" },
	{ UMBRA_A_STATS_CREATED, "created" },
	{ UMBRA_A_STATS_ENDED, "ended" },
	{ UMBRA_A_STATS_LOOKUPS, "lookups" },
	{ UMBRA_A_STATS_FOUND, "found" },
	{ UMBRA_A_STATS_EXPRESS, "express" },
	{ UMBRA_A_STATS_REJUDGED, "rejudged" },
	{ UMBRA_A_STATS_BUCKETS, "buckets" },
	{ UMBRA_A_STATS_RESIZES, "resizes" },
	{ UMBRA_A_STATS_EVENTS_LOST, "events_lost" },
	{ UMBRA_A_STATS_TOLD, "told" },
	{ UMBRA_A_STATS_UNTOLD, "untold" },
	{ UMBRA_A_STATS_PROBED, "probed" },
};

static int read_counter(struct stats *stats, struct nlattr *nest)
{
	struct nlattr *tb[UMBRA_A_COUNTER_MAX + 1];
	unsigned int reason;

	if (nla_parse_nested(tb, UMBRA_A_COUNTER_MAX, nest, NULL) ||
	    !tb[UMBRA_A_COUNTER_REASON])
		return -EBADMSG;
	reason = unl_number(tb[UMBRA_A_COUNTER_REASON]);
	if (reason > UMBRA_REASON_MAX)
		reason = 0;
	stats->counters[reason].dropped += unl_number(tb[UMBRA_A_COUNTER_DROPPED]);
	stats->counters[reason].passed += unl_number(tb[UMBRA_A_COUNTER_PASSED]);
	stats->counters[reason].ended += unl_number(tb[UMBRA_A_COUNTER_ENDED]);
	return 0;
}

static int read_stats(const struct unl_reply *reply, void *arg)
{
	struct stats *stats = arg;
	struct nlattr *attr;
	int left, err;

	nla_for_each_attr(attr, reply->attrs, reply->len, left) {
		if (nla_type(attr) == UMBRA_A_STATS_COUNTER) {
			err = read_counter(stats, attr);
			if (err)
				return err;
		} else if (nla_type(attr) <= UMBRA_A_STATS_MAX) {
			stats->values[nla_type(attr)] = unl_number(attr);
			stats->has |= 1u << nla_type(attr);
		}
	}
	return 0;
}

static void print_singles(struct out *out, const struct stats *stats)
{
	size_t i;

	out_record_begin(out, "stats");
	for (i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
		if (stats->has & (1u << singles[i].attr))
			out_number(out, singles[i].key, stats->values[singles[i].attr]);
	out_record_end(out);
}

static void print_reason(struct out *out, unsigned int reason, const struct counter *counter)
{
	const char *help = name_help(names_reason, reason);

	out_row_begin(out);
	out_string(out, "reason", name_word(names_reason, reason));
	out_number(out, "dropped", counter->dropped);
	out_number(out, "passed", counter->passed);
	out_number(out, "ended", counter->ended);
	out_string(out, "help", reason ? help : "reasons that this fwtool does not know");
	out_row_end(out);
}

static void print_reasons(struct out *out, const struct stats *stats, bool all)
{
	unsigned int reason;

	out_list_begin(out, "reasons", columns);
	for (reason = 0; reason <= UMBRA_REASON_MAX; reason++) {
		const struct counter *counter = &stats->counters[reason];
		bool zero = !counter->dropped && !counter->passed && !counter->ended;

		if (!zero || (all && reason))
			print_reason(out, reason, counter);
	}
	out_list_end(out);
}

static int stats_run(struct fw *fw, const struct fw_args *args)
{
	struct stats stats = { 0 };
	int ret;

	ret = fw_no_more(args, 0);
	if (!ret)
		ret = fw_query(fw, UMBRA_CMD_STATS_GET, read_stats, &stats,
			       "cannot read the counters");
	if (ret)
		return ret;
	print_singles(fw->out, &stats);
	out_gap(fw->out);
	print_reasons(fw->out, &stats, fw_option(args, "all"));
	return FW_OK;
}

static const struct fw_option options[] = {
	{ "all", NULL, "also print reasons that have not occurred", 'a' },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_stats = {
	.name = "stats",
	.synopsis = "",
	.help = "print counters, and for each reason what was dropped, passed and ended",
	.options = options,
	.run = stats_run,
};
