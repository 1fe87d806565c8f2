# SPDX-License-Identifier: GPL-2.0
"""
No memory: every allocation of every operation fails once.

/proc/thread-self/fail-nth makes this task's n-th allocation fail. n counts up
until an operation comes through untouched; after each failure the running policy
is as it was, and what was refused can be done.
"""
import ctypes
import errno
import os
import time

from rawnl import *

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
DEBUG = "/sys/kernel/debug"
try:
    if not os.path.isdir(DEBUG + "/failslab"):
        os.system("mount -t debugfs debugfs %s 2>/dev/null" % DEBUG)
    for name, value in (("ignore-gfp-wait", "N"), ("verbose", "0")):
        open("%s/failslab/%s" % (DEBUG, name), "w").write(value)
    nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
except OSError:
    print("# this kernel cannot fail allocations on demand")
    raise SystemExit(4)

tap = Tap()
s, watcher = Socket(), Socket()
rows = [network("Inside", "192.168.1.0/24", nested("Lab", "eth1")),
        network("Lab", "10.0.0.0/8", "2001:db8::/32"),
        service("icq", 6, client=[(1024, 65535)], server=[(5190, 5190)]),
        service("dns", 17, "PACKET_FILTER", server=[(53, 53)]), group("both", "icq", "dns"),
        rule("Inside", "Any", "both"), rule("Lab", "Inside", "icq", "REJECT"),
        nat("MASQUERADE", "Inside", source_if="eth1", to_if="eth0"),
        relay("UDP_FORWARD", "192.0.2.1", 53, "192.168.1.17", source=["Lab", "Any"]),
        setting("TIMEOUT_ICMP", 90)]
# Of another day: it is compiled twice, with the class and without it.
another_day = 1 << (time.gmtime().tm_wday + 3) % 7
timed = [rows[2], hours("office", (another_day, 0, 1440)),
         rule("Any", "Any", "icq", more=[text(C["A_RULE_TIME"], "office")])]


def state():
    error, _, policy = watcher.ask(C["CMD_POLICY_GET"])
    return (error, dict(parse(policy[0][1]))[C["A_POLICY_GENERATION"]],
            watcher.dump(C["CMD_ROW_GET"])[2])


def attempt(n, cmd, attrs, flags):
    """The operation with its n-th allocation failing: (errno, whether one did)."""
    os.pwrite(nth, b"%d" % n, 0)
    try:
        error, _, _ = s.ask(C["CMD_" + cmd], attrs, flags)
    except OSError as failure:
        error = failure.errno
    left = int(os.pread(nth, 16, 0).strip(b"\0\n") or 0)
    os.pwrite(nth, b"0", 0)
    # An answer that came late belongs to no request.
    s.sock.setblocking(False)
    try:
        while s.sock.recv(1 << 20):
            pass
    except OSError:
        pass
    s.sock.settimeout(30)
    return error, not left


def every(cmd, attrs, prepare, changes=False, flags=0):
    """
    All allocations of one operation, up to the first time that none fails. @attrs: or what
    makes them, once @prepare is done.
    """
    wrong = []
    for n in range(1, 2000):
        prepare()
        before = state()
        error, failed = attempt(n, cmd, attrs() if callable(attrs) else attrs, flags)
        after = state()
        if not failed:
            tap.is_(not error and not wrong, "%s: %d allocations may fail" % (cmd, n - 1),
                    "errno %d" % error, *wrong[:5])
            return
        # If a reply is lost, or a fallback is used, the operation has not failed.
        if before != after and not (changes and error in (0, errno.ENOBUFS, errno.ENOMEM)):
            wrong.append("allocation %d: errno %d, and the policy changed" % (n, error))
    tap.is_(False, "%s never comes through" % cmd)


def nothing():
    pass


def now():
    return [u32(C["A_POLICY_GENERATION"], struct.unpack("=I", state()[1])[0])]


def candidate(table=rows):
    s.ask(C["CMD_CANDIDATE_NEW"])
    for row in table:
        error, said, _ = s.ask(C["CMD_ROW_ADD"], [row])
        assert not error, said


def running(table=rows):
    candidate(table)
    error, said, _ = s.ask(C["CMD_COMMIT"])
    assert not error, said


def elsewhere():
    """A row without a running policy: the first commit makes all the tables."""
    global s, watcher
    for sock in s, watcher:
        sock.sock.close()
    assert libc.unshare(CLONE_NEWNET) == 0
    s, watcher = Socket(), Socket()
    candidate(rows[2:3])


confirm = u32(C["A_POLICY_CONFIRM"], 600)
every("COMMIT", [confirm], elsewhere, changes=True)
s.ask(C["CMD_CONFIRM"], now())
# None of its rows can be taken over from the running policy.
every("COMMIT", [], lambda: (running(rows[2:3]), candidate()), changes=True)
every("CANDIDATE_NEW", [Attr(C["A_POLICY_CLONE"])], nothing)
for row in rows[:1] + rows[2:3] + rows[5:6] + rows[7:] + timed[1:2]:
    every("ROW_ADD", [row], lambda: s.ask(C["CMD_CANDIDATE_NEW"]))
every("COMMIT", [Attr(C["A_POLICY_CHECK"])], candidate)
every("COMMIT", [Attr(C["A_POLICY_CHECK"])], lambda: candidate(timed))
every("ZONE_SET", [offset(0, 3600)], nothing)
every("COMMIT", [], lambda: candidate(rows[:-1] + [setting("ADOPT", 5)]), changes=True)
every("CONFIRM", now, lambda: (candidate(), s.ask(C["CMD_COMMIT"], [confirm])))
every("REVERT", now, lambda: (candidate(), s.ask(C["CMD_COMMIT"], [confirm])), changes=True)
for cmd in ("POLICY_GET", "STATS_GET", "SESSION_COUNT"):
    every(cmd, [], nothing)
every("ROW_GET", [], nothing, flags=NLM_F_DUMP)
every("SESSION_GET", [], nothing, flags=NLM_F_DUMP)
every("CANDIDATE_PREVIEW", [], candidate)
every("CANDIDATE_PREVIEW", [], candidate, flags=NLM_F_DUMP)
tap.done()
