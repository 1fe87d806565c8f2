// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier owners: the interfaces behind which an address may be.
 *
 * Of the rows that cover an address and are bound to an interface, those with the smallest range
 * own it. Rows of the same size that are bound to different interfaces all own it. Rows for the
 * firewall itself do not count. Addresses that a DNS name resolved to do not count either, because
 * the name server that answers could then take any inside address away from its interface.
 *
 * The line of addresses is cut wherever a row begins or ends. Rows are processed from the smallest
 * up, all rows of one size together. A row paints the stretches that it covers, unless a smaller
 * row has painted them. "The next unpainted stretch" is a forest of skips that is shortened as it
 * is walked. So each stretch is painted once, and a policy with many nested rows costs no more than
 * a flat one.
 */
#include "classify/internal.h"

struct row {
	struct umbra_cls_key size;	/* minus one */
	u32 from;			/* stretches from .. to - 1 */
	u32 to;
	u32 iface;
};

struct claim {
	u32 stretch;
	u32 iface;
};

struct paint {
	struct umbra_cls_pool scratch;
	const struct umbra_cls_input *in;
	struct umbra_cls_sets sets;
	struct umbra_cls_bag bag;
	struct umbra_cls_cut *cuts;
	struct row *rows;
	u32 *skip;			/* stretch -> itself, or the stretch to look at next */
	struct umbra_cls_vec claims;	/* pairs: struct claim */
	u32 nr_cuts;
	u32 nr_rows;
	u8 family;
};

static int cut_cmp(const void *pa, const void *pb)
{
	const struct umbra_cls_cut *a = pa, *b = pb;

	return umbra_cls_key_cmp(&a->at, &b->at);
}

static int row_cmp(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	return umbra_cls_key_cmp(&a->size, &b->size);
}

static int claim_cmp(const void *pa, const void *pb)
{
	const struct claim *a = pa, *b = pb;

	if (a->stretch != b->stretch)
		return a->stretch < b->stretch ? -1 : 1;
	return 0;
}

