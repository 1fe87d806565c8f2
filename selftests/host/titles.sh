#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# If the documentation says that a test shows a result, the test has that result.
. "$(dirname "$0")/findings.sh"
results < <(/usr/bin/python3 "$top/selftests/host/titles.py" "$top")
[ $n = 5 ] || echo "not ok $((n += 1)) titles: titles.py reads the documentation"
echo "1..$n"
