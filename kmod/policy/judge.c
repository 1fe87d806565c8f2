// SPDX-License-Identifier: GPL-2.0
/*
 * Judge: a flow is given, and the policy says what it thinks of it.
 *
 * Everything here is a pure function of a policy and a flow: nothing is counted, opened or
 * remembered. So a packet, an explanation (path/explain.c), a preview and the guard of a commit
 * (commit/) get the same answer for the same question. What devices are called is the only thing
 * that a policy does not know by itself; policy/iface.c translates their indices.
 *
 * Context: under RCU, or with the policy held otherwise. No lock is taken, so a policy can be asked
 * before it is published.
 */
#include "policy/judge.h"

#include "policy/policy.h"
#include "umbra.h"

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

	return umbra_classify(cls, &packet);
}

const struct umbra_verdict *umbra_judge_key(const struct umbra_policy *p,
					    const struct umbra_key *key, int iif, int oif, u8 kind)
{
	u32 rule = umbra_judge_by(p, p->cls, key, iif, oif, kind);

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

	if (iif && umbra_policy_relay(p, key, iif, &allowed))
		return false;
	if (iif && oif && umbra_policy_nat(p, key, iif, oif))
		return false;
	v = umbra_judge_key(p, key, iif, oif, kind);
	return v && v->action == UMBRA_ACTION_ALLOW && !umbra_verdict_opens(v);
}
