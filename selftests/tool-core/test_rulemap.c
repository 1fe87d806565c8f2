// SPDX-License-Identifier: GPL-2.0
/* Rules by id, position and name. */
#include "rulemap.h"
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
	tap_ok(&tap, rulemap_match(&map, "7")->id == 993, "by position");
	tap_ok(&tap, !strcmp(rulemap_match(&map, "even-rule")->name, "even-rule"), "by name");
	tap_ok(&tap, !rulemap_match(&map, "201"), "no such position");
	tap_ok(&tap, !rulemap_match(&map, "odd"), "no such name");
	rulemap_free(&map);
	return tap_end(&tap);
}
