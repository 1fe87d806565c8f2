# SPDX-License-Identifier: GPL-2.0
"""
Policies over netlink: candidates, commits, refusals, dumps, confirm and revert.

One network namespace of its own, no traffic. What rows do to packets is tested
in net/.
"""
import errno
import select
import socket
import subprocess
import time

from rawnl import *

ESTALE = errno.ESTALE
NESTS = [C["A_ROW_" + table] for table in
         ("NETWORK", "SERVICE", "RULE", "SETTING", "NAT", "RELAY", "TIME")]
PREVIEW = C["CMD_CANDIDATE_PREVIEW"]
tap = Tap()
s = Socket()


def generation(sock=s):
    _, _, replies = sock.ask(C["CMD_POLICY_GET"])
    return struct.unpack("=I", dict(parse(replies[0][1]))[C["A_POLICY_GENERATION"]])[0]


def add(row, sock=s, position=None):
    attrs = [row] + ([] if position is None else [u32(C["A_ROW_POSITION"], position)])
    return sock.ask(C["CMD_ROW_ADD"], attrs)


def new(sock=s, clone=False):
    return sock.ask(C["CMD_CANDIDATE_NEW"], [Attr(C["A_POLICY_CLONE"])] if clone else [])


def running():
    return [u32(C["A_POLICY_GENERATION"], generation())]


def commit(*attrs, sock=s):
    return sock.ask(C["CMD_COMMIT"], attrs)


def rows(table=None, sock=s):
    """[(table, position, data, id)] of the running policy."""
    attrs = [u8(C["A_ROW_TABLE"], C["TABLE_" + table])] if table else []
    error, _, replies = sock.dump(C["CMD_ROW_GET"], attrs)
    assert not error
    found = []
    for _, body in replies:
        a = dict(parse(body))
        nest = next(a[k] for k in NESTS if k in a)
        found.append((a[C["A_ROW_TABLE"]][0], struct.unpack("=I", a[C["A_ROW_POSITION"]])[0],
                      nest, struct.unpack("=I", a[C["A_ROW_ID"]])[0]))
    return found


def load(*table, attrs=(), sock=s):
    """A whole policy: (errno, sentence, replies) of the first refusal, or of the commit."""
    new(sock)
    error, said = sock.ask_all(C["CMD_ROW_ADD"], [[row] for row in table])
    return (error, said, []) if error else commit(*attrs, sock=sock)


base = [network("Inside", "192.168.1.0/24", "2001:db8:1::/64"),
        network("Internet", "0.0.0.0/0", "::/0"),
        service("icq", 6, client=[(1024, 65535)], server=[(5190, 5190)]),
        service("dns", 17, "PACKET_FILTER", server=[(53, 53)]),
        group("both", "icq", "dns"),
        rule("Inside", "Internet", "icq"),
        rule("Inside", "Any", "both", "REJECT"),
        setting("UNMATCHED", C["VERDICT_SETTING_REJECT"])]


def refused(sentence, table, *words, attrs=()):
    """A policy that must be refused, with these words, and change nothing."""
    before = generation(), rows()
    error, said, _ = load(*table, attrs=attrs)
    same = before == (generation(), rows())
    tap.is_(error and all(word in said for word in words) and same, "refused: " + sentence,
            "errno %d: %s" % (error, said), "running policy unchanged: %s" % same)
    checked = commit(Attr(C["A_POLICY_CHECK"]))[:2]
    previews = s.ask(PREVIEW)[:2], s.dump(PREVIEW)[:2]
    tap.is_(previews == (checked, checked) and before == (generation(), rows()),
            "and previewed in the same words", *previews)


tap.is_(generation() == 0, "no policy: generation 0")
error, said, _ = commit()
tap.is_(error == errno.ENOENT and "candidate" in said, "a commit wants a candidate", said)

error, said, replies = load(*base)
first = generation()
tap.is_(not error and first == 1, "a first commit is generation 1", error, said)
tap.is_([r[2] for r in rows()] == [b"".join(a.pack() for a in r.payload) for r in base],
        "a dump gives back what was written, in order")
tap.is_(len(rows("RULE")) == 2, "a dump of one table")
error, _, replies = s.ask(C["CMD_ROW_GET"], [u8(C["A_ROW_TABLE"], C["TABLE_RULE"]),
                                             u32(C["A_ROW_POSITION"], 1)])
