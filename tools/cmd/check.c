// SPDX-License-Identifier: GPL-2.0
/*
 * check - is a policy file right?
 */
#include "beside/beside.h"
#include "kernel/nl.h"
#include "live/candidate.h"
#include "check/check.h"
#include "out/out.h"
#include "policy/index.h"

#include <errno.h>
#include <unistd.h>

#define MODULE_DIR	"/sys/module/umbra"

static const struct out_column advisory_columns[] = {
	{ "rule", "RULE", OUT_RIGHT },
	{ "service", "SERVICE", 0 },
	{ "advisory", "ADVISORY", 0 },
	{ NULL, NULL, 0 },
};

/* Let the module compile the policy, without committing it. */
static int ask_kernel(struct fw *fw, const struct policy *p,
		      struct report *report)
{
	struct commit commit = { .check = true };
	int ret = fw_connect(fw);

	if (ret)
		return ret;
	if (candidate_new(fw->nl, false, &commit.base))
		return unl_fail(fw->nl, "cannot open a candidate");
	ret = candidate_add_all(fw->nl, p, report);
	if (ret)
		return ret;
	return candidate_commit(fw->nl, &commit) ?
	       candidate_fail_at(fw->nl, p, report) : FW_OK;
}

static const char *why_not_asked(void)
{
	if (access(MODULE_DIR, F_OK))
		return "the module umbra is not loaded";
	return geteuid() ? "that takes root" : NULL;
}

/* Count names, not rows: a network may have several rows. */
static size_t count_networks(const struct policy *p)
{
	struct index index;
	size_t nr;

	if (index_build(&index, &p->tables[UMBRA_TABLE_NETWORK]))
		return 0;
	nr = index.nr;
	index_free(&index);
	return nr;
}

static const char *plural(size_t nr)
{
	return nr == 1 ? "" : "s";
}

static void print_result(struct out *out, const char *file,
			 const struct policy *p, const char *not_asked)
{
	size_t networks = count_networks(p);
	size_t services = p->tables[UMBRA_TABLE_SERVICE].nr;
	size_t rules = p->tables[UMBRA_TABLE_RULE].nr;
	size_t nats = p->tables[UMBRA_TABLE_NAT].nr;
	size_t relays = p->tables[UMBRA_TABLE_RELAY].nr;
	size_t times = p->tables[UMBRA_TABLE_TIME].nr;

	if (out_is_json(out)) {
		out_record_begin(out, "check");
		out_string(out, "file", file);
		out_bool(out, "ok", true);
		out_bool(out, "kernel", !not_asked);
		out_number(out, "networks", networks);
		out_number(out, "services", services);
		out_number(out, "rules", rules);
		out_number(out, "nats", nats);
		out_number(out, "relays", relays);
		out_number(out, "times", times);
		out_record_end(out);
		return;
	}
	out_line_begin(out);
	out_text(out, "ok", "%s: ok, %zu network%s, %zu service%s, "
		 "%zu rule%s, %zu nat row%s, %zu relay%s", file, networks,
		 plural(networks), services, plural(services), rules,
		 plural(rules), nats, plural(nats), relays, plural(relays));
	out_line_end(out);
	if (!not_asked)
		return;
	out_line_begin(out);
	out_text(out, "kernel", "the kernel was not asked: %s", not_asked);
	out_line_end(out);
}

static void print_advisory(size_t rule, const struct service *service,
			   void *arg)
{
	struct out *out = arg;

	if (out_is_json(out)) {
		out_row_begin(out);
		out_number(out, "rule", rule + 1);
		out_string(out, "service", service->name);
		out_string(out, "advisory", service->advisory);
		out_row_end(out);
		return;
	}
	out_line_begin(out);
	out_text(out, "advisory", "advisory: rule %zu (%s): %s", rule + 1,
		 service->name, service->advisory);
	out_line_end(out);
}

static int print_advisories(struct out *out, const struct policy *p)
{
	int err;

	if (out_is_json(out))
		out_list_begin(out, "advisories", advisory_columns);
	err = policy_advisories(p, print_advisory, out);
	if (out_is_json(out))
		out_list_end(out);
	return err;
}

static int check_file(struct fw *fw, const char *file, struct policy *p)
{
	struct report report = { .to = stderr, .prefix = "fwtool" };
	const char *not_asked = why_not_asked();
	struct resolve how = {
		.fetch = not_asked ? NULL : candidate_running,
		.arg = fw,
	};
	struct policy running = { 0 };
	int err, ret = FW_OK;

	err = policy_read(p, file, &how, &report);
	if (!err) {
		/* If no policy can be read, compare with an empty one. */
		if (!not_asked && candidate_running(&running, fw))
			policy_free(&running);
		policy_check_here(p, &running, &report);
		policy_free(&running);
		check_beside(p, &report);
	}
	if (!err && !not_asked)
		ret = ask_kernel(fw, p, &report);
	if (!err && !ret) {
		print_result(fw->out, file, p, not_asked);
		err = print_advisories(fw->out, p);
	}
	if (err == -ENOMEM)
		fw_error("check: out of memory");
	return err ? FW_REFUSED : ret;
}

static int run(struct fw *fw, const struct fw_args *args)
{
	struct policy policy = { 0 };
	int ret;

	if (!args->argc)
		return fw_usage("check: which file? Give FILE, or - for standard "
				"input");
	ret = fw_no_more(args, 1);
	if (!ret)
		ret = check_file(fw, args->argv[0], &policy);
	policy_free(&policy);
	return ret;
}

const struct fw_command cmd_check = {
	.name = "check",
	.synopsis = "FILE",
	.help = "check a policy file, and print what it lets in",
	.details =
		"Reads FILE as 'load' does, and changes nothing. If the module is loaded,\n"
		"it compiles the policy. Prints the advisory of each service that a rule\n"
		"allows. Warns of relays that cannot work on this machine as it is now:\n"
		"the firewall lacks the address, a program holds the port, or the server\n"
		"answers by another router.\n"
		"Also warns of what else handles packets on this machine, one line for\n"
		"each kind: flowtables, chains of type nat, transparent proxies, tc\n"
		"redirections and programs, XDP programs, Open vSwitch, IPVS, ipvlan in\n"
		"modes l3 and l3s, and macvlans that no row names.\n",
	.words = "@files",
	.run = run,
};
