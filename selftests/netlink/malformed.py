# SPDX-License-Identifier: GPL-2.0
"""
Malformed messages: every one is refused with an error, and nothing changes.

Good messages are taken apart at random places in ways that always make them
bad: a length that lies, a type that does not exist, a number of another size, a
text without an end, a column twice. Then rows that netlink's own policies let
through and that make no sense. The seed is printed and can be given.
"""
import copy
import errno
import os
import random
import sys

from rawnl import *

# An emulated processor makes them slowly, and the kernel's code is the same on it.
emulated = os.environ.get("UMBRA_LANE") == "arm64" or "TCG" in open("/proc/cpuinfo").read()
ROUNDS = 1500 if emulated else 6000
seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 32)
rnd = random.Random(seed)
tap = Tap()
print("# seed %d" % seed)

TABLE, POSITION = C["A_ROW_TABLE"], C["A_ROW_POSITION"]
ICMP = [Attr(C["A_SERVICE_ICMP"], [u8(C["A_ICMP_TYPE"], 8), u8(C["A_ICMP_CODE_FIRST"], 0),
                                   u8(C["A_ICMP_CODE_LAST"], 3)])]
RANGE = [text(C["A_ADDRESS_IFNAME"], "eth1"), Attr(C["A_ADDRESS_FIRST"], address("10.0.0.1")),
         Attr(C["A_ADDRESS_LAST"], address("10.0.0.9"))]
TUPLE = [Attr(C["A_TUPLE_SOURCE"], address("192.0.2.1")),
         Attr(C["A_TUPLE_DESTINATION"], address("192.0.2.2")), u8(C["A_TUPLE_PROTOCOL"], 6),
         u16(C["A_TUPLE_SOURCE_PORT"], 40000), u16(C["A_TUPLE_DESTINATION_PORT"], 22)]

good_rows = [
    network("Lab", "10.0.0.0/8", "2001:db8::/32", RANGE, nested("Inside", "eth2"), comment="x"),
    service("web", 6, client=[(1024, 65535)], server=[(80, 80), (443, 443)],
            more=[u32(C["A_SERVICE_TIMEOUT"], 9000), Attr(C["A_SERVICE_PICKUP"]),
                  text(C["A_SERVICE_ADVISORY"], "clear text")]),
    service("ping", 1, more=ICMP),
    group("many", "web", "ping"),
    rule("Lab", "Any", "web", more=[text(C["A_RULE_NAME"], "n"), text(C["A_RULE_COMMENT"], "c"),
                                    Attr(C["A_RULE_DISABLED"]), u32(C["A_RULE_SESSIONS"], 5),
                                    u32(C["A_RULE_RATE"], 5),
                                    u32(C["A_RULE_CLIENT_SESSIONS"], 5),
                                    u32(C["A_RULE_CLIENT_RATE"], 5),
                                    text(C["A_RULE_LOG"], "all"), text(C["A_RULE_TIME"], "office")]),
    log("all", 5, [text(C["A_LOG_PREFIX"], "p"), u32(C["A_LOG_RATE"], 5),
                   text(C["A_LOG_COMMENT"], "c")]),
    setting("LOG_SPOOFED", log="all"),
    setting("TIMEOUT_ICMP", 90),
    nat("SOURCE", "Lab", "Any", "eth1", "eth0", "192.0.2.1", "192.0.2.9", [
        *ports(C["A_NAT_PORTS"], (2000, 3000)), Attr(C["A_NAT_ENDPOINT_INDEPENDENT"]),
        text(C["A_NAT_NAME"], "n"), text(C["A_NAT_COMMENT"], "c"), Attr(C["A_NAT_DISABLED"])]),
    relay("TCP_RELAY", "2001:db8::1", 80, "2001:db8::2", 8080, ["Lab", "Any"], 90, [
        u32(C["A_RELAY_TIMEOUT"], 9000), u32(C["A_RELAY_LIFETIME"], 9000),
        u8(C["A_RELAY_PROXY_PROTOCOL"], 1), text(C["A_RELAY_HOST"], "example.org"),
        text(C["A_RELAY_NAME"], "n"), text(C["A_RELAY_COMMENT"], "c"),
        Attr(C["A_RELAY_DISABLED"]), text(C["A_RELAY_TIME"], "office")]),
    hours("office", (127, 0, 1440), (64, 1320, 360), more=[text(C["A_TIME_COMMENT"], "c")]),
]
# (command, attributes, whether it is a dump as well)
good = [("ROW_ADD", [u32(POSITION, 0), row], False) for row in good_rows]
good += [
    ("ZONE_SET", [offset(0, 3600), offset(1 << 31, -7200)], False),
    ("ROW_DEL", [u8(TABLE, 1), u32(POSITION, 0)], False),
    ("ROW_GET", [u8(TABLE, 1), u32(POSITION, 0)], True),
    ("CANDIDATE_NEW", [Attr(C["A_POLICY_CLONE"])], False),
    ("COMMIT", [u32(C["A_POLICY_BASE"], 1), u32(C["A_POLICY_CONFIRM"], 5),
                Attr(C["A_POLICY_KEEP_SESSIONS"]), Attr(C["A_POLICY_CHECK"]),
                Attr(C["A_POLICY_GUARD"], TUPLE)], False),
    ("CONFIRM", [u32(C["A_POLICY_GENERATION"], 1)], False),
    ("EXPLAIN", [Attr(C["A_EXPLAIN_FLOW"], TUPLE), u32(C["A_EXPLAIN_IFINDEX"], 0)], False),
    ("SESSION_DEL", [Attr(C["A_SESSION_FILTER"], [
        u8(F("FAMILY"), 2), u8(F("PROTOCOL"), 6), Attr(F("CLIENT"), bytes(4)),
        u8(F("CLIENT_PREFIX"), 8), u16(F("SERVER_PORT"), 80), u32(F("RULE"), 1),
        u8(F("STATE"), 3)])], False),
    ("SESSION_GET", [Attr(C["A_SESSION_FILTER"], [Attr(F("HOST"), bytes(16)),
                                                  u8(F("HOST_PREFIX"), 64)])], True),
    ("CANDIDATE_PREVIEW", [u32(C["A_SESSION_BASE"], 1), Attr(C["A_SESSION_KEEP_SESSIONS"]),
                           Attr(C["A_SESSION_GUARD"], TUPLE)], True),
]

