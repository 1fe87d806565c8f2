// SPDX-License-Identifier: GPL-2.0
/*
 * Guests on ipvlan. A guest's interface is in another network namespace and cannot be seen from
 * ours. So fwtool enters every namespace that it can find, just long enough to open a socket
 * there.
 */
#include "beside/beside.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <net/if.h>

#define NAMESPACES	4096

/*
 * A walk through the namespaces. @home: our own. @at_home: our own is the one looked at now.
 * @name_of_home: the id of our own in the one looked at now. @seen: all those looked at.
 */
struct walk {
	struct beside *b;
	int home;
	bool at_home;
	int32_t name_of_home;
	ino_t seen[NAMESPACES];
	size_t nr;
};

static bool is_l3(struct nlattr *linkinfo)
{
	struct nlattr *info[IFLA_INFO_MAX + 1], *data[IFLA_IPVLAN_MAX + 1];

	return linkinfo && !nla_parse_nested(info, IFLA_INFO_MAX, linkinfo, NULL) &&
	       info[IFLA_INFO_KIND] && info[IFLA_INFO_DATA] &&
	       !strcmp(nla_get_string(info[IFLA_INFO_KIND]), "ipvlan") &&
	       !nla_parse_nested(data, IFLA_IPVLAN_MAX, info[IFLA_INFO_DATA], NULL) &&
	       data[IFLA_IPVLAN_MODE] &&
	       nla_get_u16(data[IFLA_IPVLAN_MODE]) != IPVLAN_MODE_L2;
}

/* Is the lower interface in our namespace? @namespace: its namespace id; NULL: the guest's own. */
static bool is_on_home(const struct walk *w, const struct nlattr *namespace)
{
	return namespace ? nla_get_s32(namespace) == w->name_of_home : w->at_home;
}

static int got_link(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[IFLA_MAX + 1];
	struct walk *w = arg;
	char name[IF_NAMESIZE];

	if (!nlmsg_parse(nlmsg_hdr(msg), sizeof(struct ifinfomsg), tb, IFLA_MAX, NULL) &&
	    is_l3(tb[IFLA_LINKINFO]) && tb[IFLA_LINK] &&
	    is_on_home(w, tb[IFLA_LINK_NETNSID]) &&
	    if_indextoname(nla_get_u32(tb[IFLA_LINK]), name))
		found_add(&w->b->guests, "%s", name);
	return NL_OK;
}

static int got_id(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[NETNSA_MAX + 1];
	struct walk *w = arg;

	if (!nlmsg_parse(nlmsg_hdr(msg), sizeof(struct rtgenmsg), tb, NETNSA_MAX, NULL) &&
	    tb[NETNSA_NSID])
		w->name_of_home = nla_get_s32(tb[NETNSA_NSID]);
	return NL_OK;
}

static void ask(struct nl_sock *sock, struct nl_msg *msg,
		int (*fn)(struct nl_msg *msg, void *arg), struct walk *w)
{
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, fn, w);
	if (msg && nl_send_auto(sock, msg) >= 0)
		nl_recvmsgs_default(sock);
	nlmsg_free(msg);
}

static struct nl_msg *ask_name(const struct walk *w)
{
	struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNSID, 0);

	if (msg && (nlmsg_append(msg, &gen, sizeof(gen), NLMSG_ALIGNTO) ||
		    nla_put_u32(msg, NETNSA_FD, w->home))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void look(struct walk *w, struct nl_sock *sock)
{
	struct nl_msg *links = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_DUMP);
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };

	w->name_of_home = NETNSA_NSID_NOT_ASSIGNED;
	nl_socket_disable_auto_ack(sock);
	ask(sock, ask_name(w), got_id, w);
	if (links)
		nlmsg_append(links, &ifi, sizeof(ifi), NLMSG_ALIGNTO);
	ask(sock, links, got_link, w);
}

/* Open a socket in @namespace and return home; the socket stays in its namespace. */
static void enter(struct walk *w, int namespace)
{
	struct nl_sock *sock = nl_socket_alloc();
	bool made = false;

	if (sock && !setns(namespace, CLONE_NEWNET)) {
		made = !nl_connect(sock, NETLINK_ROUTE);
		if (setns(w->home, CLONE_NEWNET))
			made = false;
	}
	if (made)
		look(w, sock);
	nl_socket_free(sock);
}

static bool is_new(struct walk *w, int namespace)
{
	struct stat st;
	size_t i;

	if (fstat(namespace, &st) || w->nr == NAMESPACES)
		return false;
	for (i = 0; i < w->nr; i++)
		if (w->seen[i] == st.st_ino)
			return false;
	w->at_home = !w->nr;
	w->seen[w->nr++] = st.st_ino;
	return true;
}

static void try(struct walk *w, const char *path)
{
	int namespace = open(path, O_RDONLY | O_CLOEXEC);

	if (namespace < 0)
		return;
	if (is_new(w, namespace))
		enter(w, namespace);
	close(namespace);
}

/* @format: path of a namespace, from its entry in @dir. */
__attribute__((format(printf, 3, 0)))
static void try_all(struct walk *w, const char *dir, const char *format)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[320];

	while (d && (entry = readdir(d))) {
		snprintf(path, sizeof(path), format, entry->d_name);
		if (entry->d_name[0] != '.')
			try(w, path);
	}
	if (d)
		closedir(d);
}

void beside_guests(struct beside *b)
{
	struct walk *w = calloc(1, sizeof(*w));

	if (!w)
		return;
	w->b = b;
	w->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (w->home >= 0) {
		try(w, "/proc/self/ns/net");
		try_all(w, "/run/netns", "/run/netns/%s");
		try_all(w, "/proc", "/proc/%s/ns/net");
		close(w->home);
	}
	free(w);
}
