// SPDX-License-Identifier: GPL-2.0
/* Words for every value of the contract. */
#include <linux/umbra.h>

#include "base/names.h"
#include "tap.h"

static void test_list(struct tap *tap, const struct name *list, unsigned int max,
		      const char *what)
{
	unsigned int value, bad = 0;
	char title[80];

	for (value = 1; value <= max; value++)
		if (name_value(list, name_word(list, value)) != value ||
		    !name_help(list, value)[0])
			bad++;
	snprintf(title, sizeof(title), "all %s have a word and a help text", what);
	tap_ok(tap, !bad, title);
}

int main(void)
{
	struct tap tap = { 0 };
	char text[16];

	test_list(&tap, names_table, UMBRA_TABLE_MAX, "tables");
	test_list(&tap, names_service_type, UMBRA_SERVICE_TYPE_MAX, "service types");
	test_list(&tap, names_action, UMBRA_ACTION_MAX, "actions");
	test_list(&tap, names_setting, UMBRA_SETTING_MAX, "settings");
	test_list(&tap, names_verdict_setting, UMBRA_VERDICT_SETTING_MAX, "verdicts");
	test_list(&tap, names_ping_setting, UMBRA_PING_SETTING_MAX, "ping settings");
	test_list(&tap, names_window_setting, UMBRA_WINDOW_SETTING_MAX, "window settings");
	test_list(&tap, names_ends_setting, UMBRA_ENDS_SETTING_MAX, "ends settings");
	test_list(&tap, names_probes_setting, UMBRA_PROBES_SETTING_MAX, "probes settings");
	test_list(&tap, names_state, UMBRA_STATE_MAX, "states");
	test_list(&tap, names_reason, UMBRA_REASON_MAX, "reasons");
	test_list(&tap, names_policy_event, UMBRA_POLICY_EVENT_MAX, "policy events");
	test_list(&tap, names_obstacle, UMBRA_OBSTACLE_MAX, "obstacles");
	tap_is(&tap, name_word(names_state, 200), "unknown",
	       "a value of a newer module is unknown");
	tap_ok(&tap, !name_value(names_state, "Opening"), "a word with another case has no value");
	tap_is(&tap, name_list(names_action, text, sizeof(text)), "allow, ...",
	       "a list that does not fit is cut");
	return tap_end(&tap);
}