# Columns that may occur more than once in a row.
MANY = {("network", C["A_NETWORK_ADDRESS"]), ("service", C["A_SERVICE_CLIENT_PORTS"]),
        ("service", C["A_SERVICE_SERVER_PORTS"]), ("service", C["A_SERVICE_ICMP"]),
        ("service", C["A_SERVICE_MEMBER"]), ("relay", C["A_RELAY_FROM"]),
        ("time", C["A_TIME_SPAN"])}
NESTS = {C["A_ROW_NETWORK"]: "network", C["A_ROW_SERVICE"]: "service",
         C["A_ROW_RULE"]: "rule", C["A_ROW_SETTING"]: "setting",
         C["A_ROW_NAT"]: "nat", C["A_ROW_RELAY"]: "relay", C["A_ROW_LOG"]: "log",
         C["A_ROW_TIME"]: "time"}


def places(attrs, where="top"):
    """Every (list, index, name of the list) of a tree."""
    for i, attr in enumerate(attrs):
        yield attrs, i, where
        if isinstance(attr.payload, list):
            inner = NESTS.get(attr.kind, "nest") if where == "top" else "nest"
            yield from places(attr.payload, inner)


def lie_short(attrs, i, where):
    attrs[i].length = rnd.randrange(4)


def lie_long(attrs, i, where):
    # Beyond the end of whatever it is in.
    attrs[i].length = rnd.choice([30000, 40000, 65535])


def unknown_type(attrs, i, where):
    attrs[i].kind = rnd.choice([0, 60, 200, 0x3fff])


def wrong_nest(attrs, i, where):
    attrs[i].flags ^= NESTED


def shorter(attrs, i, where):
    attr = attrs[i]
    if isinstance(attr.payload, list):
        attr.flags, attr.payload = 0, b"\1\2\3"[:rnd.randrange(4)]
    elif attr.payload:
        attr.payload = attr.payload[:-1]
    else:
        attr.payload = b"\0"            # a flag has none


def longer(attrs, i, where):
    attr = attrs[i]
    if isinstance(attr.payload, list):
        attr.payload = b"".join(a.pack() for a in attr.payload) + b"\1\2\3"
    else:
        attr.payload += b"\1" * rnd.randrange(1, 4)


def twice(attrs, i, where):
    if where == "top" or (where, attrs[i].kind) in MANY:
        unknown_type(attrs, i, where)
    else:
        attrs.insert(rnd.randrange(len(attrs) + 1), copy.deepcopy(attrs[i]))


def stuffed(attrs, i, where):
    attrs[i].payload = bytes(rnd.randrange(256) for _ in range(rnd.randrange(17, 600)))
    attrs[i].flags = 0


