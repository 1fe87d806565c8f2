// SPDX-License-Identifier: GPL-2.0
#include "check/check.h"

#include "print/policy.h"
#include "check/route.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORTS_TRIED	64	/* at most, of one relay */

static bool has_address(const struct ifaddrs *list, const struct address *a)
{
	struct address own;

	for (; list; list = list->ifa_next) {
		own = address_of(list->ifa_addr);
		if (own.len && address_equal(&own, a))
			return true;
	}
	return false;
}

static bool is_semitransparent(const struct relay *relay)
{
	return relay->type == UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD ||
	       relay->type == UMBRA_RELAY_TYPE_SEMITRANSPARENT_UDP_FORWARD;
}

static socklen_t fill_sockaddr(struct sockaddr_storage *sa,
			       const struct address *a, uint16_t port)
{
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)sa;
	struct sockaddr_in *sin = (struct sockaddr_in *)sa;

	memset(sa, 0, sizeof(*sa));
	if (a->len == 16) {
		sin6->sin6_family = AF_INET6;
		sin6->sin6_port = htons(port);
		memcpy(&sin6->sin6_addr, a->bytes, 16);
		return sizeof(*sin6);
	}
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	memcpy(&sin->sin_addr, a->bytes, 4);
	return sizeof(*sin);
}

/* Does a program listen there? SO_REUSEADDR: connections in TIME-WAIT do not count. */
static bool is_held(const struct address *a, uint16_t port)
{
	struct sockaddr_storage sa;
	socklen_t len = fill_sockaddr(&sa, a, port);
	int fd, on = 1;
	bool held;

	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	held = bind(fd, (struct sockaddr *)&sa, len) && errno == EADDRINUSE;
	close(fd);
	return held;
}

/* Does a relay of the running policy listen on the port? */
static bool is_relays_own(const struct policy *running,
			  const struct address *a, uint16_t port)
{
	const struct row_list *list = &running->tables[UMBRA_TABLE_RELAY];
	size_t i;

	for (i = 0; i < list->nr; i++) {
		const struct relay *relay = &list->row[i].relay;

		if (relay->type == UMBRA_RELAY_TYPE_TCP_RELAY &&
		    !relay->disabled && address_equal(&relay->listen, a) &&
		    relay->ports.first <= port && port <= relay->ports.last)
			return true;
	}
	return false;
}

static void check_port(const struct row *row, const char *listen,
		       const struct policy *running, struct report *report)
{
	const struct relay *relay = &row->relay;
	unsigned int port, last = relay->ports.last;

	if (relay->type != UMBRA_RELAY_TYPE_TCP_RELAY)
		return;
	if (last - relay->ports.first >= PORTS_TRIED)
		last = relay->ports.first + PORTS_TRIED - 1;
	for (port = relay->ports.first; port <= last; port++) {
		if (is_relays_own(running, &relay->listen, port) ||
		    !is_held(&relay->listen, port))
			continue;
		report_warning(report, row->place, "a program of the firewall "
			       "listens there already", listen, "stop the "
			       "program on port %u, or use another port", port);
		return;
	}
}

static void check_server(const struct row *row, struct report *report)
{
	char server[INET6_ADDRSTRLEN], gateway[INET6_ADDRSTRLEN];
	const struct relay *relay = &row->relay;
	struct route route;

	if (!is_semitransparent(relay) || route_get(&relay->target, &route) ||
	    !route.gateway.len)
		return;
	report_warning(report, row->place, "the server may answer around the "
		       "firewall", address_print(&relay->target, server),
		       "it is behind the router %s: make that send all replies "
		       "back here, or use %s",
		       address_print(&route.gateway, gateway),
		       relay_is_tcp(relay) ? "tcp-forward" : "udp-forward");
}

void policy_check_here(const struct policy *p, const struct policy *running,
		       struct report *report)
{
	const struct row_list *list = &p->tables[UMBRA_TABLE_RELAY];
	struct ifaddrs *own;
	char *listen;
	size_t i;

	if (!list->nr || getifaddrs(&own))
		return;
	for (i = 0; i < list->nr; i++) {
		const struct row *row = &list->row[i];

		if (row->relay.disabled)
			continue;
		listen = print_relay_listen(&row->relay);
		if (has_address(own, &row->relay.listen))
			check_port(row, listen, running, report);
		else
			report_warning(report, row->place, "the firewall does "
				       "not have the address now", listen,
				       "add it with 'ip address add', or use an "
				       "address of one of its interfaces");
		check_server(row, report);
		free(listen);
	}
	freeifaddrs(own);
}
