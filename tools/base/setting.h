/* SPDX-License-Identifier: GPL-2.0 */
/* What values each setting takes: words, a number within bounds, or a name. */
#ifndef UMBRA_TOOL_SETTING_H
#define UMBRA_TOOL_SETTING_H

#include "base/names.h"

#include <linux/umbra.h>
#include <stdbool.h>
#include <stdint.h>

struct setting_kind {
	const struct name *words;	/* or NULL: a number, or a name */
	uint32_t min;
	uint32_t max;
	bool network;			/* takes the name of one */
	bool log;			/* the same */
	const char *floor;		/* why @min is what it is, or NULL */
};

/* Never NULL: what a newer kernel has is any number. */
const struct setting_kind *setting_kind(enum umbra_setting key);

#endif
