/* SPDX-License-Identifier: GPL-2.0 */
/* Events: messages to the multicast group. */
#ifndef UMBRA_EVENT_H
#define UMBRA_EVENT_H

#include <linux/types.h>

#include "session/session.h"

struct genl_family;
struct umbra_net;
struct umbra_packet;

/* Send events to group @its_group of @of. Context: module init, before @of is registered. */
void umbra_event_init(const struct genl_family *of, unsigned int its_group);

/*
 * Send the beginning or end of a session. @cmd: UMBRA_CMD_SESSION_NEW_NTF or _END_NTF. Cheap when
 * nobody listens. Context: any, rcu_read_lock() held.
 */
void umbra_event_session(struct umbra_session *s, u8 cmd);

/**
 * umbra_event_drop() - send that a packet was refused
 * @un: namespace
 * @packet: its headers. The key is all 0 if they could not be parsed; for an ICMP error it is
 *	the key of the packet that the error quotes
 * @family: AF_INET or AF_INET6
 * @iif: device index of arrival, 0 for the firewall itself
 * @reason: enum umbra_reason
 * @action: enum umbra_action
 * @rule: row id or 0
 *
 * At most 100 a second and CPU are sent; each says how many were left out before it.
 *
 * Context: any.
 */
void umbra_event_drop(struct umbra_net *un, const struct umbra_packet *packet, u8 family,
		      int iif, u8 reason, u8 action, u32 rule);

/**
 * umbra_event_policy() - send that the policy changed
 * @un: namespace
 * @event: enum umbra_policy_event
 * @seconds: time until the previous policy returns, 0 if it does not
 *
 * Context: process, umbra_net.lock held.
 */
void umbra_event_policy(struct umbra_net *un, u8 event, u32 seconds);

#endif
