/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/umbra.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_UMBRA_H
#define _UAPI_LINUX_UMBRA_H

#define UMBRA_GENL_NAME		"umbra"
#define UMBRA_GENL_VERSION	1

#define UMBRA_NAME_MAX		63
#define UMBRA_TEXT_MAX		255
#define UMBRA_IFNAME_MAX	15
#define UMBRA_PROTO_ANY		256
#define UMBRA_PREFIX_MAX	27
#define UMBRA_CONFIRM_MAX	86400
#define UMBRA_MINUTES_DAY	1440
#define UMBRA_SPANS_MAX		64
#define UMBRA_OFFSETS_MAX	32
#define UMBRA_TIMEOUT_MAX	2678400

/**
 * enum umbra_table - the tables of a policy
 * @UMBRA_TABLE_NETWORK: named sets of addresses
 * @UMBRA_TABLE_SERVICE: named protocols, ports and firewall types
 * @UMBRA_TABLE_RULE: which client may use which service of which server; the
 *   first row that fits wins
 * @UMBRA_TABLE_SETTING: settings of the whole policy
 * @UMBRA_TABLE_NAT: which sessions leave with a translated source address; the
 *   first row that fits wins
 * @UMBRA_TABLE_RELAY: addresses and ports of the firewall that lead to a
 *   server behind it
 * @UMBRA_TABLE_LOG: named places where packets are logged
 * @UMBRA_TABLE_TIME: named hours of the week in which rules and relays are
 *   active
 */
enum umbra_table {
	UMBRA_TABLE_NETWORK = 1,
	UMBRA_TABLE_SERVICE,
	UMBRA_TABLE_RULE,
	UMBRA_TABLE_SETTING,
	UMBRA_TABLE_NAT,
	UMBRA_TABLE_RELAY,
	UMBRA_TABLE_LOG,
	UMBRA_TABLE_TIME,

	/* private: */
	__UMBRA_TABLE_MAX,
	UMBRA_TABLE_MAX = (__UMBRA_TABLE_MAX - 1)
};

/**
 * enum umbra_service_type
 * @UMBRA_SERVICE_TYPE_DYNAMIC: an allowed packet opens a session that lets its
 *   replies back
 * @UMBRA_SERVICE_TYPE_PACKET_FILTER: each packet is judged alone; TCP has a
 *   fixed shadow rule for replies
 * @UMBRA_SERVICE_TYPE_GROUP: the union of other services
 */
enum umbra_service_type {
	UMBRA_SERVICE_TYPE_DYNAMIC = 1,
	UMBRA_SERVICE_TYPE_PACKET_FILTER,
	UMBRA_SERVICE_TYPE_GROUP,

	/* private: */
	__UMBRA_SERVICE_TYPE_MAX,
	UMBRA_SERVICE_TYPE_MAX = (__UMBRA_SERVICE_TYPE_MAX - 1)
};

/**
 * enum umbra_action
 * @UMBRA_ACTION_ALLOW: let it through
 * @UMBRA_ACTION_REJECT: refuse and notify the sender (TCP reset, else ICMP
 *   administratively prohibited)
 * @UMBRA_ACTION_DISCARD: refuse without an answer
 */
enum umbra_action {
	UMBRA_ACTION_ALLOW = 1,
	UMBRA_ACTION_REJECT,
	UMBRA_ACTION_DISCARD,

	/* private: */
	__UMBRA_ACTION_MAX,
	UMBRA_ACTION_MAX = (__UMBRA_ACTION_MAX - 1)
};

/**
 * enum umbra_nat_type
 * @UMBRA_NAT_TYPE_MASQUERADE: to the address of the interface by which the
 *   session leaves; the session ends with that address
 * @UMBRA_NAT_TYPE_SOURCE: to an address of a range
 * @UMBRA_NAT_TYPE_NONE: no translation, and no later row is used
 */
enum umbra_nat_type {
	UMBRA_NAT_TYPE_MASQUERADE = 1,
	UMBRA_NAT_TYPE_SOURCE,
	UMBRA_NAT_TYPE_NONE,

	/* private: */
	__UMBRA_NAT_TYPE_MAX,
	UMBRA_NAT_TYPE_MAX = (__UMBRA_NAT_TYPE_MAX - 1)
};

/**
 * enum umbra_relay_type
 * @UMBRA_RELAY_TYPE_TCP_RELAY: two TCP connections, both of which end in the
 *   firewall; the server sees the firewall's address
 * @UMBRA_RELAY_TYPE_TCP_FORWARD: packets get a new destination and source; the
 *   server sees the firewall's address
 * @UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD: packets get a new destination
 *   only; the server sees the client's address
 * @UMBRA_RELAY_TYPE_UDP_RELAY: the same as udp-forward
 * @UMBRA_RELAY_TYPE_UDP_FORWARD: packets get a new destination and source; the
 *   server sees the firewall's address
 * @UMBRA_RELAY_TYPE_SEMITRANSPARENT_UDP_FORWARD: packets get a new destination
 *   only; the server sees the client's address
 */
enum umbra_relay_type {
	UMBRA_RELAY_TYPE_TCP_RELAY = 1,
	UMBRA_RELAY_TYPE_TCP_FORWARD,
	UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD,
	UMBRA_RELAY_TYPE_UDP_RELAY,
	UMBRA_RELAY_TYPE_UDP_FORWARD,
	UMBRA_RELAY_TYPE_SEMITRANSPARENT_UDP_FORWARD,

	/* private: */
	__UMBRA_RELAY_TYPE_MAX,
	UMBRA_RELAY_TYPE_MAX = (__UMBRA_RELAY_TYPE_MAX - 1)
};

/**
 * enum umbra_proxy_protocol - header that gives the server of a tcp-relay the
 *   address of its client
 * @UMBRA_PROXY_PROTOCOL_V1: a line of text
 * @UMBRA_PROXY_PROTOCOL_V2: binary
 */
