// SPDX-License-Identifier: GPL-2.0
/* Guesses. */
#include "base/near.h"
#include "tap.h"

static const char *guess(const char *typed)
{
	static const char *const words[] = { "session", "stats", "status", "monitor", "save" };
	struct near near = { .typed = typed };
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		near_offer(&near, words[i]);
	return near.best ? near.best : "";
}

int main(void)
{
	struct tap tap = { 0 };
	struct near near = { .typed = "jsno", .prefix = "--" };
	char text[64];

	tap_is(&tap, guess("sesion"), "session", "a letter is missing");
	tap_is(&tap, guess("moniotr"), "monitor", "two letters are swapped");
	tap_is(&tap, guess("mon"), "monitor", "the beginning of a word");
	tap_is(&tap, guess("statuss"), "status", "a letter too many");
	tap_is(&tap, guess("xyzzy"), "", "nothing near");
	tap_is(&tap, guess(""), "", "nothing typed");
	tap_is(&tap, guess("a-word-that-is-longer-than-any-command-of-ours"), "", "too long");
	near_offer(&near, "json");
	tap_is(&tap, near_hint(&near, text, sizeof(text)), ", did you mean '--json'?", "hint");
	return tap_end(&tap);
}