tap.is_(not error and dict(parse(replies[0][1]))[C["A_ROW_RULE"]] == rows("RULE")[1][2],
        "one row by its position")

ids = [r[3] for r in rows()]
load(*base)
tap.is_([r[3] for r in rows()] == ids, "the same rows again keep their ids")
load(*base[:6], rule("Inside", "Internet", "dns"), *base[6:])
now = [r[3] for r in rows()]
tap.is_(now[:6] == ids[:6] and now[7:] == ids[6:] and now[6] not in ids,
        "a new row between them gets a new id, the others keep theirs")
load(base[0], base[1], base[2], base[5], base[5], base[5])
equal = [r[3] for r in rows("RULE")]
load(base[0], base[1], base[2], base[5], base[5])
tap.is_(len(set(equal)) == 3 and [r[3] for r in rows("RULE")] == equal[:2],
        "equal rows are matched in order")

load(*base)
new(clone=True)
add(rule("Internet", "Inside", "dns"), position=0)
s.ask(C["CMD_ROW_DEL"], [u8(C["A_ROW_TABLE"], C["TABLE_RULE"]), u32(C["A_ROW_POSITION"], 2)])
error, said, _ = commit()
after = rows("RULE")
tap.is_(not error and len(after) == 2 and after[1][3] == ids[5] and after[0][3] != ids[6],
        "a clone, a row put in front, a row taken out", error, said)

error, said, _ = load(*base, attrs=[u32(C["A_POLICY_BASE"], 1)])
tap.is_(error == ESTALE and "generation 1" in said and str(generation()) in said,
        "a commit from an old generation is refused and says which runs", said)
error, said, _ = commit(u32(C["A_POLICY_BASE"], generation()))
tap.is_(not error, "and its candidate is still there", said)
before = generation()
error, said, _ = load(*base[:5], attrs=[Attr(C["A_POLICY_CHECK"])])
tap.is_(not error and generation() == before and not commit()[0],
        "a check publishes nothing and keeps the candidate", said)

other = Socket()
new(other)
add(base[0], other)
other.close()
other = Socket()
tap.is_(commit(sock=other)[0] == errno.ENOENT, "a socket that closes drops its candidate")
socks = []
for i in range(70):
    socks.append(Socket())
    error, said, _ = new(socks[-1])
    if error:
        break
tap.is_(error == errno.EBUSY and i >= 60, "too many candidates are refused", i, error, said)
for sock in socks:
    sock.close()
tap.is_(not new(other)[0], "and allowed again when sockets close")
other.close()

load(*base)
inside, internet, icq = base[0], base[1], base[2]
r = base[5]
refused("an unknown client", [inside, icq, rule("Insde", "Any", "icq")],
        "rule row 1", 'client "Insde"', "add a network")
refused("an unknown server", [inside, icq, r], "rule row 1", 'server "Internet"')
refused("an unknown service", [inside, internet, rule("Inside", "Internet", "icg")],
        "rule row 1", 'service "icg"')
refused("an unknown client in a disabled rule",
        [icq, rule("X", "Any", "icq", more=[Attr(C["A_RULE_DISABLED"])])], "rule row 1", '"X"')
refused("an unknown nested network", [network("A", nested("B"))], "network row 1", '"A"', '"B"')
refused("a network in itself", [network("A", nested("A"))], '"A"', "contains itself")
refused("two networks in each other", [network("A", nested("B")), network("B", nested("A"))],
        "contains itself", '"A"', '"B"')
refused("a long way round", [network("N%d" % i, nested("N%d" % ((i + 1) % 3000)))
                             for i in range(3000)], "contains itself")
refused("a network bound away", [network("A", nested("B", "eth1")),
                                 network("B", [text(C["A_ADDRESS_IFNAME"], "eth2"),
                                               Attr(C["A_ADDRESS_FIRST"], bytes(4))])],
        '"A"', "empty")
refused("the name Any", [network("Any", "10.0.0.1")], '"Any"', "built in")
refused("the name Firewall", [network("Firewall", "10.0.0.1")], '"Firewall"', "built in")
refused("two services of one name", [icq, icq], "service row 2", '"icq"', "row 1")
refused("an unknown member", [group("g", "icg")], '"g"', '"icg"')
refused("a group in itself", [group("g", "h"), group("h", "g")], "contains itself", '"g"', '"h"')
refused("a setting twice", [setting("UNMATCHED", 1), setting("UNMATCHED", 2)],
        "setting row 2", "unmatched", "twice")