enum umbra_proxy_protocol {
	UMBRA_PROXY_PROTOCOL_V1 = 1,
	UMBRA_PROXY_PROTOCOL_V2,

	/* private: */
	__UMBRA_PROXY_PROTOCOL_MAX,
	UMBRA_PROXY_PROTOCOL_MAX = (__UMBRA_PROXY_PROTOCOL_MAX - 1)
};

/**
 * enum umbra_setting
 * @UMBRA_SETTING_UNMATCHED: what happens to a packet that no rule fits
 * @UMBRA_SETTING_PING: which echo requests the firewall answers without a rule
 * @UMBRA_SETTING_BROADCAST: whether broadcasts to the firewall are discarded,
 *   or judged by the rules
 * @UMBRA_SETTING_MULTICAST: whether multicasts are discarded, or judged by the
 *   rules
 * @UMBRA_SETTING_SESSIONS_MAX: the most live sessions in this network
 *   namespace
 * @UMBRA_SETTING_TIMEOUT_TCP_OPENING: how long the handshake of a TCP session
 *   may take
 * @UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED: how long an established TCP session
 *   may be idle
 * @UMBRA_SETTING_TIMEOUT_TCP_CLOSING: how long a TCP session may be idle after
 *   one end has sent FIN
 * @UMBRA_SETTING_TIMEOUT_TCP_CLOSED: how long a TCP session stays after both
 *   ends have sent FIN, or one a reset
 * @UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING: timeout-tcp-opening of a session
 *   with a translated source (RFC 5382 REQ-5)
 * @UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED: how long a UDP session without a reply
 *   may be idle
 * @UMBRA_SETTING_TIMEOUT_NAT_UDP_UNREPLIED: timeout-udp-unreplied of a session
 *   with a translated source (RFC 4787 REQ-5)
 * @UMBRA_SETTING_TIMEOUT_UDP_REPLIED: how long a UDP session that is a
 *   question and its answers may be idle
 * @UMBRA_SETTING_TIMEOUT_ICMP: how long an ICMP query may wait for its answer
 * @UMBRA_SETTING_TIMEOUT_OTHER: how long a session of any other protocol may
 *   be idle
 * @UMBRA_SETTING_ADOPT: how long after the first commit older TCP connections
 *   and SCTP associations are picked up
 * @UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET: timeout-tcp-closed of a session with a
 *   translated source that was open when it was reset (RFC 7857 2.2)
 * @UMBRA_SETTING_TCP_WINDOW: whether a TCP packet whose numbers do not fit its
 *   session is refused (strict) or passes (liberal)
 * @UMBRA_SETTING_MANAGEMENT: the network of the administrators, whose sessions
 *   always have a place
 * @UMBRA_SETTING_ENDS: whether both ends of a session that is cut are notified
 *   (told) or not (silent)
 * @UMBRA_SETTING_STEALTH: a network whose hosts are neither notified of a cut
 *   session nor probed
 * @UMBRA_SETTING_LOG_UNMATCHED: the log of packets that no rule fits
 * @UMBRA_SETTING_LOG_SPOOFED: the log of packets whose source cannot live
 *   where they come from
 * @UMBRA_SETTING_LOG_INVALID: the log of packets that are malformed, or belong
 *   to no session
 * @UMBRA_SETTING_LOG_FIREWALL: the log of packets to the firewall itself,
 *   allowed or not
 * @UMBRA_SETTING_TIMEOUT_UDP_STREAM: how long a UDP session may be idle whose
 *   client sent again after an answer
 * @UMBRA_SETTING_TIMEOUT_UDP_EXCHANGE: timeout-udp-replied of a session to a
 *   port below 1024 that is not translated (RFC 6092 REC-15)
 * @UMBRA_SETTING_TCP_PROBES: whether the ends of an idle TCP session are
 *   probed before it ends
 * @UMBRA_SETTING_TIMEOUT_TCP_PROBE: how long an end has to answer a probe, of
 *   which there are five
 * @UMBRA_SETTING_TIMEOUT_SCTP_OPENING: how long the handshake of an SCTP
 *   association, or of a new path, may take
 * @UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED: how long an established SCTP
 *   association may be idle
 * @UMBRA_SETTING_TIMEOUT_SCTP_PATH: how long an SCTP path that heartbeats made
 *   known may be idle
 * @UMBRA_SETTING_TIMEOUT_SCTP_CLOSING: how long an SCTP session may be idle
 *   after one end shuts down
 * @UMBRA_SETTING_TIMEOUT_SCTP_CLOSED: how long an SCTP session stays after its
 *   shutdown or abort
 */
enum umbra_setting {
	UMBRA_SETTING_UNMATCHED = 1,
	UMBRA_SETTING_PING,
	UMBRA_SETTING_BROADCAST,
	UMBRA_SETTING_MULTICAST,
	UMBRA_SETTING_SESSIONS_MAX,
	UMBRA_SETTING_TIMEOUT_TCP_OPENING,
	UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED,
	UMBRA_SETTING_TIMEOUT_TCP_CLOSING,
	UMBRA_SETTING_TIMEOUT_TCP_CLOSED,
	UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING,
	UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED,
	UMBRA_SETTING_TIMEOUT_NAT_UDP_UNREPLIED,
	UMBRA_SETTING_TIMEOUT_UDP_REPLIED,
	UMBRA_SETTING_TIMEOUT_ICMP,
	UMBRA_SETTING_TIMEOUT_OTHER,
	UMBRA_SETTING_ADOPT,
	UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET,
	UMBRA_SETTING_TCP_WINDOW,
	UMBRA_SETTING_MANAGEMENT,
	UMBRA_SETTING_ENDS,
	UMBRA_SETTING_STEALTH,
	UMBRA_SETTING_LOG_UNMATCHED,
	UMBRA_SETTING_LOG_SPOOFED,
	UMBRA_SETTING_LOG_INVALID,
	UMBRA_SETTING_LOG_FIREWALL,
	UMBRA_SETTING_TIMEOUT_UDP_STREAM,
	UMBRA_SETTING_TIMEOUT_UDP_EXCHANGE,
	UMBRA_SETTING_TCP_PROBES,
	UMBRA_SETTING_TIMEOUT_TCP_PROBE,
	UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED,
	UMBRA_SETTING_TIMEOUT_SCTP_PATH,
	UMBRA_SETTING_TIMEOUT_SCTP_CLOSING,
	UMBRA_SETTING_TIMEOUT_SCTP_CLOSED,

