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

	tap_is(&tap, guess("sesion"), "session", "a word without one of its letters is guessed");
	tap_is(&tap, guess("moniotr"), "monitor", "a word with two letters swapped is guessed");
	tap_is(&tap, guess("mon"), "monitor", "a word is guessed by its beginning");
	tap_is(&tap, guess("statuss"), "status", "a word with a letter too many is guessed");
	tap_is(&tap, guess("xyzzy"), "", "nothing is guessed for a word like no other");
	tap_is(&tap, guess(""), "", "nothing is guessed for an empty word");
	tap_is(&tap, guess("a-word-that-is-longer-than-any-command-of-ours"), "",
	       "nothing is guessed for a word that is too long");
	near_offer(&near, "json");
	tap_is(&tap, near_hint(&near, text, sizeof(text)), ", did you mean '--json'?",
	       "a hint has the guess and its prefix");
	return tap_end(&tap);
}
