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

static void tell(struct report *report, const struct found *f,
		 const char *what, const char *remedy)
{
	if (f->len)
		report_warning(report, (struct place){ 0 }, what, f->text,
			       "%s", remedy);
}

static void tell_front(const struct beside *b, struct report *report)
{
	tell(report, &b->flowtables, "a flowtable of nftables forwards nothing",
	     "each load takes its flows out, and Umbra judges their packets: "
	     "delete it");
	tell(report, &b->xdp, "an XDP program sees packets first",
	     "what it drops, sends on or redirects is never judged, what it "
	     "passes is");
	tell(report, &b->tc, "tc redirects packets at ingress",
	     "what goes out at another interface is never judged; what comes "
	     "back from an ifb is, but not by the express lane");
	tell(report, &b->bpf, "a program of tc sees packets first",
	     "what it drops or redirects is never judged, what it passes is");
	tell(report, &b->switched, "an Open vSwitch has the interface",
	     "what it switches or routes itself is never judged; rows are "
	     "about its internal port, by which it hands packets up");
}

static void tell_side(const struct beside *b, struct report *report)
{
	tell(report, &b->nat, "chains of type nat do nothing",
	     "what Umbra passes is not translated by others: write nat and "
	     "relay rows, and delete them");
	tell(report, &b->tproxy, "connections that tproxy takes will hang",
	     "Umbra chooses the route first: let tc set their mark at ingress");
	tell(report, &b->ipvs, "IPVS needs packet-filter services",
	     "what it sends on is refused as not-followed, unless rules "
	     "with packet-filter services allow both directions");
	tell(report, &b->guests, "ipvlan in mode l3 or l3s cannot be followed",
	     "its guests are refused as not-followed; in mode l2 they are "
	     "hosts on the link");
	tell(report, &b->macvlan, "packets arrive at an interface that no row names",
	     "what is for the address of the first one comes in by it: name "
	     "it in the rows as well");
}

void check_beside(const struct policy *p, struct report *report)
{
	struct beside b = { .policy = p };

	beside_links(&b);
	beside_guests(&b);
	beside_netfilter(&b);
	tell_front(&b, report);
	tell_side(&b, report);
}
