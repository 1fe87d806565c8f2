#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What comments of kmod/ promise of locks, RCU and barriers, lockdep hears from the code (promises.py).
. "$(dirname "$0")/findings.sh"

promises() { /usr/bin/python3 "$top/selftests/host/promises.py" "$@"; }

results "kmod: " < <(promises "$top/kmod")

# Each of these breaches is found if it is made.
fixture=$(mktemp -d)
trap 'rm -rf "$fixture"' EXIT
cat >"$fixture/case.h" <<'END'
/* Context: @s->lock held, for this one and all of the following. */
void held(struct s *s);

/* Context: umbra_net.lock not held. */
void not_held(struct s *s);

/* Context: rcu_read_lock() held; likewise below. */
void under(struct s *s);

void below(struct s *s);

/* Context: @s->lock held. */
void good(struct s *s);
END
cat >"$fixture/case.c" <<'END'
void held(struct s *s)
{
	s->a = 1;
	smp_wmb();
}

void not_held(struct s *s)
{
	s->a = 1;
	s->b = 1;
}

void under(struct s *s)
{
	s->a = 1;
	s->b = 1;
}

void below(struct s *s)
{
	s->a = 1;
	s->b = 1;
}

void good(struct s *s)
{
	lockdep_assert_held(&s->lock);
	/* Pairs with held(). */
	smp_rmb();
}
END
seen=$(promises "$fixture")
while IFS=$'\t' read -r name breach; do
	result "the test sees when it is not so that $name" \
		"$(grep -qxF "$name"$'\t'"$breach" <<<"$seen" || echo "$seen" | tr '\n' '\t')"
done <<'END'
a function whose comment says that a lock is held asserts it	case.h: held()
a function whose comment says that a lock is not held asserts it	case.h: not_held()
a function whose comment says that it runs under RCU asserts it	case.h: under()	case.h: below()
a barrier's comment names its pair	case.c:4 smp_wmb
END
echo "1..$n"
