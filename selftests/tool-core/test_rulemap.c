// SPDX-License-Identifier: GPL-2.0
/* Rules by id, position and name. */
#include "live/rulemap.h"
#include "tap.h"

int main(void)
{
	struct rule_ref rule = { 0 };
	struct rulemap map = { 0 };
	char text[RULE_TEXT_MAX];
	struct tap tap = { 0 };
	unsigned int i;

	tap_is(&tap, rulemap_text(&map, 5, text), "gone",
	       "an empty map says of any rule that it is gone");
	for (i = 1; i <= 200; i++) {
		rule.id = 1000 - i;
		rule.position = i;
		snprintf(rule.name, sizeof(rule.name), "%.*s", i % 2 ? 0 : 9, "even-rule");
		rulemap_add(&map, &rule);
	}
	rulemap_sort(&map);
	tap_is(&tap, rulemap_text(&map, 999, text), "1",
	       "a rule without a name is shown by its position");
	tap_is(&tap, rulemap_text(&map, 998, text), "2/even-rule",
	       "a rule with a name is shown by its position and name");
	tap_is(&tap, rulemap_text(&map, 800, text), "200/even-rule",
	       "the last rule is found by its id");
	tap_is(&tap, rulemap_text(&map, 1, text), "gone",
	       "a rule whose id is not in the map is gone");
	tap_is(&tap, rulemap_text(&map, 0, text), "-", "a session without a rule is shown as -");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RULE, "7")->id == 993,
	       "a rule is found by its position");
	tap_ok(&tap, !strcmp(rulemap_match(&map, UMBRA_TABLE_RULE, "even-rule")->name, "even-rule"),
	       "a rule is found by its name");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "201"),
	       "a position behind the last rule finds none");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "odd"),
	       "a name that no rule has finds none");
	rule = (struct rule_ref){ .id = 5000, .table = UMBRA_TABLE_RELAY, .position = 7,
				  .name = "icq" };
	rulemap_add(&map, &rule);
	rule = (struct rule_ref){ .id = 5001, .table = UMBRA_TABLE_NAT, .position = 7 };
	rulemap_add(&map, &rule);
	rulemap_sort(&map);
	tap_is(&tap, rulemap_text(&map, 5000, text), "relay 7/icq",
	       "a relay is shown with its table, position and name");
	tap_is(&tap, rulemap_text(&map, 5001, text), "nat 7",
	       "a nat row is shown with its table and position");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RULE, "7")->id == 993,
	       "a rule's position does not find a relay or nat row");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RELAY, "icq")->id == 5000,
	       "a relay is found by its name");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "icq"), "a relay's name finds no rule");
	tap_ok(&tap, rulemap_count(&map, UMBRA_TABLE_NAT) == 1,
	       "the rows of one table are counted");
	rulemap_free(&map);
	return tap_end(&tap);
}
