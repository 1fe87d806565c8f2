// SPDX-License-Identifier: GPL-2.0
#include "live/presence.h"

#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/umbra.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "base/fwtool.h"

/**
 * struct presence - a listener
 * @sock: member of nlctrl's multicast group, which announces families
 * @news: from the announcements being read
 */
struct presence {
	struct nl_sock *sock;
	enum presence_news news;
};

static int on_announcement(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *generic = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct presence *presence = arg;

	if (nlmsg_datalen(nlmsg_hdr(msg)) < (int)GENL_HDRLEN ||
	    nla_parse(tb, CTRL_ATTR_MAX, genlmsg_attrdata(generic, 0),
		      genlmsg_attrlen(generic, 0), NULL) ||
	    !tb[CTRL_ATTR_FAMILY_NAME] || nla_strcmp(tb[CTRL_ATTR_FAMILY_NAME], UMBRA_GENL_NAME))
		return NL_OK;
	if (generic->cmd == CTRL_CMD_DELFAMILY)
		presence->news = PRESENCE_GONE;
	else if (generic->cmd == CTRL_CMD_NEWFAMILY)
		presence->news = PRESENCE_CAME;
	return NL_OK;
}

static int join(struct presence *presence)
{
	int err = genl_connect(presence->sock);

	if (err)
		return err;
	nl_socket_disable_seq_check(presence->sock);
	err = nl_socket_modify_cb(presence->sock, NL_CB_VALID, NL_CB_CUSTOM, on_announcement,
				  presence);
	if (!err)
		err = nl_socket_set_nonblocking(presence->sock);
	/* nlctrl's group has the same number as the family: genl_ctrl_groups in the kernel. */
	return err ?: nl_socket_add_membership(presence->sock, GENL_ID_CTRL);
}

struct presence *presence_open(void)
{
	struct presence *presence = calloc(1, sizeof(*presence));
	int err = -NLE_NOMEM;

	if (presence)
		presence->sock = nl_socket_alloc();
	if (presence && presence->sock)
		err = join(presence);
	if (!err)
		return presence;
	fw_error("cannot listen to the kernel's announcements: %s", nl_geterror(err));
	presence_close(presence);
	return NULL;
}

void presence_close(struct presence *presence)
{
	if (!presence)
		return;
	if (presence->sock)
		nl_socket_free(presence->sock);
	free(presence);
}

int presence_fd(const struct presence *presence)
{
	return nl_socket_get_fd(presence->sock);
}

enum presence_news presence_read(struct presence *presence)
{
	presence->news = PRESENCE_SAME;
	nl_recvmsgs_default(presence->sock);
	return presence->news;
}
