// SPDX-License-Identifier: GPL-2.0
/*
 * Rows from the kernel's replies. The kernel is trusted, but may be older or
 * newer than fwtool. So an attribute that is missing or of another size is left
 * out or refused, and nothing is read beyond its end.
 */
#include "live/rows.h"

#include "parse/nat_end.h"

#include <errno.h>
#include <string.h>

/* The policy that gets the rows, and the last error, or 0. */
struct reading {
	struct policy *p;
	int err;
};

static const char *get_text(struct reading *r, struct nlattr *attr)
{
	const char *text;

	if (!attr)
		return NULL;
	text = arena_strndup(&r->p->arena, nla_data(attr),
			     strnlen(nla_data(attr), nla_len(attr)));
	if (!text)
		r->err = -ENOMEM;
	return text;
}

static const char *get_name(struct reading *r, struct nlattr *attr)
{
	const char *name = get_text(r, attr);

	if (!name && !r->err)
		r->err = -EPROTO;
	return name ? name : "";
}

static uint64_t get_number64(struct reading *r, struct nlattr *attr)
{
	uint64_t number = 0;

	if (attr && !unl_read_number(attr, &number))
		r->err = -EPROTO;
	return number;
}

static uint32_t get_number(struct reading *r, struct nlattr *attr)
{
	if (attr && nla_len(attr) > (int)sizeof(uint32_t)) {
		r->err = -EPROTO;
		return 0;
	}
	return get_number64(r, attr);
}

static struct address get_address(struct reading *r, struct nlattr *attr)
{
	struct address address = { 0 };

	if (!attr)
		return address;
	if (nla_len(attr) != 4 && nla_len(attr) != 16) {
		r->err = -EPROTO;
		return address;
	}
	address.len = nla_len(attr);
	memcpy(address.bytes, nla_data(attr), address.len);
	return address;
}

static void parse_nest(struct reading *r, struct nlattr *tb[], int max,
		       struct nlattr *nest)
{
	if (nla_parse_nested(tb, max, nest, NULL))
		r->err = -EPROTO;
}

/* The number of attributes of @type in @nest, to allocate a list. */
static unsigned int count(struct nlattr *nest, int type)
{
	struct nlattr *attr;
	unsigned int nr = 0;
	int rem;

	nla_for_each_nested(attr, nest, rem)
		nr += nla_type(attr) == type;
	return nr;
}

static void *get_room(struct reading *r, unsigned int nr, size_t size)
{
	void *room = nr ? arena_alloc(&r->p->arena, nr * size) : NULL;

	if (nr && !room)
		r->err = -ENOMEM;
	return room;
}

static void get_item(struct reading *r, struct nlattr *nest,
		     struct item *item)
{
	struct nlattr *tb[UMBRA_A_ADDRESS_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_ADDRESS_MAX, nest);
	item->ifname = get_text(r, tb[UMBRA_A_ADDRESS_IFNAME]);
	item->network = get_text(r, tb[UMBRA_A_ADDRESS_NETWORK]);
	item->host = get_text(r, tb[UMBRA_A_ADDRESS_HOST]);
	item->until = get_number64(r, tb[UMBRA_A_ADDRESS_UNTIL]);
	item->first = get_address(r, tb[UMBRA_A_ADDRESS_FIRST]);
	item->last = get_address(r, tb[UMBRA_A_ADDRESS_LAST]);
	item->prefix_len = get_number(r, tb[UMBRA_A_ADDRESS_PREFIX_LEN]);
	if (item->network)
		item->kind = ITEM_NETWORK;
	else if (!item->first.len)
		r->err = r->err ? r->err : -EPROTO;
	else if (item->last.len)
		item->kind = ITEM_RANGE;
	else if (tb[UMBRA_A_ADDRESS_PREFIX_LEN])
		item->kind = ITEM_PREFIX;
	else
		item->kind = ITEM_ADDRESS;
}