	/* private: */
	__UMBRA_SETTING_MAX,
	UMBRA_SETTING_MAX = (__UMBRA_SETTING_MAX - 1)
};

/**
 * enum umbra_verdict_setting
 * @UMBRA_VERDICT_SETTING_DISCARD: refuse without an answer
 * @UMBRA_VERDICT_SETTING_REJECT: refuse and notify the sender
 * @UMBRA_VERDICT_SETTING_JUDGE: the rules decide
 */
enum umbra_verdict_setting {
	UMBRA_VERDICT_SETTING_DISCARD = 1,
	UMBRA_VERDICT_SETTING_REJECT,
	UMBRA_VERDICT_SETTING_JUDGE,

	/* private: */
	__UMBRA_VERDICT_SETTING_MAX,
	UMBRA_VERDICT_SETTING_MAX = (__UMBRA_VERDICT_SETTING_MAX - 1)
};

/**
 * enum umbra_ping_setting
 * @UMBRA_PING_SETTING_NEVER: an echo request to the firewall is answered only
 *   if a rule allows it
 * @UMBRA_PING_SETTING_SAME_INTERFACE: answered if it is sent to an address of
 *   the interface where it arrives
 * @UMBRA_PING_SETTING_ANY: answered on every address of the firewall
 */
enum umbra_ping_setting {
	UMBRA_PING_SETTING_NEVER = 1,
	UMBRA_PING_SETTING_SAME_INTERFACE,
	UMBRA_PING_SETTING_ANY,

	/* private: */
	__UMBRA_PING_SETTING_MAX,
	UMBRA_PING_SETTING_MAX = (__UMBRA_PING_SETTING_MAX - 1)
};

/**
 * enum umbra_window_setting
 * @UMBRA_WINDOW_SETTING_STRICT: refused
 * @UMBRA_WINDOW_SETTING_LIBERAL: passes
 */
enum umbra_window_setting {
	UMBRA_WINDOW_SETTING_STRICT = 1,
	UMBRA_WINDOW_SETTING_LIBERAL,

	/* private: */
	__UMBRA_WINDOW_SETTING_MAX,
	UMBRA_WINDOW_SETTING_MAX = (__UMBRA_WINDOW_SETTING_MAX - 1)
};

/**
 * enum umbra_ends_setting
 * @UMBRA_ENDS_SETTING_TOLD: notified: TCP by a reset, SCTP by an ABORT, UDP by
 *   an ICMP error
 * @UMBRA_ENDS_SETTING_SILENT: not notified
 */
enum umbra_ends_setting {
	UMBRA_ENDS_SETTING_TOLD = 1,
	UMBRA_ENDS_SETTING_SILENT,

	/* private: */
	__UMBRA_ENDS_SETTING_MAX,
	UMBRA_ENDS_SETTING_MAX = (__UMBRA_ENDS_SETTING_MAX - 1)
};

/**
 * enum umbra_probes_setting
 * @UMBRA_PROBES_SETTING_OFF: an idle session ends without a probe
 * @UMBRA_PROBES_SETTING_ON: an idle session ends if one of its ends does not
 *   answer
 */
enum umbra_probes_setting {
	UMBRA_PROBES_SETTING_OFF = 1,
	UMBRA_PROBES_SETTING_ON,

	/* private: */
	__UMBRA_PROBES_SETTING_MAX,
	UMBRA_PROBES_SETTING_MAX = (__UMBRA_PROBES_SETTING_MAX - 1)
};

/**
 * enum umbra_state - state of a session
 * @UMBRA_STATE_OPENING: TCP, SYN seen; SCTP, INIT seen
 * @UMBRA_STATE_ANSWERED: TCP, SYN and ACK came back; SCTP, INIT ACK came back
 * @UMBRA_STATE_ESTABLISHED: TCP and SCTP, handshake complete both ways
 * @UMBRA_STATE_CLOSING: TCP, one end has sent FIN; SCTP, one end shuts down
 * @UMBRA_STATE_CLOSED: TCP, both ends have sent FIN, or a reset was seen;
 *   SCTP, shut down or aborted
 * @UMBRA_STATE_UNREPLIED: packets in one direction only; SCTP, a heartbeat on
 *   a path
 * @UMBRA_STATE_REPLIED: packets in both directions; UDP, a question and its
 *   answers; SCTP, a heartbeat on a path was acknowledged
 * @UMBRA_STATE_STREAM: UDP, the client sent again after an answer
 * @UMBRA_STATE_PROBED: TCP, was established and idle for too long; its ends
 *   are being probed
 */
enum umbra_state {
	UMBRA_STATE_OPENING = 1,
	UMBRA_STATE_ANSWERED,
	UMBRA_STATE_ESTABLISHED,
	UMBRA_STATE_CLOSING,
	UMBRA_STATE_CLOSED,
	UMBRA_STATE_UNREPLIED,
	UMBRA_STATE_REPLIED,
	UMBRA_STATE_STREAM,
	UMBRA_STATE_PROBED,