static int iface_cmp(const void *pa, const void *pb)
{
	const u32 *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

static bool row_counts(const struct paint *p, const struct umbra_cls_addr *a)
{
	return a->family == p->family && !a->of_name && a->iface != UMBRA_IFACE_ANY &&
	       a->iface >= UMBRA_IFACE_FIRST;
}

static int cuts_build(struct paint *p)
{
	const struct umbra_cls_input *in = p->in;
	u32 i, n = 1;

	p->cuts = umbra_cls_block(&p->scratch, 2 * (size_t)p->nr_rows + 1, sizeof(*p->cuts));
	if (!p->cuts)
		return p->scratch.budget->err;
	for (i = 0; i < in->nr_addrs; i++) {
		if (!row_counts(p, &in->addrs[i]))
			continue;
		p->cuts[n++].at = umbra_cls_key(p->family, &in->addrs[i].first);
		p->cuts[n].at = umbra_cls_key(p->family, &in->addrs[i].last);
		n += umbra_cls_key_next(p->family, &p->cuts[n].at);
	}
	sort(p->cuts, n, sizeof(*p->cuts), cut_cmp, NULL);
	for (i = p->nr_cuts = 1; i < n; i++)
		if (cut_cmp(&p->cuts[i], &p->cuts[i - 1]))
			p->cuts[p->nr_cuts++] = p->cuts[i];
	return 0;
}

/* First cut that is not below @at. */
static u32 cut_find(const struct paint *p, const struct umbra_cls_key *at)
{
	u32 from = 0, to = p->nr_cuts;

	while (from < to) {
		u32 mid = from + (to - from) / 2;

		if (umbra_cls_key_cmp(&p->cuts[mid].at, at) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static void row_set(const struct paint *p, struct row *row, const struct umbra_cls_addr *a)
{
	struct umbra_cls_key first = umbra_cls_key(p->family, &a->first);
	struct umbra_cls_key last = umbra_cls_key(p->family, &a->last);

	row->size.hi = last.hi - first.hi - (last.lo < first.lo);
	row->size.lo = last.lo - first.lo;
	row->iface = a->iface;
	row->from = cut_find(p, &first);
	row->to = p->nr_cuts;
	if (umbra_cls_key_next(p->family, &last))
		row->to = cut_find(p, &last);
}

static int rows_build(struct paint *p)
{
	const struct umbra_cls_input *in = p->in;
	u32 i, n = 0;

	p->rows = umbra_cls_block(&p->scratch, p->nr_rows, sizeof(*p->rows));
	if (!p->rows)
		return p->scratch.budget->err;
	for (i = 0; i < in->nr_addrs; i++)
		if (row_counts(p, &in->addrs[i]))
			row_set(p, &p->rows[n++], &in->addrs[i]);
	sort(p->rows, n, sizeof(*p->rows), row_cmp, NULL);
	p->skip = umbra_cls_block(&p->scratch, (size_t)p->nr_cuts + 1, sizeof(u32));
	if (!p->skip)
		return p->scratch.budget->err;
	for (i = 0; i <= p->nr_cuts; i++)
		p->skip[i] = i;
	return 0;
}

static u32 unpainted(struct paint *p, u32 i)
{
	for (; p->skip[i] != i; i = p->skip[i])
		p->skip[i] = p->skip[p->skip[i]];
	return i;
}

static int row_claim(struct paint *p, const struct row *row)
{
	int err = 0;
	u32 i;

	for (i = unpainted(p, row->from); i < row->to && !err; i = unpainted(p, i + 1)) {
		err = umbra_cls_vec_push(&p->claims, i);
		if (!err)
			err = umbra_cls_vec_push(&p->claims, row->iface);
	}
	return err;
}

/* Turn the claims of all rows of one size into owners. */
static int claims_settle(struct paint *p)
{
	struct claim *claims = (struct claim *)p->claims.v;
	u32 i, j, nr = p->claims.nr / 2;
	int err = 0;

	sort(claims, nr, sizeof(*claims), claim_cmp, NULL);
	for (i = 0; i < nr && !err; i = j) {
		u32 stretch = claims[i].stretch;

		umbra_cls_bag_clear(&p->bag);
		for (j = i; j < nr && claims[j].stretch == stretch; j++)
			umbra_cls_bag_put(&p->bag, claims[j].iface);
		err = umbra_cls_sets_number(&p->sets, &p->bag, &p->cuts[stretch].value);
		p->skip[stretch] = stretch + 1;
	}
	p->claims.nr = 0;
	return err;
}

static int paint_all(struct paint *p)
{
	int err = 0;
	u32 i = 0;

	while (i < p->nr_rows && !err) {
		const struct row *first = &p->rows[i];

		for (; i < p->nr_rows && !err && !row_cmp(&p->rows[i], first); i++)
			err = row_claim(p, &p->rows[i]);
		if (!err)
			err = claims_settle(p);
	}
	return err;
}

static int family_build(struct paint *p, struct umbra_cls_pool *keep,
			const struct umbra_cls_map **map)
{
	int err;
	u32 i;

	p->nr_rows = 0;
	for (i = 0; i < p->in->nr_addrs; i++)
		p->nr_rows += row_counts(p, &p->in->addrs[i]);
	if (!p->nr_rows)
		return 0;
	err = cuts_build(p);
	if (!err)
		err = rows_build(p);
	if (!err)
		err = paint_all(p);
	if (err)
		return err;
	*map = umbra_cls_map_build(keep, p->cuts, p->nr_cuts);
	umbra_cls_block_free(&p->scratch, p->cuts);
	umbra_cls_block_free(&p->scratch, p->rows);
	umbra_cls_block_free(&p->scratch, p->skip);
	return *map ? 0 : keep->budget->err;
}

static int owners_copy(struct umbra_cls_owners *owners, struct umbra_cls_pool *keep,
		       const struct umbra_cls_sets *sets)
{
	u32 *start = umbra_cls_alloc(keep, sets->start.nr, sizeof(*start));
	u32 *ifaces = start ? umbra_cls_alloc(keep, sets->items.nr, sizeof(*ifaces)) : NULL;
	u32 i;

	if (!ifaces)
		return keep->budget->err;
	memcpy(start, sets->start.v, sets->start.nr * sizeof(*start));
	if (sets->items.nr)
		memcpy(ifaces, sets->items.v, sets->items.nr * sizeof(*ifaces));
	for (i = 0; i < umbra_cls_sets_count(sets); i++)
		sort(ifaces + start[i], start[i + 1] - start[i], sizeof(*ifaces), iface_cmp, NULL);
	owners->start = start;
	owners->ifaces = ifaces;
	return 0;
}

static int owners_build(struct umbra_cls_owners *owners, struct umbra_cls_pool *keep,
			struct paint *p)
{
	int err = umbra_cls_sets_init(&p->sets, &p->scratch);

	if (!err)
		err = umbra_cls_bag_init(&p->bag, &p->scratch, p->in->nr_ifaces, p->in->seed[0]);
	p->family = AF_INET;
	if (!err)
		err = family_build(p, keep, &owners->map[0]);
	p->family = AF_INET6;
	if (!err)
		err = family_build(p, keep, &owners->map[1]);
	if (!err)
		err = owners_copy(owners, keep, &p->sets);
	return err;
}

/**
 * umbra_cls_owners_build() - build the owners of addresses from the bound rows
 * @owners: result
 * @keep: pool of the result
 * @in: checked input
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_owners_build(struct umbra_cls_owners *owners, struct umbra_cls_pool *keep,
			   const struct umbra_cls_input *in)
{
	struct paint p = { .scratch.budget = keep->budget, .in = in };
	int err;

	p.claims.pool = &p.scratch;
	err = owners_build(owners, keep, &p);
	umbra_cls_pool_free(&p.scratch);
	return err;
}

/**
 * umbra_cls_owners_exclude() - does an address have owners, none of which is @iface?
 * @owners: owners
 * @iface: interface id
 * @family: AF_INET or AF_INET6
 * @addr: address
 *
 * Context: any.
 */
bool umbra_cls_owners_exclude(const struct umbra_cls_owners *owners, u32 iface,
			      u8 family, const struct in6_addr *addr)
{
	const struct umbra_cls_map *map = owners->map[family == AF_INET6];
	u32 set, from, to;

	set = map ? umbra_cls_map_find(map, umbra_cls_key(family, addr)) : 0;
	if (!set)
		return false;
	for (from = owners->start[set], to = owners->start[set + 1]; from < to;) {
		u32 mid = from + (to - from) / 2;

		if (owners->ifaces[mid] == iface)
			return false;
		if (owners->ifaces[mid] < iface)
			from = mid + 1;
		else
			to = mid;
	}
	return true;
}
