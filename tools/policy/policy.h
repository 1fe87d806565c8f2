/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy in memory: the tables of the netlink contract, row by row, as they
 * were written. The parser and the netlink dump fill it; the printer, netlink,
 * JSON and the checks read it. Rows refer to other rows by name, as written.
 */
#ifndef UMBRA_TOOL_POLICY_H
#define UMBRA_TOOL_POLICY_H

#include "base/address.h"
#include "base/arena.h"
#include "base/report.h"

#include <linux/umbra.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_LIST_MAX	256	/* items, ranges or members in one row */

#define POLICY_ANY	"Any"		/* networks that every policy has */
#define POLICY_FIREWALL	"Firewall"

enum item_kind {
	ITEM_ADDRESS,		/* first */
	ITEM_PREFIX,		/* first, prefix_len */
	ITEM_RANGE,		/* first, last */
	ITEM_NETWORK,		/* network */
	ITEM_HOST,		/* host, not yet resolved */
};

/* One item of a network. */
struct item {
	enum item_kind kind;
	struct address first;
	struct address last;
	uint8_t prefix_len;
	const char *ifname;	/* or NULL: not bound to an interface */
	const char *network;
	const char *host;	/* in ITEM_ADDRESS: its DNS name, or NULL */
	uint64_t until;		/* with @host: expires, seconds since 1970; 0: no */
};

struct network {
	const char *name;
	struct item *items;
	unsigned int nr_items;
	const char *comment;	/* or NULL, here and below */
};

struct port_range {
	uint16_t first;
	uint16_t last;
};

struct port_list {
	struct port_range *ranges;
	unsigned int nr;	/* 0: all ports */
};

struct icmp_match {
	uint8_t type;
	bool has_code;		/* false: every code */
	uint8_t code_first;
	uint8_t code_last;
};

struct service {
	const char *name;
	enum umbra_service_type type;
	uint16_t protocol;	/* IANA number or UMBRA_PROTO_ANY */
	struct port_list client_ports;
	struct port_list server_ports;
	struct icmp_match *icmp;
	unsigned int nr_icmp;	/* 0: every type */
	const char **members;	/* of a group */
	unsigned int nr_members;
	uint32_t timeout;	/* seconds; 0: the setting's */
	bool pickup;
	enum umbra_window_setting window;	/* 0: the setting's */
	enum umbra_ends_setting ends;		/* 0: the setting's */
	enum umbra_probes_setting probes;	/* 0: the setting's */
	const char *advisory;
	const char *comment;
};

struct rule {
	const char *client;
	const char *server;
	const char *service;
	enum umbra_action action;
	const char *name;
	const char *comment;
	bool disabled;
	uint32_t sessions;	/* most at a time; 0: no limit of the rule */
	uint32_t rate;		/* new sessions per second; 0: no limit */
	uint32_t client_sessions;	/* for each client, as is client_rate */
	uint32_t client_rate;
	const char *log;	/* or NULL: name of a log */
	const char *time;	/* or NULL: always */
};

/*
 * One side of a nat row: an interface, a network or both; neither is Any.
 * policy_bind_ends() decides which of them a word is, by the policy's networks.
 */
struct nat_end {
	const char *ifname;
	const char *network;
	const char *word;	/* as it was written, until policy_bind_ends() */
	bool whole;		/* ifname alone, and a network has the same name */
};

struct nat {
	struct nat_end from;
	struct nat_end to;
	enum umbra_nat_type type;
	struct address first;		/* type source: outside addresses */
	struct address last;		/* len 0: first alone */
	struct port_range ports;	/* outside ports; last 0: 1024-65535 */
	bool endpoint_independent;
	const char *name;
	const char *comment;
	bool disabled;
};

struct relay {
	struct address listen;
	struct port_range ports;
	struct address target;	/* len 0: host is not resolved yet */
	const char *host;	/* or NULL: the DNS name of target */
	uint16_t target_port;	/* for ports.first */
	enum umbra_relay_type type;
	const char **from;
	unsigned int nr_from;
	uint32_t timeout;	/* seconds; 0: the setting's */
	uint32_t lifetime;	/* seconds; 0: for ever */
	enum umbra_proxy_protocol proxy_protocol;	/* or 0 */
	const char *name;
	const char *comment;
	const char *log;	/* or NULL: name of a log */
	bool disabled;
	const char *time;	/* or NULL: always */
};

/* From one minute of the day to another; on the next day if @end is not after @begin. */
struct time_span {
	uint8_t days;		/* on which it begins, a bit each; Monday is 1 */
	uint16_t begin;
	uint16_t end;		/* the first minute after the span */
};

struct time_class {
	const char *name;
	struct time_span *spans;
	unsigned int nr_spans;
	const char *comment;
};

struct log {
	const char *name;
	bool has_group;		/* false: nothing is logged */
	uint16_t group;		/* of NFLOG */
	const char *prefix;	/* or NULL */
	uint32_t rate;		/* packets a second; 0: the module's default */
	const char *comment;
};

struct setting {
	enum umbra_setting key;
	uint32_t value;
	const char *network;	/* instead of the value, or NULL */
	const char *log;	/* the same */
};

/* State that the kernel reports for a row of the running policy. */
struct row_seen {
	uint32_t id;
	uint32_t sessions;
	uint64_t hits;
	uint64_t last_hit;	/* seconds ago */
	bool was_hit;
	bool active;		/* a time class: it applies now */
};

struct row {
	enum umbra_table table;
	struct place place;
	struct row_seen seen;
	bool changed;		/* policy_resolve() found other addresses */
	union {
		struct network network;
		struct service service;
		struct rule rule;
		struct setting setting;
		struct nat nat;
		struct relay relay;
		struct log log;
		struct time_class time;
	};
};

struct row_list {
	struct row *row;
	size_t nr;
	size_t room;
};

struct policy {
	struct arena arena;	/* strings and lists of all rows */
	struct row_list tables[UMBRA_TABLE_MAX + 1];	/* by enum umbra_table */
	uint32_t generation;	/* of the running policy that was read, or 0 */
};

static inline struct row_list *policy_table(struct policy *p,
					    enum umbra_table table)
{
	return &p->tables[table];
}

/* Leaves an empty policy, which is all zero. */
void policy_free(struct policy *p);

/* Number of rows in all tables. */
size_t policy_rows(const struct policy *p);

/**
 * policy_insert() - put a row into its table
 * @p: policy
 * @position: from 0; the row is inserted before the row at @position, or at
 *            the end when @position is past it
 * @row: copied; its strings must be in @p's arena, or live as long as @p
 *
 * Return: 0 or -ENOMEM.
 */
int policy_insert(struct policy *p, size_t position, const struct row *row);
int policy_append(struct policy *p, const struct row *row);
void policy_remove(struct policy *p, enum umbra_table table, size_t position);

/* Set the place of each row to its table and position, for errors. */
void policy_place_rows(struct policy *p);

/* Which columns follow a service's firewall type: ports, or ICMP types? */
bool service_has_ports(const struct service *service);
bool service_has_icmp(const struct service *service);

/* Does the relay listen for TCP? If not, for UDP. */
bool relay_is_tcp(const struct relay *relay);

/* May rows of this table lack a name? */
bool table_has_nameless(enum umbra_table table);

/* The word that names a row; NULL for a row without a name. */
const char *row_name(const struct row *row);

#endif