DAMAGES = [lie_short, lie_long, unknown_type, wrong_nest, shorter, longer, twice, stuffed]

s, watcher = Socket(), Socket()


def state():
    _, _, replies = watcher.ask(C["CMD_POLICY_GET"])
    return ([r for r in parse(replies[0][1]) if r[0] != C["A_POLICY_SESSIONS"]],
            watcher.dump(C["CMD_ROW_GET"]))


def open_candidate():
    s.ask(C["CMD_CANDIDATE_NEW"])
    for row in [network("Inside", "192.168.1.0/24"), *good_rows]:
        error, said, _ = s.ask(C["CMD_ROW_ADD"], [row])
        assert not error, said


def check_candidate():
    """The candidate's numbers of rows, from a commit that only checks."""
    error, said, replies = s.ask(C["CMD_COMMIT"], [Attr(C["A_POLICY_CHECK"])])
    assert not error, said
    found = dict(parse(replies[0][1]))
    return [found[C["A_POLICY_" + what]] for what in (
        "NETWORKS", "SERVICES", "RULES", "SETTINGS", "NATS", "RELAYS", "TIMES")]


open_candidate()
error, said, _ = s.ask(C["CMD_COMMIT"])
tap.is_(not error, "the good rows are good", said)
open_candidate()
before, counts = state(), check_candidate()

wrong = []
for n in range(ROUNDS):
    cmd, attrs, dumps = rnd.choice(good)
    attrs = copy.deepcopy(attrs)
    damage = rnd.choice(DAMAGES)
    place = rnd.choice(list(places(attrs)))
    what = "%s: %s at %s %d" % (cmd, damage.__name__, place[2], place[0][place[1]].kind)
    damage(*place)
    error, said, _ = s.ask(C["CMD_" + cmd], attrs, NLM_F_DUMP if dumps and rnd.random() < .5 else 0)
    if not error or (error == errno.EINVAL and not said):
        wrong.append("%s: errno %d %s %s" % (what, error, said, [a.pack().hex() for a in attrs]))
    if n % 1000 == 999 and (state() != before or check_candidate() != counts):
        wrong.append("changed by one of the rounds up to %d" % n)
        break
tap.is_(not wrong, "%d damaged messages are refused, each with a sentence" % ROUNDS, *wrong[:10])

wrong = []
for n in range(500):
    cmd = rnd.randrange(256)
    junk = bytes(rnd.randrange(256) for _ in range(rnd.choice([1, 2, 3, 5, 9, 33])))
    how = rnd.choice([dict(attrs=junk), dict(reserved=rnd.randrange(1, 65536))])
    if "reserved" in how and cmd not in range(1, C["CMD_STATS_GET"] + 1):
        cmd = rnd.randrange(1, C["CMD_STATS_GET"] + 1)
    error, said, _ = s.ask(cmd, **how)
    if not error:
        wrong.append("command %d %s" % (cmd, how))
tap.is_(not wrong, "so are headers and attributes of noise", *wrong[:10])

