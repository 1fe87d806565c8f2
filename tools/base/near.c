// SPDX-License-Identifier: GPL-2.0
#include "base/near.h"

#include <stdio.h>
#include <string.h>

/* Longer words than any command, option or keyword are not worth guessing. */
#define NEAR_MAX 32

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * Edits (insert, delete, replace, swap of neighbours) from @a to @b; three rows of the
 * usual matrix are enough.
 */
static unsigned int near_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][NEAR_MAX + 1];
	size_t i, j;

	for (j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (i = 1; i <= a_len; i++) {
		unsigned int *before = rows[(i + 1) % 3];
		unsigned int *last = rows[(i - 1) % 3];
		unsigned int *row = rows[i % 3];

		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			row[j] = min3(last[j] + 1, row[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[a_len % 3][b_len];
}

void near_offer(struct near *near, const char *candidate)
{
	size_t typed_len = strlen(near->typed);
	size_t len = strlen(candidate);
	unsigned int distance;

	if (!typed_len || typed_len > NEAR_MAX || len > NEAR_MAX)
		return;
	/* The beginning of a word, as a person who hoped for abbreviations types. */
	if (typed_len >= 2 && !strncmp(candidate, near->typed, typed_len))
		distance = 1;
	else
		distance = near_distance(near->typed, typed_len, candidate, len);
	if (distance > (typed_len + 2) / 3)
		return;
	if (!near->best || distance < near->distance) {
		near->best = candidate;
		near->distance = distance;
	}
}

const char *near_hint(const struct near *near, char *text, unsigned int size)
{
	if (near->best)
		snprintf(text, size, ", did you mean '%s%s'?",
			 near->prefix ? near->prefix : "", near->best);
	else
		snprintf(text, size, "%s", "");
	return text;
}
