# SPDX-License-Identifier: GPL-2.0
# Sourced by scripts that look for things which should not be there: what is found is why a
# result is "not ok". Names of results begin with that of the script.
top=$(cd "$(dirname "$0")/../.." && pwd)
n=0

# result NAME FINDINGS: a line each, or parted by tabs; none is good.
result() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n $(basename "$0" .sh): $1"
	else
		tr '\t' '\n' <<<"$2" | sed 's/^/# /'
		echo "not ok $n $(basename "$0" .sh): $1"
	fi
}

# results [PREFIX]: of lines NAME, then FINDINGS, parted by tabs.
results() {
	local name findings

	while IFS=$'\t' read -r name findings; do
		result "${1-}$name" "$findings"
	done
}
