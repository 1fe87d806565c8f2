// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes under way from one TCP socket to another, as pieces of pages.
 *
 * A piece keeps its whole page in memory, but the socket that it is handed to counts only the
 * piece. So a sender that puts one byte into each packet could keep a page for each byte, and a
 * page may be 32 KiB. Therefore a page is kept only if at least an eighth of it is under way.
 * Pieces of other pages are copied into pages of the flow itself, one after the other. So the
 * memory that is kept is at most eight times the number of bytes, in the flow and in the socket
 * that sends it.
 *
 * Drivers and sockets cut a page into pieces that follow each other, so the pieces of one page are
 * judged together. A run of them ends with a piece of another page, or with the batch.
 *
 * The last page for copies is kept until all of it has been acknowledged, which its reference count
 * shows. The watch wakes the connection to check it.
 *
 * Only the connection's work calls these functions.
 */
#include "relay/internal.h"

#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/mm.h>

/* A page is kept if at least one part in SHARE of it is under way. */
#define SHARE	8

bool umbra_relay_flow_has_room(const struct umbra_relay_flow *f)
{
	return f->nr < UMBRA_RELAY_PIECES && f->bytes < UMBRA_RELAY_BYTES;
}

/* Append a piece, with a reference to its page. */
static bool append(struct umbra_relay_flow *f, struct page *page, u32 offset, u32 len)
{
	struct bio_vec *last = f->nr ? &f->piece[f->nr - 1] : NULL;

	if (!umbra_relay_flow_has_room(f))
		return false;
	if (last && last->bv_page == page && last->bv_offset + last->bv_len == offset) {
		last->bv_len += len;
	} else {
		get_page(page);
		bvec_set_page(&f->piece[f->nr++], page, len, offset);
	}
	f->bytes += len;
	return true;
}

static void drop_own(struct umbra_relay_flow *f)
{
	if (f->own)
		put_page(f->own);
	f->own = NULL;
}

static bool is_own_free(const struct umbra_relay_flow *f)
{
	return f->own && page_ref_count(f->own) == 1;
}

/* Make room for @len bytes, a page at most, in the page for copies. */
static bool make_room(struct umbra_relay_flow *f, u32 len)
{
	struct page *page;

	if (is_own_free(f))
		f->own_used = 0;
	if (f->own && PAGE_SIZE - f->own_used >= len)
		return true;
	page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	if (!page)
		return false;
	drop_own(f);
	f->own = page;
	f->own_used = 0;
	return true;
}

/* Copy a piece, which may be in a compound page. */
static void read_piece(char *to, const struct bio_vec *piece)
{
	u32 at = piece->bv_offset, left = piece->bv_len, n;

	for (; left; left -= n, at += n, to += n) {
		n = min_t(u32, left, PAGE_SIZE - offset_in_page(at));
		memcpy_from_page(to, piece->bv_page + at / PAGE_SIZE, offset_in_page(at), n);
	}
}

static bool append_copy(struct umbra_relay_flow *f, const struct bio_vec *piece)
{
	if (piece->bv_len > PAGE_SIZE || !make_room(f, piece->bv_len))
		return false;
	read_piece(page_address(f->own) + f->own_used, piece);
	if (!append(f, f->own, f->own_used, piece->bv_len))
		return false;
	f->own_used += piece->bv_len;
	return true;
}

/* Each piece becomes one piece at most, so no piece is overwritten before it was read. */
static void copy_run(struct umbra_relay_flow *f, u32 bytes)
{
	u32 i = f->run, end = f->nr;

	f->nr = f->run;
	f->bytes -= bytes;
	for (; i < end; i++) {
		struct bio_vec piece = f->piece[i];

		if (append_copy(f, &piece)) {
			put_page(piece.bv_page);
		} else {
			f->piece[f->nr++] = piece;
			f->bytes += piece.bv_len;
		}
	}
}

void umbra_relay_flow_settle(struct umbra_relay_flow *f)
{
	u32 i, bytes = 0;

	if (!f->run_page)
		return;
	for (i = f->run; i < f->nr; i++)
		bytes += f->piece[i].bv_len;
	if ((size_t)bytes * SHARE < page_size(f->run_page))
		copy_run(f, bytes);
	f->run_page = NULL;
}

bool umbra_relay_flow_add(struct umbra_relay_flow *f, struct page *page, u32 offset, u32 len)
{
	struct page *head = compound_head(page);

	if (f->run_page != head) {
		umbra_relay_flow_settle(f);
		f->run_page = head;
		f->run = f->nr;
	}
	return append(f, page, offset, len);
}

size_t umbra_relay_flow_write(struct umbra_relay_flow *f, const void *data, size_t len)
{
	size_t done;
	u32 n;

	umbra_relay_flow_settle(f);
	for (done = 0; done < len; done += n) {
		if (!make_room(f, 1))
			break;
		n = min_t(size_t, len - done, PAGE_SIZE - f->own_used);
		if (!append(f, f->own, f->own_used, n))
			break;
		memcpy(page_address(f->own) + f->own_used, data + done, n);
		f->own_used += n;
	}
	return done;
}

void umbra_relay_flow_sent(struct umbra_relay_flow *f, u32 bytes)
{
	f->bytes -= bytes;
	while (bytes) {
		struct bio_vec *piece = &f->piece[f->first];
		u32 n = min(bytes, piece->bv_len);

		bytes -= n;
		piece->bv_offset += n;
		piece->bv_len -= n;
		if (piece->bv_len)
			break;
		put_page(piece->bv_page);
		f->first++;
		f->nr--;
	}
}

void umbra_relay_flow_trim(struct umbra_relay_flow *f)
{
	if (!f->nr && is_own_free(f))
		drop_own(f);
}

void umbra_relay_flow_purge(struct umbra_relay_flow *f)
{
	umbra_relay_flow_sent(f, f->bytes);
	drop_own(f);
}