	/* private: */
	__UMBRA_STATE_MAX,
	UMBRA_STATE_MAX = (__UMBRA_STATE_MAX - 1)
};

/**
 * enum umbra_reason - Why a packet was passed without a session, refused, or
 *   why a session began or ended. One list for kernel, tool and documentation.
 *   Values are never reused.
 * @UMBRA_REASON_RULE: a rule says so
 * @UMBRA_REASON_UNMATCHED: no rule fits
 * @UMBRA_REASON_SPOOFED: the source address is the firewall's own, or belongs
 *   to a network bound to another interface
 * @UMBRA_REASON_TCP_STRAY: a TCP packet that belongs to no session and opens
 *   none, or an acknowledgement before the server's answer
 * @UMBRA_REASON_ICMP_STRAY: an ICMP error or reply that belongs to no session
 * @UMBRA_REASON_MALFORMED: headers that are truncated or contradict each
 *   other, or a wrong checksum
 * @UMBRA_REASON_FRAGMENT: a fragment that was not reassembled, or an ICMP
 *   error about a fragment other than the first
 * @UMBRA_REASON_SOURCE_ROUTE: an IPv4 source route, or an IPv6 routing header
 *   of type 0, or of any type but 2 with segments left
 * @UMBRA_REASON_NO_ROUTE: the kernel has no route for the packet: there is
 *   none, forwarding is off, or rp_filter refuses the source
 * @UMBRA_REASON_SESSIONS_FULL: the namespace has its maximum of sessions, or
 *   of clients in rules that limit each client
 * @UMBRA_REASON_NO_MEMORY: no memory for a session
 * @UMBRA_REASON_TABLE_FULL: the session table has no free slot for the
 *   session, and grows in the background
 * @UMBRA_REASON_RULE_SESSIONS: the rule has its maximum of sessions
 * @UMBRA_REASON_RULE_RATE: the rule has reached its rate of new sessions
 * @UMBRA_REASON_BROADCAST: a broadcast that the setting discards, or a
 *   broadcast of TCP or SCTP
 * @UMBRA_REASON_MULTICAST: a multicast that the setting discards, or a
 *   multicast of TCP or SCTP
 * @UMBRA_REASON_PING: an echo request to the firewall, decided by the ping
 *   setting
 * @UMBRA_REASON_POLICY: the running policy does not keep the session, or does
 *   not allow its packet on this interface
 * @UMBRA_REASON_TIMEOUT: the session was idle, or half open, for longer than
 *   its timeout
 * @UMBRA_REASON_CLOSED: both ends closed the session
 * @UMBRA_REASON_RESET: one end reset or aborted the session
 * @UMBRA_REASON_KILLED: an administrator ended the session
 * @UMBRA_REASON_NAMESPACE: the session's network namespace or the module was
 *   removed
 * @UMBRA_REASON_ADOPTED: a TCP connection or SCTP association that was picked
 *   up in mid-stream
 * @UMBRA_REASON_OWN_ERROR: an ICMP error that the firewall itself sends
 * @UMBRA_REASON_RELATED: an ICMP error about a session, or a too-big error
 *   about packets that pass without a session
 * @UMBRA_REASON_NEIGHBOUR: neighbour and router discovery, group membership
 * @UMBRA_REASON_DHCP: the firewall's own DHCP
 * @UMBRA_REASON_DUPLICATE: another session has the same addresses and ports,
 *   and no other port is possible
 * @UMBRA_REASON_RELAY: the session or packet belongs to a relay
 * @UMBRA_REASON_RELAY_ACCESS: the client of a relay is in none of the relay's
 *   from networks
 * @UMBRA_REASON_RELAY_SERVER: the relay's server refused, did not answer, or
 *   is not behind the firewall
 * @UMBRA_REASON_NAT_EXHAUSTED: no free outside port was found for the nat row
 * @UMBRA_REASON_NAT_ADDRESS: the outside interface has no address for the
 *   session, or no longer the session's outside address
 * @UMBRA_REASON_TCP_WINDOW: a TCP packet of a session, or an ICMP error about
 *   one, with numbers that do not fit the session
 * @UMBRA_REASON_SOURCE_SESSIONS: the source has its full share of all sessions
 * @UMBRA_REASON_EVICTED: the session ended to make room, because the namespace
 *   had nearly its maximum of sessions or the source its share
 * @UMBRA_REASON_CLIENT_SESSIONS: the client has as many sessions as the rule
 *   allows each client
 * @UMBRA_REASON_CLIENT_RATE: the client has reached the rate of new sessions
 *   that the rule allows each client
 * @UMBRA_REASON_ICMP_RATE: too many ICMP errors about one flow
 * @UMBRA_REASON_DEAD_PEER: the session was idle for too long, and at least one
 *   end did not answer the probes
 * @UMBRA_REASON_SCTP_STRAY: an SCTP packet that belongs to no session and does
 *   not open one
 * @UMBRA_REASON_SCTP_TAG: an SCTP packet of a session, or an ICMP error about
 *   one, with a wrong verification tag
 * @UMBRA_REASON_NOT_FOLLOWED: no session can follow the packet's path, which
 *   leads through IPVS, a transparent proxy's rule, a VRF device or an SRv6
 *   endpoint, or to a guest on ipvlan in mode l3 or l3s
 * @UMBRA_REASON_OWN_ADDRESS: an address of the session became the firewall's
 *   own, or is not the firewall's any more
 * @UMBRA_REASON_UNJUDGED: the packet was to be forwarded or delivered without
 *   having been judged
 * @UMBRA_REASON_SOURCE_SCOPE: the IPv6 source is unspecified or link-local, so
 *   the packet may not leave its link
 * @UMBRA_REASON_UNTRANSLATED: NAT left the packet untranslated, because its
 *   time to live was over or it was too large; a chain then changed that, so
 *   the packet would have passed untranslated
 */
