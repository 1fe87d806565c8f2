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
 * @distance: edits between the two
 */
struct near {
	const char *typed;
	const char *prefix;
	const char *best;
	unsigned int distance;
};

/** near_offer() - consider a candidate; it must outlive @near */
void near_offer(struct near *near, const char *candidate);

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
