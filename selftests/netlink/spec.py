# SPDX-License-Identifier: GPL-2.0
"""
The netlink specification, as what may be said and what may be answered.

Spec.sets[NAME] is {attribute: Kind}; Spec.commands[NAME] is a Command. fault() compares
what the kernel sent with it, byte for byte.
"""
import os
import struct

import yaml

from rawnl import parse

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../Documentation/netlink/specs/umbra.yaml")
SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "s32": 4, "s64": 8, "flag": 0}
# The bits of a value: a negative number is packed as its two's complement.
FORMATS = {"u8": "=B", "u16": "=H", "u32": "=I", "u64": "=Q", "s32": "=I", "s64": "=Q"}


class Kind:
    """One attribute: its number, its type and what its value may be."""
    def __init__(self, spec, of, number, given):
        self.of = of
        self.name, self.number, self.type = given["name"], number, given["type"]
        self.nest = given.get("nested-attributes")
        self.many = given.get("multi-attr", False)
        self.enum = spec.enums.get(given.get("enum"))
        checks = given.get("checks", {})
        self.min, self.max = checks.get("min"), checks.get("max")
        length = checks.get("max-len")
        self.max_len = spec.constants.get(length, length)

    def pack(self, value):
        return struct.pack(FORMATS[self.type], value & (1 << 8 * SIZES[self.type]) - 1)


class Command:
    def __init__(self, number, given):
        self.name, self.number, self.set = given["name"], number, given["attribute-set"]
        self.request = given["do"].get("request", {}).get("attributes", [])
        self.reply = given["do"].get("reply", {}).get("attributes", [])
        self.dumps = "dump" in given
        self.dumped = given.get("dump", {}).get("reply", {}).get("attributes", [])


class Spec:
    def __init__(self):
        # The parser in C is ten times faster, if it is installed.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with open(PATH, encoding="utf-8") as file:
            given = yaml.load(file, Loader=loader)
        self.constants, self.enums = {}, {}
        for it in given["definitions"]:
            if it["type"] == "const":
                self.constants[it["name"]] = it["value"]
            else:
                first = it.get("value-start", 0)
                self.enums[it["name"]] = range(first, first + len(it["entries"]))
        self.sets = {it["name"]: self.kinds(it) for it in given["attribute-sets"]}
        self.commands = {}
        for number, it in enumerate(given["operations"]["list"], 1):
            if "do" in it:
                self.commands[it["name"]] = Command(number, it)

    def kinds(self, given):
        return {it["name"]: Kind(self, given["name"], n, it)
                for n, it in enumerate(given["attributes"], 1)}

    def fault(self, of, data, allowed=None):
        """What is wrong with attributes that the kernel sent, or None."""
        by_number = {kind.number: kind for kind in self.sets[of].values()}
        seen = set()
        for number, value in parse(data):
            kind = by_number.get(number)
            if kind is None:
                return "%s has no attribute %d" % (of, number)
            if kind.type == "pad":
                continue
            if allowed and kind.name not in allowed:
                return "%s %s is no part of this reply" % (of, kind.name)
            if number in seen and not kind.many:
                return "%s %s is there twice" % (of, kind.name)
            seen.add(number)
            wrong = self.fault_of_value(kind, value)
            if wrong:
                return "%s %s %s" % (of, kind.name, wrong)
        return None

    def fault_of_value(self, kind, value):
        if kind.nest:
            return self.fault(kind.nest, value)
        if kind.type in SIZES and len(value) != SIZES[kind.type]:
            return "has %d bytes" % len(value)
        if kind.enum and struct.unpack(FORMATS[kind.type], value)[0] not in kind.enum:
            return "is %s, which the enumeration has not" % value.hex()
        if kind.type == "string" and (value[-1:] != b"\0" or b"\0" in value[:-1]):
            return "is no text that one 0 ends: %r" % value
        if kind.type == "binary" and len(value) not in (4, 16):
            return "is an address of %d bytes" % len(value)
        return None
