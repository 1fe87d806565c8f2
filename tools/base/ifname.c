// SPDX-License-Identifier: GPL-2.0
#include "base/ifname.h"

#include <stdio.h>
#include <string.h>

const char *ifname_of(struct ifnames *names, uint32_t ifindex)
{
	size_t i = ifindex % IFNAME_SLOTS;
	char *name = names->slots[i].name;

	if (!ifindex)
		return "firewall";
	if (names->slots[i].ifindex == ifindex)
		return name;
	names->slots[i].ifindex = ifindex;
	if (!if_indextoname(ifindex, name))
		snprintf(name, IF_NAMESIZE, "#%u", ifindex);
	return name;
}

bool ifname_is_alternative(const char *name, char real[IF_NAMESIZE])
{
	unsigned int ifindex = if_nametoindex(name);

	return ifindex && if_indextoname(ifindex, real) && strcmp(real, name);
}