A = lambda name: C["A_ADDRESS_" + name]
first = Attr(A("FIRST"), address("10.0.0.0"))
senseless = {
    "a network without rows": Attr(C["A_ROW_NETWORK"], [text(C["A_NETWORK_NAME"], "x")]),
    "a network without a name": Attr(C["A_ROW_NETWORK"], network("x", "10.0.0.1").payload[1:]),
    "an empty name": network("", "10.0.0.1"),
    "a control character in a name": network("a\nb", "10.0.0.1"),
    "a control character in a comment": network("a", "10.0.0.1", comment="a\x1b[2Jb"),
    "bits behind the prefix": network("x", "10.0.0.1/8"),
    "bits behind an odd prefix": network("x", "10.0.0.3/31"),
    "a prefix of 33": network("x", "10.0.0.0/33"),
    "a prefix of 129": network("x", [Attr(A("FIRST"), bytes(16)), u8(A("PREFIX_LEN"), 129)]),
    "an address of 5 bytes": network("x", [Attr(A("FIRST"), bytes(5))]),
    "an address of 20 bytes": network("x", [Attr(A("FIRST"), bytes(20))]),
    "a last address below the first": network("x", [Attr(A("FIRST"), address("10.0.0.2")),
                                                    Attr(A("LAST"), address("10.0.0.1"))]),
    "a range over both families": network("x", [first, Attr(A("LAST"), bytes([255] * 16))]),
    "a prefix and a last address": network("x", [first, Attr(A("LAST"), address("10.0.0.1")),
                                                 u8(A("PREFIX_LEN"), 8)]),
    "an address and a network": network("x", [first, text(A("NETWORK"), "y")]),
    "an interface only": network("x", [text(A("IFNAME"), "eth0")]),
    "nothing in a row": network("x", []),
    "a prefix of nothing": network("x", [u8(A("PREFIX_LEN"), 8)]),
    "a host without address": network("x", [text(A("HOST"), "example.org")]),
    "an interface name with a slash": network("x", [text(A("IFNAME"), "a/b"), first]),
    "an interface name with a space": network("x", [text(A("IFNAME"), "a b"), first]),
    "ports the wrong way round": service("x", 6, server=[(80, 79)]),
    "ports of gre": service("x", 47, server=[(1, 2)]),
    "ports of icmp": service("x", 1, server=[(1, 2)]),
    "ports of any": service("x", 256, server=[(1, 2)]),
    "protocol 257": service("x", 257),
    "icmp types of tcp": service("x", 6, more=ICMP),
    "codes the wrong way round": service("x", 1, more=[Attr(C["A_SERVICE_ICMP"], [
        u8(C["A_ICMP_TYPE"], 3), u8(C["A_ICMP_CODE_FIRST"], 4), u8(C["A_ICMP_CODE_LAST"], 3)])]),
    "a last code alone": service("x", 1, more=[Attr(C["A_SERVICE_ICMP"], [
        u8(C["A_ICMP_TYPE"], 3), u8(C["A_ICMP_CODE_LAST"], 3)])]),
    "a timeout of 0": service("x", 6, more=[u32(C["A_SERVICE_TIMEOUT"], 0)]),
    "a timeout of years": service("x", 6, more=[u32(C["A_SERVICE_TIMEOUT"], 2678401)]),
    "a timeout of packet-filter": service("x", 6, "PACKET_FILTER",
                                          more=[u32(C["A_SERVICE_TIMEOUT"], 9)]),
    "pickup of packet-filter": service("x", 6, "PACKET_FILTER", more=[Attr(C["A_SERVICE_PICKUP"])]),
    "tcp-window of packet-filter": service("x", 6, "PACKET_FILTER",
                                           more=[u8(C["A_SERVICE_TCP_WINDOW"], 1)]),
    "tcp-window of udp": service("x", 17, more=[u8(C["A_SERVICE_TCP_WINDOW"], 2)]),
    "tcp-window of 3": service("x", 6, more=[u8(C["A_SERVICE_TCP_WINDOW"], 3)]),
    "ends of packet-filter": service("x", 6, "PACKET_FILTER", more=[u8(C["A_SERVICE_ENDS"], 2)]),
    "tcp-probes of packet-filter": service("x", 6, "PACKET_FILTER",
                                           more=[u8(C["A_SERVICE_TCP_PROBES"], 2)]),
    "tcp-probes of udp": service("x", 17, more=[u8(C["A_SERVICE_TCP_PROBES"], 2)]),
    "tcp-probes of 3": service("x", 6, more=[u8(C["A_SERVICE_TCP_PROBES"], 3)]),
    "ends of 3": service("x", 6, more=[u8(C["A_SERVICE_ENDS"], 3)]),
    "tcp-window of sctp": service("x", 132, more=[u8(C["A_SERVICE_TCP_WINDOW"], 2)]),
    "pickup and tcp-window of sctp": service("x", 132, more=[Attr(C["A_SERVICE_PICKUP"]),
                                                            u8(C["A_SERVICE_TCP_WINDOW"], 1)]),
    "pickup of udp": service("x", 17, more=[Attr(C["A_SERVICE_PICKUP"])]),
    "members of a service": service("x", 6, more=[text(C["A_SERVICE_MEMBER"], "y")]),
    "a group with a protocol": service("x", 6, "GROUP", more=[text(C["A_SERVICE_MEMBER"], "y")]),
    "a group without members": group("x"),
    "a service without a protocol": Attr(C["A_ROW_SERVICE"], service("x", 6).payload[:2]),
    "a service without a type": Attr(C["A_ROW_SERVICE"], service("x", 6).payload[:1]),
    "a rule without a server": Attr(C["A_ROW_RULE"], rule("a", "b", "c").payload[:1]),
    "a rule without an action": Attr(C["A_ROW_RULE"], rule("a", "b", "c").payload[:3]),
    "a ceiling on what is refused": rule("a", "b", "c", "REJECT", [u32(C["A_RULE_RATE"], 1)]),
    "a rate of 0": rule("a", "b", "c", more=[u32(C["A_RULE_RATE"], 0)]),
    "a client's ceiling on what is refused": rule("a", "b", "c", "REJECT", [
        u32(C["A_RULE_CLIENT_SESSIONS"], 1)]),
    "a client's rate on what is refused": rule("a", "b", "c", "DISCARD", [
        u32(C["A_RULE_CLIENT_RATE"], 1)]),
    "a client's ceiling of 0": rule("a", "b", "c", more=[u32(C["A_RULE_CLIENT_SESSIONS"], 0)]),
    "a client's rate of 0": rule("a", "b", "c", more=[u32(C["A_RULE_CLIENT_RATE"], 0)]),
    "unmatched judge": setting("UNMATCHED", C["VERDICT_SETTING_JUDGE"]),
    "broadcast reject": setting("BROADCAST", C["VERDICT_SETTING_REJECT"]),
    "ping 4": setting("PING", 4),
    "probes of 3": setting("TCP_PROBES", 3),
    "no time for a probe": setting("TIMEOUT_TCP_PROBE", 0),
    "an established timeout below RFC 5382": setting("TIMEOUT_TCP_ESTABLISHED", 7439),
    "a UDP timeout below RFC 4787": setting("TIMEOUT_UDP_REPLIED", 119),
    "a UDP stream's timeout below RFC 4787": setting("TIMEOUT_UDP_STREAM", 119),
    "an ICMP timeout below RFC 5508": setting("TIMEOUT_ICMP", 59),
    "no sessions at all": setting("SESSIONS_MAX", 0),
    "a setting without a value": setting("SESSIONS_MAX"),
    "a network in place of a value": setting("SESSIONS_MAX", network="a"),
    "a value and a network": setting("SESSIONS_MAX", 5, "a"),
    "a value in place of a network": setting("MANAGEMENT", 5),
    "a network and a value": setting("MANAGEMENT", 5, "a"),
    "stealth by a number": setting("STEALTH", 1),
    "management without a network": setting("MANAGEMENT"),
    "management by a network without a name": setting("MANAGEMENT", network=""),
    "no time at all": setting("TIMEOUT_OTHER", 0),
    "a log in place of a value": setting("SESSIONS_MAX", log="a"),
    "a log in place of a network": setting("MANAGEMENT", log="a"),
    "a network in place of a log": setting("LOG_SPOOFED", network="a"),
    "a log and a value": setting("LOG_SPOOFED", 5, log="a"),
    "a log without a name": setting("LOG_SPOOFED", log=""),
    "a log row without a name": log(""),
    "a log's rate without a group": log("a", None, [u32(C["A_LOG_RATE"], 5)]),
    "a log's prefix without a group": log("a", None, [text(C["A_LOG_PREFIX"], "p")]),
    "a log's rate of 0": log("a", 5, [u32(C["A_LOG_RATE"], 0)]),
    "a log's prefix of 28 bytes": log("a", 5, [text(C["A_LOG_PREFIX"], "p" * 28)]),
    "a log's prefix over two lines": log("a", 5, [text(C["A_LOG_PREFIX"], "p\np")]),
    "a time class without hours": hours("x"),
    "a time class without a name": Attr(C["A_ROW_TIME"], hours("x", (1, 0, 1)).payload[1:]),
    "a time class of an empty name": hours("", (1, 0, 1)),
    "hours of no day": hours("x", (0, 0, 1)),
    "hours of an eighth day": hours("x", (128, 0, 1)),
    "hours that begin at midnight, tomorrow's": hours("x", (1, 1440, 5)),
    "hours that end later than a day does": hours("x", (1, 0, 1441)),
    "hours that end when they begin": hours("x", (1, 5, 5)),
    "hours without an end": Attr(C["A_ROW_TIME"], [text(C["A_TIME_NAME"], "x"), Attr(
        C["A_TIME_SPAN"], [u8(C["A_SPAN_DAYS"], 1), u16(C["A_SPAN_BEGIN"], 5)])]),
    "more hours than a time class has": hours("x", *[(1, i, i + 1) for i in range(65)]),
    "a rule at no time": rule("a", "b", "c", more=[text(C["A_RULE_TIME"], "")]),
    "a relay at times twice": relay("UDP_RELAY", "1.2.3.4", 1, "1.2.3.5", 1, more=[
        text(C["A_RELAY_TIME"], "a"), text(C["A_RELAY_TIME"], "a")]),
}
for sentence, row in senseless.items():
    error, said, _ = s.ask(C["CMD_ROW_ADD"], [row])
    tap.is_(error and said, "refused: " + sentence, "errno %d: %s" % (error, said))
