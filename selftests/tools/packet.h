/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets by hand: from words to bytes and back.
 *
 * A struct packet says what a packet is, or what one must look like: only the fields
 * whose bit is in @have are put on the wire in place of a sane default, and only those
 * are compared by packet_fits().
 *
 * As words:	PROTO SOURCE[,PORT] DESTINATION[,PORT] [FLAGS] [KEY=VALUE...] [about PACKET]
 *
 *	tcp 192.168.1.66,40000 198.51.100.66,5190 S seq=1000 ttl=9 scale=7
 *	udp 2001:db8:1::66,1024 any len=100
 *	icmp any 192.168.1.66 type=3 code=13 about tcp 192.168.1.66,40000 any,5190
 *	sctp 192.168.1.66,40000 198.51.100.66,9 tag=7 chunks=cookie-ack,data
 *
 * SCTP's chunks are those that text.c names, "/t" behind one sets its T bit; unless told,
 * an INIT.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HAVE_SRC = 1 << 0,
	HAVE_DST = 1 << 1,
	HAVE_SPORT = 1 << 2,
	HAVE_DPORT = 1 << 3,
	HAVE_TTL = 1 << 4,
	HAVE_ID = 1 << 5,
	HAVE_DF = 1 << 6,
	HAVE_FRAG = 1 << 7,
	HAVE_FLAGS = 1 << 8,
	HAVE_SEQ = 1 << 9,
	HAVE_ACK = 1 << 10,
	HAVE_WIN = 1 << 11,
	HAVE_TYPE = 1 << 12,
	HAVE_CODE = 1 << 13,
	HAVE_MTU = 1 << 14,
	HAVE_LEN = 1 << 15,
	HAVE_TOS = 1 << 16,
	HAVE_PROTO = 1 << 17,
	HAVE_FAMILY = 1 << 18,
	HAVE_MORE = 1 << 19,
	HAVE_SUM = 1 << 20,
	HAVE_SCALE = 1 << 21,
	HAVE_TAG = 1 << 22,
	HAVE_INITIATE = 1 << 23,
	HAVE_CHUNKS = 1 << 24,
	HAVE_PAD = 1 << 25,
};

#define CHUNKS_MAX	12
#define CHUNK_T		0x100	/* beside a type */

/** What else to put between the headers; see the words in text.c. */
enum packet_extra {
	EXTRA_NONE,
	EXTRA_LSRR,	/* IPv4: loose source route */
	EXTRA_SSRR,	/* IPv4: strict source route */
	EXTRA_RR,	/* IPv4: record route */
	EXTRA_NOP,	/* IPv4: options of no meaning */
	EXTRA_RH0,	/* IPv6: routing header type 0 */
	EXTRA_RH2,	/* IPv6: routing header type 2, segments left */
	EXTRA_HBH,	/* IPv6: hop-by-hop options */
	EXTRA_DST,	/* IPv6: destination options */
	EXTRA_ODD,	/* IPv6: a hop-by-hop option that nobody knows, to be told of */
};

/**
 * struct packet - a packet, or a pattern of one
 * @have: which of the fields were given, or decoded
 * @family: AF_INET or AF_INET6
 * @src: IPv4 in the first four bytes
 * @dst: IPv4 in the first four bytes
 * @sport: the identifier of an ICMP query as well
 * @dport: of TCP and the like
 * @proto: what is behind the IP header and its extensions
 * @ttl: the hop limit as well
 * @tos: the traffic class as well
 * @flags: of TCP
 * @type: of ICMP
 * @code: of ICMP
 * @id: of IPv4, or of a fragment header
 * @win: of TCP, as it is in the header
 * @frag: offset in bytes
 * @df: not to be fragmented
 * @more: more fragments follow
 * @bad_sum: send it with a wrong transport checksum
 * @bad_ip_sum: send it with a wrong IPv4 header checksum
 * @reverse: send the fragments last first
 * @broadcast: send it to everyone on the link
 * @seq: the key of GRE or the SPI as well
 * @ack: of TCP
 * @mtu: of an ICMP error that tells one
 * @len: bytes behind the transport header
 * @scale: shift of the window scale option
 * @tag: of SCTP, its verification tag
 * @initiate: of an INIT or INIT ACK, 1 unless told
 * @info: what SCTP's heartbeats say
 * @chunk: of SCTP, types with CHUNK_T
 * @nr_chunks: of them
 * @chunk_len: in place of the length of the last chunk
 * @sum: the transport checksum: of a quoted packet it is only known when it is whole
 * @cut: bytes of the network packet that are sent; 0 for all
 * @pad: bytes behind the packet in its frame, as of a link whose frames may not be shorter
 * @no_size: in IPv6, the header says that it has no payload
 * @split: send as fragments of so many bytes
 * @skip: fragment to leave out, from 1
 * @times: send so often
 * @step: what grows each time
 * @extra: what is between the headers
 * @about: the packet inside an ICMP error
 */
struct packet {
	uint32_t have;
	int family;
	uint8_t src[16], dst[16];
	uint16_t sport, dport;
	uint8_t proto, ttl, tos, flags, type, code, scale;
	uint16_t id, win, frag;
	bool df, more, bad_sum, bad_ip_sum, no_size, reverse, broadcast;
	uint32_t seq, ack, mtu, tag, initiate, info;
	uint16_t chunk[CHUNKS_MAX], chunk_len;
	unsigned int nr_chunks;
	unsigned int len, cut, pad, split, skip, times;
	enum { STEP_NONE, STEP_SPORT, STEP_DPORT, STEP_SRC, STEP_DST } step;
	enum packet_extra extra;
	enum { SUM_GOOD, SUM_BAD, SUM_NONE } sum;
	struct packet *about;
};

#define PACKET_MAX 66000

/**
 * packet_parse() - read a packet's words
 * @p: filled; @p->about is to be freed with packet_clear()
 * @argc: number of words
 * @argv: the words
 *
 * Return: NULL, or what is wrong with them.
 */
const char *packet_parse(struct packet *p, int argc, char **argv);

/** packet_clear() - free what packet_parse() or packet_decode() allocated */
void packet_clear(struct packet *p);

/**
 * packet_build() - the bytes of a packet from its network header on
 * @p: packet
 * @to: at least PACKET_MAX bytes
 *
 * Return: number of bytes.
 */
size_t packet_build(const struct packet *p, uint8_t *to);

/**
 * packet_decode() - read the bytes of a packet
 * @p: filled
 * @data: from the network header on
 * @size: number of bytes
 * @no_sums: checksums are still to be filled in by a device
 *
 * Return: NULL, or what is wrong with it; a wrong checksum is.
 */
const char *packet_decode(struct packet *p, const uint8_t *data, size_t size,
			  bool no_sums);

/** packet_fits() - is @p what @pattern asks for? */
bool packet_fits(const struct packet *p, const struct packet *pattern);

/** packet_print() - a packet as words; returns @text */
const char *packet_print(const struct packet *p, char *text, size_t size);

/** packet_address() - read ADDRESS[,PORT]; Return: false if it is none */
bool packet_address(const char *word, int *family, uint8_t address[16], uint16_t *port,
		    bool *has_port);

/* SCTP's checksum as it is in the header, whose own is not looked at. */
uint32_t packet_crc(const uint8_t *sctp, size_t size);
uint32_t packet_sum(const void *data, size_t size, uint32_t sum);
uint16_t packet_fold(uint32_t sum);
uint32_t packet_pseudo(const struct packet *p, uint8_t proto, uint32_t size);

#endif
