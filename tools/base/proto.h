/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IP protocols by word and number.
 */
#ifndef PROTO_H
#define PROTO_H

#include <stdbool.h>
#include <stdint.h>

/** Room for a protocol's word or number. */
#define PROTO_TEXT_MAX 16

/**
 * proto_parse() - read a protocol
 * @text: a word or a number
 * @protocol: result
 *
 * Return: whether it is one.
 */
bool proto_parse(const char *text, uint8_t *protocol);

/** proto_text() - the word for a protocol, else its number. Return: @text. */
const char *proto_text(uint8_t protocol, char text[PROTO_TEXT_MAX]);

/** proto_has_ports() - do its packets carry ports? */
bool proto_has_ports(uint8_t protocol);

/** proto_has_id() - do its packets carry an identifier, as ICMP queries do? */
bool proto_has_id(uint8_t protocol);

#endif