enum umbra_reason {
	UMBRA_REASON_RULE = 1,
	UMBRA_REASON_UNMATCHED,
	UMBRA_REASON_SPOOFED,
	UMBRA_REASON_TCP_STRAY,
	UMBRA_REASON_ICMP_STRAY,
	UMBRA_REASON_MALFORMED,
	UMBRA_REASON_FRAGMENT,
	UMBRA_REASON_SOURCE_ROUTE,
	UMBRA_REASON_NO_ROUTE,
	UMBRA_REASON_SESSIONS_FULL,
	UMBRA_REASON_NO_MEMORY,
	UMBRA_REASON_TABLE_FULL,
	UMBRA_REASON_RULE_SESSIONS,
	UMBRA_REASON_RULE_RATE,
	UMBRA_REASON_BROADCAST,
	UMBRA_REASON_MULTICAST,
	UMBRA_REASON_PING,
	UMBRA_REASON_POLICY,
	UMBRA_REASON_TIMEOUT,
	UMBRA_REASON_CLOSED,
	UMBRA_REASON_RESET,
	UMBRA_REASON_KILLED,
	UMBRA_REASON_NAMESPACE,
	UMBRA_REASON_ADOPTED,
	UMBRA_REASON_OWN_ERROR,
	UMBRA_REASON_RELATED,
	UMBRA_REASON_NEIGHBOUR,
	UMBRA_REASON_DHCP,
	UMBRA_REASON_DUPLICATE,
	UMBRA_REASON_RELAY,
	UMBRA_REASON_RELAY_ACCESS,
	UMBRA_REASON_RELAY_SERVER,
	UMBRA_REASON_NAT_EXHAUSTED,
	UMBRA_REASON_NAT_ADDRESS,
	UMBRA_REASON_TCP_WINDOW,
	UMBRA_REASON_SOURCE_SESSIONS,
	UMBRA_REASON_EVICTED,
	UMBRA_REASON_CLIENT_SESSIONS,
	UMBRA_REASON_CLIENT_RATE,
	UMBRA_REASON_ICMP_RATE,
	UMBRA_REASON_DEAD_PEER,
	UMBRA_REASON_SCTP_STRAY,
	UMBRA_REASON_SCTP_TAG,
	UMBRA_REASON_NOT_FOLLOWED,
	UMBRA_REASON_OWN_ADDRESS,
	UMBRA_REASON_UNJUDGED,
	UMBRA_REASON_SOURCE_SCOPE,
	UMBRA_REASON_UNTRANSLATED,

	/* private: */
	__UMBRA_REASON_MAX,
	UMBRA_REASON_MAX = (__UMBRA_REASON_MAX - 1)
};

/**
 * enum umbra_way - where a packet goes
 * @UMBRA_WAY_FORWARD: through the firewall
 * @UMBRA_WAY_LOCAL: to the firewall itself
 * @UMBRA_WAY_BROADCAST: a broadcast
 * @UMBRA_WAY_MULTICAST: a multicast
 * @UMBRA_WAY_NONE: there is no route
 */
enum umbra_way {
	UMBRA_WAY_FORWARD = 1,
	UMBRA_WAY_LOCAL,
	UMBRA_WAY_BROADCAST,
	UMBRA_WAY_MULTICAST,
	UMBRA_WAY_NONE,

	/* private: */
	__UMBRA_WAY_MAX,
	UMBRA_WAY_MAX = (__UMBRA_WAY_MAX - 1)
};

/**
 * enum umbra_policy_event
 * @UMBRA_POLICY_EVENT_COMMIT: a new policy was published
 * @UMBRA_POLICY_EVENT_CONFIRM: the running policy was confirmed
 * @UMBRA_POLICY_EVENT_REVERT: the previous policy was restored, by an
 *   administrator or by the timer
 * @UMBRA_POLICY_EVENT_CLOCK: a time class began or ended, and with it its
 *   rules and relays
 */
enum umbra_policy_event {
	UMBRA_POLICY_EVENT_COMMIT = 1,
	UMBRA_POLICY_EVENT_CONFIRM,
	UMBRA_POLICY_EVENT_REVERT,
	UMBRA_POLICY_EVENT_CLOCK,

	/* private: */
	__UMBRA_POLICY_EVENT_MAX,
	UMBRA_POLICY_EVENT_MAX = (__UMBRA_POLICY_EVENT_MAX - 1)
};

/**
 * enum umbra_obstacle - why a candidate would end a session
 * @UMBRA_OBSTACLE_UNMATCHED: none of its rules fits
 * @UMBRA_OBSTACLE_RULE: one of its rules refuses it
 * @UMBRA_OBSTACLE_PACKET_FILTER: the rule that fits opens no sessions, and
 *   passes what it allows packet by packet
 * @UMBRA_OBSTACLE_NAT: only another translation fits
 * @UMBRA_OBSTACLE_SPOOFED: one of its ends may not live where it is
 * @UMBRA_OBSTACLE_PING: its ping setting refuses it
 * @UMBRA_OBSTACLE_RELAY: no relay leads it to its server
 * @UMBRA_OBSTACLE_RELAY_ACCESS: its client is in none of the networks that the
 *   relay is for
 * @UMBRA_OBSTACLE_PENDING: the running policy does not allow it either, and
 *   ends it at its next packet
 */
enum umbra_obstacle {
	UMBRA_OBSTACLE_UNMATCHED = 1,
	UMBRA_OBSTACLE_RULE,
	UMBRA_OBSTACLE_PACKET_FILTER,
	UMBRA_OBSTACLE_NAT,
	UMBRA_OBSTACLE_SPOOFED,
	UMBRA_OBSTACLE_PING,
	UMBRA_OBSTACLE_RELAY,
	UMBRA_OBSTACLE_RELAY_ACCESS,
	UMBRA_OBSTACLE_PENDING,