static void get_network(struct reading *r, struct nlattr *nest,
			struct network *network)
{
	struct nlattr *tb[UMBRA_A_NETWORK_MAX + 1] = { NULL }, *attr;
	unsigned int nr = count(nest, UMBRA_A_NETWORK_ADDRESS);
	int rem;

	parse_nest(r, tb, UMBRA_A_NETWORK_MAX, nest);
	network->name = get_name(r, tb[UMBRA_A_NETWORK_NAME]);
	network->comment = get_text(r, tb[UMBRA_A_NETWORK_COMMENT]);
	network->items = get_room(r, nr, sizeof(*network->items));
	if (!network->items)
		return;
	nla_for_each_nested(attr, nest, rem)
		if (nla_type(attr) == UMBRA_A_NETWORK_ADDRESS)
			get_item(r, attr,
				 &network->items[network->nr_items++]);
}

static void get_ports(struct reading *r, struct nlattr *nest, int type,
		      struct port_list *ports)
{
	struct nlattr *tb[UMBRA_A_RANGE_MAX + 1] = { NULL }, *attr;
	int rem;

	ports->ranges = get_room(r, count(nest, type), sizeof(*ports->ranges));
	if (!ports->ranges)
		return;
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) != type)
			continue;
		parse_nest(r, tb, UMBRA_A_RANGE_MAX, attr);
		ports->ranges[ports->nr].first =
			get_number(r, tb[UMBRA_A_RANGE_FIRST]);
		ports->ranges[ports->nr++].last =
			get_number(r, tb[tb[UMBRA_A_RANGE_LAST] ?
					 UMBRA_A_RANGE_LAST :
					 UMBRA_A_RANGE_FIRST]);
	}
}

static void get_icmp(struct reading *r, struct nlattr *nest,
		     struct icmp_match *match)
{
	struct nlattr *tb[UMBRA_A_ICMP_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_ICMP_MAX, nest);
	match->type = get_number(r, tb[UMBRA_A_ICMP_TYPE]);
	match->has_code = tb[UMBRA_A_ICMP_CODE_FIRST];
	match->code_first = get_number(r, tb[UMBRA_A_ICMP_CODE_FIRST]);
	match->code_last = get_number(r, tb[tb[UMBRA_A_ICMP_CODE_LAST] ?
					    UMBRA_A_ICMP_CODE_LAST :
					    UMBRA_A_ICMP_CODE_FIRST]);
}

static void get_service_lists(struct reading *r, struct nlattr *nest,
			      struct service *service)
{
	struct nlattr *attr;
	int rem;

	get_ports(r, nest, UMBRA_A_SERVICE_CLIENT_PORTS,
		  &service->client_ports);
	get_ports(r, nest, UMBRA_A_SERVICE_SERVER_PORTS,
		  &service->server_ports);
	service->icmp = get_room(r, count(nest, UMBRA_A_SERVICE_ICMP),
				 sizeof(*service->icmp));
	service->members = get_room(r, count(nest, UMBRA_A_SERVICE_MEMBER),
				    sizeof(*service->members));
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == UMBRA_A_SERVICE_ICMP && service->icmp)
			get_icmp(r, attr, &service->icmp[service->nr_icmp++]);
		if (nla_type(attr) == UMBRA_A_SERVICE_MEMBER &&
		    service->members)
			service->members[service->nr_members++] =
				get_name(r, attr);
	}
}

static void get_service(struct reading *r, struct nlattr *nest,
			struct service *service)
{
	struct nlattr *tb[UMBRA_A_SERVICE_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_SERVICE_MAX, nest);
	service->name = get_name(r, tb[UMBRA_A_SERVICE_NAME]);
	service->type = get_number(r, tb[UMBRA_A_SERVICE_TYPE]);
	service->protocol = get_number(r, tb[UMBRA_A_SERVICE_PROTOCOL]);
	service->timeout = get_number(r, tb[UMBRA_A_SERVICE_TIMEOUT]);
	service->pickup = tb[UMBRA_A_SERVICE_PICKUP];
	service->window = get_number(r, tb[UMBRA_A_SERVICE_TCP_WINDOW]);
	service->ends = get_number(r, tb[UMBRA_A_SERVICE_ENDS]);
	service->probes = get_number(r, tb[UMBRA_A_SERVICE_TCP_PROBES]);
	service->advisory = get_text(r, tb[UMBRA_A_SERVICE_ADVISORY]);
	service->comment = get_text(r, tb[UMBRA_A_SERVICE_COMMENT]);
	get_service_lists(r, nest, service);
}

