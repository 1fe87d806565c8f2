// SPDX-License-Identifier: GPL-2.0
/*
 * The names are those of the registry, so that a collector's JSON input can read them as
 * they are. Elements 231, 232, 298 and 299 (initiatorOctets and so on) are for both
 * directions of a session in one record. A value without an element in the registry has a
 * name that begins with "umbra".
 */
#include "live/ipfix.h"

#include <netinet/in.h>
#include <stdio.h>

#include "base/names.h"

/*
 * flowEndReason, RFC 5102 section 5.11.3. Its value 2, active timeout, is for records about flows
 * that go on; Umbra prints only sessions that ended.
 */
enum { IDLE_TIMEOUT = 1, END_OF_FLOW = 3, FORCED_END = 4, LACK_OF_RESOURCES = 5 };

static unsigned int end_reason(uint8_t reason)
{
	switch (reason) {
	case UMBRA_REASON_TIMEOUT:
	case UMBRA_REASON_DEAD_PEER:
		return IDLE_TIMEOUT;
	case UMBRA_REASON_CLOSED:
	case UMBRA_REASON_RESET:
		return END_OF_FLOW;
	case UMBRA_REASON_EVICTED:
		return LACK_OF_RESOURCES;
	default:
		return FORCED_END;
	}
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
}

/* @element: "sourceIPv%cAddress" and the like. */
static void put_address(struct out *out, const char *element, const struct address *address)
{
	char text[INET6_ADDRSTRLEN], key[40];

	snprintf(key, sizeof(key), element, address->len == 4 ? '4' : '6');
	out_string(out, key, address_print(address, text));
}

static void put_ends(struct out *out, const struct tuple *flow)
{
	out_number(out, "protocolIdentifier", flow->protocol);
	put_address(out, "sourceIPv%cAddress", &flow->source.address);
	put_address(out, "destinationIPv%cAddress", &flow->destination.address);
	if (has_ports(flow->protocol)) {
		out_number(out, "sourceTransportPort", flow->source.port);
		out_number(out, "destinationTransportPort", flow->destination.port);
	} else if (flow->protocol == IPPROTO_ICMP) {
		out_number(out, "icmpTypeCodeIPv4", flow->destination.port);
	} else if (flow->protocol == IPPROTO_ICMPV6) {
		out_number(out, "icmpTypeCodeIPv6", flow->destination.port);
	}
}

/* @reply: addresses and ports of the server's packets, as they arrive. */
static void put_translation(struct out *out, const struct tuple *reply)
{
	put_address(out, "postNATSourceIPv%cAddress", &reply->destination.address);
	put_address(out, "postNATDestinationIPv%cAddress", &reply->source.address);
	if (!has_ports(reply->protocol))
		return;
	out_number(out, "postNAPTSourceTransportPort", reply->destination.port);
	out_number(out, "postNAPTDestinationTransportPort", reply->source.port);
}

void ipfix_print(const struct session *session, struct session_names *names, uint64_t now,
		 struct out *out)
{
	/* Both are rounded separately, so @idle may be larger than @age. */
	uint64_t idle = session->idle < session->age ? session->idle : session->age;

	out_number(out, "flowId", session->id);
	out_number(out, "flowStartMilliseconds", now - session->age);
	out_number(out, "flowEndMilliseconds", now - idle);
	out_number(out, "flowDurationMilliseconds", session->age - idle);
	out_number(out, "flowEndReason", end_reason(session->reason));
	put_ends(out, &session->original);
	if (!tuple_is_reply(&session->original, &session->reply))
		put_translation(out, &session->reply);
	out_number(out, "ingressInterface", session->client_ifindex);
	out_number(out, "egressInterface", session->server_ifindex);
	out_number(out, "initiatorPackets", session->sent.packets);
	out_number(out, "initiatorOctets", session->sent.bytes);
	out_number(out, "responderPackets", session->received.packets);
	out_number(out, "responderOctets", session->received.bytes);
	out_string(out, "umbraReason", name_word(names_reason, session->reason));
	rulemap_print(&names->rules, session->rule, out, "umbraRule");
}
