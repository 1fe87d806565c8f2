/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifications that the module was loaded or unloaded.
 *
 * When the module is unloaded, its family and multicast group vanish, and the members of the
 * group are not notified. So a listener for events also listens to the kernel's own family,
 * nlctrl, which announces families.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

struct presence;

/**
 * enum presence_news - what was announced last
 * @PRESENCE_SAME: nothing about our module
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
 * Return: to be closed with presence_close(); NULL after printing why.
 */
struct presence *presence_open(void);

/** presence_close() - NULL is fine */
void presence_close(struct presence *presence);

/** presence_fd() - the file descriptor that is readable when presence_read() has news */
int presence_fd(const struct presence *presence);

/** presence_read() - read all announcements that have arrived. Return: the last news. */
enum presence_news presence_read(struct presence *presence);

#endif