refused("limits on a service without sessions",
        [base[3], rule("Any", "Any", "dns", more=[u32(C["A_RULE_RATE"], 5)])],
        "rule row 1", '"dns"', "opens none")
many = [(i, i) for i in range(750)]
refused("too many pairs of ports",
        [service("x", 6, client=many, server=many), service("y", 6, client=many, server=many),
         rule("Any", "Any", "x"), rule("Any", "Any", "y")], "service row 2", "pairs")
row = [text(C["A_ADDRESS_IFNAME"], "eth1"), Attr(C["A_ADDRESS_FIRST"], bytes(4))]
refused("a row too large", [network("A", *[row] * 2000)], 'network "A"', "split")

# --- nat rows and relays ---

v4, v6 = network("V4", "10.1.0.0/16"), network("V6", "2001:db8:6::/64")
bound = network("Bound", [text(C["A_ADDRESS_IFNAME"], "eth2"),
                          Attr(C["A_ADDRESS_FIRST"], address("10.2.0.1"))])
P = lambda kind, first, last: ports(C["A_%s_PORTS" % kind], (first, last))[0]
OFF = {"NAT": Attr(C["A_NAT_DISABLED"]), "RELAY": Attr(C["A_RELAY_DISABLED"])}
two = [inside, internet, v4, v6, bound,
       nat("MASQUERADE", to_if="eth0"),
       nat("MASQUERADE", "Inside", "Internet", "eth1", "eth0", more=[
           P("NAT", 5000, 6000), Attr(C["A_NAT_ENDPOINT_INDEPENDENT"]),
           text(C["A_NAT_NAME"], "n"), text(C["A_NAT_COMMENT"], "c")]),
       nat("SOURCE", "V4", first="192.0.2.1", last="192.0.2.200"),
       nat("SOURCE", "V4", first="192.0.0.0", last="192.0.255.255"),
       nat("SOURCE", "V6", "Internet", first="2001:db8::ffff:fff0", last="2001:db8::1:0:ffef"),
       nat("SOURCE", "Any", "Any", first="192.0.2.1"),
       nat("SOURCE", first="2001:db8::1", more=[P("NAT", 1, 1)]),
       nat("NONE", "Bound", source_if="eth2"), nat("NONE"), nat("NONE", "V6"),
       nat("MASQUERADE", "V6", more=[OFF["NAT"]]),
       relay("TCP_RELAY", "1.2.3.4", 5190, "192.168.1.17", 5190, ["Internet"]),
       relay("TCP_RELAY", "1.2.3.4", 6000, "192.168.1.17", 64512, last=7023, more=[
           u32(C["A_RELAY_TIMEOUT"], 1), u32(C["A_RELAY_LIFETIME"], 2678400),
           u8(C["A_RELAY_PROXY_PROTOCOL"], 2), text(C["A_RELAY_HOST"], "example.org"),
           text(C["A_RELAY_NAME"], "n"), text(C["A_RELAY_COMMENT"], "c")]),
       relay("TCP_FORWARD", "1.2.3.4", 5191, "192.168.1.17", 80, ["Inside", "Bound", "Firewall"]),
       relay("SEMITRANSPARENT_TCP_FORWARD", "1.2.3.4", 5192, "192.168.1.17", last=5999),
       relay("UDP_RELAY", "1.2.3.4", 1, "192.168.1.17", 1, last=5189),
       relay("UDP_FORWARD", "1.2.3.4", 5190, "192.168.1.17", 5190),
       relay("SEMITRANSPARENT_UDP_FORWARD", "2001:db8::1", 1, "2001:db8::2", last=65535),
       relay("TCP_RELAY", "1.2.3.5", 5190, "192.168.1.17", 5190),
       relay("TCP_FORWARD", "1.2.3.4", 5190, "192.168.1.17", 22, more=[OFF["RELAY"]])]
error, said, replies = load(*two)
counts = dict(parse(replies[0][1])) if replies else {}
tap.is_(not error, "nat rows and relays of every kind", error, said)
tap.is_(sorted(r[2] for r in rows()) == sorted(b"".join(a.pack() for a in r.payload) for r in two),
        "a dump gives back what was written")
