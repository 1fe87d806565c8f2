/* SPDX-License-Identifier: GPL-2.0 */
/* Short names of directions and states, for tables of packets. */
#ifndef UMBRA_TEST_STATES_H
#define UMBRA_TEST_STATES_H

#include <linux/umbra.h>

#include "session/session.h"

#define C		UMBRA_DIR_ORIGINAL
#define S		UMBRA_DIR_REPLY
#define OPENING		UMBRA_STATE_OPENING
#define ANSWERED	UMBRA_STATE_ANSWERED
#define ESTABLISHED	UMBRA_STATE_ESTABLISHED
#define CLOSING		UMBRA_STATE_CLOSING
#define CLOSED		UMBRA_STATE_CLOSED
#define UNREPLIED	UMBRA_STATE_UNREPLIED
#define REPLIED		UMBRA_STATE_REPLIED
#define STREAM		UMBRA_STATE_STREAM
#define REFUSED		0	/* the packet must not pass, and must change nothing */

#endif
