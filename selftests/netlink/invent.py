# SPDX-License-Identifier: GPL-2.0
"""
Messages of the specification's shape: random, at the edges, and damaged.

What makes sense together the specification does not say: SHAPES and POOLS do, so that
enough messages get through the first checks to those behind them. Most messages are calm and
keep to both; the others only tend to.
"""
import copy
import socket

from rawnl import Attr, NESTED
from spec import SIZES

# Of an attribute; of one in one set.
POOLS = {
    "ifname": [b"v0", b"v1", b"lo", b"eth0"], "from-ifname": [b"v0", b"v1"],
    "to-ifname": [b"v0", b"v1"], "host": [b"example.org"],
    "network.name": [b"a", b"b"], "service.name": [b"web", b"web", b"dns"],
    "client": [b"Any", b"Firewall", b"a"], "server": [b"Any", b"Firewall", b"a"],
    "service": [b"web"], "member": [b"web", b"dns"], "from": [b"Any", b"a"], "to": [b"Any"],
    "protocol": [1, 6, 17, 47, 50, 58, 132, 136, 255, 256], "family": [2, 10],
    "log": [b"a", b"b"], "group": [0, 5, 65535], "prefix": [b"umbra", b"%s%n"],
    "position": [0, 0, 1, 2], "base": [0, 1, 2], "confirm": [2, 86400],
    "source-port": [1, 2000, 65535], "destination-port": [7, 80, 0x800, 0x8000],
    "ifindex": [0, 1, 2, 3], "rule": [1, 2, 3], "id": [1, 2, 3],
    "sessions": [1, 2, 1000], "rate": [1, 2, 1000],
    "client-sessions": [1, 2, 1000], "client-rate": [1, 2, 1000], "timeout": [1, 2, 7440, 2678400],
    "range.first": [1, 80, 1024], "range.last": [1024, 5190, 65535],
    "code-first": [0, 1], "code-last": [1, 255], "target-port": [1, 80, 5190],
    "icmp.type": [0, 3, 8, 128],
    "time.name": [b"office"], "rule.time": [b"office"], "relay.time": [b"office"],
    "days": [1, 31, 64, 127], "begin": [0, 480, 1439], "end": [0, 1, 1020, 1440],
    "offset.from": [0, 1 << 30, 1 << 31], "seconds": [0, 3600, -7200, 43200, -43200],
}
NAMES = [b"a", b"b", b"web", b"Any", b"Firewall"]
# NAME=NUMBER if only that number makes sense beside the other attributes.
SHAPES = {
    "address": ["first", "first", "first last", "ifname first", "network", "first host"],
    "range": ["first last"],
    "icmp": ["type", "type code-first code-last"],
    "network": ["name address", "name address address comment"],
    "service": ["name type=1 protocol", "name type=1 protocol=256",
                "name type=1 protocol=6 client-ports server-ports timeout pickup",
                "name type=2 protocol=17 server-ports server-ports", "name type=3 member",
                "name type=1 protocol=1 icmp icmp", "name type=1 protocol=6 advisory comment"],
    "rule": ["client server service action", "client server service action=1 name sessions rate",
             "client server service action=1 client-sessions client-rate",
             "client server service action comment disabled", "client server service action log",
             "client server service action time"],
    "time": ["name span", "name span", "name span span span comment"], "span": ["days begin end"],
    "offset": ["from seconds"],
    "nat": ["type=1", "to-ifname type=1 ports", "from to type=2 first", "type=3 disabled",
            "to-ifname type=2 first ports", "type=2 first last",
            "from-ifname to type=1 endpoint-independent name comment"],
    "relay": ["listen ports target type=2 from", "listen ports target type from from",
              "listen ports target type=1 from timeout lifetime proxy-protocol",
              "listen ports target type=5 from host name comment disabled",
              "listen ports target type=1 from time"],
    "log": ["name", "name group", "name group prefix rate", "name group comment"],
    "setting": ["key=23 log", "key=6 value=60", "key=14 value=90", "key=1 value=2", "key=2 value=3",
                "key=5 value=50", "key=7 value=9000", "key=16 value=0", "key=3 value=3"],
    "tuple": ["source destination protocol=6 source-port destination-port",
              "source destination protocol=17 source-port destination-port",
              "source destination protocol=50"],
    "filter": ["protocol", "client", "host", "server server-port", "id", "state", "family rule",
               "ifindex", "client-port protocol"],
}
# Where a shape is of the command's own.
REQUESTS = {
    "row-add": ["network", "network", "service", "service", "service", "rule", "rule", "setting",
                "nat", "relay", "time", "position=0 rule", "position network", "table=2 service"],
    "row-del": ["table position"], "row-get": ["table position", "table", ""],
    "commit": ["", "", "", "base", "check", "confirm", "confirm", "confirm keep-sessions",
               "guard", "check guard", "confirm typed-in", "offset offset"],
    "candidate-new": ["", "clone"], "candidate-del": [""], "policy-get": [""],
    "confirm": ["", "generation", "generation"], "stats-get": [""],
    "revert": ["", "generation", "generation", "generation guard"],
    "session-get": ["filter", ""], "session-count": ["filter", ""], "session-del": ["filter"],
    "explain": ["flow ifindex", "flow"], "zone-set": ["offset", "offset", ""],
    "candidate-preview": ["", "", "base", "keep-sessions", "guard", "offset"],
}
ADDRESSES = [socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
             for text in ("10.0.0.0", "10.255.255.255", "0.0.0.0", "255.255.255.255",
                          "127.0.0.1", "224.0.0.1", "192.0.2.255", "2001:db8::", "::", "::1",
                          "fe80::1", "ff02::1", "::ffff:192.0.2.1")]