tap.is_(struct.unpack("=I", counts.get(C["A_POLICY_NATS"], bytes(4)))[0] == 11 and
        struct.unpack("=I", counts.get(C["A_POLICY_RELAYS"], bytes(4)))[0] == 9,
        "a commit's answer counts them")
has = {}
for _, body in s.dump(C["CMD_ROW_GET"])[2]:
    a = dict(parse(body))
    has[a[C["A_ROW_TABLE"]][0]] = (C["A_ROW_HITS"] in a, C["A_ROW_SESSIONS"] in a)
tap.is_(has == {C["TABLE_NETWORK"]: (False, False), C["TABLE_NAT"]: (True, False),
                C["TABLE_RELAY"]: (True, True)}, "nat rows have hits, relays sessions as well", has)
kept = [r[3] for r in rows()]
load(*two)
tap.is_([r[3] for r in rows()] == kept, "the same again keep their ids")
load(*two, *base[2:3], *base[5:6])
tap.is_([r[3] for r in rows() if r[3] in kept] == kept, "beside rules as well")
error, said, _ = load(nat("MASQUERADE", more=[OFF["NAT"]]),
                      relay("TCP_RELAY", "1.2.3.4", 1, "1.2.3.5", more=[OFF["RELAY"]]))
tap.is_(not error, "disabled ones alone", error, said)
load(*base)

refused("nat from nowhere", [nat("MASQUERADE", "Insde")], "nat row 1", 'from "Insde"',
        "add a network")
refused("nat to nowhere", [nat("NONE"), nat("MASQUERADE", to="Y")], "nat row 2", 'to "Y"')
refused("disabled nat from nowhere", [nat("NONE", "X", more=[OFF["NAT"]])], "nat row 1", '"X"')
refused("masquerade from a network of IPv6", [v6, nat("MASQUERADE", "V6")],
        "nat row 1", 'from "V6" has no IPv4 address')
refused("masquerade to a network of IPv6", [v6, nat("MASQUERADE", to="V6", to_if="eth0")],
        "nat row 1", 'to "V6" has no IPv4 address')
refused("an IPv4 source for a network of IPv6", [v6, nat("SOURCE", "V6", first="192.0.2.1")],
        'from "V6" has no IPv4 address')
refused("an IPv6 source for a network of IPv4", [v4, nat("SOURCE", "V4", first="2001:db8::1")],
        'from "V4" has no IPv6 address')
refused("nat from a network on another interface",
        [bound, nat("MASQUERADE", "Bound", source_if="eth1")],
        "nat row 1", 'from "Bound" has nothing on "eth1"', "other interfaces")
refused("nat to the firewall on an interface", [nat("NONE", to="Firewall", to_if="eth0")],
        'to "Firewall" has nothing on "eth0"')
refused("nat by too many interfaces",
        [nat("MASQUERADE", to_if="e%d" % i) for i in range(4100)], '"e4096"', "one more")
refused("a relay for nobody known", [relay("TCP_RELAY", "1.2.3.4", 1, "1.2.3.5", source=["X"])],
        "relay row 1", 'from "X"', "add a network")
refused("a relay for a second network that is not there",
        [v4, relay("UDP_RELAY", "1.2.3.4", 1, "1.2.3.5", source=["V4", "X"])],
        "relay row 1", 'from "X"')
refused("a disabled relay for nobody known",
        [relay("TCP_RELAY", "1.2.3.4", 1, "1.2.3.5", source=["X"], more=[OFF["RELAY"]])],
        "relay row 1", 'from "X"')
one = relay("TCP_RELAY", "1.2.3.4", 5190, "1.2.3.5")
refused("two relays on one port", [one, relay("TCP_FORWARD", "1.2.3.4", 5190, "1.2.3.6", 1)],
        "relay row 2", "row 1 listens", "TCP port 5190", "give one of them another")
refused("a relay in the range of another",
        [relay("UDP_FORWARD", "2001:db8::1", 100, "2001:db8::2", last=200), one,
         relay("UDP_RELAY", "2001:db8::1", 50, "2001:db8::2", last=100)],
        "relay row 3", "row 1 listens", "UDP port 100")
