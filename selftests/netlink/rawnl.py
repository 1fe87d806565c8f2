# SPDX-License-Identifier: GPL-2.0
"""
Netlink by hand, for tests that must be able to get it wrong.

A message is a tree: a list of Attr, whose payload is bytes or another such
list. Socket.ask() sends one and returns (errno, sentence, replies).
"""
import os
import re
import socket
import struct

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK = 1, 2, 4
NLM_F_DUMP, NLM_F_DUMP_INTR = 0x300, 0x10
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NESTED = 0x8000


def constants():
    """The numbers of uapi/linux/umbra.h, without their UMBRA_."""
    path = os.path.join(os.path.dirname(__file__), "../../uapi/linux/umbra.h")
    text = re.sub(r"/\*.*?\*/", "", open(path).read(), flags=re.S)
    found = {}
    for body in re.findall(r"enum\s*\w*\s*\{(.*?)\}", text, re.S):
        value = -1
        for entry in body.split(","):
            name, _, given = (part.strip() for part in entry.partition("="))
            if not name:
                continue
            value = int(given) if given.isdigit() else value + 1
            found[name.replace("UMBRA_", "", 1)] = value
    return found


C = constants()
F = lambda name: C["A_FILTER_" + name]


def request(kind, flags, seq, body):
    return struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, seq, 0) + body


class Attr:
    def __init__(self, kind, payload=b""):
        self.kind, self.payload = kind, payload
        self.flags = NESTED if isinstance(payload, list) else 0
        self.length = None              # None: as it should be

    def pack(self):
        data = self.payload
        if isinstance(data, list):
            data = b"".join(attr.pack() for attr in data)
        length = min(4 + len(data), 65535) if self.length is None else self.length
        return struct.pack("=HH", length, self.kind | self.flags) + data + \
            bytes(-len(data) % 4)


def text(kind, value):
    return Attr(kind, value.encode() + b"\0")


def u8(kind, value):
    return Attr(kind, struct.pack("=B", value))


def u16(kind, value):
    return Attr(kind, struct.pack("=H", value))


def u32(kind, value):
    return Attr(kind, struct.pack("=I", value))


