"""Sums of the cost tables, by hand, and the page that holds them."""

import json
import re
import subprocess
import sys
import unittest
from decimal import Decimal

from cost import HERE, month_rows, prices, report, rows, table
from tests.facts import FACTS

ROOT = HERE.parent
TURN = {
    "functions": [
        {"memory_mb": 512, "invocations": 1, "billed_ms": 10_000},
        {"memory_mb": 128, "invocations": 2, "billed_ms": 8},
    ],
    "read_units": {"amount": 40},
    "write_units": {"amount": 80},
    "rest_requests": {"amount": 2},
    "socket_messages": {"amount": 20},
    "socket_minutes": {"amount": 10},
    "bytes_out": {"amount": 100_000},
    "page_requests": {"amount": 3},
    "secret_calls": {"amount": "0.1"},
    "log_bytes": {"amount": 4_000},
}
MONTH = {"secrets": {"amount": 1}, "metrics": {"amount": 10}, "alarms": {"amount": 5}}


def amounts():
    return json.loads((HERE / "amounts.json").read_text())


class Cost(unittest.TestCase):
    def test_a_thousand_turns(self):
        found = rows(TURN, prices())
        self.assertEqual(
            found,
            [
                # 3,000 requests and 1,000 × (5 GB-s + 0.002 GB-s).
                ("Lambda", Decimal("0.0006") + Decimal("5002") * Decimal("0.0000166667")),
                ("DynamoDB", Decimal("0.005") + Decimal("0.05")),
                ("API Gateway", Decimal("0.007") + Decimal("0.02") + Decimal("0.0025")),
                ("CloudFront and data out", Decimal("0.0085") + Decimal("0.003")),
                ("Secrets Manager", Decimal("0.0005")),
                ("Logs", Decimal("0.002")),
            ],
        )
        self.assertEqual(table("1,000 turns", found).splitlines()[-1], "| **Sum** | $0.1825 |")

    def test_a_month(self):
        expected = [("Secrets", Decimal("0.4")), ("Metrics of our own", Decimal(3)), ("Alarms", Decimal("0.5"))]
        self.assertEqual(month_rows(MONTH, prices()), expected)

    def test_nothing_is_assumed(self):
        for part, sums in ((TURN, rows), (MONTH, month_rows)):
            for name in part:
                less = {key: value for key, value in part.items() if key != name}
                with self.assertRaises(KeyError):
                    sums(less, prices())

    def test_every_figure_says_where_it_is_from(self):
        known = amounts()
        entries = [*known["turn"].pop("functions"), *known["turn"].values(), *known["month"].values()]
        self.assertEqual([one for one in entries if not one["from"]], [])
        listed = json.loads((HERE / "prices.json").read_text())["prices"].values()
        self.assertEqual([one for one in listed if not one["page"].startswith("https://aws.amazon.com/")], [])

    def test_counts_are_those_of_code_and_template(self):
        known = amounts()
        emf = (ROOT / "crates/lambda/src/emf.rs").read_text().partition("#[cfg(test)]")[0]
        turn, attempt, socket = re.split(r"pub\(crate\) fn (?:attempt|socket)\(", emf)
        named = [len(re.findall(r'line\.metric\(', part)) for part in (turn, attempt)]
        self.assertEqual(len(re.findall(r'=> "Sockets', socket)), 2)
        self.assertEqual(known["month"]["metrics"]["amount"], named[0] * 4 + named[1] * 2 + 2)
        self.assertEqual(known["month"]["alarms"]["amount"], len(FACTS["alarms"]))
        page = (ROOT / "docs/DYNAMODB.md").read_text()
        reads, writes = map(int, re.search(r"\| \*\*turn\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \|", page).groups())
        self.assertEqual(known["turn"]["read_units"]["amount"], reads + 102 + 52 + 15 + 2)
        self.assertEqual(known["turn"]["write_units"]["amount"], writes + 4)
        memory = {one["name"]: one["memory_mb"] for one in known["turn"]["functions"]}
        facts = {name.removeprefix("nx-wt-prf-"): one for name, one in FACTS["functions"].items()}
        self.assertEqual(memory, {name: facts[name]["memory"] for name in memory})

    def test_the_page_is_what_the_command_prints(self):
        done = subprocess.run([sys.executable, HERE / "cost.py"], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, report(amounts(), prices()) + "\n")
        self.assertIn(done.stdout, (ROOT / "docs/COSTS.md").read_text())


if __name__ == "__main__":
    unittest.main()
