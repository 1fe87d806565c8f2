# SPDX-License-Identifier: GPL-2.0
"""
Clients and servers of a tcp-relay, both ends in one process.

    relay_ends.py CLIENT_NETNS SERVER_NETNS LISTEN TARGET CASE [ARGUMENT...]

LISTEN and TARGET are ADDRESS,PORT. Exit status 0: what the case says came true. A
word COMMAND is run by bash while connections are open; `fw` is what lib.sh exports.
"""
import hashlib
import ipaddress
import os
import random
import resource
import select
import socket
import struct
import subprocess
import sys
import time

from hosts import PATIENCE, enter, place

MEGABYTE = 1 << 20


def socket_in(netns, address):
    enter(netns)
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)


client_ns, server_ns = sys.argv[1:3]
LISTEN, TARGET = place(sys.argv[3]), place(sys.argv[4])


def listen(backlog=4096):
    s = socket_in(server_ns, TARGET[0])
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(TARGET)
    s.listen(backlog)
    s.settimeout(PATIENCE)
    return s


def connect(source=None):
    s = socket_in(client_ns, LISTEN[0])
    s.settimeout(PATIENCE)
    if source:
        s.bind((source, 0))
    s.connect(LISTEN)
    return s


def pair(server, source=None):
    c = connect(source)
    s, peer = server.accept()
    s.settimeout(PATIENCE)
    return c, s, peer


def read_all(s, size=None):
    """Everything until the end, or so many bytes."""
    parts, left = [], size
    while left is None or left > 0:
        part = s.recv(MEGABYTE if left is None else min(left, MEGABYTE))
        if not part:
            break
        parts.append(part)
        left = None if left is None else left - len(part)
    return b"".join(parts)


def is_reset(s):
    """Its peer resets it in time; bytes that come before do not matter."""
    try:
        while s.recv(MEGABYTE):
            pass
    except ConnectionResetError:
        return True
    except socket.timeout:
        print("# still open")
        return False
    print("# closed, not reset")
    return False


def exchange(a, b, data_a, data_b):
    """Send both at the same time. Return: what a and b received."""
    left, got = {a: memoryview(data_a), b: memoryview(data_b)}, {a: [], b: []}
    want = {a: len(data_b), b: len(data_a)}
    for s in left:
        s.setblocking(False)
    while any(left.values()) or any(want.values()):
        readers, writers, _ = select.select([s for s in want if want[s]],
                                            [s for s in left if left[s]], [], PATIENCE)
        assert readers or writers, "nothing moves: %s bytes to come" % list(want.values())
        for s in writers:
            left[s] = left[s][s.send(left[s][:65536]):]
        for s in readers:
            part = s.recv(MEGABYTE)
            assert part, "closed with %d bytes to come" % want[s]
            got[s].append(part)
            want[s] -= len(part)
    for s in left:
        s.settimeout(PATIENCE)
    return b"".join(got[a]), b"".join(got[b])


def both_ways(size=MEGABYTE):
    c, s, peer = pair(listen())
    up, down = os.urandom(int(size)), os.urandom(int(size))
    got_down, got_up = exchange(c, s, up, down)
    c.close()
    assert read_all(s) == b""
    return [hashlib.sha256(x).digest() for x in (up, down)] == \
        [hashlib.sha256(x).digest() for x in (got_up, got_down)]


def peer_is(address):
    _, _, peer = pair(listen())
    print("# the server sees", peer[0])
    return peer[0] == address


def pieces():
    """Many small writes, urgent bytes among them, arrive in order."""
    c, s, _ = pair(listen())
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = os.urandom(3000)
    for at in range(0, len(data), 3):
        c.send(data[at:at + 3], socket.MSG_OOB if at % 600 == 0 else 0)
    return read_all(s, len(data)) == data


def accepts_later(server):
    """The relay's SYN to the server is lost until somebody is accepted there."""
    enter(server_ns)
    return socket.create_connection(TARGET)


def urgent(side):
    """Two urgent bytes that both come before the relay reads the first one."""
    server = listen(0)
    c, s = None, None
    if side == "client":
        first = accepts_later(server)
        c = connect()
        sender = c
    else:
        c, s, _ = pair(server)
        sender = s
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    sender.send(b"a", socket.MSG_OOB)
    sender.send(b"b", socket.MSG_OOB)
    sender.send(b"c")
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    if side == "client":
        server.accept()
        first.close()
        s, _ = server.accept()
        s.settimeout(PATIENCE)
    receiver = s if side == "client" else c
    got = read_all(receiver, 3)
    print("# got", got)
    return got == b"abc"


def thirsty():
    """A client with hardly any buffer, connected. Return: it and its server's socket."""
    server = listen()
    c = socket_in(client_ns, LISTEN[0])
    c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    c.settimeout(PATIENCE)
    c.connect(LISTEN)
    s, _ = server.accept()
    s.settimeout(PATIENCE)
    return c, s


