// SPDX-License-Identifier: GPL-2.0
#include "base/near.h"

#include "base/foreign.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Words longer than any command, option or keyword get no guess. */
#define NEAR_MAX 32

#define NEAR_FAR UINT_MAX

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * The number of edits (insert, delete, replace, swap of neighbours) from @a to @b, with three
 * rows of the usual matrix.
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

/* The edits between two words; NEAR_FAR when more than a third of the typed letters differ. */
static unsigned int near_edits(const char *typed, const char *candidate)
{
	size_t typed_len = strlen(typed);
	size_t len = strlen(candidate);
	unsigned int distance;

	if (!typed_len || typed_len > NEAR_MAX || len > NEAR_MAX)
		return NEAR_FAR;
	/* The user typed an abbreviation. */
	if (typed_len >= 2 && !strncmp(candidate, typed, typed_len))
		return 1;
	distance = near_distance(typed, typed_len, candidate, len);
	return distance > (typed_len + 2) / 3 ? NEAR_FAR : distance;
}

void near_offer(struct near *near, const char *candidate)
{
	bool foreign = foreign_means(near->typed, candidate);
	unsigned int distance = foreign ? 0 : near_edits(near->typed, candidate);

	if (distance == NEAR_FAR)
		return;
	if (foreign && near->best && !near->distance) {
		if (!near->also)
			near->also = candidate;
	} else if (!near->best || distance < near->distance) {
		near->best = candidate;
		near->distance = distance;
	}
}

void near_offer_row(struct near *near, const char *table)
{
	if (!near->row && foreign_means(near->typed, table))
		near->row = table;
}

const char *near_hint(const struct near *near, char *text, unsigned int size)
{
	const char *prefix = near->prefix ? near->prefix : "";

	if (near->best && near->also)
		snprintf(text, size, ", did you mean '%s%s' or '%s%s'?", prefix, near->best,
			 prefix, near->also);
	else if (near->best)
		snprintf(text, size, ", did you mean '%s%s'?", prefix, near->best);
	else if (near->row)
		snprintf(text, size, ", did you mean a '%s' row?", near->row);
	else
		*text = '\0';
	return text;
}
