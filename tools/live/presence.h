/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the module comes or goes, as the kernel announces it.
 *
 * A multicast group goes with its family, and takes its members along without a word: who
 * listens to events has to hear of that from the kernel's own family, nlctrl.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

struct presence;

/**
 * enum presence_news - what was announced last
 * @PRESENCE_SAME: nothing of our module
 * @PRESENCE_GONE: it was unloaded
 * @PRESENCE_CAME: it was loaded, perhaps after it was unloaded
 */
enum presence_news {
	PRESENCE_SAME,
	PRESENCE_GONE,
	PRESENCE_CAME,
};

/**
 * presence_open() - begin to listen
 *
 * Return: to be given to presence_close(), or NULL after printing why.
 */
struct presence *presence_open(void);

/** presence_close() - NULL is fine */
void presence_close(struct presence *presence);

/** presence_fd() - is readable when presence_read() has something to read */
int presence_fd(const struct presence *presence);

/** presence_read() - read what is there */
enum presence_news presence_read(struct presence *presence);

#endif