zones = {
    "more than a day ahead": [offset(0, 86401)],
    "more than a day behind": [offset(0, -86401)],
    "further than one can count": [offset(0, -(1 << 31))],
    "two at a time": [offset(7, 0), offset(7, 3600)],
    "the later first": [offset(8, 0), offset(7, 3600)],
    "more than are kept": [offset(i, i) for i in range(33)],
    "without a beginning": [Attr(C["A_ZONE_OFFSET"], offset(0, 0).payload[1:])],
    "without its seconds": [Attr(C["A_ZONE_OFFSET"], offset(0, 0).payload[:1])],
    "with two beginnings": [Attr(C["A_ZONE_OFFSET"], offset(0, 0).payload + offset(1, 0).payload[:1])],
    "with nothing": [Attr(C["A_ZONE_OFFSET"], [])],
}
before = state()
for sentence, attrs in zones.items():
    error, said, _ = s.ask(C["CMD_ZONE_SET"], attrs)
    tap.is_(error and said and state() == before, "refused: local time, " + sentence,
            "errno %d: %s" % (error, said))
error, said, _ = s.ask(C["CMD_ZONE_SET"], [offset(-(1 << 63), -86400), offset((1 << 63) - 1, 86400)])
tap.is_(not error, "local time may move as far and as late as it can", said)
error, said, _ = s.ask(C["CMD_ZONE_SET"], [offset(i, i) for i in range(32)])
tap.is_(not error, "and as often", said)
error, said, _ = s.ask(C["CMD_ZONE_SET"])
tap.is_(not error, "and not at all", said)
icq = lambda kind="TCP_RELAY", listen="1.2.3.4", target="192.168.1.17", **how: \
    relay(kind, listen, how.pop("first", 5190), target, how.pop("port", 5190), **how)