refused("a relay around another",
        [relay("UDP_FORWARD", "1.2.3.4", 100, "1.2.3.5"),
         relay("TCP_RELAY", "1.2.3.4", 100, "1.2.3.5"),
         relay("UDP_RELAY", "1.2.3.4", 1, "1.2.3.5", last=65535)],
        "relay row 3", "row 1 listens", "UDP port 100")
refused("4097 relays", [relay("UDP_RELAY", "1.2.3.4", i + 1, "1.2.3.5") for i in range(4097)],
        "relay row 4097", "at most 4096")
error, said, _ = load(*[relay("UDP_RELAY", "1.2.3.4", i + 1, "1.2.3.5") for i in range(4096)])
tap.is_(not error, "4096 relays", error, said)
wide = network("Wide", *["10.0.%d.0/24" % i for i in range(200)])
error, said, _ = load(wide, *[nat("SOURCE", "Wide", first="192.0.2.%d" % (i % 200))
                              for i in range(20000)])
tap.is_(not error, "20000 nat rows from a network of 200", error, said)
refused("nat rows that cut large networks again and again",
        [*[network("Wide", *["10.%d.%d.0/24" % (k, i) for i in range(256)]) for k in range(80)],
         *[nat("MASQUERADE", "Wide", source_if="e%d" % i) for i in range(400)]],
        "nat rows", "address ranges")

deep = [network("N%d" % i, nested("N%d" % (i + 1)), nested("N%d" % (i + 1)))
        for i in range(5000)] + [network("N5000", "10.0.0.0/8"), icq, rule("N0", "Any", "icq")]
error, said, _ = load(*deep)
tap.is_(not error, "5000 networks deep, each twice in the one above", error, said)
deep = [group("g%d" % i, "g%d" % (i + 1), "g%d" % (i + 1)) for i in range(5000)] + \
       [service("g5000", 6), rule("Any", "Any", "g0")]
