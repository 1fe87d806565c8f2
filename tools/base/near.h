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
 * @row: the kind of row that does what was typed, NULL while there is none
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
 * @candidate: a word that is right in this place; it must outlive @near
 *
 * A candidate is near when few edits lead to it, or when other firewalls call it by the word
 * that was typed.
 */
void near_offer(struct near *near, const char *candidate);

/**
 * near_offer_row() - consider a row of another kind
 * @near: guess
 * @table: the first word of such rows; it must outlive @near
 *
 * It is suggested when other firewalls call it by the word that was typed, and no candidate is
 * near.
 */
void near_offer_row(struct near *near, const char *table);

/**
 * near_hint() - the end of an error message
 * @near: after every candidate was offered
 * @text: room for it
 * @size: bytes of @text
 *
 * Return: @text: ", did you mean 'rule'?" or "".
 */
const char *near_hint(const struct near *near, char *text, unsigned int size);

#endif