static void get_rule(struct reading *r, struct nlattr *nest,
		     struct rule *rule)
{
	struct nlattr *tb[UMBRA_A_RULE_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_RULE_MAX, nest);
	rule->client = get_name(r, tb[UMBRA_A_RULE_CLIENT]);
	rule->server = get_name(r, tb[UMBRA_A_RULE_SERVER]);
	rule->service = get_name(r, tb[UMBRA_A_RULE_SERVICE]);
	rule->action = get_number(r, tb[UMBRA_A_RULE_ACTION]);
	rule->name = get_text(r, tb[UMBRA_A_RULE_NAME]);
	rule->comment = get_text(r, tb[UMBRA_A_RULE_COMMENT]);
	rule->disabled = tb[UMBRA_A_RULE_DISABLED];
	rule->sessions = get_number(r, tb[UMBRA_A_RULE_SESSIONS]);
	rule->rate = get_number(r, tb[UMBRA_A_RULE_RATE]);
	rule->client_sessions = get_number(r, tb[UMBRA_A_RULE_CLIENT_SESSIONS]);
	rule->client_rate = get_number(r, tb[UMBRA_A_RULE_CLIENT_RATE]);
	rule->log = get_text(r, tb[UMBRA_A_RULE_LOG]);
	rule->time = get_text(r, tb[UMBRA_A_RULE_TIME]);
}

static void get_setting(struct reading *r, struct nlattr *nest,
			struct setting *setting)
{
	struct nlattr *tb[UMBRA_A_SETTING_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_SETTING_MAX, nest);
	setting->key = get_number(r, tb[UMBRA_A_SETTING_KEY]);
	setting->value = get_number(r, tb[UMBRA_A_SETTING_VALUE]);
	setting->network = get_text(r, tb[UMBRA_A_SETTING_NETWORK]);
	setting->log = get_text(r, tb[UMBRA_A_SETTING_LOG]);
}

static void get_range(struct reading *r, struct nlattr *nest,
		      struct port_range *range)
{
	struct nlattr *tb[UMBRA_A_RANGE_MAX + 1] = { NULL };

	if (!nest)
		return;
	parse_nest(r, tb, UMBRA_A_RANGE_MAX, nest);
	range->first = get_number(r, tb[UMBRA_A_RANGE_FIRST]);
	range->last = get_number(r, tb[tb[UMBRA_A_RANGE_LAST] ?
				       UMBRA_A_RANGE_LAST :
				       UMBRA_A_RANGE_FIRST]);
}

static void get_nat(struct reading *r, struct nlattr *nest, struct nat *nat)
{
	struct nlattr *tb[UMBRA_A_NAT_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_NAT_MAX, nest);
	nat->from.ifname = get_text(r, tb[UMBRA_A_NAT_FROM_IFNAME]);
	nat->from.network = get_text(r, tb[UMBRA_A_NAT_FROM]);
	nat->to.ifname = get_text(r, tb[UMBRA_A_NAT_TO_IFNAME]);
	nat->to.network = get_text(r, tb[UMBRA_A_NAT_TO]);
	nat->type = get_number(r, tb[UMBRA_A_NAT_TYPE]);
	nat->first = get_address(r, tb[UMBRA_A_NAT_FIRST]);
	nat->last = get_address(r, tb[UMBRA_A_NAT_LAST]);
	get_range(r, tb[UMBRA_A_NAT_PORTS], &nat->ports);
	nat->endpoint_independent = tb[UMBRA_A_NAT_ENDPOINT_INDEPENDENT];
	nat->name = get_text(r, tb[UMBRA_A_NAT_NAME]);
	nat->comment = get_text(r, tb[UMBRA_A_NAT_COMMENT]);
	nat->disabled = tb[UMBRA_A_NAT_DISABLED];
}

