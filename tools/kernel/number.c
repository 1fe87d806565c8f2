// SPDX-License-Identifier: GPL-2.0
/* Numbers in attributes. This file needs no socket, so the tests of rows can use it. */
#include "kernel/nl.h"

bool unl_read_number(const struct nlattr *attr, uint64_t *number)
{
	switch (nla_len(attr)) {
	case sizeof(uint8_t):
		*number = nla_get_u8(attr);
		return true;
	case sizeof(uint16_t):
		*number = nla_get_u16(attr);
		return true;
	case sizeof(uint32_t):
		*number = nla_get_u32(attr);
		return true;
	case sizeof(uint64_t):
		*number = nla_get_u64(attr);
		return true;
	default:
		return false;
	}
}

uint64_t unl_number(const struct nlattr *attr)
{
	uint64_t number;

	return attr && unl_read_number(attr, &number) ? number : 0;
}
