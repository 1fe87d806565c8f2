/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guessing which word was meant.
 */
#ifndef NEAR_H
#define NEAR_H

/**
 * struct near - the best guess so far; begin with the word that was typed
 * @typed: what was typed
 * @prefix: stands in front of the guess, such as "--"; or NULL
 * @best: the nearest candidate, NULL while none is near
 * @also: another candidate that is as good as @best, or NULL
 * @row: the table whose rows do what was typed, or NULL
 * @distance: edits between @typed and @best
 */
struct near {
	const char *typed;
	const char *prefix;
	const char *best;
	const char *also;
	const char *row;
	unsigned int distance;
};

/**
 * near_offer() - consider a candidate
 * @near: guess
 * @candidate: a word that is valid here; it must outlive @near
 *
 * A candidate is near when few edits lead to it, or when the typed word is its name in other
 * firewalls.
 */
void near_offer(struct near *near, const char *candidate);

/**
 * near_offer_row() - consider a row of another kind
 * @near: guess
 * @table: the first word of such rows; it must outlive @near
 *
 * The row is suggested when the typed word is its name in other firewalls and no candidate is
 * near.
 */
void near_offer_row(struct near *near, const char *table);

/**
 * near_hint() - the end of an error message
 * @near: after every candidate was offered
 * @text: buffer
 * @size: bytes of @text
 *
 * Return: @text: ", did you mean 'rule'?" or "".
 */
const char *near_hint(const struct near *near, char *text, unsigned int size);

#endif
