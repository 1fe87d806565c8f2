// SPDX-License-Identifier: GPL-2.0
/* Packets: between fields and words. */
#include "packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {
	{ "tcp", IPPROTO_TCP }, { "udp", IPPROTO_UDP }, { "icmp", IPPROTO_ICMP },
	{ "icmpv6", IPPROTO_ICMPV6 }, { "gre", IPPROTO_GRE }, { "esp", IPPROTO_ESP },
	{ "ah", IPPROTO_AH }, { "sctp", IPPROTO_SCTP }, { "udplite", IPPROTO_UDPLITE },
};

static const struct {
	const char *name;
	uint8_t type;
} chunk_types[] = {
	{ "data", 0 }, { "init", 1 }, { "init-ack", 2 }, { "sack", 3 }, { "heartbeat", 4 },
	{ "heartbeat-ack", 5 }, { "abort", 6 }, { "shutdown", 7 }, { "shutdown-ack", 8 },
	{ "error", 9 }, { "cookie-echo", 10 }, { "cookie-ack", 11 }, { "shutdown-complete", 14 },
	{ "auth", 15 },
};

static const char flag_letters[] = "FSRPAUEC";

bool packet_address(const char *word, int *family, uint8_t address[16], uint16_t *port,
		    bool *has_port)
{
	char text[64], *comma;
	unsigned long number;

	if (strlen(word) >= sizeof(text))
		return false;
	strcpy(text, word);
	comma = strchr(text, ',');
	*has_port = comma;
	if (comma) {
		char *end;

		*comma = 0;
		number = strtoul(comma + 1, &end, 10);
		if (*end || number > 65535)
			return false;
		*port = number;
	}
	if (!strcmp(text, "any")) {
		*family = AF_UNSPEC;
		return true;
	}
	*family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(*family, text, address) == 1;
}

static bool parse_proto(struct packet *p, const char *word)
{
	size_t i;

	p->have |= HAVE_PROTO;
	if (!strncmp(word, "proto=", 6)) {
		p->proto = atoi(word + 6);
		return true;
	}
	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		if (!strcmp(word, protos[i].name)) {
			p->proto = protos[i].proto;
			return true;
		}
	}
	if (strcmp(word, "ip"))
		return false;
	p->have &= ~HAVE_PROTO;
	return true;
}

static bool parse_end(struct packet *p, const char *word, uint8_t address[16],
		      uint16_t *port, uint32_t have_address, uint32_t have_port)
{
	bool has_port;
	int family;

	if (!packet_address(word, &family, address, port, &has_port))
		return false;
	if (has_port)
		p->have |= have_port;
	if (family != AF_UNSPEC) {
		p->have |= have_address | HAVE_FAMILY;
		p->family = family;
	}
	return true;
}

static bool parse_flags(struct packet *p, const char *word)
{
	const char *at;

	p->flags = 0;
	for (; *word; word++) {
		at = strchr(flag_letters, *word);
		if (!at)
			return false;
		p->flags |= 1 << (at - flag_letters);
	}
	p->have |= HAVE_FLAGS;
	return true;
}

static bool parse_extra(struct packet *p, const char *word)
{
	static const char *const words[] = {
		"", "lsrr", "ssrr", "rr", "nop", "rh0", "rh2", "hbh", "dst", "odd",
	};
	size_t i;

	for (i = 1; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i])) {
			p->extra = i;
			return true;
		}
	}
	return false;
}

static bool parse_sum(struct packet *p, const char *word)
{
	static const char *const words[] = { "good", "bad", "none" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i])) {
			p->sum = i;
			p->have |= HAVE_SUM;
			return true;
		}
	}
	return false;
}

static bool parse_chunk(struct packet *p, char *word)
{
	char *t = strstr(word, "/t");
	size_t i;

	if (t)
		*t = 0;
	for (i = 0; i < sizeof(chunk_types) / sizeof(chunk_types[0]); i++) {
		if (!strcmp(word, chunk_types[i].name) && p->nr_chunks < CHUNKS_MAX) {
			p->chunk[p->nr_chunks++] = chunk_types[i].type | (t ? CHUNK_T : 0);
			return true;
		}
	}
	return false;
}

/* A list with commas, or none. */
static bool parse_chunks(struct packet *p, const char *words)
{
	char text[256], *word, *save;

	if (strlen(words) >= sizeof(text))
		return false;
	strcpy(text, words);
	p->have |= HAVE_CHUNKS;
	p->nr_chunks = 0;
	if (!strcmp(text, "none"))
		return true;
	for (word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save))
		if (!parse_chunk(p, word))
			return false;
	return true;
}

static bool parse_step(struct packet *p, const char *word)
{
	static const char *const words[] = { "", "sport", "dport", "src", "dst" };
	size_t i;

	for (i = 1; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i])) {
			p->step = i;
			return true;
		}
	}
	return false;
}