	/* private: */
	__UMBRA_OBSTACLE_MAX,
	UMBRA_OBSTACLE_MAX = (__UMBRA_OBSTACLE_MAX - 1)
};

enum {
	UMBRA_A_ADDRESS_IFNAME = 1,
	UMBRA_A_ADDRESS_FIRST,
	UMBRA_A_ADDRESS_LAST,
	UMBRA_A_ADDRESS_PREFIX_LEN,
	UMBRA_A_ADDRESS_NETWORK,
	UMBRA_A_ADDRESS_HOST,
	UMBRA_A_ADDRESS_UNTIL,

	__UMBRA_A_ADDRESS_MAX,
	UMBRA_A_ADDRESS_MAX = (__UMBRA_A_ADDRESS_MAX - 1)
};

enum {
	UMBRA_A_RANGE_FIRST = 1,
	UMBRA_A_RANGE_LAST,

	__UMBRA_A_RANGE_MAX,
	UMBRA_A_RANGE_MAX = (__UMBRA_A_RANGE_MAX - 1)
};

enum {
	UMBRA_A_ICMP_TYPE = 1,
	UMBRA_A_ICMP_CODE_FIRST,
	UMBRA_A_ICMP_CODE_LAST,

	__UMBRA_A_ICMP_MAX,
	UMBRA_A_ICMP_MAX = (__UMBRA_A_ICMP_MAX - 1)
};

enum {
	UMBRA_A_NETWORK_NAME = 1,
	UMBRA_A_NETWORK_ADDRESS,
	UMBRA_A_NETWORK_COMMENT,

	__UMBRA_A_NETWORK_MAX,
	UMBRA_A_NETWORK_MAX = (__UMBRA_A_NETWORK_MAX - 1)
};

enum {
	UMBRA_A_SERVICE_NAME = 1,
	UMBRA_A_SERVICE_TYPE,
	UMBRA_A_SERVICE_PROTOCOL,
	UMBRA_A_SERVICE_CLIENT_PORTS,
	UMBRA_A_SERVICE_SERVER_PORTS,
	UMBRA_A_SERVICE_ICMP,
	UMBRA_A_SERVICE_MEMBER,
	UMBRA_A_SERVICE_TIMEOUT,
	UMBRA_A_SERVICE_PICKUP,
	UMBRA_A_SERVICE_ADVISORY,
	UMBRA_A_SERVICE_COMMENT,
	UMBRA_A_SERVICE_TCP_WINDOW,
	UMBRA_A_SERVICE_ENDS,
	UMBRA_A_SERVICE_TCP_PROBES,

	__UMBRA_A_SERVICE_MAX,
	UMBRA_A_SERVICE_MAX = (__UMBRA_A_SERVICE_MAX - 1)
};

enum {
	UMBRA_A_RULE_CLIENT = 1,
	UMBRA_A_RULE_SERVER,
	UMBRA_A_RULE_SERVICE,
	UMBRA_A_RULE_ACTION,
	UMBRA_A_RULE_NAME,
	UMBRA_A_RULE_COMMENT,
	UMBRA_A_RULE_DISABLED,
	UMBRA_A_RULE_SESSIONS,
	UMBRA_A_RULE_RATE,
	UMBRA_A_RULE_CLIENT_SESSIONS,
	UMBRA_A_RULE_CLIENT_RATE,
	UMBRA_A_RULE_LOG,
	UMBRA_A_RULE_TIME,

	__UMBRA_A_RULE_MAX,
	UMBRA_A_RULE_MAX = (__UMBRA_A_RULE_MAX - 1)
};

enum {
	UMBRA_A_NAT_FROM_IFNAME = 1,
	UMBRA_A_NAT_FROM,
	UMBRA_A_NAT_TO_IFNAME,
	UMBRA_A_NAT_TO,
	UMBRA_A_NAT_TYPE,
	UMBRA_A_NAT_FIRST,
	UMBRA_A_NAT_LAST,
	UMBRA_A_NAT_PORTS,
	UMBRA_A_NAT_ENDPOINT_INDEPENDENT,
	UMBRA_A_NAT_NAME,
	UMBRA_A_NAT_COMMENT,
	UMBRA_A_NAT_DISABLED,

	__UMBRA_A_NAT_MAX,
	UMBRA_A_NAT_MAX = (__UMBRA_A_NAT_MAX - 1)
};

enum {
	UMBRA_A_RELAY_LISTEN = 1,
	UMBRA_A_RELAY_PORTS,
	UMBRA_A_RELAY_TARGET,
	UMBRA_A_RELAY_HOST,
	UMBRA_A_RELAY_TARGET_PORT,
	UMBRA_A_RELAY_TYPE,
	UMBRA_A_RELAY_FROM,
	UMBRA_A_RELAY_TIMEOUT,
	UMBRA_A_RELAY_LIFETIME,
	UMBRA_A_RELAY_PROXY_PROTOCOL,
	UMBRA_A_RELAY_NAME,
	UMBRA_A_RELAY_COMMENT,
	UMBRA_A_RELAY_DISABLED,
	UMBRA_A_RELAY_LOG,
	UMBRA_A_RELAY_TIME,

	__UMBRA_A_RELAY_MAX,
	UMBRA_A_RELAY_MAX = (__UMBRA_A_RELAY_MAX - 1)
};

enum {
	UMBRA_A_LOG_NAME = 1,
	UMBRA_A_LOG_GROUP,
	UMBRA_A_LOG_PREFIX,
	UMBRA_A_LOG_RATE,
	UMBRA_A_LOG_COMMENT,

