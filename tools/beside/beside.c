// SPDX-License-Identifier: GPL-2.0
#include "beside/beside.h"

#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_there(const struct found *f, const char *name)
{
	const char *at = f->text;
	size_t len = strlen(name);

	while ((at = strstr(at, name))) {
		if ((at == f->text || at[-1] == ' ') &&
		    (!at[len] || at[len] == ','))
			return true;
		at += len;
	}
	return false;
}

void found_add(struct found *f, const char *format, ...)
{
	char name[64];
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	if (is_there(f, name))
		return;
	if (f->len + strlen(name) + sizeof(", ...") > sizeof(f->text)) {
		if (!f->more)
			strcpy(f->text + f->len, ", ...");
		f->more = true;
	} else if (!f->more) {
		f->len += sprintf(f->text + f->len, "%s%s",
				  f->len ? ", " : "", name);
	}
}

static int ask(struct nl_sock *sock, int protocol, struct nl_msg *msg)
{
	if (nl_connect(sock, protocol) || nl_send_auto(sock, msg) < 0)
		return -1;
	return nl_recvmsgs_default(sock) < 0 ? -1 : 0;
}

int beside_dump(int protocol, struct nl_msg *msg,
		int (*fn)(struct nl_msg *msg, void *arg), void *arg)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err = -1;

	if (sock && msg) {
		nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, fn, arg);
		err = ask(sock, protocol, msg);
	}
	nlmsg_free(msg);
	nl_socket_free(sock);
	return err;
}

/* The warning for each kind, and its remedy or consequence. */
static const struct {
	size_t found;		/* offset in struct beside */
	const char *what;
	const char *remedy;
} kinds[] = {
	{ offsetof(struct beside, flowtables), "a flowtable of nftables forwards nothing",
	  "each load of a policy removes its flows, and Umbra judges their packets: delete the "
	  "flowtable" },
	{ offsetof(struct beside, xdp), "an XDP program sees packets first",
	  "packets that it drops, sends or redirects are not judged; those that it passes are" },
	{ offsetof(struct beside, tc), "tc redirects packets at ingress",
	  "packets that leave by another interface are not judged; those that come back from an "
	  "ifb are, but not in the express lane" },
	{ offsetof(struct beside, bpf), "a program of tc sees packets first",
	  "packets that it drops or redirects are not judged; those that it passes are" },
	{ offsetof(struct beside, switched), "the interface is a port of an Open vSwitch",
	  "packets that it switches or routes are not judged; to judge the others, name its "
	  "internal port in the rows" },
	{ offsetof(struct beside, nat), "chains of type nat do nothing",
	  "packets that Umbra passes are translated by Umbra alone: write nat and relay rows, "
	  "and delete these chains" },
	{ offsetof(struct beside, tproxy), "connections that tproxy takes will hang",
	  "Umbra chooses the route before tproxy marks the packet: let tc mark it at ingress" },
	{ offsetof(struct beside, ipvs), "IPVS needs packet-filter services",
	  "packets that IPVS forwards are refused as not-followed, unless rules with "
	  "packet-filter services allow both directions" },
	{ offsetof(struct beside, guests), "ipvlan in mode l3 or l3s cannot be followed",
	  "packets of its guests are refused as not-followed: use mode l2, in which guests are "
	  "hosts on the link" },
	{ offsetof(struct beside, macvlan), "packets arrive at an interface that no row names",
	  "packets to an address of the first interface arrive by it: name it in the rows, too" },
};

void check_beside(const struct policy *p, struct report *report)
{
	struct beside b = { .policy = p };
	size_t i;

	beside_links(&b);
	beside_guests(&b);
	beside_netfilter(&b);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct found *found = (const void *)((const char *)&b + kinds[i].found);

		if (found->len)
			report_warning(report, (struct place){ 0 }, kinds[i].what, found->text,
				       "%s", kinds[i].remedy);
	}
}
