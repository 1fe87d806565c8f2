# SPDX-License-Identifier: GPL-2.0
"""
What comments of kmod/ promise of locks, RCU and barriers is asserted in the code.

    promises.py DIRECTORY: a line for each kind of promise, with the places that do not keep it

A function is looked at when the comment in front of its declaration or definition says that a
lock is held, or that rcu_read_lock() is. Its body then has to say so as well, in words that
lockdep reads. A function that only calls another one need not: that one does.
"""
import pathlib
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
BELOW = re.compile(r"likewise below|Context of (?:all|these)|/\* (?:Of all|All below)|all of the following", re.I)
NOT_HELD = re.compile(r"(\w*lock|RTNL) not held")
LOCK = re.compile(r"(\w*lock|RTNL|stripes?) (is )?held|holds (\w+ )*(lock|stripes?)", re.I)
RCU = re.compile(r"rcu_read_lock\(\) held|RCU read side held|Context: RCU|under RCU\b")
FUNCTION = re.compile(r"(?m)^(?!\s|#|typedef|struct \w+ {|enum|extern)[\w *]*?\b(\w+)\((?!\*)")
ASSERTS = {
    "lock": re.compile(r"lockdep_assert_held|lockdep_is_held|ASSERT_RTNL|umbra_running\("),
    "absent": re.compile(r"lockdep_assert_not_held|mutex_lock\(&|cancel_\w*work_sync|rtnl_lock"),
    "RCU": re.compile(r"umbra_assert_rcu|RCU_LOCKDEP_WARN|rcu_dereference(_sk_user_data)?\("),
}
BARRIER = re.compile(r"\b(smp_\w*mb\w*|smp_store_release|smp_load_acquire|atomic\w+_(?:acquire|"
                     r"release))\(")


def promises(comment):
    comment = re.sub(r"\s*\n\s*\*?\s*", " ", comment).replace("rcu_read_lock() held", "RCU read side held")
    if NOT_HELD.search(comment):
        yield "absent"
    if LOCK.search(NOT_HELD.sub("", comment)):
        yield "lock"
    if RCU.search(comment):
        yield "RCU"


def declared(text):
    """(name, comment in front of it) of each function that is declared or defined in a file."""
    below, comment = "", ""
    pieces = re.split(r"(/\*.*?\*/)", text, flags=re.S)
    for piece in pieces:
        if piece.startswith("/*"):
            # a comment of a struct promises nothing of a function, nor one within a line
            comment = piece if "struct" not in piece.split("\n")[min(1, piece.count("\n"))] else ""
            if BELOW.search(comment):
                below = comment
            continue
        for m in FUNCTION.finditer(piece):
            near = comment if "\n\n" not in piece[:m.start()].lstrip("\n") else ""
            yield m[1], near if "Context" in near or any(promises(near)) else near + below
        comment = ""


def bodies(texts):
    """Of each function: in its own file, which knows static ones, and anywhere."""
    found = {}
    for path, text in texts.items():
        code = COMMENT.sub("", text)
        for m in re.finditer(r"(?m)^(?!\s|#)[^;{}()#]*?\b(\w+)\([^;{}]*?\)[^;{}]*\n{\n(.*?)^}", code, re.S):
            found[path, m[1]] = m[0]
            found.setdefault(m[1], m[0])
    return found


def keeps(kind, path, name, bodies, depth=0):
    body = bodies.get((path, name)) or bodies.get(name, "")
    if ASSERTS[kind].search(body):
        return True
    statements = [s for s in re.split(r";\s*", body.partition("\n{\n")[2].rpartition("}")[0]) if s.strip()]
    if len(statements) > 1 or depth > 2:
        return False
    return any(keeps(kind, path, called, bodies, depth + 1)
               for called in re.findall(r"\b(\w+)\(", "".join(statements)) if called != name)


def unkept(texts, kind):
    all_bodies, seen = bodies(texts), set()
    for path, text in texts.items():
        for name, comment in declared(text):
            if name in all_bodies and kind in promises(comment) and name not in seen and \
                    not keeps(kind, path, name, all_bodies):
                seen.add(name)
                yield f"{path}: {name}()"


def unpaired(texts):
    for path, text in texts.items():
        lines = text.split("\n")
        for nr, line in enumerate(lines):
            code = COMMENT.sub("", line)
            if line.lstrip().startswith(("*", "/*")) or not BARRIER.search(code):
                continue
            if "airs with" not in re.sub(r"\n\s*\*", "", "\n".join(lines[max(0, nr - 8):nr + 1])):
                yield f"{path}:{nr + 1} {BARRIER.search(code)[1]}"


def main():
    top = pathlib.Path(sys.argv[1])
    texts = {str(path.relative_to(top)): path.read_text() for path in sorted(top.rglob("*.[ch]"))
             if path.relative_to(top).parts[0] not in ("test", "compat")}
    print("a function whose comment says that a lock is held asserts it", *unkept(texts, "lock"), sep="\t")
    print("a function whose comment says that a lock is not held asserts it", *unkept(texts, "absent"), sep="\t")
    print("a function whose comment says that it runs under RCU asserts it", *unkept(texts, "RCU"), sep="\t")
    print("a barrier's comment names its pair", *unpaired(texts), sep="\t")


main()
