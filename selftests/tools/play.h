/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of `play`, which acts as every host of a test's topology; see play.c.
 *
 * A command returns NULL if it came out as asked, else a sentence that says what was
 * seen instead. The sentence is valid until the next call.
 */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATIONS_MAX 16

/**
 * struct station - a host, or one of its interfaces
 * @name: its name in the tests
 * @netns: descriptor of its network namespace
 * @ifindex: interface on which it sends and sees packets by hand; 0 if none
 * @mac: its own hardware address
 * @via: where its packets by hand go: the router's address on that link
 * @fd: its packet socket
 * @seen: packets that were seen and that no command has asked for yet
 * @count: of @seen
 * @room: how many @seen has room for
 */
struct station {
	char name[32];
	int netns;
	int ifindex;
	uint8_t mac[6];
	uint8_t via[6];
	int fd;
	struct packet *seen;
	size_t count, room;
};

/** Milliseconds: how long to wait for what must come, and for what must not come. */
extern int wait_ms, quiet_ms;

const char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));
long long now_ms(void);

/** play_obey() - do what a line says; changes the line */
const char *play_obey(char *line);

struct station *station_find(const char *name);
/** station_enter() - make sockets in its namespace until station_leave() */
bool station_enter(const struct station *station);
void station_leave(void);

/* Commands of station.c, packets by hand. */
const char *station_new(int argc, char **argv);
const char *station_send(int argc, char **argv);
const char *station_expect(int argc, char **argv);
const char *station_none(int argc, char **argv);
const char *station_count(int argc, char **argv);
const char *station_clear(int argc, char **argv);
/** station_deafen() - no station sees packets any more, because keeping them takes time and memory */
void station_deafen(void);

/* Commands of talk.c, conversations of the hosts' own kernels. */
const char *talk_pass(int argc, char **argv);
const char *talk_refused(int argc, char **argv);
const char *talk_open(int argc, char **argv);
const char *talk_say(int argc, char **argv);
const char *talk_saw(int argc, char **argv);
const char *talk_lost(int argc, char **argv);
const char *talk_lost_back(int argc, char **argv);
const char *talk_close(int argc, char **argv);
const char *talk_reset(int argc, char **argv);
const char *talk_forget(int argc, char **argv);

/* Commands of turns.c, which runs all of these at random. */
const char *turn_new(int argc, char **argv);
const char *turn_storm(int argc, char **argv);

#endif
