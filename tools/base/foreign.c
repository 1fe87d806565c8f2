// SPDX-License-Identifier: GPL-2.0
#include "base/foreign.h"

#include <string.h>

/*
 * The words of other firewalls, and Umbra's. One word may have several meanings; fwtool suggests
 * only those that are valid where the word was typed.
 */
static const struct {
	const char *foreign;
	const char *own;
} words[] = {
	/* actions; settings whose values are actions; and the row that has an action */
	{ "accept", "allow" }, { "permit", "allow" }, { "pass", "allow" },
	{ "drop", "discard" },
	{ "deny", "reject" }, { "deny", "discard" },
	{ "block", "reject" }, { "block", "discard" },
	{ "accept", "any" }, { "allow", "any" },
	{ "accept", "judge" }, { "allow", "judge" },
	{ "accept", "rule" }, { "allow", "rule" }, { "permit", "rule" }, { "pass", "rule" },
	{ "drop", "rule" }, { "discard", "rule" },
	{ "deny", "rule" }, { "reject", "rule" }, { "block", "rule" },
	{ "filter", "rule" }, { "policy", "rule" }, { "acl", "rule" }, { "access-list", "rule" },

	/* translations of the source */
	{ "snat", "masquerade" }, { "snat", "source" },
	{ "nat-to", "masquerade" }, { "nat-to", "source" },
	{ "exempt", "none" }, { "no-nat", "none" },
	{ "snat", "nat" }, { "masquerade", "nat" }, { "masq", "nat" }, { "nat-to", "nat" },

	/* translations of the destination */
	{ "dnat", "tcp-forward" }, { "dnat", "udp-forward" },
	{ "redirect", "tcp-forward" }, { "redirect", "udp-forward" },
	{ "forward", "tcp-forward" }, { "forward", "udp-forward" },
	{ "proxy", "tcp-relay" },
	{ "dnat", "relay" }, { "redirect", "relay" }, { "forward", "relay" },
	{ "port-forward", "relay" }, { "rdr", "relay" }, { "rdr-to", "relay" },
	{ "proxy", "relay" },

	/* services */
	{ "stateful", "dynamic" }, { "keep-state", "dynamic" },
	{ "stateless", "packet-filter" }, { "no-state", "packet-filter" },

	/* other rows, and options of rows */
	{ "alias", "network" }, { "zone", "network" }, { "ipset", "network" },
	{ "address-set", "network" }, { "object", "network" },
	{ "application", "service" }, { "port", "service" }, { "protocol", "service" },
	{ "schedule", "time" },
	{ "option", "set" }, { "sysctl", "set" },
	{ "import", "include" },
	{ "limit", "rate" }, { "connlimit", "client-sessions" },
	{ "syslog", "nflog" }, { "ulog", "nflog" },
	{ "description", "comment" }, { "remark", "comment" },

	/* values of settings */
	{ "drop", "never" }, { "deny", "never" }, { "block", "never" },
	{ "yes", "on" }, { "true", "on" }, { "no", "off" }, { "false", "off" },
	{ "loose", "liberal" },

	/* commands, and what follows them */
	{ "list", "show" }, { "print", "show" }, { "dump", "save" }, { "export", "save" },
	{ "apply", "load" }, { "commit", "load" }, { "reload", "load" }, { "restore", "load" },
	{ "import", "load" }, { "start", "load" },
	{ "test", "check" }, { "validate", "check" }, { "verify", "check" },
	{ "insert", "add" }, { "append", "add" },
	{ "remove", "delete" }, { "rm", "delete" },
	{ "edit", "replace" }, { "change", "replace" }, { "modify", "replace" },
	{ "rollback", "revert" }, { "undo", "revert" },
	{ "resolve", "refresh" },
	{ "conntrack", "session" }, { "connection", "session" }, { "connections", "session" },
	{ "states", "session" }, { "flows", "session" },
	{ "counters", "stats" }, { "statistics", "stats" },
	{ "trace", "explain" }, { "simulate", "explain" },
	{ "log", "monitor" }, { "watch", "monitor" }, { "tail", "monitor" },
	{ "show", "list" }, { "ls", "list" },
	{ "delete", "kill" }, { "flush", "kill" }, { "drop", "kill" },
	{ "discard", "drop" }, { "reject", "drop" }, { "deny", "drop" }, { "block", "drop" },
	{ "src", "client" }, { "source", "client" }, { "saddr", "client" },
	{ "dst", "server" }, { "destination", "server" }, { "daddr", "server" },
	{ "sport", "client-port" }, { "dport", "server-port" },
	{ "iface", "interface" }, { "dev", "interface" },
};

bool foreign_means(const char *foreign, const char *own)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].foreign, foreign) && !strcmp(words[i].own, own))
			return true;
	return false;
}
