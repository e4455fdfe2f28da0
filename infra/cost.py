"""What a thousand turns cost on AWS at list prices, from measured amounts.

    cost.py MEASURED.json    prints a table

The file holds what one turn used, as it was measured:

    {"functions": [{"memory_mb": 512, "invocations": 1, "billed_ms": 9000}],
     "read_units": 27, "write_units": 115, "rest_requests": 2, "socket_messages": 20,
     "socket_minutes": 10, "bytes_out": 60000, "log_bytes": 4000}

Nothing is assumed: an amount that is missing ends the program. What the models cost stands in the
ledger, and what a month costs without a turn (alarms, secret, storage) is no part of this.
"""

import json
import sys
from decimal import Decimal

# US dollars in us-east-1 on 2026-11-27, before free tiers: the services' pricing pages.
PRICES = {
    "lambda_request": Decimal("0.20") / 1_000_000,
    "lambda_gb_second": Decimal("0.0000166667"),
    "read_unit": Decimal("0.125") / 1_000_000,
    "write_unit": Decimal("0.625") / 1_000_000,
    "rest_request": Decimal("3.50") / 1_000_000,
    "socket_message": Decimal("1.00") / 1_000_000,
    "socket_minute": Decimal("0.25") / 1_000_000,
    "byte_out": Decimal("0.085") / 1_000_000_000,
    "log_byte": Decimal("0.50") / 1_000_000_000,
}
TURNS = 1_000


def rows(measured):
    """What each service costs for a thousand turns: name and US dollars."""
    functions = measured["functions"]
    requests = sum(one["invocations"] for one in functions)
    gb_seconds = sum(
        Decimal(one["invocations"]) * one["memory_mb"] / 1024 * Decimal(str(one["billed_ms"])) / 1000 for one in functions
    )
    price = PRICES
    per_turn = {
        "Lambda": requests * price["lambda_request"] + gb_seconds * price["lambda_gb_second"],
        "DynamoDB": amount(measured, "read_units") * price["read_unit"]
        + amount(measured, "write_units") * price["write_unit"],
        "API Gateway": amount(measured, "rest_requests") * price["rest_request"]
        + amount(measured, "socket_messages") * price["socket_message"]
        + amount(measured, "socket_minutes") * price["socket_minute"],
        "Data out": amount(measured, "bytes_out") * price["byte_out"],
        "Logs": amount(measured, "log_bytes") * price["log_byte"],
    }
    return [(name, dollars * TURNS) for name, dollars in per_turn.items()]


def amount(measured, name):
    return Decimal(str(measured[name]))


def table(measured):
    """The rows and their sum as a table of a page."""
    found = rows(measured)
    found.append(("**Sum**", sum(dollars for _, dollars in found)))
    lines = [f"| {name} | ${dollars:.4f} |" for name, dollars in found]
    return "\n".join(["| Service | 1,000 turns |", "|---|---|", *lines])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(table(json.load(file)))
