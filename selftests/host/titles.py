# SPDX-License-Identifier: GPL-2.0
"""
What the documentation says of tests is there: a result that is quoted, `script`: "title",
a script, a KUnit suite, a path, a link. And each kind of attack in security.md has a test.

    titles.py TOP: a finding a line, after the name of what was looked for
"""
import pathlib
import re
import sys

TOP = pathlib.Path(sys.argv[1])
PAGES = [TOP / "README.md", *sorted((TOP / "Documentation").glob("*.md"))]
ROOMS = ("net", "smp", "netlink", "kunit", "host", "")
# What a page is read for: the script that is spoken of, and what stands in quotation marks.
TOKENS = re.compile(r'all in `([\w/-]+)`|`([\w/.-]+)`(:?)|(KUnit):|"([^"]+)"')
WORDS = 4	# a quotation of fewer is a title only if it follows `script`: at once

def page(path):
    """Its text, on one line."""
    return re.sub(r"\s+", " ", path.read_text())


def read_all(pattern, top=TOP):
    return "\n".join(f.read_text() for f in sorted(top.glob(pattern)))


def files_of(script):
    """A script by its name, with or without its directory, and what it has others do."""
    name = re.sub(r"^selftests/|\.sh$", "", script)
    if not name:
        return []
    for room in ROOMS:
        found = [f for end in (".sh", ".py") for f in [TOP / "selftests" / room / (name + end)]
                 if f.exists()]
        if found:
            return found
    return []


def sentences(script):
    """The titles of its results."""
    text = ""
    for f in files_of(script):
        whole = f.read_text()
        text += whole if f.suffix == ".py" else \
            "\n".join(re.findall(r'\bit "((?:[^"\\]|\\.)*)"', whole))
    return text


def blocks(path):
    """Its paragraphs and rows of tables, each on one line, under each heading."""
    text = re.sub(r"(?m)^(?:    |\t).*$", "", path.read_text())
    for section in re.split(r"(?m)^#+ ", text):
        yield [re.sub(r"\s+", " ", b) for b in re.split(r"\n\s*\n|\n(?=[|-])", section)]


def quotations(path):
    """(script, title), of all that is quoted."""
    for section in blocks(path):
        usual = None
        for block in section:
            where, follows = usual, False
            for all_in, script, colon, kunit, title in TOKENS.findall(block):
                if all_in:
                    usual = where = all_in
                elif kunit or files_of(script):
                    where = kunit or script
                elif title and where and (follows or title.count(" ") >= WORDS - 1):
                    yield where, re.sub(r" ?\.\.\.$", "", title)
                follows = bool(kunit or colon)


def lost_titles():
    kunit = read_all("kmod/test/*.c")
    for path in PAGES:
        for where, title in quotations(path):
            if where == "KUnit":
                there = title.replace(" ", "_") in kunit or title in kunit
            else:
                there = title in sentences(where)
            if not there:
                yield f'{path.name}: {where}: "{title}"'


def lost_suites():
    kunit, units = read_all("kmod/test/*.c"), read_all("selftests/*/Makefile")
    for path in PAGES:
        for suite in re.findall(r"KUnit `(\w+)`", page(path)):
            if f'"{suite}"' not in kunit:
                yield f"{path.name}: {suite}"
        for unit in re.findall(r"`(test_[a-z_]+)`", page(path)):
            if unit not in units:
                yield f"{path.name}: {unit}"


def lost_paths():
    rooms = "Documentation|examples|kmod|packaging|scripts|selftests|share|tools|uapi"
    for path in PAGES:
        text = path.read_text()
        for name in re.findall(rf"`((?:{rooms})/[\w/.*-]+)`", text):
            if name.startswith("tools/testing/"):	# the kernel's
                continue
            if not list(TOP.glob(name.rstrip("/"))) and not files_of(name):
                yield f"{path.name}: {name}"
        for link in re.findall(r"\]\(([^):#]+)", text):
            if not (path.parent / link).exists():
                yield f"{path.name}: ({link})"


def is_script(word):
    return any((TOP / "selftests" / room / f"{word}.sh").exists() for room in ROOMS)


def lost_scripts():
    """A word of security.md that is no script is one that users know, or the kernel's."""
    known = "rmmod" + read_all("tools/man/*") + (TOP / "Documentation/reasons.md").read_text() + \
        (TOP / "uapi/linux/umbra_names.h").read_text() + read_all("kmod/**/*.c")
    for word in re.findall(r"`([a-z][a-z0-9-]+)`", page(TOP / "Documentation/security.md")):
        if not is_script(word) and word not in known and not word.startswith("test_"):
            yield f"security.md: {word}"
    for row in re.findall(r"(?m)^\| [45678]\d\d\d.*\|(.*)\|$",
                          (TOP / "Documentation/nat.md").read_text()):
        for word in re.findall(r"`([\w-]+)`", row):
            if not is_script(word):
                yield f"nat.md: {word}"


def unproven():
    """Kinds of attacks that no test is named for."""
    for part in (TOP / "Documentation/security.md").read_text().split("\n## ")[1:]:
        if not any(is_script(word) for word in re.findall(r"`([\w/-]+)`", part)):
            yield "security.md: " + part.split("\n")[0]


for name, findings in (
        ("each result that is quoted is one of its test's", lost_titles()),
        ("each suite that is named is there", lost_suites()),
        ("each path and link leads somewhere", lost_paths()),
        ("each script that is said to show something is there", lost_scripts()),
        ("each kind of attack has a test", unproven())):
    print(f"{name}\t" + "\t".join(dict.fromkeys(findings)))