def pool_of(kind):
    return POOLS.get(kind.of + "." + kind.name) or POOLS.get(kind.name)


class Inventor:
    def __init__(self, spec, rnd):
        self.spec, self.rnd, self.calm, self.v6 = spec, rnd, True, False

    def often(self, n):
        """True but once in n; of a calm message, always."""
        return self.calm or self.rnd.randrange(n) > 0

    def number(self, kind):
        bits = 8 * SIZES[kind.type]
        edges = [0, 1, 2, (1 << bits) - 1, 1 << bits - 1, kind.min or 0, (kind.min or 1) - 1,
                 kind.max or 1, (kind.max or 0) + 1]
        if kind.enum and self.often(16):
            return self.rnd.choice(kind.enum)
        pool = pool_of(kind)
        if pool and self.often(8):
            return self.rnd.choice(pool)
        return self.rnd.choice(edges) if self.rnd.random() < .5 else self.rnd.getrandbits(bits)

    def text(self, kind):
        rnd = self.rnd
        if self.often(12):
            return rnd.choice(pool_of(kind) or NAMES) + b"\0"
        size = rnd.choice([0, 1, kind.max_len - 1, kind.max_len, kind.max_len + 1])
        letters = rnd.choice([b"x", b"a b", b"\xc3\xa4", b"\xff", b"\n", b"\"\\", b"0", b"\0"])
        return (letters * size)[:size] + b"\0" * rnd.choice([1, 1, 1, 0, 2])

    def address(self, kind):
        """Of one family in all of a message, and in order, but for what is to be wrong."""
        rnd = self.rnd
        if not self.often(12):
            return rnd.randbytes(rnd.choice([0, 3, 4, 5, 15, 16, 17, 64]))
        if not self.often(4):
            return rnd.choice(ADDRESSES)
        low = kind.name in ("first", "source", "listen")
        last = bytes([rnd.choice([1, 2, 3]) if low else rnd.choice([7, 8, 9])])
        net = b"\x20\x01\x0d\xb8" + bytes(11) if self.v6 else b"\xc0\0\2"
        return net + last

    def value(self, kind, depth):
        if kind.nest:
            return self.nest(kind.nest, depth + 1)
        if kind.type == "string":
            return self.text(kind)
        if kind.type == "binary":
            return self.address(kind)
        if kind.type in ("flag", "pad"):
            return b""
        return kind.pack(self.number(kind))

    def attr(self, kinds, name, depth):
        name, _, number = name.partition("=")
        kind = kinds[name]
        return Attr(kind.number, kind.pack(int(number)) if number else self.value(kind, depth))

    def names(self, of, shapes, allowed):
        """Which attributes, in which order."""
        rnd = self.rnd
        if shapes and self.often(4):
            names = rnd.choice(shapes).split()
        else:
            names = rnd.sample(allowed, rnd.randrange(min(len(allowed), 6) + 1))
        if names and not self.often(10):
            names.insert(rnd.randrange(len(names) + 1), rnd.choice(allowed))
        if names and not self.often(10):
            names.pop(rnd.randrange(len(names)))
        return names

    def nest(self, of, depth=0, shapes=None, allowed=None):
        kinds = self.spec.sets[of]
        if depth > 6:
            return []
        names = self.names(of, shapes or SHAPES.get(of), allowed or list(kinds))
        attrs = [self.attr(kinds, name, depth) for name in names]
        many = [name for name in names if name in kinds and kinds[name].many]
        if many and not self.often(100):
            # Ceilings: as many of one as a row may have, or more.
            kind = kinds[self.rnd.choice(many)]
            one = Attr(kind.number, self.value(kind, depth))
            attrs += [copy.copy(one) for _ in range(self.rnd.choice([16, 255, 256, 257, 1200]))]
        return attrs

    def request(self, command):
        self.calm, self.v6 = self.rnd.random() < .6, self.rnd.random() < .3
        allowed = command.request or list(self.spec.sets[command.set])
        attrs = self.nest(command.set, 0, REQUESTS[command.name], allowed)
        for _ in range(0 if self.calm else self.rnd.choice([0, 1, 1, 2])):
            self.damage(attrs)
        return attrs

    def damage(self, attrs):
        """Somewhere in the tree."""
        rnd = self.rnd
        while attrs and isinstance((attr := rnd.choice(attrs)).payload, list) and \
                attr.payload and rnd.random() < .7:
            attrs = attr.payload
        if not attrs:
            return
        i = rnd.randrange(len(attrs))
        way = rnd.randrange(8)
        if way == 0:
            attrs[i].kind = rnd.choice([0, 1, 2, 7, 31, 32, 33, 63, 64, 200, 0x3fff])
        elif way == 1:
            attrs[i].flags ^= rnd.choice([NESTED, 0x4000])
        elif way == 2:
            attrs[i].length = rnd.choice([0, 1, 3, 4, 5, 8, 255, 65535])
        elif way == 3:
            attrs.insert(rnd.randrange(len(attrs) + 1), copy.deepcopy(attrs[i]))
        elif way == 4:
            attrs.insert(rnd.randrange(len(attrs)), attrs.pop(i))
        elif way == 5:
            attrs.pop(i)
        elif way == 6:
            attrs[i].payload = rnd.randbytes(rnd.choice([0, 1, 2, 4, 8, 40, 300]))
        else:
            attrs[i].payload = [copy.deepcopy(attr) for attr in attrs[:3]]
            attrs[i].flags |= NESTED
