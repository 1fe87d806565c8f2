# SPDX-License-Identifier: GPL-2.0
"""
Messages made from the specification (spec.py, invent.py), thousands a run, on three
sockets at once: each is answered in time, by an error that says why or by what the
specification promises, and the policy that runs is the one that was committed last.

Arguments: SECONDS, and the seed of a run to repeat. It goes on for longer, PATIENCE more at
most, until each command was done once, policies were committed and sessions were there.
"""
import collections
import errno
import random
import socket
import subprocess
import sys
import time

from invent import Inventor, POOLS
from rawnl import *
from spec import Spec

SECONDS, PATIENCE = float(sys.argv[1]), 100
seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
rnd = random.Random(seed)
spec = Spec()
inventor = Inventor(spec, rnd)
tap = Tap()
print("# seed %d, %g s" % (seed, SECONDS))

# The proportions of the commands: rows make policies, and commits make them run.
WEIGHTS = {"row-add": 40, "commit": 10, "revert": 4, "confirm": 4, "explain": 5}
NEED_CANDIDATE = ("row-add", "row-del", "commit", "candidate-preview")
COUNTED = ["network", "service", "rule", "setting", "nat", "relay", "time"]	# by a commit
# The parts of a row, whatever its table.
NESTS = {kind.number for kind in spec.sets["row"].values() if kind.nest}
# Generic netlink's own errors, and those for lack of memory, have no sentence.
WORDLESS = (errno.EOPNOTSUPP, errno.ENOMEM, errno.ENOBUFS)


def ended_as_promised(cmd, answer, dump):
    """The error in an answer, or None."""
    error, said, replies = answer
    if error:
        return None if said or error in WORDLESS else "errno %d without a sentence" % error
    for of, body in replies:
        if of != cmd.number:
            return "the answer is to command %d" % of
        wrong = spec.fault(cmd.set, body, cmd.dumped if dump else cmd.reply)
        if wrong:
            return wrong
    if cmd.reply and not dump and len(replies) != 1:
        return "%d replies" % len(replies)
    return None


