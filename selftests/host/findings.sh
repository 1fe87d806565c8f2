# SPDX-License-Identifier: GPL-2.0
# Sourced by scripts that look for things which should not exist: a finding makes the
# result "not ok". Titles of results begin with the name of the script.
top=$(cd "$(dirname "$0")/../.." && pwd)
n=0

# tracked PATTERN...: the files that git has and whose path fits. An unpacked tarball has no git, but a list.
tracked() {
	local path pattern

	(cd "$top" && if [ -e SHA256SUMS ]; then cut -c 67- SHA256SUMS; else git ls-files; fi) |
		while IFS= read -r path; do
			for pattern; do
				# shellcheck disable=SC2053 # a pattern
				[[ $path != $pattern ]] || { echo "$path"; break; }
			done
		done
}

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

# passes NAME COMMAND...: ok if the command succeeds; if not, what it said are the findings.
passes() {
	local said

	if said=$("${@:2}" 2>&1); then
		result "$1" ''
	else
		result "$1" "${said:-it fails, and does not say why}"
	fi
}

# results [PREFIX]: reads lines of NAME, then FINDINGS, separated by tabs.
results() {
	local name findings

	while IFS=$'\t' read -r name findings; do
		result "${1-}$name" "$findings"
	done
}