	__UMBRA_A_LOG_MAX,
	UMBRA_A_LOG_MAX = (__UMBRA_A_LOG_MAX - 1)
};

enum {
	UMBRA_A_SPAN_DAYS = 1,
	UMBRA_A_SPAN_BEGIN,
	UMBRA_A_SPAN_END,

	__UMBRA_A_SPAN_MAX,
	UMBRA_A_SPAN_MAX = (__UMBRA_A_SPAN_MAX - 1)
};

enum {
	UMBRA_A_TIME_NAME = 1,
	UMBRA_A_TIME_SPAN,
	UMBRA_A_TIME_COMMENT,

	__UMBRA_A_TIME_MAX,
	UMBRA_A_TIME_MAX = (__UMBRA_A_TIME_MAX - 1)
};

enum {
	UMBRA_A_OFFSET_FROM = 1,
	UMBRA_A_OFFSET_SECONDS,

	__UMBRA_A_OFFSET_MAX,
	UMBRA_A_OFFSET_MAX = (__UMBRA_A_OFFSET_MAX - 1)
};

enum {
	UMBRA_A_ZONE_OFFSET = 1,

	__UMBRA_A_ZONE_MAX,
	UMBRA_A_ZONE_MAX = (__UMBRA_A_ZONE_MAX - 1)
};

enum {
	UMBRA_A_SETTING_KEY = 1,
	UMBRA_A_SETTING_VALUE,
	UMBRA_A_SETTING_NETWORK,
	UMBRA_A_SETTING_LOG,

	__UMBRA_A_SETTING_MAX,
	UMBRA_A_SETTING_MAX = (__UMBRA_A_SETTING_MAX - 1)
};

enum {
	UMBRA_A_ROW_TABLE = 1,
	UMBRA_A_ROW_POSITION,
	UMBRA_A_ROW_NETWORK,
	UMBRA_A_ROW_SERVICE,
	UMBRA_A_ROW_RULE,
	UMBRA_A_ROW_SETTING,
	UMBRA_A_ROW_ID,
	UMBRA_A_ROW_GENERATION,
	UMBRA_A_ROW_HITS,
	UMBRA_A_ROW_LAST_HIT,
	UMBRA_A_ROW_SESSIONS,
	UMBRA_A_ROW_PAD,
	UMBRA_A_ROW_NAT,
	UMBRA_A_ROW_RELAY,
	UMBRA_A_ROW_LOG,
	UMBRA_A_ROW_TIME,
	UMBRA_A_ROW_ACTIVE,

	__UMBRA_A_ROW_MAX,
	UMBRA_A_ROW_MAX = (__UMBRA_A_ROW_MAX - 1)
};

enum {
	UMBRA_A_TUPLE_SOURCE = 1,
	UMBRA_A_TUPLE_DESTINATION,
	UMBRA_A_TUPLE_PROTOCOL,
	UMBRA_A_TUPLE_SOURCE_PORT,
	UMBRA_A_TUPLE_DESTINATION_PORT,

	__UMBRA_A_TUPLE_MAX,
	UMBRA_A_TUPLE_MAX = (__UMBRA_A_TUPLE_MAX - 1)
};

enum {
	UMBRA_A_POLICY_GENERATION = 1,
	UMBRA_A_POLICY_BASE,
	UMBRA_A_POLICY_CONFIRM,
	UMBRA_A_POLICY_KEEP_SESSIONS,
	UMBRA_A_POLICY_CHECK,
	UMBRA_A_POLICY_GUARD,
	UMBRA_A_POLICY_CLONE,
	UMBRA_A_POLICY_NETWORKS,
	UMBRA_A_POLICY_SERVICES,
	UMBRA_A_POLICY_RULES,
	UMBRA_A_POLICY_SETTINGS,
	UMBRA_A_POLICY_BYTES,
	UMBRA_A_POLICY_COMPILE_US,
	UMBRA_A_POLICY_SESSIONS,
	UMBRA_A_POLICY_EVENT,
	UMBRA_A_POLICY_PAD,
	UMBRA_A_POLICY_NATS,
	UMBRA_A_POLICY_RELAYS,
	UMBRA_A_POLICY_TIMES,
	UMBRA_A_POLICY_UTC_OFFSET,
	UMBRA_A_POLICY_RUNS,
	UMBRA_A_POLICY_OFFSET,
	UMBRA_A_POLICY_TYPED_IN,

	__UMBRA_A_POLICY_MAX,
	UMBRA_A_POLICY_MAX = (__UMBRA_A_POLICY_MAX - 1)
};

enum {
	UMBRA_A_FILTER_FAMILY = 1,
	UMBRA_A_FILTER_PROTOCOL,
	UMBRA_A_FILTER_CLIENT,
	UMBRA_A_FILTER_CLIENT_PREFIX,
	UMBRA_A_FILTER_SERVER,
	UMBRA_A_FILTER_SERVER_PREFIX,
	UMBRA_A_FILTER_HOST,
	UMBRA_A_FILTER_HOST_PREFIX,
	UMBRA_A_FILTER_CLIENT_PORT,
	UMBRA_A_FILTER_SERVER_PORT,
	UMBRA_A_FILTER_RULE,
	UMBRA_A_FILTER_STATE,
	UMBRA_A_FILTER_IFINDEX,
	UMBRA_A_FILTER_ID,
	UMBRA_A_FILTER_PAD,

	__UMBRA_A_FILTER_MAX,
	UMBRA_A_FILTER_MAX = (__UMBRA_A_FILTER_MAX - 1)
};

