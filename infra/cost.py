"""What turns cost on AWS at list prices.

    cost.py [AMOUNTS.json [PRICES.json]]    prints the tables of docs/COSTS.md

`amounts.json` says what one turn uses and what a month costs without one, and where each figure is from;
`prices.json` the price of each and the page it stands on. Nothing is assumed here: an amount that is missing
ends the program. What the models cost is no part of it; the ledger says that.
"""

import json
import pathlib
import sys
from decimal import Decimal

HERE = pathlib.Path(__file__).parent
TURNS = 1_000


def prices(file=HERE / "prices.json"):
    """US dollars for one of each, before free tiers."""
    listed = json.loads(pathlib.Path(file).read_text())["prices"]
    return {name: Decimal(one["usd"]) / one["per"] for name, one in listed.items()}


def rows(turn, price):
    """What each service costs for a thousand turns: name and US dollars."""
    functions = turn["functions"]
    requests = sum(one["invocations"] for one in functions)
    gb_seconds = sum(
        Decimal(one["invocations"]) * one["memory_mb"] / 1024 * Decimal(str(one["billed_ms"])) / 1000 for one in functions
    )

    def of(amount_name, price_name):
        return amount(turn, amount_name) * price[price_name]

    per_turn = {
        "Lambda": requests * price["lambda_request"] + gb_seconds * price["lambda_gb_second"],
        "DynamoDB": of("read_units", "read_unit") + of("write_units", "write_unit"),
        "API Gateway": of("rest_requests", "rest_request")
        + of("socket_messages", "socket_message")
        + of("socket_minutes", "socket_minute"),
        "CloudFront and data out": of("bytes_out", "byte_out") + of("page_requests", "page_request"),
        "Secrets Manager": of("secret_calls", "secret_call"),
        "Logs": of("log_bytes", "log_byte"),
    }
    return [(name, dollars * TURNS) for name, dollars in per_turn.items()]


def month_rows(month, price):
    """What a month costs without a turn: name and US dollars."""
    return [
        ("Secrets", amount(month, "secrets") * price["secret_month"]),
        ("Metrics of our own", amount(month, "metrics") * price["metric_month"]),
        ("Alarms", amount(month, "alarms") * price["alarm_month"]),
    ]


def amount(amounts, name):
    return Decimal(str(amounts[name]["amount"]))


def table(head, found):
    """Names and US dollars with their sum as a table of a page."""
    found = [*found, ("**Sum**", sum(dollars for _, dollars in found))]
    lines = [f"| {name} | ${dollars:.4f} |" for name, dollars in found]
    return "\n".join([f"| {head} | US dollars |", "|---|--:|", *lines])


def sources(amounts):
    """Every amount and where it is from, as a table of a page."""
    lines = ["| Amount | | From |", "|---|--:|---|"]
    for one in amounts["turn"]["functions"]:
        size = f"{one['invocations']} × {one['billed_ms']} ms, {one['memory_mb']} MB"
        lines.append(f"| {one['name']} | {size} | {one['from']} |")
    for part in ("turn", "month"):
        for name, one in amounts[part].items():
            if name != "functions":
                lines.append(f"| {name.replace('_', ' ')} | {one['amount']} | {one['from']} |")
    return "\n".join(lines)


def report(amounts, price):
    """The tables of the page."""
    turns, month = rows(amounts["turn"], price), month_rows(amounts["month"], price)
    count = amount(amounts["month"], "turns")
    whole = [(f"{count} turns", sum(dollars for _, dollars in turns) * count / TURNS)]
    whole.append(("what runs without a turn", sum(dollars for _, dollars in month)))
    tables = [table("1,000 turns", turns), table("A month without a turn", month), table("The newsroom's month", whole)]
    return "\n\n".join([*tables, sources(amounts)])


if __name__ == "__main__":
    files = [*sys.argv[1:], *[HERE / "amounts.json", HERE / "prices.json"][len(sys.argv) - 1 :]]
    print(report(json.loads(pathlib.Path(files[0]).read_text()), prices(files[1])))
