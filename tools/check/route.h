/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's route to an address, for a packet that the firewall itself sends. */
#ifndef UMBRA_TOOL_ROUTE_H
#define UMBRA_TOOL_ROUTE_H

#include "base/address.h"

/**
 * struct route - where a packet goes
 * @gateway: length 0 when the destination is on the link
 * @local: the destination is the firewall itself
 */
struct route {
	struct address gateway;
	bool local;
};

/* Return: 0 or a negative errno, such as -ENETUNREACH. */
int route_get(const struct address *to, struct route *route);

#endif