error, said, _ = load(*deep)
tap.is_(not error, "5000 groups deep, each twice in the one above", error, said)
big = [network("big", *["10.0.%d.%d" % (i // 256, i % 256) for i in range(1500)]), icq,
       rule("big", "Any", "icq")]
error, said, _ = load(*big)
tap.is_(not error and len(rows()) == 3 and len(rows("NETWORK")[0][2]) > 16000,
        "a row larger than a page comes back whole", error, said)

listener = Socket()
listener.join("events")


def event(seconds=5):
    """(event, generation) of the next policy event."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([listener.sock], [], [], end - time.monotonic())[0]:
            break
        for _, _, _, body in listener.messages():
            a = dict(parse(body[4:]))
            if body[0] == C["CMD_POLICY_NTF"]:
                return (a[C["A_POLICY_EVENT"]][0],
                        struct.unpack("=I", a[C["A_POLICY_GENERATION"]])[0])
    return None


# Local time is moved, and the clock stays as it is: a class of every day until noon.
today = int(time.time()) % 86400
morning, evening = [offset(0, 6 * 3600 - today)], [offset(0, 18 * 3600 - today)]
office = [hours("office", (127, 0, 720)),
          rule("Inside", "Internet", "icq", more=[text(C["A_RULE_TIME"], "office")])]


def is_active():
    return C["A_ROW_ACTIVE"] in dict(parse(s.ask(C["CMD_ROW_GET"], [
        u8(C["A_ROW_TABLE"], C["TABLE_TIME"]), u32(C["A_ROW_POSITION"], 0)])[2][0][1]))


s.ask(C["CMD_ZONE_SET"], morning)
load(*base, *office)
old, kept = generation(), rows()
event()
_, _, replies = new(clone=True)
tap.is_(is_active(), "a time class is told to be now")
s.ask(C["CMD_ZONE_SET"], evening)
tap.is_(event() == (C["POLICY_EVENT_CLOCK"], old + 1) and not is_active() and rows() == kept,
        "when it ends that is an event, with a generation and the rows as they were")
add(rule("Inside", "Internet", "dns"))
error, said, _ = commit(u32(C["A_POLICY_BASE"], old))
tap.is_(not error and generation() == old + 2,
        "what was read before that may still be the base of a commit", error, said)
new(clone=True)
for base_of, sentence in (old, "but not once rows have changed"), (old + 1, "nor a later one"), \
                         (old + 3, "nor one that is yet to come"):
    error, said, _ = commit(u32(C["A_POLICY_BASE"], base_of))
    tap.is_(error == ESTALE and "generation" in said, sentence, error, said)
    new(clone=True)
event()
load(*base, *office, attrs=[u32(C["A_POLICY_CONFIRM"], 600)])
old = generation()
event()
s.ask(C["CMD_ZONE_SET"], morning)
event()
error, said, _ = s.ask(C["CMD_CONFIRM"], [u32(C["A_POLICY_GENERATION"], old)])
tap.is_(not error and generation() == old + 1,
        "who saw it before a class began confirms the policy that runs", error, said)
event()
refused("a time class that is not there", base + office[1:], 'rule row 3: time "office"',
        "does not exist: add a time class of that name")
refused("a time class that is not there, of a relay", base + [
    relay("UDP_FORWARD", "192.0.2.1", 53, "192.168.1.17", more=[text(C["A_RELAY_TIME"], "x")])],
        'relay row 1: time "x" does not exist')
refused("a time class that is not there, of a disabled rule", base + [
    rule("Inside", "Internet", "icq", more=[Attr(C["A_RULE_DISABLED"]),
                                            text(C["A_RULE_TIME"], "x")])], 'time "x"')
refused("two time classes of one name", base + office[:1] * 2, "time row 2", "is taken by row 1")
relays = [relay("UDP_FORWARD", "192.0.2.1", 53, "192.168.1.17", more=[text(C["A_RELAY_TIME"], name)])
          for name in ("office", "other")]
refused("two relays in one place at different hours",
        base + office + [hours("other", (127, 720, 1440))] + relays, "relay row 2", "listens on")
refused("two logs of one name", base + [log("all", 5), log("all", 6)], "log row 2", '"all"',
        "rename or delete one of them")
refused("more logs than a policy has", base + [log("l%d" % i) for i in range(1025)],
        "at most 1024 logs")
refused("a log that is not there, of a relay", base + [
    relay("UDP_FORWARD", "192.0.2.1", 53, "192.168.1.17", more=[text(C["A_RELAY_LOG"], "x")])],
        'relay row 1: log "x" does not exist: add a log of that name')
refused("a setting for a network that is not there",
        base + [setting("MANAGEMENT", network="Insde")], 'setting row 2: "Insde" is no network')
refused("more time classes than a policy has",
        base + [hours("t%d" % i, (1, 0, 1)) for i in range(1025)], "at most 1024 time classes")
# The kernel and `fwtool check` refuse the same relays.
differ = []
for listen, last, target, kind in (
        ("0.1.2.3", 9, "10.0.0.1", "TCP_FORWARD"), ("127.0.0.1", 9, "10.0.0.1", "TCP_RELAY"),
        ("224.0.0.1", 9, "10.0.0.1", "UDP_RELAY"), ("255.255.255.255", 9, "10.0.0.1", "UDP_RELAY"),
        ("240.0.0.1", 9, "10.0.0.1", "UDP_RELAY"), ("192.0.2.1", 9, "0.1.2.3", "TCP_FORWARD"),
        ("192.0.2.1", 9, "127.1.2.3", "TCP_RELAY"), ("192.0.2.1", 9, "239.1.2.3", "UDP_FORWARD"),
        ("192.0.2.1", 9, "255.255.255.255", "UDP_FORWARD"), ("192.0.2.1", 9, "192.0.2.1", "UDP_RELAY"),
        ("192.0.2.1", 1033, "10.0.0.1", "TCP_RELAY"), ("192.0.2.1", 1032, "10.0.0.1", "TCP_RELAY"),
        ("192.0.2.1", 65535, "10.0.0.1", "TCP_FORWARD"), ("::1", 9, "2001:db8::1", "TCP_FORWARD"),
        ("ff02::1", 9, "2001:db8::1", "UDP_FORWARD"), ("fe80::1", 9, "2001:db8::1", "TCP_FORWARD"),
        ("::ffff:192.0.2.1", 9, "2001:db8::1", "TCP_FORWARD"), ("2001:db8::2", 9, "::1", "TCP_RELAY"),
        ("2001:db8::2", 9, "fe80::1", "TCP_RELAY"), ("2001:db8::2", 9, "ff0e::1", "UDP_RELAY"),
        ("2001:db8::2", 9, "::ffff:10.0.0.1", "TCP_RELAY"),
        ("2001:db8::2", 9, "2001:db8::2", "TCP_FORWARD"), ("2001:db8::2", 9, "2001:db8::1", "UDP_RELAY"),
        ("2001:db8::2", 9, "10.0.0.1", "TCP_FORWARD")):
    new()
    error, _, _ = add(relay(kind, listen, 9, target, last=last))
    ends = ["[%s]" % it if ":" in it else it for it in (listen, target)]
    row = "relay %s:9-%d %s:9 %s from Any" % (ends[0], last, ends[1], kind.lower().replace("_", "-"))
    checked = subprocess.run(["fwtool", "check", "-"], input=row.encode(), capture_output=True)
    if bool(error) != (checked.returncode == 1):
        differ.append("%s: errno %d, and check says %d" % (row, error, checked.returncode))
tap.is_(not differ, "fwtool check refuses the relays that the kernel refuses, and no others", *differ)
load(*base)
event()
s.ask(C["CMD_ZONE_SET"])
old, kept = generation(), rows()
confirm = u32(C["A_POLICY_CONFIRM"], 1)
error, said, replies = load(*base[:6], attrs=[confirm])
tap.is_(not error and C["A_POLICY_CONFIRM"] in dict(parse(replies[0][1])),
        "a commit that waits says for how long", error, said)
tap.is_(event() == (C["POLICY_EVENT_COMMIT"], old + 1), "a commit is an event")
tap.is_(event() == (C["POLICY_EVENT_REVERT"], old + 2) and rows() == kept,
        "unconfirmed, the previous policy is back, with a new generation and its old ids")
load(*base[:6], attrs=[confirm])
error, said, _ = s.ask(C["CMD_CONFIRM"])
tap.is_(error == errno.EINVAL and "which policy is meant" in said,
        "a confirmation says which policy it means", error, said)
error, said, _ = s.ask(C["CMD_CONFIRM"], running())
event()
tap.is_(not error and event() == (C["POLICY_EVENT_CONFIRM"], old + 3) and not event(2) and
        generation() == old + 3, "confirmed, it stays", error, said)
tap.is_(s.ask(C["CMD_CONFIRM"])[0] == errno.ENOENT, "there is nothing to confirm twice")
tap.is_(s.ask(C["CMD_REVERT"])[0] == errno.ENOENT, "or to revert")
confirm = u32(C["A_POLICY_CONFIRM"], 600)
kept = rows()
load(*base[:2], attrs=[confirm])
first = running()
load(*base[:3], attrs=[confirm])
for word in "CONFIRM", "REVERT":
    error, said, _ = s.ask(C["CMD_" + word], first)
    tap.is_(error == ESTALE, "two that wait: the first one is no more there to %s" % word.lower(),
            said)
error, said, _ = s.ask(C["CMD_REVERT"], running())
tap.is_(not error and rows() == kept, "two that wait: by hand, the one before both is back", said)
ssh = [Attr(C["A_TUPLE_SOURCE"], bytes([192, 168, 1, 9])),
       Attr(C["A_TUPLE_DESTINATION"], bytes([192, 168, 1, 1])), u8(C["A_TUPLE_PROTOCOL"], 6),
       u16(C["A_TUPLE_SOURCE_PORT"], 3000), u16(C["A_TUPLE_DESTINATION_PORT"], 22)]
error, said, replies = load(*base[:2], attrs=[confirm, Attr(C["A_POLICY_TYPED_IN"], ssh)])
tap.is_(not error and C["A_POLICY_TYPED_IN"] in dict(parse(replies[0][1])),
        "while it waits it is told where it was committed", error, said)
kept = rows()
error, said, _ = load(*base[:3])
tap.is_(error == errno.EBUSY and rows() == kept and
        said == "policy %d waits for confirmation: confirm or revert it first, or commit with "
        "--confirm" % generation(), "a plain commit does not make permanent what waits", error, said)
tap.is_(not load(*base[:3], attrs=[Attr(C["A_POLICY_CHECK"])])[0], "but may be checked meanwhile")
error, said, _ = s.ask(C["CMD_CONFIRM"], [u32(C["A_POLICY_GENERATION"], 1)])
tap.is_(error == ESTALE, "a confirmation of another generation is refused", said)
s.ask(C["CMD_REVERT"], running())

error, said, _ = s.ask(C["CMD_SESSION_DEL"])
tap.is_(error == errno.EINVAL and "empty" in said, "an empty filter ends no session", said)
error, said, _ = s.dump(C["CMD_SESSION_GET"])
tap.is_(not error, "a dump of no sessions", said)
for sentence, words, attrs in (
        ("a family that there is not", "AF_INET or", [u8(F("FAMILY"), 3)]),
        ("a family after an address of the other", "another family",
         [Attr(F("CLIENT"), bytes(4)), u8(F("FAMILY"), 10)]),
        ("an address of the other family", "IPv4 and IPv6",
         [u8(F("FAMILY"), 2), Attr(F("HOST"), bytes(16))]),
        ("two ends of two families", "IPv4 and IPv6",
         [Attr(F("CLIENT"), bytes(4)), Attr(F("SERVER"), bytes(16))]),
        ("a prefix without an address", "address in front", [u8(F("SERVER_PREFIX"), 8)]),
        ("a prefix beyond its address", "longer",
         [Attr(F("CLIENT"), bytes(4)), u8(F("CLIENT_PREFIX"), 33)])):
    error, said, _ = s.dump(C["CMD_SESSION_GET"], [Attr(C["A_SESSION_FILTER"], attrs)])
    tap.is_(error == errno.EINVAL and words in said, "a filter with %s is refused" % sentence,
            error, said)

for words in ("link add d0 type dummy", "link set d0 up", "address add 192.0.2.1/24 dev d0"):
    subprocess.run(["ip", *words.split()], check=True)
load(service("any", 17), rule("Firewall", "Any", "any"))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in 7, 8:
    sender.sendto(b"x", ("192.0.2.2", port))
lasting = [C["A_SESSION_" + name] for name in ("ID", "ORIGINAL", "REPLY", "RULE", "STATE")]
told = lambda answer: [[dict(parse(body))[a] for a in lasting] for _, body in answer[2]]
one = lambda number: [Attr(C["A_SESSION_FILTER"], [Attr(F("ID"), number)])]
found = told(s.dump(C["CMD_SESSION_GET"]))
answers = [told(s.ask(C["CMD_SESSION_GET"], one(session[0]))) for session in found]
tap.is_(len(found) == 2 and answers == [[session] for session in found],
        "one session by its id is as a dump has it", found, answers)
error, said, _ = s.ask(C["CMD_SESSION_GET"], one(struct.pack("=Q", 1 << 40)))
tap.is_(error == errno.ENOENT and "no such session" in said, "an id that no session has", said)
error, said, _ = s.ask(C["CMD_SESSION_GET"], [Attr(C["A_SESSION_FILTER"], [u8(F("PROTOCOL"), 17)])])
tap.is_(error == errno.EINVAL and "by its id" in said, "one session without an id", said)

new()
for row in base:
    add(row)
before = rows()
error, said, replies = s.ask(PREVIEW)
preview = dict(parse(replies[0][1]))
tap.is_(not error and rows() == before and
        [preview[C["A_SESSION_" + word]] for word in ("COUNT", "ENDS")] ==
        [struct.pack("=I", 2)] * 2, "a preview tells how many sessions would end", said, preview)
error, said, replies = s.dump(PREVIEW)
tap.is_(not error and sorted(told((0, 0, replies))) == sorted(found) and
        {dict(parse(body))[C["A_SESSION_OBSTACLE"]] for _, body in replies} ==
        {bytes([C["OBSTACLE_UNMATCHED"]])}, "its dump which, and why", error, said, replies)
error, said, replies = s.dump(PREVIEW, [Attr(C["A_SESSION_KEEP_SESSIONS"])])
tap.is_(not error and not replies, "those that a commit would keep are not among them", said)
error, said, _ = s.dump(PREVIEW, [u32(C["A_SESSION_BASE"], generation() - 1)])
tap.is_(error == ESTALE and "policy changed" in said, "it is of the base it is told", said)
last = max(row[3] for row in rows())
error, said, _ = commit()
tap.is_(not error and max(row[3] for row in rows()) == last + len(base),
        "no row has got an id by a preview, and the candidate is still there", said)

error, _, replies = s.ask(C["CMD_STATS_GET"])
tap.is_(not error and len(parse(replies[0][1])) > C["REASON_MAX"], "a counter for each reason")
tap.done()
