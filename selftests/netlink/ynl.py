# SPDX-License-Identifier: GPL-2.0
"""
The kernel's own YNL client drives the family: a policy, rows, dumps, counters.

Arguments: the directory of the client, the kernel's source tree, and the repository's top.
"""
import sys

client, source, top = sys.argv[1:4]
sys.path.insert(0, client)
from lib import NlError, YnlFamily              # noqa: E402
from rawnl import Tap                           # noqa: E402

tap = Tap()
umbra = YnlFamily(top + "/Documentation/netlink/specs/umbra.yaml",
                  source + "/Documentation/netlink/genetlink-legacy.yaml")

got = umbra.do("policy-get", {})
tap.is_(got["generation"] == 0 and got["rules"] == 0, "policy-get without a policy", got)
umbra.do("candidate-new", {})
umbra.do("row-add", {"network": {"name": "Inside", "address": [
    {"ifname": "eth1", "first": bytes([192, 168, 1, 0]), "prefix-len": 24}]}})
umbra.do("row-add", {"service": {"name": "icq", "type": "dynamic", "protocol": 6,
                                 "client-ports": [{"first": 1024, "last": 65535}],
                                 "server-ports": [{"first": 5190, "last": 5190}]}})
umbra.do("row-add", {"rule": {"client": "Inside", "server": "Any", "service": "icq",
                              "action": "allow"}})
try:
    umbra.do("row-add", {"setting": {"key": "timeout-icmp", "value": 5}})
    tap.is_(False, "a setting below its floor is refused")
except NlError as refusal:
    said = str(refusal)
    tap.is_("timeout-icmp" in said and "60" in said, "a refusal says key and floor", said)
got = umbra.do("commit", {"base": 0})
tap.is_(got["generation"] == 1 and got["rules"] == 1 and got["bytes"] > 0, "commit", got)
rows = umbra.dump("row-get", {})
tap.is_([r["table"] for r in rows] == ["network", "service", "rule"] and
        rows[2]["rule"]["service"] == "icq" and rows[0]["network"]["name"] == "Inside",
        "row-get dumps every table in order", rows)
tap.is_(umbra.dump("session-get", {}) == [], "session-get dumps no sessions")
tap.is_(umbra.do("session-count", {})["count"] == 0, "session-count")
tap.is_({c["reason"] for c in umbra.do("stats-get", {})["counter"]} >= {"unmatched", "spoofed"},
        "stats-get names its reasons")
tap.done()