static bool parse_key(struct packet *p, const char *word, const char *value)
{
	size_t n = value - 1 - word;
	uint32_t v = strtoul(value, NULL, 0);

#define KEY(text) (n == strlen(text) && !strncmp(word, text, n))
#define NUMBER(text, field, bit) \
	if (KEY(text)) { \
		p->field = v; \
		p->have |= (bit); \
		return true; \
	}
	NUMBER("ttl", ttl, HAVE_TTL)
	NUMBER("id", id, HAVE_ID)
	NUMBER("tos", tos, HAVE_TOS)
	NUMBER("frag", frag, HAVE_FRAG)
	NUMBER("seq", seq, HAVE_SEQ)
	NUMBER("ack", ack, HAVE_ACK)
	NUMBER("win", win, HAVE_WIN)
	NUMBER("scale", scale, HAVE_SCALE)
	NUMBER("tag", tag, HAVE_TAG)
	NUMBER("initiate", initiate, HAVE_INITIATE)
	NUMBER("info", info, 0)
	NUMBER("chunklen", chunk_len, 0)
	NUMBER("type", type, HAVE_TYPE)
	NUMBER("code", code, HAVE_CODE)
	NUMBER("mtu", mtu, HAVE_MTU)
	NUMBER("len", len, HAVE_LEN)
	NUMBER("df", df, HAVE_DF)
	NUMBER("more", more, HAVE_MORE)
	NUMBER("ident", sport, HAVE_SPORT)
	NUMBER("cut", cut, 0)
	NUMBER("pad", pad, HAVE_PAD)
	NUMBER("split", split, 0)
	NUMBER("skip", skip, 0)
	NUMBER("times", times, 0)
	NUMBER("badsum", bad_sum, 0)
	NUMBER("badipsum", bad_ip_sum, 0)
	NUMBER("nosize", no_size, 0)
	NUMBER("reverse", reverse, 0)
	NUMBER("broadcast", broadcast, 0)
#undef NUMBER
	if (KEY("extra"))
		return parse_extra(p, value);
	if (KEY("sum"))
		return parse_sum(p, value);
	if (KEY("step"))
		return parse_step(p, value);
	if (KEY("chunks"))
		return parse_chunks(p, value);
#undef KEY
	return false;
}

static const char *parse_rest(struct packet *p, int argc, char **argv)
{
	const char *equals;
	int i;

	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "about")) {
			p->about = calloc(1, sizeof(*p->about));
			if (!p->about)
				return "no memory";
			return packet_parse(p->about, argc - i - 1, argv + i + 1);
		}
		equals = strchr(argv[i], '=');
		if (equals ? !parse_key(p, argv[i], equals + 1) :
		    !strcmp(argv[i], "noflags") ? !parse_flags(p, "") :
		    !parse_flags(p, argv[i]))
			return "an unknown word in a packet";
	}
	return NULL;
}

const char *packet_parse(struct packet *p, int argc, char **argv)
{
	memset(p, 0, sizeof(*p));
	p->times = 1;
	if (argc < 3 || !parse_proto(p, argv[0]))
		return "a packet begins with PROTO SOURCE DESTINATION";
	if (!parse_end(p, argv[1], p->src, &p->sport, HAVE_SRC, HAVE_SPORT) ||
	    !parse_end(p, argv[2], p->dst, &p->dport, HAVE_DST, HAVE_DPORT))
		return "an address is ADDRESS[,PORT] or any[,PORT]";
	return parse_rest(p, argc - 3, argv + 3);
}

/* --- To words ----------------------------------------------------------------------- */

static size_t print_end(const struct packet *p, const uint8_t *address, uint32_t have_port,
			uint16_t port, char *to, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(p->family, address, text, sizeof(text));
	if (p->have & have_port)
		return snprintf(to, size, " %s,%u", text, port);
	return snprintf(to, size, " %s", text);
}

static size_t print_chunks(const struct packet *p, char *to, size_t size)
{
	size_t n = snprintf(to, size, " tag=%u", p->tag);
	unsigned int i;
	size_t k;

	if (p->have & HAVE_INITIATE)
		n += snprintf(to + n, size - n, " initiate=%u", p->initiate);
	for (i = 0; i < p->nr_chunks; i++) {
		const char *name = "?";

		for (k = 0; k < sizeof(chunk_types) / sizeof(chunk_types[0]); k++)
			if (chunk_types[k].type == (p->chunk[i] & 0xff))
				name = chunk_types[k].name;
		n += snprintf(to + n, size - n, "%s%s%s", i ? "," : " chunks=", name,
			      p->chunk[i] & CHUNK_T ? "/t" : "");
	}
	return n;
}

const char *packet_print(const struct packet *p, char *to, size_t size)
{
	const char *name = NULL;
	size_t n, i;

	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (protos[i].proto == p->proto)
			name = protos[i].name;
	n = name ? snprintf(to, size, "%s", name) : snprintf(to, size, "proto=%u", p->proto);
	n += print_end(p, p->src, HAVE_SPORT, p->sport, to + n, size - n);
	n += print_end(p, p->dst, HAVE_DPORT, p->dport, to + n, size - n);
	if (p->have & HAVE_FLAGS) {
		to[n++] = ' ';
		for (i = 0; i < 8; i++)
			if (p->flags >> i & 1)
				to[n++] = flag_letters[i];
		n += snprintf(to + n, size - n, " ack=%u", p->ack);
	}
	if (p->have & HAVE_SEQ)
		n += snprintf(to + n, size - n, " seq=%u", p->seq);
	if (p->have & HAVE_TAG)
		n += print_chunks(p, to + n, size - n);
	if (p->have & HAVE_TYPE)
		n += snprintf(to + n, size - n, " type=%u code=%u", p->type, p->code);
	if (p->have & HAVE_MTU)
		n += snprintf(to + n, size - n, " mtu=%u", p->mtu);
	if (p->frag || p->more)
		n += snprintf(to + n, size - n, " frag=%u more=%u", p->frag, p->more);
	n += snprintf(to + n, size - n, " ttl=%u len=%u", p->ttl, p->len);
	if (p->have & HAVE_SUM && p->sum != SUM_GOOD)
		n += snprintf(to + n, size - n, " sum=%s", p->sum == SUM_NONE ? "none" : "bad");
	if (p->about && size > n + 200) {
		n += snprintf(to + n, size - n, " about ");
		packet_print(p->about, to + n, size - n);
	}
	return to;
}
