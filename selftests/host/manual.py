# SPDX-License-Identifier: GPL-2.0
"""
What fwtool knows stands in its manual pages, and is completed.

    manual.py TOP FWTOOL: a finding a line, after the name of what was looked for

The nouns are those of the specification, of the session filter and of the monitor; what is
completed is what the function for bash offers.
"""
import os
import pathlib
import re
import subprocess
import sys

import yaml

TOP, FWTOOL = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SPEC = yaml.safe_load((TOP / "Documentation/netlink/specs/umbra.yaml").read_text())
COMPLETION = """
source "$1"
COMP_WORDS=(fwtool ${2:+"$2"} '') COMP_CWORD=${2:+1}
COMP_CWORD=$((${COMP_CWORD:-0} + 1))
_fwtool
printf '%s\\n' "${COMPREPLY[@]}"
"""
EDITS = ["add", "delete", "replace"]


def words(name):
    """An enumeration of the specification."""
    enum = next(d for d in SPEC["definitions"] if d["name"] == name)
    return [entry["name"] for entry in enum["entries"]]


def completed(command=""):
    env = dict(os.environ, PATH=f"{FWTOOL.parent}:{os.environ['PATH']}")
    run = subprocess.run(["bash", "-c", COMPLETION, "bash", TOP / "share/bash-completion/fwtool",
                          command], env=env, cwd="/", capture_output=True, text=True)
    return set(run.stdout.split())


def page(name):
    """A manual page as plain text."""
    text = (TOP / "tools/man" / name).read_text()
    return re.sub(r"\\f[BIPR]|\\\(..", " ", text.replace("\\-", "-"))


def has(text, word):
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def sections(text):
    """fwtool(8)'s text of each command."""
    parts = re.split(r'^\.SS "(\w+)', text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def table_words(pattern, path):
    """The first strings of the rows of a table in a source of fwtool."""
    return re.findall(pattern, (TOP / path).read_text(), flags=re.M)


CONF = page("umbra.conf.5")
SECTIONS = sections(page("fwtool.8"))
COMMANDS = table_words(r"^\t&cmd_(\w+),", "tools/main/commands.c")
TABLES = ["set" if word == "setting" else word for word in words("table")]
NOUNS = {command: TABLES for command in EDITS + ["move"]}
NOUNS["show"] = [word if word == "nat" else word + "s" for word in words("table")] + ["policy"]
NOUNS["session"] = ["list", "count", "kill", "all"] + words("state") + \
    table_words(r'^\t\[BY_\w+\] = \{ "([\w-]+)"', "tools/live/filter.c")
NOUNS["monitor"] = table_words(r'^\t\{ EVENT_\w+, "([\w-]+)"', "tools/cmd/monitor.c")
GRAMMAR = [word for enum in ("service-type", "action", "nat-type", "relay-type", "proxy-protocol",
                             "setting") for word in words(enum)] + \
    [word for path in sorted((TOP / "tools/parse").glob("*.c"))
     for word in table_words(r'^\t\{ OPTION_\w+, "([\w-]+)",(?! PARSE_LATER)', path)]


def commands_in_the_manual():
    return [c for c in COMMANDS if c not in SECTIONS]


def commands_completed():
    return [c for c in COMMANDS if c not in completed()]


def nouns_in_the_manual():
    return [f"{c}: {n}" for c, nouns in NOUNS.items() for n in nouns
            if not has(SECTIONS.get(c, ""), n)]


def nouns_completed():
    return [f"{c}: {n}" for c, nouns in NOUNS.items() for n in sorted(set(nouns) - completed(c))]


def grammar_in_the_manual():
    return [word for word in sorted(set(GRAMMAR)) if not has(CONF, word)]


def grammar_completed():
    return [f"{c}: {word}" for c in EDITS for word in sorted(set(GRAMMAR) - completed(c))]


for name, find in (
        ("fwtool(8) has every command", commands_in_the_manual),
        ("every command is completed", commands_completed),
        ("fwtool(8) has every table, event, state and filter with its command", nouns_in_the_manual),
        ("they are completed behind their command", nouns_completed),
        ("umbra.conf(5) has every word of the grammar", grammar_in_the_manual),
        ("every word of the grammar is completed behind add, delete and replace", grammar_completed)):
    print("\t".join([name, *find()]))
