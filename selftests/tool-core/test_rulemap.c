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

	tap_is(&tap, rulemap_text(&map, 5, text), "gone", "an empty map");
	for (i = 1; i <= 200; i++) {
		rule.id = 1000 - i;
		rule.position = i;
		snprintf(rule.name, sizeof(rule.name), "%.*s", i % 2 ? 0 : 9, "even-rule");
		rulemap_add(&map, &rule);
	}
	rulemap_sort(&map);
	tap_is(&tap, rulemap_text(&map, 999, text), "1", "a rule without a name");
	tap_is(&tap, rulemap_text(&map, 998, text), "2/even-rule", "a rule with a name");
	tap_is(&tap, rulemap_text(&map, 800, text), "200/even-rule", "the last rule");
	tap_is(&tap, rulemap_text(&map, 1, text), "gone", "a rule that is gone");
	tap_is(&tap, rulemap_text(&map, 0, text), "-", "no rule");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RULE, "7")->id == 993, "by position");
	tap_ok(&tap, !strcmp(rulemap_match(&map, UMBRA_TABLE_RULE, "even-rule")->name, "even-rule"), "by name");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "201"), "no such position");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "odd"), "no such name");
	rule = (struct rule_ref){ .id = 5000, .table = UMBRA_TABLE_RELAY, .position = 7,
				  .name = "icq" };
	rulemap_add(&map, &rule);
	rule = (struct rule_ref){ .id = 5001, .table = UMBRA_TABLE_NAT, .position = 7 };
	rulemap_add(&map, &rule);
	rulemap_sort(&map);
	tap_is(&tap, rulemap_text(&map, 5000, text), "relay 7/icq", "a relay");
	tap_is(&tap, rulemap_text(&map, 5001, text), "nat 7", "a nat row");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RULE, "7")->id == 993, "still the rule");
	tap_ok(&tap, rulemap_match(&map, UMBRA_TABLE_RELAY, "icq")->id == 5000, "the relay");
	tap_ok(&tap, !rulemap_match(&map, UMBRA_TABLE_RULE, "icq"), "no such rule");
	tap_ok(&tap, rulemap_count(&map, UMBRA_TABLE_NAT) == 1, "one nat row");
	rulemap_free(&map);
	return tap_end(&tap);
}