def sips(size, seconds, half=""):
    """A client that reads little by little gets all, however long its server is silent."""
    c, s = thirsty()
    answer = os.urandom(int(size))
    s.sendall(answer)
    if half == "half":
        s.close()
    got, turns = [], int(seconds) * 4
    for _ in range(turns):
        got.append(read_all(c, len(answer) // turns))
        select.select([], [], [], 0.25)
    if half != "half":
        s.close()
    return b"".join(got) + read_all(c) == answer


def pauses(seconds, half=""):
    """A client that pauses, with its window closed, gets all bytes and the end."""
    c, s = thirsty()
    if half == "half":
        c.shutdown(socket.SHUT_WR)
        assert read_all(s) == b""
    answer = os.urandom(30000)
    s.sendall(answer)
    s.close()
    select.select([], [], [], int(seconds))
    return read_all(c) == answer


def never_reads():
    """A client that reads nothing is idle: both ends are reset."""
    c, s = thirsty()
    s.sendall(os.urandom(30000))
    if not is_reset(s):
        return False
    return is_reset(c)


def closes_late(seconds):
    """After a long silence both ends close, and neither is reset."""
    c, s, _ = pair(listen())
    c.sendall(b"x")
    assert read_all(s, 1) == b"x"
    select.select([], [], [], int(seconds))
    c.shutdown(socket.SHUT_WR)
    assert read_all(s) == b""
    s.close()
    return read_all(c) == b""


def client_closes_first():
    c, s, _ = pair(listen())
    c.sendall(b"question")
    c.shutdown(socket.SHUT_WR)
    question = read_all(s)
    answer = os.urandom(MEGABYTE // 4)
    s.sendall(answer)
    s.close()
    return question == b"question" and read_all(c) == answer


def server_closes_first():
    c, s, _ = pair(listen())
    s.sendall(b"greeting")
    s.shutdown(socket.SHUT_WR)
    greeting = read_all(c)
    rest = os.urandom(MEGABYTE // 4)
    c.sendall(rest)
    c.close()
    return greeting == b"greeting" and read_all(s) == rest


def closes_before_server_answers():
    """What a client sends at once, its end included, is not lost."""
    server = listen()
    c = connect()
    c.sendall(b"all at once")
    c.shutdown(socket.SHUT_WR)
    s, _ = server.accept()
    s.settimeout(PATIENCE)
    said = read_all(s)
    s.close()
    return said == b"all at once" and read_all(c) == b""


def refused():
    try:
        return is_reset(connect())
    except ConnectionResetError:
        return True


def reset(side):
    c, s, _ = pair(listen())
    gone, left = (c, s) if side == "client" else (s, c)
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.close()
    return is_reset(left)


def times_out():
    """The connection is reset though both ends live."""
    c, s, _ = pair(listen())
    c.sendall(b"x")
    return read_all(s, 1) == b"x" and is_reset(c) and is_reset(s)


def lives(seconds):
    """The connection ends though bytes move all the time."""
    c, s, _ = pair(listen())
    end = time.monotonic() + int(seconds) + PATIENCE
    try:
        while time.monotonic() < end:
            c.sendall(b"x")
            s.recv(1)
            select.select([], [], [], 0.1)
    except (ConnectionResetError, BrokenPipeError):
        return True
    return False


def reader_stops(limit):
    """The sender stalls within so many bytes, and nothing is lost when it goes on."""
    c, s, _ = pair(listen())
    c.setblocking(False)
    sent, block = hashlib.sha256(), os.urandom(65536)
    total = 0
    while select.select([], [c], [], 2)[1]:
        n = c.send(block)
        sent.update(block[:n])
        total += n
        assert total < int(limit), "the sender does not stall"
    print("# stalled after", total)
    c.settimeout(PATIENCE)
    c.shutdown(socket.SHUT_WR)
    return hashlib.sha256(read_all(s)).digest() == sent.digest()


def late_reader(command):
    """The server has finished, and a command has run, before the client reads."""
    server = listen()
    c = socket_in(client_ns, LISTEN[0])
    c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
    c.settimeout(PATIENCE)
    c.connect(LISTEN)
    s, _ = server.accept()
    c.shutdown(socket.SHUT_WR)
    answer = os.urandom(MEGABYTE // 2)
    s.settimeout(PATIENCE)
    assert read_all(s) == b""
    s.sendall(answer)
    s.close()
    run(command)
    return read_all(c) == answer


def free():
    """Bytes of memory that are free."""
    with open("/proc/meminfo") as f:
        fields = dict(line.split(":") for line in f)
    return int(fields["MemFree"].split()[0]) << 10


def drain():
    """Two sockets of the client's host. What one sends shares pages with what others send."""
    enter(client_ns)
    with socket.create_server(("127.0.0.1", 0)) as server:
        a = socket.create_connection(server.getsockname())
        return a, server.accept()[0]


def pour(ends, size):
    """Use up so much of the page in which the next bytes would be."""
    a, b = ends
    a.sendall(bytes(size))
    read_all(b, size)


def crumbs(number, limit):
    """So many bytes, each in a large page, take less memory than that while nobody reads them."""
    number = int(number)
    server = socket_in(server_ns, TARGET[0])
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(TARGET)
    server.listen()
    server.settimeout(PATIENCE)
    c, s, _ = pair(server)
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ends, data = drain(), os.urandom(number)
    pour(ends, MEGABYTE)
    before = free()
    for at in range(number):
        c.send(data[at:at + 1])
        pour(ends, 32767)
    taken = before - free()
    print("# %d bytes take %d KiB" % (number, taken >> 10))
    return taken < int(limit) and read_all(s, number) == data


def mixed(number):
    """Writes of all sizes, from pages that are used for other things as well."""
    c, s, _ = pair(listen())
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ends, sent, got = drain(), [], []
    for _ in range(int(number)):
        sent.append(os.urandom(random.choice((1, 50, 500, 1500, 5000, 40000))))
        c.sendall(sent[-1])
        pour(ends, random.choice((1, 100, 4000, 30000)))
        if random.random() < 0.1:
            size = sum(map(len, sent)) - sum(map(len, got))
            got.append(read_all(s, size))
    c.close()
    return b"".join(sent) == b"".join(got) + read_all(s)


def proxy_v1(source=None):
    """Addresses of IPv6 are written in hexadecimal digits, and in nothing else."""
    c, s, peer = pair(listen(), source)
    c.sendall(b"data")
    c.shutdown(socket.SHUT_WR)
    name, at = c.getsockname(), c.getpeername()
    six = ":" in at[0]
    got = read_all(s)
    print("#", got)
    words = got.decode().split(" ")
    written = (lambda a: ipaddress.ip_address(a).exploded) if six else str
    return len(words) == 6 and words[:2] == ["PROXY", "TCP6" if six else "TCP4"] and \
        [written(a) for a in words[2:4]] == [written(name[0]), written(at[0])] and \
        words[4:] == [str(name[1]), "%d\r\ndata" % at[1]] and not (six and "." in words[2] + words[3])


def proxy_v2():
    c, s, peer = pair(listen())
    name, at = c.getsockname(), c.getpeername()
    family = socket.AF_INET6 if ":" in at[0] else socket.AF_INET
    addresses = socket.inet_pton(family, name[0]) + socket.inet_pton(family, at[0])
    want = b"\r\n\r\n\0\r\nQUIT\n\x21" + (b"\x21" if family == socket.AF_INET6 else b"\x11")
    want += struct.pack("!H", len(addresses) + 4) + addresses
    want += struct.pack("!HH", name[1], at[1])
    s.sendall(b"greeting")
    got = read_all(s, len(want))
    print("#", got)
    return got == want and read_all(c, 8) == b"greeting"


def many(number):
    server, pairs = listen(), []
    for _ in range(int(number)):
        pairs.append(pair(server)[:2])
    return server, pairs


def echo(pairs):
    """Each client sends a word of its own, and its server repeats it: all at the same time."""
    words = [b"%d" % i for i in range(len(pairs))]
    for (c, _), word in zip(pairs, words):
        c.sendall(word)
    for (_, s), word in zip(pairs, words):
        s.sendall(read_all(s, len(word)))
    return all(read_all(c, len(word)) == word for (c, _), word in zip(pairs, words))


def run(command):
    subprocess.run(["bash", "-c", command], check=True, stdout=subprocess.DEVNULL)


def lose(number, command):
    """So many connections are reset, both ends, by a command."""
    server, pairs = many(number)
    if not echo(pairs):
        return False
    run(command)
    return all(is_reset(c) and is_reset(s) for c, s in pairs)


def hold(number, command):
    """A command succeeds while so many connections are open."""
    server, pairs = many(number)
    run(command)
    return True


def keep(number, command):
    """So many connections survive a command."""
    server, pairs = many(number)
    run(command)
    return echo(pairs)


def busy(number, command):
    """So many connections move bytes, each of them, while a command runs."""
    server, pairs = many(number)
    child = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL)
    turns = 0
    while child.poll() is None or turns == 0:
        if not echo(pairs):
            return False
        turns += 1
    print("# turns:", turns)
    for c, _ in pairs:  # not closed: the kernel resets who are too many without an owner
        c.shutdown(socket.SHUT_WR)
    return child.returncode == 0 and all(read_all(s) == b"" for _, s in pairs)


CASES = [both_ways, peer_is, pieces, urgent, crumbs, mixed, sips, pauses, never_reads, closes_late,
         client_closes_first, server_closes_first, closes_before_server_answers, refused, reset,
         times_out, lives, reader_stops, late_reader, proxy_v1, proxy_v2, lose, hold, keep, busy]
resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))
case = {f.__name__.replace("_", "-"): f for f in CASES}[sys.argv[5]]
sys.exit(0 if case(*sys.argv[6:]) else 1)
