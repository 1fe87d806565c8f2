// SPDX-License-Identifier: GPL-2.0
#include "base/names.h"

#include <stdio.h>
#include <string.h>

#include <linux/umbra_names.h>

#define ROW(value, word, help) { value, word, help },
#define END { 0, NULL, NULL }

const struct name names_table[] = { UMBRA_NAMES_TABLE(ROW) END };
const struct name names_service_type[] = { UMBRA_NAMES_SERVICE_TYPE(ROW) END };
const struct name names_action[] = { UMBRA_NAMES_ACTION(ROW) END };
const struct name names_nat_type[] = { UMBRA_NAMES_NAT_TYPE(ROW) END };
const struct name names_relay_type[] = { UMBRA_NAMES_RELAY_TYPE(ROW) END };
const struct name names_proxy_protocol[] = { UMBRA_NAMES_PROXY_PROTOCOL(ROW) END };
const struct name names_setting[] = { UMBRA_NAMES_SETTING(ROW) END };
const struct name names_verdict_setting[] = { UMBRA_NAMES_VERDICT_SETTING(ROW) END };
const struct name names_ping_setting[] = { UMBRA_NAMES_PING_SETTING(ROW) END };
const struct name names_window_setting[] = { UMBRA_NAMES_WINDOW_SETTING(ROW) END };
const struct name names_ends_setting[] = { UMBRA_NAMES_ENDS_SETTING(ROW) END };
const struct name names_probes_setting[] = { UMBRA_NAMES_PROBES_SETTING(ROW) END };
const struct name names_state[] = { UMBRA_NAMES_STATE(ROW) END };
const struct name names_reason[] = { UMBRA_NAMES_REASON(ROW) END };
const struct name names_way[] = { UMBRA_NAMES_WAY(ROW) END };
const struct name names_policy_event[] = { UMBRA_NAMES_POLICY_EVENT(ROW) END };
const struct name names_obstacle[] = { UMBRA_NAMES_OBSTACLE(ROW) END };

static const struct name *name_find(const struct name *list, unsigned int value)
{
	for (; list->word; list++)
		if (list->value == value)
			return list;
	return NULL;
}

const char *name_word(const struct name *list, unsigned int value)
{
	const struct name *name = name_find(list, value);

	return name ? name->word : "unknown";
}

const char *name_help(const struct name *list, unsigned int value)
{
	const struct name *name = name_find(list, value);

	return name ? name->help : "";
}

unsigned int name_value(const struct name *list, const char *word)
{
	for (; list->word; list++)
		if (!strcmp(list->word, word))
			return list->value;
	return 0;
}

const char *name_list(const struct name *list, char *text, size_t size)
{
	static const char more[] = ", ...";
	size_t used = 0;

	text[0] = '\0';
	for (; list->word; list++) {
		if (used + strlen(", ") + strlen(list->word) + sizeof(more) > size)
			return strcpy(text + used, more) - used;
		used += sprintf(text + used, "%s%s", used ? ", " : "", list->word);
	}
	return text;
}
