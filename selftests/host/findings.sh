# SPDX-License-Identifier: GPL-2.0
# Sourced by scripts that look for things which should not exist: a finding makes the
# result "not ok". Titles of results begin with the name of the script.
top=$(cd "$(dirname "$0")/../.." && pwd)
n=0

# result NAME FINDINGS: findings are separated by lines or tabs; without any the result is ok.
result() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n $(basename "$0" .sh): $1"
	else
		tr '\t' '\n' <<<"$2" | sed 's/^/# /'
		echo "not ok $n $(basename "$0" .sh): $1"
	fi
}

# results [PREFIX]: reads lines of NAME, then FINDINGS, separated by tabs.
results() {
	local name findings

	while IFS=$'\t' read -r name findings; do
		result "${1-}$name" "$findings"
	done
}