def parse(data):
    """[(type, payload)] of what the kernel sent."""
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found.append((kind & 0x3fff, data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


class Socket:
    def __init__(self, family="umbra"):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, 10, 1)       # NETLINK_CAP_ACK
        self.sock.setsockopt(SOL_NETLINK, 11, 1)       # NETLINK_EXT_ACK
        self.sock.setsockopt(SOL_NETLINK, 12, 1)       # NETLINK_GET_STRICT_CHK
        self.sock.settimeout(30)
        self.sock.bind((0, 0))
        self.seq = 0
        self.family, self.groups = 16, {}
        self.family, self.groups = self.resolve(family)

    def resolve(self, family):
        error, _, replies = self.ask(3, [text(2, family)])
        assert not error, "family %s: %s" % (family, os.strerror(error))
        attrs = dict(parse(replies[0][1]))
        groups = {}
        for _, group in parse(attrs.get(7, b"")):
            found = dict(parse(group))
            groups[found[1].rstrip(b"\0").decode()] = struct.unpack("=I", found[2])[0]
        return struct.unpack("=H", attrs[1])[0], groups

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, 1, self.groups[group])

    def message(self, cmd, attrs=(), flags=0, reserved=0, version=1):
        self.seq += 1
        body = struct.pack("=BBH", cmd, version, reserved)
        body += attrs if isinstance(attrs, bytes) else b"".join(a.pack() for a in attrs)
        return request(self.family, flags, self.seq, body)

    def send(self, cmd, attrs=(), flags=0, **how):
        self.sock.send(self.message(cmd, attrs, NLM_F_ACK | flags, **how))

    def messages(self):
        data = self.sock.recv(1 << 20)
        while len(data) >= 16:
            length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
            yield kind, flags, seq, data[16:length]
            data = data[(length + 3) & ~3:]

    def ask(self, cmd, attrs=(), flags=0, **how):
        """One operation: (errno, sentence, [(cmd, attributes)])."""
        replies = []
        self.interrupted = False
        self.send(cmd, attrs, flags, **how)
        while True:
            for kind, msg_flags, seq, body in self.messages():
                if seq != self.seq:
                    continue
                self.interrupted |= bool(msg_flags & NLM_F_DUMP_INTR)
                if kind not in (2, 3):
                    replies.append((body[0], body[4:]))
                    continue
                return (*self.verdict(kind, msg_flags, body), replies)

    def ask_all(self, cmd, many):
        """An operation for each, some at once: (errno, sentence) of the first that failed."""
        first, batch, found = self.seq + 1, b"", None
        for at, attrs in enumerate(many):
            last = at + 1 == len(many)
            batch += self.message(cmd, attrs, NLM_F_ACK if last else 0)
            if last or len(batch) > 30000:
                self.sock.send(batch)
                batch = b""
        while many:
            for kind, msg_flags, seq, body in self.messages():
                if kind != 2 or seq < first:
                    continue
                error, said = self.verdict(kind, msg_flags, body)
                if error and not found:
                    found = error, said
                if seq == self.seq:
                    return found or (0, "")
        return 0, ""

    @staticmethod
    def verdict(kind, msg_flags, body):
        """(errno, sentence) of the message that ends an operation."""
        error = -struct.unpack_from("=i", body)[0] if len(body) >= 4 else 0
        rest = body[20 if kind == 2 else 4:]
        said = dict(parse(rest)).get(1, b"") if msg_flags & NLM_F_ACK_TLVS else b""
        return error, said.rstrip(b"\0").decode(errors="replace")

    def dump(self, cmd, attrs=()):
        return self.ask(cmd, attrs, NLM_F_DUMP)

    def close(self):
        self.sock.close()


def address(value):
    family = socket.AF_INET6 if ":" in value else socket.AF_INET
    return socket.inet_pton(family, value)


def network(name, *items, comment=None):
    """A network row. Items: lists of Attr, or a prefix as text."""
    def item(it):
        if isinstance(it, list):
            return it
        first, _, length = it.partition("/")
        attrs = [Attr(C["A_ADDRESS_FIRST"], address(first))]
        return attrs + ([u8(C["A_ADDRESS_PREFIX_LEN"], int(length))] if length else [])
    attrs = [text(C["A_NETWORK_NAME"], name)]
    attrs += [Attr(C["A_NETWORK_ADDRESS"], item(it)) for it in items]
    if comment:
        attrs.append(text(C["A_NETWORK_COMMENT"], comment))
    return Attr(C["A_ROW_NETWORK"], attrs)


def nested(name, ifname=None):
    """An item of a network: another network."""
    attrs = [text(C["A_ADDRESS_IFNAME"], ifname)] if ifname else []
    return attrs + [text(C["A_ADDRESS_NETWORK"], name)]


def ports(kind, *ranges):
    return [Attr(kind, [u16(C["A_RANGE_FIRST"], first), u16(C["A_RANGE_LAST"], last)])
            for first, last in ranges]


def service(name, proto, kind="DYNAMIC", client=(), server=(), more=()):
    attrs = [text(C["A_SERVICE_NAME"], name), u8(C["A_SERVICE_TYPE"], C["SERVICE_TYPE_" + kind]),
             u16(C["A_SERVICE_PROTOCOL"], proto)]
    attrs += ports(C["A_SERVICE_CLIENT_PORTS"], *client)
    attrs += ports(C["A_SERVICE_SERVER_PORTS"], *server)
    return Attr(C["A_ROW_SERVICE"], attrs + list(more))


def group(name, *members):
    return Attr(C["A_ROW_SERVICE"], [
        text(C["A_SERVICE_NAME"], name), u8(C["A_SERVICE_TYPE"], C["SERVICE_TYPE_GROUP"])] +
        [text(C["A_SERVICE_MEMBER"], member) for member in members])