without = lambda row, kind: Attr(row.kind, [a for a in row.payload if a.kind != kind])
NATPORTS = lambda first, last: ports(C["A_NAT_PORTS"], (first, last))
# The sentence that each must get.
told = {
    "nat without a type": (without(nat("NONE", "Any"), C["A_NAT_TYPE"]), "type is missing"),
    "a nat type of 4": (Attr(C["A_ROW_NAT"], [u8(C["A_NAT_TYPE"], 4)]), "range"),
    "source without an address": (nat("SOURCE", "Lab"), 'nat "Lab": address is missing'),
    "a last address alone": (nat("SOURCE", last="192.0.2.1"), 'nat "Any": address is missing'),
    "masquerade with an address": (nat("MASQUERADE", first="192.0.2.1"), "leave address and"),
    "none with a last address": (nat("NONE", last="192.0.2.1"), "leave address and"),
    "a nat address of 6 bytes": (nat("SOURCE", first=bytes(6)), "6 bytes"),
    "a last nat address of 3": (nat("SOURCE", first="192.0.2.1", last=bytes(3)), "3 bytes"),
    "nat to both families": (nat("SOURCE", first="192.0.2.1", last="2001:db8::1"), "and ends in"),
    "nat addresses the wrong way round": (nat("SOURCE", first="192.0.2.2", last="192.0.2.1"),
                                          "exchange them"),
    "65537 nat addresses": (nat("SOURCE", first="192.0.0.0", last="192.1.0.0"), "65536"),
    "2^96 nat addresses": (nat("SOURCE", first="2001::", last="2002::"), "65536"),
    "65537 nat addresses over a border": (nat("SOURCE", first="2001:db8::ffff:fff0",
                                              last="2001:db8::1:0:fff0"), "65536"),
    "nat to 0.0.0.0": (nat("SOURCE", first="0.0.0.0"), "address is an address of no host"),
    "nat to loopback": (nat("SOURCE", first="127.0.0.1"), "address is a loopback"),
    "nat to multicast": (nat("SOURCE", first="223.255.255.255", last="224.0.0.1"),
                         "last address is a multicast"),
    "nat to broadcast": (nat("SOURCE", first="255.255.255.255"), "broadcast"),
    "nat to ::": (nat("SOURCE", first="::"), "no host"),
    "nat to link-local": (nat("SOURCE", first="fe80::1"), "link-local"),
    "none with ports": (nat("NONE", more=NATPORTS(1, 2)), "leave ports"),
    "none endpoint-independent": (nat("NONE", more=[Attr(C["A_NAT_ENDPOINT_INDEPENDENT"])]),
                                  "endpoint-independent out"),
    "nat ports the wrong way round": (nat("MASQUERADE", more=NATPORTS(9, 8)), "exchange them"),
    "nat to port 0": (nat("MASQUERADE", more=NATPORTS(0, 8)), "begin with 1"),
    "nat ports without a first": (nat("MASQUERADE", more=[Attr(C["A_NAT_PORTS"], [
        u16(C["A_RANGE_LAST"], 8)])]), "first port is missing"),
    "nat from an interface with a slash": (nat("MASQUERADE", source_if="a/b"), '"a/b"'),
    "nat to an interface with a space": (nat("MASQUERADE", to_if="a b", more=[
        text(C["A_NAT_NAME"], "home")]), 'nat "home": "a b"'),
    "nat from the empty name": (nat("MASQUERADE", more=[text(C["A_NAT_FROM"], "")]),
                                "from is empty"),
    "a relay without listen": (without(icq(), C["A_RELAY_LISTEN"]), "listen is missing"),
    "a relay without ports": (without(icq(), C["A_RELAY_PORTS"]), "ports is missing"),
    "a relay without a target": (without(icq(), C["A_RELAY_TARGET"]), "target is missing"),
    "a relay without a type": (without(icq(), C["A_RELAY_TYPE"]), "type is missing"),
    "a relay for nobody": (icq(source=[]), "from is missing"),
    "a relay type of 7": (Attr(C["A_ROW_RELAY"], without(icq(), C["A_RELAY_TYPE"]).payload +
                               [u8(C["A_RELAY_TYPE"], 7)]), "range"),
    "listen of 5 bytes": (icq(listen=bytes(5)), "5 bytes"),
    "listen on 0.0.0.0": (icq(listen="0.0.0.0"), 'relay "0.0.0.0": listen is an address of no'),
    "listen on ::": (icq(listen="::", target="2001:db8::1"), "listen is an address of no"),
    "listen on multicast": (icq(listen="224.0.0.1"), "listen is a multicast"),
    "listen on broadcast": (icq(listen="255.255.255.255"), "listen is the broadcast"),
    "listen on loopback": (icq(listen="127.0.0.1"), "listen is a loopback"),
    "listen on ::1": (icq(listen="::1", target="2001:db8::1"), "listen is a loopback"),
    "listen on IPv4 as IPv6": (icq(listen="::ffff:1.2.3.4", target="2001:db8::1"), "IPv4 address"),
    "target of 15 bytes": (icq(target=bytes(15)), "15 bytes"),
    "target 0.0.0.0": (icq(target="0.0.0.0"), "target is an address of no"),
    "target multicast": (icq(listen="2001:db8::1", target="ff02::1"), "target is a multicast"),
    "target broadcast": (icq(target="255.255.255.255"), "target is the broadcast"),
    "target loopback": (icq(target="127.0.0.1"), "service itself listen"),
    "target ::1": (icq(listen="2001:db8::1", target="::1"), "service itself listen"),
    "target of the other family": (icq(target="2001:db8::1"), "both of one kind"),
    "target where it listens": (icq(target="1.2.3.4"), "that it listens on"),
    "relay ports the wrong way round": (icq(last=5189), "exchange them"),
    "relay port 0": (icq(first=0, last=9), "begin with 1"),
    "target port 0": (icq(port=0), "range"),
    "target ports above 65535": (icq("UDP_FORWARD", last=5200, port=65530), "end above 65535"),
    "a tcp-relay of 1025 ports": (icq(last=6214), "at most 1024"),
    "a timeout of 0 seconds": (icq(more=[u32(C["A_RELAY_TIMEOUT"], 0)]), "range"),
    "a lifetime of tcp-forward": (icq("TCP_FORWARD", more=[u32(C["A_RELAY_LIFETIME"], 9)]),
                                  "use timeout"),
    "a lifetime of udp-relay": (icq("UDP_RELAY", more=[u32(C["A_RELAY_LIFETIME"], 9)]),
                                "lifetime"),
    "a proxy-protocol of semitransparent": (icq("SEMITRANSPARENT_TCP_FORWARD", more=[
        u8(C["A_RELAY_PROXY_PROTOCOL"], 1)]), "make it a tcp-relay"),
    "proxy-protocol v3": (icq(more=[u8(C["A_RELAY_PROXY_PROTOCOL"], 3)]), "range"),
    "a from without an end": (icq(source=[], more=[Attr(C["A_RELAY_FROM"], b"Any")]),
                              "ended by one 0"),
    "a from with a control character": (icq(source=["a\nb"]), "from has a control"),
}
for sentence, (row, words) in told.items():
    error, said, _ = s.ask(C["CMD_ROW_ADD"], [row])
    tap.is_(error and words in said, "refused: " + sentence, "errno %d: %s" % (error, said))