static void get_relay_from(struct reading *r, struct nlattr *nest,
			   struct relay *relay)
{
	struct nlattr *attr;
	int rem;

	relay->from = get_room(r, count(nest, UMBRA_A_RELAY_FROM),
			       sizeof(*relay->from));
	if (!relay->from)
		return;
	nla_for_each_nested(attr, nest, rem)
		if (nla_type(attr) == UMBRA_A_RELAY_FROM)
			relay->from[relay->nr_from++] = get_name(r, attr);
}

static void get_relay(struct reading *r, struct nlattr *nest,
		      struct relay *relay)
{
	struct nlattr *tb[UMBRA_A_RELAY_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_RELAY_MAX, nest);
	relay->listen = get_address(r, tb[UMBRA_A_RELAY_LISTEN]);
	get_range(r, tb[UMBRA_A_RELAY_PORTS], &relay->ports);
	relay->target = get_address(r, tb[UMBRA_A_RELAY_TARGET]);
	relay->host = get_text(r, tb[UMBRA_A_RELAY_HOST]);
	relay->target_port = get_number(r, tb[UMBRA_A_RELAY_TARGET_PORT]);
	relay->type = get_number(r, tb[UMBRA_A_RELAY_TYPE]);
	relay->timeout = get_number(r, tb[UMBRA_A_RELAY_TIMEOUT]);
	relay->lifetime = get_number(r, tb[UMBRA_A_RELAY_LIFETIME]);
	relay->proxy_protocol =
		get_number(r, tb[UMBRA_A_RELAY_PROXY_PROTOCOL]);
	relay->name = get_text(r, tb[UMBRA_A_RELAY_NAME]);
	relay->comment = get_text(r, tb[UMBRA_A_RELAY_COMMENT]);
	relay->log = get_text(r, tb[UMBRA_A_RELAY_LOG]);
	relay->disabled = tb[UMBRA_A_RELAY_DISABLED];
	relay->time = get_text(r, tb[UMBRA_A_RELAY_TIME]);
	get_relay_from(r, nest, relay);
	if (!r->err && (!relay->listen.len || !relay->target.len))
		r->err = -EPROTO;
}

static void get_log(struct reading *r, struct nlattr *nest, struct log *log)
{
	struct nlattr *tb[UMBRA_A_LOG_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_LOG_MAX, nest);
	log->name = get_name(r, tb[UMBRA_A_LOG_NAME]);
	log->has_group = tb[UMBRA_A_LOG_GROUP];
	log->group = get_number(r, tb[UMBRA_A_LOG_GROUP]);
	log->prefix = get_text(r, tb[UMBRA_A_LOG_PREFIX]);
	log->rate = get_number(r, tb[UMBRA_A_LOG_RATE]);
	log->comment = get_text(r, tb[UMBRA_A_LOG_COMMENT]);
}

static void get_span(struct reading *r, struct nlattr *nest, struct time_span *span)
{
	struct nlattr *tb[UMBRA_A_SPAN_MAX + 1] = { NULL };

	parse_nest(r, tb, UMBRA_A_SPAN_MAX, nest);
	span->days = get_number(r, tb[UMBRA_A_SPAN_DAYS]);
	span->begin = get_number(r, tb[UMBRA_A_SPAN_BEGIN]);
	span->end = get_number(r, tb[UMBRA_A_SPAN_END]);
}

