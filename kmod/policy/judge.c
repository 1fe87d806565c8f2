// SPDX-License-Identifier: GPL-2.0
/*
 * Judge: ask a policy about a flow.
 *
 * All functions here depend only on the policy and the flow: they count, open and remember nothing.
 * So a packet, an explanation (path/explain.c), a preview and the guard of a commit (commit/) get
 * the same answer to the same question. A policy refers to interfaces by name; policy/iface.c
 * translates device indices.
 *
 * Context: under RCU, or while the policy is held otherwise. No lock is taken, so a policy can be
 * asked before it is published.
 */
#include "policy/judge.h"

#include "policy/policy.h"
#include "umbra.h"
#include "under_rcu.h"

u32 umbra_judge_by(const struct umbra_policy *p, const struct umbra_classifier *cls,
		   const struct umbra_key *key, int iif, int oif, u8 kind)
{
	struct umbra_cls_packet packet = {
		.src = key->src,
		.dst = key->dst,
		.iif = umbra_policy_iface(p, iif),
		.oif = umbra_policy_iface(p, oif),
		.sport = ntohs(key->sport),
		.dport = ntohs(key->dport),
		.family = key->family,
		.proto = key->proto,
		.kind = kind,
	};

	umbra_assert_rcu();
	return umbra_classify(cls, &packet);
}

const struct umbra_verdict *umbra_judge_key(const struct umbra_policy *p,
					    const struct umbra_key *key, int iif, int oif, u8 kind)
{
	u32 rule = umbra_judge_by(p, p->cls, key, iif, oif, kind);

	umbra_assert_rcu();
	return rule == UMBRA_CLS_NO_RULE ? NULL : &p->verdict[rule];
}

bool umbra_verdict_opens(const struct umbra_verdict *v)
{
	return v && v->action == UMBRA_ACTION_ALLOW && v->type == UMBRA_SERVICE_TYPE_DYNAMIC;
}

bool umbra_judge_alone(const struct umbra_policy *p, const struct umbra_key *key, int iif, int oif)
{
	u8 kind = key->proto == IPPROTO_TCP ? UMBRA_CLS_ANSWER :
		  key->proto == IPPROTO_SCTP ? UMBRA_CLS_STRAY : UMBRA_CLS_OPEN;
	const struct umbra_verdict *v;
	bool allowed;

	umbra_assert_rcu();
	if (iif && umbra_policy_relay(p, key, iif, &allowed))
		return false;
	if (iif && oif && umbra_policy_nat(p, key, iif, oif))
		return false;
	v = umbra_judge_key(p, key, iif, oif, kind);
	return v && v->action == UMBRA_ACTION_ALLOW && !umbra_verdict_opens(v);
}