class Router:
    """The expected state of the running policy."""
    def __init__(self):
        self.watcher = Socket()
        self.sockets = [Socket() for _ in range(3)]
        for sock in (self.watcher, *self.sockets):
            sock.sock.settimeout(10)
        self.opened = set()             # sockets that have a candidate
        self.pending = self.commits = self.sessions = 0
        self.before = self.now()

    def open(self, sock):
        """A candidate, mostly empty: clones of the running policy would make policies ever longer."""
        sock.ask(C["CMD_CANDIDATE_NEW"], [Attr(C["A_POLICY_CLONE"])][:rnd.random() < .2])
        self.opened.add(sock)

    def note(self, cmd, answer, sock):
        """Whether it has a candidate now. A commit that only checked keeps it, so this is tested."""
        if cmd.name == "candidate-new" and not answer[0]:
            self.opened.add(sock)
        elif cmd.name in ("candidate-del", "commit") and not answer[0] or \
                answer[0] == errno.ENOENT and cmd.name in NEED_CANDIDATE:
            self.opened.discard(sock)

    def get(self, name, attrs=()):
        error, said, replies = self.watcher.ask(C["CMD_" + name], attrs)
        assert not error, said
        return dict(parse(replies[0][1]))

    def rows(self):
        """Tables, positions, contents and ids."""
        error, said, replies = self.watcher.dump(C["CMD_ROW_GET"])
        assert not error, said
        changing = {C["A_ROW_GENERATION"], C["A_ROW_HITS"], C["A_ROW_LAST_HIT"],
                    C["A_ROW_SESSIONS"], C["A_ROW_ACTIVE"]}
        return [[(k, v) for k, v in parse(body) if k not in changing] for _, body in replies]

    def generation(self):
        got = self.get("POLICY_GET")
        self.sessions = max(self.sessions, struct.unpack("=I", got[C["A_POLICY_SESSIONS"]])[0])
        generation = struct.unpack("=I", got[C["A_POLICY_GENERATION"]])[0]
        # The policy to be confirmed or reverted is mostly the running one.
        POOLS["policy.generation"] = [generation] * 3 + [max(generation - 1, 0)]
        return generation

    def now(self):
        return self.generation(), self.rows()

    def changed(self, cmd, answer):
        """After each message: whether the running policy has changed, and may have. Return: the error."""
        generation = self.generation()
        if generation == self.before[0]:
            return None
        may = not answer[0] and cmd.name in ("commit", "revert")
        timer = self.pending and time.monotonic() >= self.pending
        if not may and not timer:
            return self.renewed(generation)
        self.commits += cmd.name == "commit" and not answer[0]
        self.before = self.now()
        self.pending = self.waits()
        if not may or cmd.name == "revert":
            return None
        return self.miscounted(answer)

    def renewed(self, generation):
        """A time class began or ended. This needs a time class, and the rows stay the same."""
        old, self.before = self.before, self.now()
        timed = any(dict(row)[C["A_ROW_TABLE"]][0] == C["TABLE_TIME"] for row in old[1])
        if timed and self.before[1] == old[1]:
            return None
        return "generation %d became %d" % (old[0], generation)

    def waits(self):
        """The earliest time at which the timer may restore the previous policy."""
        left = self.get("POLICY_GET").get(C["A_POLICY_CONFIRM"])
        return left and time.monotonic() + max(struct.unpack("=I", left)[0] - 2, 0)

    def miscounted(self, answer):
        """The numbers of rows in the commit's answer are those of a dump."""
        said = dict(parse(answer[2][0][1]))
        told = [struct.unpack("=I", said[spec.sets["policy"][table + "s"].number])[0]
                for table in COUNTED]
        found = collections.Counter(dict(row)[C["A_ROW_TABLE"]][0] for row in self.before[1])
        there = [found[C["TABLE_" + table.upper()]] for table in COUNTED]
        return None if told == there or self.pending else "told %s, there are %s" % (told, there)

    def again(self):
        """The running policy, read and committed again, has the same rows with the same ids."""
        sock = Socket()
        sock.sock.settimeout(10)
        sock.ask(C["CMD_CANDIDATE_NEW"])
        for row in self.before[1]:
            kind, data = next((k, v) for k, v in row if k in NESTS)
            attr = Attr(kind, data)
            attr.flags = NESTED
            error, said, _ = sock.ask(C["CMD_ROW_ADD"], [attr])
            if error:
                return "a row that runs is refused: %s: %s" % (said, data.hex())
        settle(sock)
        error, said, _ = sock.ask(C["CMD_COMMIT"])
        sock.close()
        if error:
            return "the policy that runs is refused: %s" % said
        rows = self.before[1]
        self.before, self.pending = self.now(), 0
        return None if self.before[1] == rows else "the same rows are not the same any more"


def build_links():
    """Something to route to, so that the firewall's own packets may open sessions."""
    for line in ("link add v0 type veth peer name v1", "address add 192.0.2.1/24 dev v0",
                 "link set v0 up", "link set v1 up", "link set lo up"):
        subprocess.run(["ip", *line.split()], check=True)


def settle(sock):
    """Confirm the policy that waits, because nothing can be committed for good meanwhile."""
    got = dict(parse(sock.ask(C["CMD_POLICY_GET"])[2][0][1]))
    if C["A_POLICY_CONFIRM"] in got:
        sock.ask(C["CMD_CONFIRM"],
                 [Attr(C["A_POLICY_GENERATION"], got[C["A_POLICY_GENERATION"]])])


