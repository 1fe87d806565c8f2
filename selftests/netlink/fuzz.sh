#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Messages made from the specification. Environment: UMBRA_FUZZ_SECONDS (10),
# UMBRA_FUZZ_SEED (random; printed). Set one of them to run this in another lane than debug.
cd -- "$(dirname -- "$0")" || exit
if [ "${UMBRA_LANE-debug}" != debug ] && [ -z "${UMBRA_FUZZ_SECONDS-}${UMBRA_FUZZ_SEED-}" ]; then
	echo "ok messages made from the specification # SKIP they are for the debug lane"
	exit 0
fi
# shellcheck disable=SC2086 # the seed may be none
PYTHONDONTWRITEBYTECODE=1 exec unshare -n /usr/bin/python3 fuzz.py \
	"${UMBRA_FUZZ_SECONDS:-10}" ${UMBRA_FUZZ_SEED-}