static void get_time(struct reading *r, struct nlattr *nest, struct time_class *time)
{
	struct nlattr *tb[UMBRA_A_TIME_MAX + 1] = { NULL }, *attr;
	int rem;

	parse_nest(r, tb, UMBRA_A_TIME_MAX, nest);
	time->name = get_name(r, tb[UMBRA_A_TIME_NAME]);
	time->comment = get_text(r, tb[UMBRA_A_TIME_COMMENT]);
	time->spans = get_room(r, count(nest, UMBRA_A_TIME_SPAN), sizeof(*time->spans));
	if (!time->spans)
		return;
	nla_for_each_nested(attr, nest, rem)
		if (nla_type(attr) == UMBRA_A_TIME_SPAN)
			get_span(r, attr, &time->spans[time->nr_spans++]);
}

static void get_columns(struct reading *r, struct nlattr *tb[],
			struct row *row)
{
	if (tb[UMBRA_A_ROW_NETWORK]) {
		row->table = UMBRA_TABLE_NETWORK;
		get_network(r, tb[UMBRA_A_ROW_NETWORK], &row->network);
	} else if (tb[UMBRA_A_ROW_SERVICE]) {
		row->table = UMBRA_TABLE_SERVICE;
		get_service(r, tb[UMBRA_A_ROW_SERVICE], &row->service);
	} else if (tb[UMBRA_A_ROW_RULE]) {
		row->table = UMBRA_TABLE_RULE;
		get_rule(r, tb[UMBRA_A_ROW_RULE], &row->rule);
	} else if (tb[UMBRA_A_ROW_SETTING]) {
		row->table = UMBRA_TABLE_SETTING;
		get_setting(r, tb[UMBRA_A_ROW_SETTING], &row->setting);
	} else if (tb[UMBRA_A_ROW_NAT]) {
		row->table = UMBRA_TABLE_NAT;
		get_nat(r, tb[UMBRA_A_ROW_NAT], &row->nat);
	} else if (tb[UMBRA_A_ROW_RELAY]) {
		row->table = UMBRA_TABLE_RELAY;
		get_relay(r, tb[UMBRA_A_ROW_RELAY], &row->relay);
	} else if (tb[UMBRA_A_ROW_LOG]) {
		row->table = UMBRA_TABLE_LOG;
		get_log(r, tb[UMBRA_A_ROW_LOG], &row->log);
	} else if (tb[UMBRA_A_ROW_TIME]) {
		row->table = UMBRA_TABLE_TIME;
		get_time(r, tb[UMBRA_A_ROW_TIME], &row->time);
	} else {
		r->err = -EPROTO;
	}
}

int row_get(const struct unl_reply *reply, struct policy *p, struct row *row)
{
	struct nlattr *tb[UMBRA_A_ROW_MAX + 1];
	struct reading r = { .p = p };

	if (nla_parse(tb, UMBRA_A_ROW_MAX, reply->attrs, reply->len, NULL))
		return -EPROTO;
	*row = (struct row){ 0 };
	get_columns(&r, tb, row);
	row->seen = (struct row_seen){
		.id = get_number(&r, tb[UMBRA_A_ROW_ID]),
		.sessions = get_number(&r, tb[UMBRA_A_ROW_SESSIONS]),
		.hits = get_number64(&r, tb[UMBRA_A_ROW_HITS]),
		.last_hit = get_number64(&r, tb[UMBRA_A_ROW_LAST_HIT]),
		.was_hit = tb[UMBRA_A_ROW_LAST_HIT],
		.active = tb[UMBRA_A_ROW_ACTIVE],
	};
	p->generation = get_number(&r, tb[UMBRA_A_ROW_GENERATION]);
	return r.err;
}

static int fetched(const struct unl_reply *reply, void *arg)
{
	struct policy *p = arg;
	struct row row;
	int err = row_get(reply, p, &row);

	return err ? err : policy_append(p, &row);
}

static void forget(void *arg)
{
	policy_free(arg);
}

int rows_fetch(struct unl *nl, struct policy *p)
{
	int err = unl_dump(nl, unl_message(nl, UMBRA_CMD_ROW_GET), fetched,
			   forget, p);

	return err ? err : policy_mark_ends(p);
}