enum {
	UMBRA_A_SESSION_FILTER = 1,
	UMBRA_A_SESSION_ID,
	UMBRA_A_SESSION_ORIGINAL,
	UMBRA_A_SESSION_REPLY,
	UMBRA_A_SESSION_STATE,
	UMBRA_A_SESSION_RULE,
	UMBRA_A_SESSION_GENERATION,
	UMBRA_A_SESSION_REASON,
	UMBRA_A_SESSION_CLIENT_IFINDEX,
	UMBRA_A_SESSION_SERVER_IFINDEX,
	UMBRA_A_SESSION_AGE,
	UMBRA_A_SESSION_IDLE,
	UMBRA_A_SESSION_EXPIRES,
	UMBRA_A_SESSION_ORIGINAL_PACKETS,
	UMBRA_A_SESSION_ORIGINAL_BYTES,
	UMBRA_A_SESSION_REPLY_PACKETS,
	UMBRA_A_SESSION_REPLY_BYTES,
	UMBRA_A_SESSION_COUNT,
	UMBRA_A_SESSION_PAD,
	UMBRA_A_SESSION_NAT,
	UMBRA_A_SESSION_PEER,
	UMBRA_A_SESSION_BASE,
	UMBRA_A_SESSION_KEEP_SESSIONS,
	UMBRA_A_SESSION_GUARD,
	UMBRA_A_SESSION_GUARD_ENDS,
	UMBRA_A_SESSION_ENDS,
	UMBRA_A_SESSION_OBSTACLE,
	UMBRA_A_SESSION_BY_TABLE,
	UMBRA_A_SESSION_BY_POSITION,
	UMBRA_A_SESSION_BY_NAME,
	UMBRA_A_SESSION_OFFSET,

	__UMBRA_A_SESSION_MAX,
	UMBRA_A_SESSION_MAX = (__UMBRA_A_SESSION_MAX - 1)
};

enum {
	UMBRA_A_COUNTER_REASON = 1,
	UMBRA_A_COUNTER_DROPPED,
	UMBRA_A_COUNTER_PASSED,
	UMBRA_A_COUNTER_ENDED,
	UMBRA_A_COUNTER_PAD,

	__UMBRA_A_COUNTER_MAX,
	UMBRA_A_COUNTER_MAX = (__UMBRA_A_COUNTER_MAX - 1)
};

enum {
	UMBRA_A_STATS_COUNTER = 1,
	UMBRA_A_STATS_SESSIONS,
	UMBRA_A_STATS_SESSIONS_MAX,
	UMBRA_A_STATS_CREATED,
	UMBRA_A_STATS_ENDED,
	UMBRA_A_STATS_LOOKUPS,
	UMBRA_A_STATS_FOUND,
	UMBRA_A_STATS_REJUDGED,
	UMBRA_A_STATS_BUCKETS,
	UMBRA_A_STATS_RESIZES,
	UMBRA_A_STATS_EVENTS_LOST,
	UMBRA_A_STATS_PAD,
	UMBRA_A_STATS_TOLD,
	UMBRA_A_STATS_UNTOLD,
	UMBRA_A_STATS_EXPRESS,
	UMBRA_A_STATS_PROBED,

	__UMBRA_A_STATS_MAX,
	UMBRA_A_STATS_MAX = (__UMBRA_A_STATS_MAX - 1)
};

enum {
	UMBRA_A_DROP_REASON = 1,
	UMBRA_A_DROP_ACTION,
	UMBRA_A_DROP_FLOW,
	UMBRA_A_DROP_IFINDEX,
	UMBRA_A_DROP_RULE,
	UMBRA_A_DROP_UNSEEN,
	UMBRA_A_DROP_ERROR,

	__UMBRA_A_DROP_MAX,
	UMBRA_A_DROP_MAX = (__UMBRA_A_DROP_MAX - 1)
};

enum {
	UMBRA_A_EXPLAIN_FLOW = 1,
	UMBRA_A_EXPLAIN_IFINDEX,
	UMBRA_A_EXPLAIN_ACTION,
	UMBRA_A_EXPLAIN_REASON,
	UMBRA_A_EXPLAIN_SESSION,
	UMBRA_A_EXPLAIN_RULE,
	UMBRA_A_EXPLAIN_RELAY,
	UMBRA_A_EXPLAIN_NAT,
	UMBRA_A_EXPLAIN_WAY,
	UMBRA_A_EXPLAIN_OIF,
	UMBRA_A_EXPLAIN_GATEWAY,
	UMBRA_A_EXPLAIN_LEAVES,
	UMBRA_A_EXPLAIN_GENERATION,
	UMBRA_A_EXPLAIN_PAD,

	__UMBRA_A_EXPLAIN_MAX,
	UMBRA_A_EXPLAIN_MAX = (__UMBRA_A_EXPLAIN_MAX - 1)
};

enum {
	UMBRA_CMD_POLICY_GET = 1,
	UMBRA_CMD_CANDIDATE_NEW,
	UMBRA_CMD_CANDIDATE_DEL,
	UMBRA_CMD_ROW_ADD,
	UMBRA_CMD_ROW_DEL,
	UMBRA_CMD_ROW_GET,
	UMBRA_CMD_COMMIT,
	UMBRA_CMD_CONFIRM,
	UMBRA_CMD_REVERT,
	UMBRA_CMD_SESSION_GET,
	UMBRA_CMD_SESSION_COUNT,
	UMBRA_CMD_SESSION_DEL,
	UMBRA_CMD_STATS_GET,
	UMBRA_CMD_EXPLAIN,
	UMBRA_CMD_SESSION_NEW_NTF,
	UMBRA_CMD_SESSION_END_NTF,
	UMBRA_CMD_DROP_NTF,
	UMBRA_CMD_POLICY_NTF,
	UMBRA_CMD_CANDIDATE_PREVIEW,
	UMBRA_CMD_ZONE_SET,

	__UMBRA_CMD_MAX,
	UMBRA_CMD_MAX = (__UMBRA_CMD_MAX - 1)
};

#define UMBRA_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_UMBRA_H */