for sentence, attrs in {
        "no row": [u32(POSITION, 0)],
        "two rows in one message": [good_rows[0], good_rows[1]],
        "a row for another table": [u8(TABLE, C["TABLE_RULE"]), good_rows[0]],
        "a position behind the end": [u32(POSITION, 1000), good_rows[0]]}.items():
    error, said, _ = s.ask(C["CMD_ROW_ADD"], attrs)
    tap.is_(error and said, "refused: " + sentence, "errno %d: %s" % (error, said))
guard = lambda **how: [Attr(C["A_POLICY_CHECK"]), Attr(C["A_POLICY_GUARD"], [
    copy.deepcopy(a) for a in TUPLE if a.kind != how.get("without")])]
for i, attr in enumerate(TUPLE):
    error, said, _ = s.ask(C["CMD_COMMIT"], guard(without=attr.kind))
    tap.is_(error and said, "refused: a guard without its attribute %d" % attr.kind, said)
    asked = Attr(C["A_SESSION_GUARD"], guard(without=attr.kind)[1].payload)
    tap.is_(s.ask(C["CMD_CANDIDATE_PREVIEW"], [asked])[:2] == (error, said),
            "nor is it previewed", said)

T = lambda name: C["A_TUPLE_" + name]


def flow(src, dst, proto, *ports, ifindex=1):
    """A question; IFINDEX 1 is the namespace's loopback device."""
    kinds = (T("SOURCE_PORT"), T("DESTINATION_PORT"))
    return [Attr(C["A_EXPLAIN_FLOW"], [
        Attr(T("SOURCE"), address(src) if isinstance(src, str) else src),
        Attr(T("DESTINATION"), address(dst) if isinstance(dst, str) else dst),
        u8(T("PROTOCOL"), proto), *(u16(k, p) for k, p in zip(kinds, ports))]),
        u32(C["A_EXPLAIN_IFINDEX"], ifindex)]