def allow_all(sock):
    """A policy under which the firewall's own packets open sessions."""
    sock.ask(C["CMD_CANDIDATE_NEW"])
    for row in (service("web", spec.constants["proto-any"]), rule("Any", "Any", "web")):
        error, said, _ = sock.ask(C["CMD_ROW_ADD"], [row])
        assert not error, said
    settle(sock)
    error, said, _ = sock.ask(C["CMD_COMMIT"])
    assert not error, said


def send_something(udp):
    try:
        udp.sendto(b"x", ("192.0.2.%d" % rnd.randrange(2, 40), rnd.choice([7, 80, 2000])))
    except OSError:
        pass                            # refused, or nowhere to go


def try_one(router, names):
    """One message: (command, the error in its effects)."""
    cmd = spec.commands[rnd.choice(names)]
    attrs = inventor.request(cmd)
    sock = rnd.choice(router.sockets)
    dump = cmd.dumps and rnd.random() < .5
    if cmd.name in NEED_CANDIDATE and sock not in router.opened and rnd.random() < .9:
        router.open(sock)
    what = "%s%s %s" % (cmd.name, " (dump)" if dump else "", [a.pack().hex() for a in attrs])
    try:
        answer = sock.ask(cmd.number, attrs, NLM_F_DUMP if dump else 0)
    except socket.timeout:
        return cmd, 0, "no answer: " + what
    except OSError as error:
        if error.errno != errno.EMSGSIZE:
            raise
        return cmd, error.errno, None   # larger than the socket's buffer: nobody has seen it
    router.note(cmd, answer, sock)
    wrong = ended_as_promised(cmd, answer, dump) or router.changed(cmd, answer)
    return cmd, answer[0], wrong and "%s: %s" % (wrong, what)


def reopen(router, udp):
    """A socket closes, and its candidate ends. Then everything starts again, with sessions."""
    i = rnd.randrange(len(router.sockets))
    router.opened.discard(router.sockets[i])
    router.sockets[i].close()
    router.sockets[i] = Socket()
    router.sockets[i].sock.settimeout(10)
    allow_all(router.sockets[i])
    router.before, router.pending = router.now(), 0
    for _ in range(20):
        send_something(udp)


def missing(router, done):
    """What has not been seen yet, so that the run has to go on."""
    return [name for name in spec.commands if not done[name]] + \
        ["commits"] * (router.commits < 5) + ["sessions"] * (not router.sessions)


def look_again(router, n):
    """Now and then: checks that take longer."""
    if n % 200 == 0 and (wrong := router.again()):
        return [wrong]
    if n % 100 or router.pending or router.now() == router.before:
        return []
    wrong = router.renewed(router.generation())
    return ["what runs has changed by itself: " + wrong] if wrong else []


def fuzz(router, udp):
    """Until the time is up or something is wrong: (messages, done by command, wrongs)."""
    names = [name for name in spec.commands for _ in range(WEIGHTS.get(name, 2))]
    end = time.monotonic() + SECONDS
    done, wrongs, n = collections.Counter(), [], 0
    while len(wrongs) < 10 and (time.monotonic() < end or missing(router, done) and
                                time.monotonic() < end + PATIENCE):
        cmd, error, wrong = try_one(router, names)
        n += 1
        done[cmd.name] += not error
        wrongs += ([wrong] if wrong else []) + look_again(router, n)
        if n % 8 == 0:
            send_something(udp)
        if n % 300 == 1:
            reopen(router, udp)
    return n, done, wrongs


build_links()
for name, command in spec.commands.items():
    assert command.number == C["CMD_" + name.upper().replace("-", "_")], name
router = Router()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
messages, done, wrongs = fuzz(router, udp)
tap.is_(not wrongs, "%d messages: each is answered as specified, and only commits change "
        "what runs" % messages, *wrongs)
print("# done: %s; %d commits, %d sessions" % (
    ", ".join("%s %d" % it for it in sorted(done.items())), router.commits, router.sessions))
tap.is_(not missing(router, done), "every command was done, policies were committed and "
        "sessions were there", *missing(router, done))
tap.done()
