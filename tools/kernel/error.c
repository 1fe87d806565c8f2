// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's answer when it refuses a message: an errno and, with NETLINK_EXT_ACK,
 * attributes with an error text and the offset of the attribute in error.
 * NETLINK_CAP_ACK keeps the kernel from sending the message itself back.
 */
#include "kernel/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/errno.h>

#include "kernel/attrs.h"
#include "base/fwtool.h"

static void error_set(struct unl_error *error, int code)
{
	memset(error, 0, sizeof(*error));
	error->code = code;
	snprintf(error->text, sizeof(error->text), "%s", strerror(code));
}

void unl_error_clear(struct unl *nl)
{
	memset(&nl->error, 0, sizeof(nl->error));
}

int unl_error_own(struct unl *nl, int code)
{
	error_set(&nl->error, code);
	return -code;
}

/* libnl translates the errno of the socket into its own NLE_* numbers. */
int unl_error_lib(struct unl *nl, int nle)
{
	static const struct {
		int nle;
		int code;
	} codes[] = {
		{ NLE_NOMEM, ENOBUFS },
		{ NLE_PERM, EPERM },
		{ NLE_AGAIN, EAGAIN },
		{ NLE_INTR, EINTR },
		{ NLE_MSGSIZE, EMSGSIZE },
		{ NLE_MSG_TRUNC, EMSGSIZE },
		{ NLE_OBJ_NOTFOUND, ENOENT },
	};
	size_t i;

	nle = nle < 0 ? -nle : nle;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].nle == nle)
			return unl_error_own(nl, codes[i].code);
	error_set(&nl->error, EIO);
	snprintf(nl->error.text, sizeof(nl->error.text), "%s", nl_geterror(nle));
	return -EIO;
}

/* The first attribute after the fixed part of an error; @len: bytes of all attributes. */
static const struct nlattr *extended(const struct nlmsghdr *reply, int *len)
{
	const struct nlmsgerr *refusal = nlmsg_data(reply);
	size_t skip = sizeof(int);

	if (reply->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*refusal);
		if (!(reply->nlmsg_flags & NLM_F_CAPPED) &&
		    refusal->msg.nlmsg_len > NLMSG_HDRLEN)
			skip += refusal->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	skip = NLMSG_ALIGN(skip);
	*len = nlmsg_datalen(reply) - skip;
	return (const void *)((const char *)nlmsg_data(reply) + skip);
}

static void extended_read(struct unl_error *error, const struct nlmsghdr *reply,
			  const struct nlmsghdr *sent)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	unsigned int offset = 0, missing = 0;
	const struct nlattr *head;
	int len;

	head = extended(reply, &len);
	if (len <= 0 || nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)head, len, NULL))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(error->text, tb[NLMSGERR_ATTR_MSG], sizeof(error->text));
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) >= 4)
		offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
	if (tb[NLMSGERR_ATTR_MISS_NEST] && nla_len(tb[NLMSGERR_ATTR_MISS_NEST]) >= 4)
		offset = nla_get_u32(tb[NLMSGERR_ATTR_MISS_NEST]);
	if (tb[NLMSGERR_ATTR_MISS_TYPE] && nla_len(tb[NLMSGERR_ATTR_MISS_TYPE]) >= 4)
		missing = nla_get_u32(tb[NLMSGERR_ATTR_MISS_TYPE]);
	if (sent && (offset || missing))
		attrs_path(sent, offset, missing, error->attribute,
			   sizeof(error->attribute));
	if (missing && !tb[NLMSGERR_ATTR_MSG])
		snprintf(error->text, sizeof(error->text), "an attribute is missing");
}

int unl_error_read(struct unl_error *error, const struct nlmsghdr *reply,
		  const struct nlmsghdr *sent)
{
	int code = 0;

	/* Both types begin with the errno, except that NLMSG_DONE may be empty. */
	if (nlmsg_datalen(reply) >= (int)sizeof(code))
		memcpy(&code, nlmsg_data(reply), sizeof(code));
	if (code >= 0)
		return 0;
	error_set(error, -code);
	if (reply->nlmsg_flags & NLM_F_ACK_TLVS)
		extended_read(error, reply, sent);
	return code;
}

const struct unl_error *unl_last_error(const struct unl *nl)
{
	return &nl->error;
}

int unl_fail(const struct unl *nl, const char *what)
{
	const struct unl_error *error = &nl->error;

	if (error->code == EPERM) {
		fw_error("%s: not permitted: run as root (CAP_NET_ADMIN)", what);
		return FW_UNAVAILABLE;
	}
	if (error->attribute[0])
		fw_error("%s: %s (%s)", what, error->text, error->attribute);
	else
		fw_error("%s: %s", what, error->text);
	return FW_REFUSED;
}
