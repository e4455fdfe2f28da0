#!/usr/bin/env python3
"""Rehearses `prf drill restore` on MiniStack, which alone of the stand-ins restores tables.

Usage: drill_restore.py PRF MINISTACK — the binary, built with --features aws, and the stand-in's program.
Fills six tables and restores them under another prefix, where everything must be equal; then takes one
item away there, which must be seen.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

TABLES = {
    "conversations": ["userId", "conversationId"],
    "prompts": ["id"],
    "files": ["promptId", "fileId"],
    "usage": ["userId", "yearMonth"],
    "usage-tracking": ["userId", "usageDate#engineType"],
    "websocket-connections": ["connectionId"],
}
FROM, TO = "nx-wt-prf-", "nx-wt-prf-drill-"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Cloud:
    """A MiniStack of its own."""

    def __init__(self, program):
        self.port = free_port()
        settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port)}
        environment = {**os.environ, **settings, "MINISTACK_REGION": "us-east-1"}
        null = subprocess.DEVNULL
        self.process = subprocess.Popen([program], env=environment, stdout=null, stderr=null)
        self.url = f"http://127.0.0.1:{self.port}"

    def call(self, operation, **body):
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            "authorization": "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/dynamodb/"
            "aws4_request, SignedHeaders=host, Signature=0",
        }
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def wait(self):
        end = time.monotonic() + 60
        while True:
            try:
                return self.call("ListTables")
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def fill(self):
        for name, keys in TABLES.items():
            table = FROM + name
            self.call(
                "CreateTable",
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ["HASH", "RANGE"])
                ],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            )
            self.call(
                "UpdateContinuousBackups",
                TableName=table,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
            for number in range(40):
                self.put(name, number, "가😀" * 500)

    def put(self, name, number, text):
        item = {key: {"S": f"{key}{number}"} for key in TABLES[name]}
        item |= {"n": {"N": str(number)}, "text": {"S": text}, "list": {"L": [{"BOOL": True}]}}
        self.call("PutItem", TableName=FROM + name, Item=item)


def drill(prf, url, *more):
    command = [prf, "drill", "restore", "--table-prefix", FROM, "--to-prefix", TO, *more]
    environment = {**KEYS, "AWS_ENDPOINT_URL_DYNAMODB": url, "PATH": os.environ["PATH"]}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def check(is_right, done):
    if not is_right:
        sys.exit(f"not as it should be (exit code {done.returncode}):\n{done.stdout}{done.stderr}")


def main():
    prf, ministack = sys.argv[1:]
    cloud = Cloud(ministack)
    try:
        cloud.wait()
        cloud.fill()
        done = drill(prf, cloud.url)
        print(done.stdout, end="")
        equal = re.findall(r"^(\S+) +40 +40  [0-9a-f]{64}  equal$", done.stdout, re.MULTILINE)
        check(done.returncode == 0 and sorted(equal) == sorted(TABLES), done)
        check(f"PRF_TABLE_PREFIX={TO}" in done.stdout, done)
        again = drill(prf, cloud.url)
        check(again.returncode == 2 and "could not restore the table" in again.stderr, again)
        # A restore that lost an item is seen.
        cloud.call("DeleteItem", TableName=TO + "files", Key={k: {"S": f"{k}7"} for k in TABLES["files"]})
        lost = drill(prf, cloud.url, "--compare-only")
        check(lost.returncode == 1 and lost.stdout.count("  equal\n") == 5, lost)
        check(re.search(r"^files +40 +39  [0-9a-f]{64}  DIFFERENT$", lost.stdout, re.MULTILINE), lost)
        print("the lost item was seen")
    finally:
        cloud.process.terminate()
        cloud.process.wait()


if __name__ == "__main__":
    main()