def rule(client, server, what, action="ALLOW", more=()):
    return Attr(C["A_ROW_RULE"], [
        text(C["A_RULE_CLIENT"], client), text(C["A_RULE_SERVER"], server),
        text(C["A_RULE_SERVICE"], what), u8(C["A_RULE_ACTION"], C["ACTION_" + action])] +
        list(more))


def log(name, group=None, more=()):
    return Attr(C["A_ROW_LOG"], [text(C["A_LOG_NAME"], name)] +
                ([] if group is None else [u16(C["A_LOG_GROUP"], group)]) + list(more))


def setting(key, value=None, network=None, log=None):
    return Attr(C["A_ROW_SETTING"], [u8(C["A_SETTING_KEY"], C["SETTING_" + key])] +
                ([] if value is None else [u32(C["A_SETTING_VALUE"], value)]) +
                ([] if network is None else [text(C["A_SETTING_NETWORK"], network)]) +
                ([] if log is None else [text(C["A_SETTING_LOG"], log)]))


def end(side, network, ifname):
    return ([text(C["A_NAT_%s_IFNAME" % side], ifname)] if ifname else []) + \
        ([text(C["A_NAT_" + side], network)] if network else [])


def nat(kind, source=None, to=None, source_if=None, to_if=None, first=None, last=None, more=()):
    """A nat row. Its addresses are text or, to get them wrong, bytes."""
    attrs = end("FROM", source, source_if) + end("TO", to, to_if)
    attrs.append(u8(C["A_NAT_TYPE"], C["NAT_TYPE_" + kind]))
    for column, value in (("FIRST", first), ("LAST", last)):
        if value is not None:
            attrs.append(Attr(C["A_NAT_" + column],
                              value if isinstance(value, bytes) else address(value)))
    return Attr(C["A_ROW_NAT"], attrs + list(more))


def relay(kind, listen, first, target, port=None, source=("Any",), last=None, more=()):
    """A relay row. Its addresses are text or, to get them wrong, bytes."""
    attrs = [Attr(C["A_RELAY_LISTEN"], listen if isinstance(listen, bytes) else address(listen))]
    attrs += ports(C["A_RELAY_PORTS"], (first, first if last is None else last))
    attrs.append(Attr(C["A_RELAY_TARGET"],
                      target if isinstance(target, bytes) else address(target)))
    attrs += [] if port is None else [u16(C["A_RELAY_TARGET_PORT"], port)]
    attrs.append(u8(C["A_RELAY_TYPE"], C["RELAY_TYPE_" + kind]))
    return Attr(C["A_ROW_RELAY"], attrs + [text(C["A_RELAY_FROM"], name) for name in source] +
                list(more))


def hours(name, *spans, more=()):
    """A time class of spans (days, begin, end)."""
    return Attr(C["A_ROW_TIME"], [text(C["A_TIME_NAME"], name)] + [
        Attr(C["A_TIME_SPAN"], [u8(C["A_SPAN_DAYS"], days), u16(C["A_SPAN_BEGIN"], begin),
                                u16(C["A_SPAN_END"], end)]) for days, begin, end in spans] +
                list(more))


def offset(start, seconds):
    return Attr(C["A_ZONE_OFFSET"], [Attr(C["A_OFFSET_FROM"], struct.pack("=q", start)),
                                     Attr(C["A_OFFSET_SECONDS"], struct.pack("=i", seconds))])


class Tap:
    """One line for each sentence; the exit status says whether all hold."""
    failed = 0

    def is_(self, holds, sentence, *remarks):
        print("%s %s" % ("ok" if holds else "not ok", sentence), flush=True)
        if not holds:
            self.failed += 1
            for remark in remarks:
                print("# %s" % (remark,), flush=True)

    def done(self):
        raise SystemExit(1 if self.failed else 0)
