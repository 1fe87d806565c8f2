/* SPDX-License-Identifier: GPL-2.0 */
/* Send pages on a TCP socket without a copy. */
#ifndef UMBRA_COMPAT_SPLICE_H
#define UMBRA_COMPAT_SPLICE_H

#include <linux/bvec.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/tcp.h>

/*
 * Return: number of bytes taken, at least one; or a negative errno, -EAGAIN if there is no room.
 * The socket takes its own references to the pages. @more: MSG_MORE, or 0.
 * Context: socket locked.
 *
 * MSG_SPLICE_PAGES replaced sendpage in 6.5; probed in kmod/Kbuild. Needed for 6.1 only.
 */
#ifdef UMBRA_HAVE_MSG_SPLICE_PAGES
static inline int umbra_send_pages(struct sock *sk, struct bio_vec *piece, u32 nr, size_t len,
				   int more)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_SPLICE_PAGES | more };

	sock_owned_by_me(sk);
	iov_iter_bvec(&msg.msg_iter, ITER_SOURCE, piece, nr, len);
	return tcp_sendmsg_locked(sk, &msg, len);
}
#else
static inline int umbra_send_pages(struct sock *sk, struct bio_vec *piece, u32 nr, size_t len,
				   int more)
{
	int flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_SENDPAGE_NOTLAST | more;
	int sent = 0, n;
	u32 i;

	sock_owned_by_me(sk);
	for (i = 0; i < nr; i++) {
		if (i == nr - 1)
			flags &= ~MSG_SENDPAGE_NOTLAST;
		n = tcp_sendpage_locked(sk, piece[i].bv_page, piece[i].bv_offset,
					piece[i].bv_len, flags);
		if (n < 0)
			return sent ?: n;
		sent += n;
		if (n < piece[i].bv_len)
			break;
	}
	return sent;
}
#endif

#endif
