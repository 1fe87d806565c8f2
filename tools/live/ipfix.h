/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions that ended, with the names of IPFIX, from IANA's registry of information elements.
 */
#ifndef IPFIX_H
#define IPFIX_H

#include <stdint.h>

#include "out/out.h"
#include "live/session.h"

/**
 * ipfix_print() - print a session that ended as values of an open line
 * @session: session
 * @names: names of rules and interfaces
 * @now: milliseconds since 1970, when it ended
 * @out: printer, of JSON
 */
void ipfix_print(const struct session *session, struct session_names *names, uint64_t now,
		 struct out *out);

#endif