for sentence, (attrs, words) in {
        "no flow": ([], "flow is missing"),
        "an empty flow": ([Attr(C["A_EXPLAIN_FLOW"], [])], "a flow has source"),
        "no protocol": ([Attr(C["A_EXPLAIN_FLOW"], TUPLE[:2])], "a flow has source"),
        "a source twice": ([Attr(C["A_EXPLAIN_FLOW"], TUPLE + TUPLE[:1])], "once each"),
        "a flow of both families": (flow("192.0.2.1", "2001:db8::1", 6, 1, 2, ifindex=0), "16"),
        "addresses of 5 bytes": (flow(bytes(5), bytes(5), 6, 1, 2, ifindex=0), "4 bytes"),
        "tcp without ports": (flow("192.0.2.1", "192.0.2.2", 6, ifindex=0), "name both"),
        "udp with one port": (flow("192.0.2.1", "192.0.2.2", 17, 1, ifindex=0), "name both"),
        "esp with ports": (flow("192.0.2.1", "192.0.2.2", 50, 1, 2, ifindex=0), "leave them out"),
        "an interface that is not there": (flow("192.0.2.1", "192.0.2.2", 6, 1, 2, ifindex=77777),
                                           "no such interface"),
        "an interface beyond all": (flow("192.0.2.1", "192.0.2.2", 6, 1, 2, ifindex=1 << 31),
                                    "no such interface"),
        "loopback": (flow("127.0.0.1", "127.0.0.1", 6, 1, 2), "another interface"),
        "a source that is not the firewall's": (flow("192.0.2.1", "192.0.2.2", 50, ifindex=0),
                                                "name the interface"),
        "a source of zeros": (flow("0.0.0.0", "192.0.2.2", 6, 1, 2, ifindex=0),
                              "name the interface"),
        "an ICMP error": (flow("192.0.2.1", "192.0.2.2", 1, 0, 3 << 8, ifindex=0),
                          "about that packet"),
        "ICMPv6 in IPv4": (flow("192.0.2.1", "192.0.2.2", 58, 0, 128 << 8, ifindex=0),
                           "name the other"),
        "ICMP in IPv6": (flow("2001:db8::1", "2001:db8::2", 1, 0, 8 << 8, ifindex=0),
                         "name the other")}.items():
    error, said, _ = s.ask(C["CMD_EXPLAIN"], copy.deepcopy(attrs))
    tap.is_(error and words in said, "not explained: " + sentence, "errno %d: %s" % (error, said))

tap.is_(state() == before, "the running policy is as it was")
tap.is_(check_candidate() == counts, "and so is the candidate")
tap.done()
