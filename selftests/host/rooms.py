# SPDX-License-Identifier: GPL-2.0
"""
The rooms of kmod/ and tools/: includes and calls run downwards, as their files `rooms` say.

    rooms.py DIRECTORY [OBJECTS]: a line for each kind of breach, with what breaks it

OBJECTS is the directory of the same shape in which DIRECTORY was compiled; without it calls
are not looked at.
"""
import collections
import os
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'(?m)^\s*#\s*include\s+"([^"]+)"')
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
FUNCTION = re.compile(r"(?<![*\w])(\w+)\(\)")
WORD = re.compile(r"(?<!/)\b((?:umbra|UMBRA)_\w*[^\W_])\b(?![*.]?[ch]?\*)")
MEMBER = re.compile(r"\b(umbra_\w+)\.([a-z]\w*)\b(?!\()")
FILE = re.compile(r"(?<![\w<./-])((?:\w[\w-]*/)*\w[\w-]*\.(?:c|h|sh|py|md|yaml))\b")


class Rooms:
    """What a file `rooms` says."""

    def __init__(self, top):
        self.top, self.level, self.inside, self.everywhere, self.tests = top, {}, set(), set(), set()
        for line in (top / "rooms").read_text().splitlines():
            kind, _, rest = line.partition("\t")
            names, _, inside = rest.partition("inside ")
            if kind == "everywhere":
                self.everywhere |= set(rest.split())
            elif kind == "tests":
                self.tests |= set(rest.split())
            elif kind == "room":
                for room in names.split():
                    self.level[room] = len(self.level) if room == names.split()[0] else \
                        self.level[names.split()[0]]
                for header in inside.split():
                    self.inside.add((self.level[names.split()[0]], header))

    def sources(self, pattern="*.[ch]"):
        """(path below the top, room) of each file that is no test."""
        for path in sorted(self.top.rglob(pattern)):
            name = path.relative_to(self.top)
            if str(name.parent) not in self.tests and not name.name.endswith(".mod.c"):
                yield name, str(name.parent)

    def known(self, pattern="*.[ch]"):
        return ((name, room) for name, room in self.sources(pattern) if room in self.level)

    def is_above(self, one, other):
        return self.level[one] < self.level[other]


def homeless(rooms):
    return [str(name) for name, room in rooms.sources() if room not in rooms.level]


def includes(rooms):
    for name, room in rooms.known():
        for header in INCLUDE.findall((rooms.top / name).read_text()):
            home = str(pathlib.PurePath(header).parent)
            if header not in rooms.everywhere and home in rooms.level:
                yield name, room, header, home


def upward_includes(rooms):
    return [f"{name} includes {header}" for name, room, header, home in includes(rooms)
            if rooms.is_above(home, room)]


def inside_headers(rooms):
    return [f"{name} includes {header}" for name, room, header, home in includes(rooms)
            if (rooms.level[home], pathlib.PurePath(header).name) in rooms.inside
            and rooms.level[room] != rooms.level[home]]


def symbols(path):
    """(kind, name) of each: U is one that is defined elsewhere."""
    said = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    return (line.split()[-2:] for line in said.splitlines())


def upward_calls(rooms, objects):
    shared = "".join((rooms.top / header).read_text() for header in rooms.everywhere)
    home, wanted = {}, collections.defaultdict(list)
    for name, _ in rooms.known("*.c"):
        compiled = objects / name.with_suffix(".o")
        for kind, symbol in symbols(compiled) if compiled.exists() else ():
            if kind == "U":
                wanted[symbol].append(name)
            elif kind in "BDRTVW":
                home[symbol] = name
    return [f"{name} calls {symbol} of {home[symbol]}"
            for symbol, users in wanted.items() if symbol in home
            and not re.search(rf"extern [^;]*\b{symbol};", shared)
            for name in users if rooms.is_above(str(home[symbol].parent), str(name.parent))]


class Comments:
    """What comments cite, and what there is to be cited: in a directory, its tests and uapi/."""

    def __init__(self, top):
        text = {path.relative_to(top): path.read_text() for path in sorted(top.rglob("*.[ch]"))
                if not path.name.endswith(".mod.c")}
        uapi = [path.read_text() for path in sorted((top.parent / "uapi").rglob("*.h"))]
        self.said = {name: " ".join(COMMENT.findall(said)) for name, said in text.items()}
        self.code = COMMENT.sub("", "\n".join([*text.values(), *uapi]))
        self.words = set(re.findall(r"\w+", self.code))
        self.files = set()
        for where, below, files in os.walk(top.parent):
            if where == str(top.parent):
                below[:] = [b for b in below if b not in (".git", "build")]
            self.files |= {f"{where}/{file}" for file in files}

    def cited(self, pattern):
        return ((name, one) for name, said in self.said.items()
                for one in sorted(set(pattern.findall(said))))


def in_kernel(names):
    """Those of the names that the kernel's network code has."""
    if not names:
        return set()
    scripts = pathlib.Path(__file__).resolve().parents[2] / "scripts"
    source = subprocess.run([scripts / "linux-source", "net", "include"], capture_output=True,
                            text=True, check=True).stdout.strip()
    found = subprocess.run(["grep", "-rhowE", "|".join(names), source + "/net", source + "/include"],
                           capture_output=True, text=True, check=False).stdout
    return set(found.split())


def lost_functions(comments):
    lost = [(name, cited) for name, cited in comments.cited(FUNCTION) if cited not in comments.words]
    kernel = in_kernel({cited for _, cited in lost if not re.match("_*umbra_", cited)})
    return [f"{name}: {cited}()" for name, cited in lost if cited not in kernel]


def lost_words(comments):
    for name, word in comments.cited(WORD):
        if word not in comments.words and not any(f.endswith(f"/{word}.h") for f in comments.files):
            yield f"{name}: {word}"
    for name, (struct, member) in comments.cited(MEMBER):
        body = re.search(rf"struct {struct} {{(.*?)^}}", comments.code, re.S | re.M)
        if body and not re.search(rf"\b{member}\b", body[1]):
            yield f"{name}: {struct}.{member}"


def lost_files(comments):
    return [f"{name}: {file}" for name, file in comments.cited(FILE)
            if not file.startswith("linux/")
            and not any(known.endswith("/" + file) for known in comments.files)]


def main():
    rooms = Rooms(pathlib.Path(sys.argv[1]))
    comments = Comments(rooms.top)
    found = {
        "every file lies in a room": homeless(rooms),
        "no file includes a header of a room above": upward_includes(rooms),
        "what is inside a room is included there only": inside_headers(rooms),
        "no comment names a function that is not there": lost_functions(comments),
        "no comment names a word of ours that is not there": lost_words(comments),
        "no comment names a file that is not there": lost_files(comments),
    }
    if len(sys.argv) > 2:
        found["no file calls a room above"] = upward_calls(rooms, pathlib.Path(sys.argv[2]))
    for name, breaches in found.items():
        print(name, *breaches, sep="\t")


main()
