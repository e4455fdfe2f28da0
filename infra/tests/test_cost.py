"""Sums of the cost table, by hand."""

import unittest
from decimal import Decimal

from cost import rows, table

MEASURED = {
    "functions": [
        {"memory_mb": 512, "invocations": 1, "billed_ms": 10_000},
        {"memory_mb": 128, "invocations": 2, "billed_ms": 8},
    ],
    "read_units": 40,
    "write_units": 80,
    "rest_requests": 2,
    "socket_messages": 20,
    "socket_minutes": 10,
    "bytes_out": 100_000,
    "log_bytes": 4_000,
}


class Cost(unittest.TestCase):
    def test_a_thousand_turns(self):
        self.assertEqual(
            rows(MEASURED),
            [
                # 3,000 requests and 1,000 × (5 GB-s + 0.002 GB-s).
                ("Lambda", Decimal("0.0006") + Decimal("5002") * Decimal("0.0000166667")),
                ("DynamoDB", Decimal("0.005") + Decimal("0.05")),
                ("API Gateway", Decimal("0.007") + Decimal("0.02") + Decimal("0.0025")),
                ("Data out", Decimal("0.0085")),
                ("Logs", Decimal("0.002")),
            ],
        )
        self.assertEqual(table(MEASURED).splitlines()[-1], "| **Sum** | $0.1790 |")

    def test_nothing_is_assumed(self):
        for name in MEASURED:
            less = {key: value for key, value in MEASURED.items() if key != name}
            with self.assertRaises(KeyError):
                rows(less)


if __name__ == "__main__":
    unittest.main()
