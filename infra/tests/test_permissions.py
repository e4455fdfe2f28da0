"""Each function's role, used as the function uses it: what it needs is allowed, what it does not is denied.

Which rows of a table a role may touch is judged on the expanded template (`test_template.py`).
"""

import functools
import json
import unittest

import boto3
from botocore.exceptions import ClientError

from tests.cloud import deployed
from tests.facts import FACTS

ACCOUNT = "000000000000"
# MiniStack takes the name of a profile for that of a model, so the model itself is asked.
MODEL = "anthropic.claude-opus-4-5-20251101-v1:0"
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "ForbiddenException"}


@functools.cache
def credentials(function):
    """The role's own credentials: the test lets itself take the role, which only Lambda may."""
    iam = deployed().client("iam")
    role = f"{function}-role"
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    )
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    sts = deployed().client("sts")
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    return sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]


def call(function, service, operation, **arguments):
    """Whether the role may; any answer but a denial is a yes."""
    client = deployed().client(service, credentials(function))
    if service == "apigatewaymanagementapi":
        client = _management(function, arguments.pop("api"))
    try:
        getattr(client, operation)(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] not in DENIED
    return True


def _management(function, environment):
    """MiniStack finds the API by the path of the address."""
    keys = credentials(function)
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=deployed().outputs(environment)["SocketUrl"],
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def key_of(table):
    return {name: {"S": "x"} for name in FACTS["tables"][table]["keys"]}


def name_of(table, prefix="nx-wt-prf-"):
    return prefix + table


def keys_in(table):
    """Keys of all rows of a table, as the administrator reads them."""
    pages = deployed().client("dynamodb").get_paginator("scan").paginate(TableName=name_of(table))
    names = FACTS["tables"][table]["keys"]
    return {tuple((name, item[name]["S"]) for name in names) for page in pages for item in page["Items"]}


def get(table, prefix="nx-wt-prf-"):
    return ("dynamodb", "get_item", {"TableName": name_of(table, prefix), "Key": key_of(table)})


def batch_get(table):
    return ("dynamodb", "batch_get_item", {"RequestItems": {name_of(table): {"Keys": [key_of(table)]}}})


def query(table, index=None):
    partition = FACTS["tables"][table]["keys"][0]
    more = {"IndexName": index} if index else {}
    return (
        "dynamodb",
        "query",
        {
            "TableName": name_of(table),
            "KeyConditionExpression": "#p = :p",
            "ExpressionAttributeNames": {"#p": "engineType" if index == "engineType-index" else partition},
            "ExpressionAttributeValues": {":p": {"S": "x"}},
            **more,
        },
    )


def scan(table):
    return ("dynamodb", "scan", {"TableName": name_of(table)})


def owners(table):
    """The names of the partitions and no more."""
    more = {"Select": "SPECIFIC_ATTRIBUTES", "ProjectionExpression": FACTS["tables"][table]["keys"][0]}
    return ("dynamodb", "scan", {"TableName": name_of(table), **more})


def put(table):
    return ("dynamodb", "put_item", {"TableName": name_of(table), "Item": key_of(table)})


def row_at(table, partition):
    return key_of(table) | {FACTS["tables"][table]["keys"][0]: {"S": partition}}


def get_at(table, partition):
    """A row of that partition, where a role may read no other."""
    return ("dynamodb", "get_item", {"TableName": name_of(table), "Key": row_at(table, partition)})


def put_at(table, partition):
    """A row of that partition, where a role may write no other."""
    return ("dynamodb", "put_item", {"TableName": name_of(table), "Item": row_at(table, partition)})


def update(table):
    return ("dynamodb", "update_item", {"TableName": name_of(table), "Key": key_of(table)})


def delete(table):
    return ("dynamodb", "delete_item", {"TableName": name_of(table), "Key": key_of(table)})


def transact(*tables):
    """What a turn does: a condition on one row and writes of others, in several tables at once."""
    check, *written = tables
    condition = {"ConditionExpression": "attribute_not_exists(rev)"}
    items = [{"ConditionCheck": {"TableName": name_of(check), "Key": key_of(check), **condition}}]
    items += [{"Put": {"TableName": name_of(table), "Item": key_of(table)}} for table in written]
    return ("dynamodb", "transact_write_items", {"TransactItems": items})


def drop(table):
    return ("dynamodb", "delete_table", {"TableName": name_of(table)})


def secret(name):
    return ("secretsmanager", "get_secret_value", {"SecretId": name})


def ask(model):
    return ("bedrock-runtime", "invoke_model_with_response_stream", {"modelId": model, "body": b"{}"})


def post(environment):
    return ("apigatewaymanagementapi", "post_to_connection", {"api": environment, "ConnectionId": "x", "Data": b"{}"})


def close(environment):
    return ("apigatewaymanagementapi", "delete_connection", {"api": environment, "ConnectionId": "x"})


def log(function):
    group = f"/aws/lambda/{function}"
    return ("logs", "create_log_stream", {"logGroupName": group, "logStreamName": "x"})


def send(queue):
    url = deployed().client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    return ("sqs", "send_message", {"QueueUrl": url, "MessageBody": "x"})


TURN_TABLES = ("conversations", "usage", "usage-tracking")
WRITE = [step(table) for table in TURN_TABLES for step in (get, batch_get, query, put, delete)]
READ = [step(table) for table in ("prompts", "files") for step in (get, batch_get)] + [query("files")]
# What a check and a turn read besides: the dictionaries in force.
HOUSE = [get_at("files", "##dictionary"), get_at("files", "##dictionary#all")]
TURN = [*WRITE, *READ, *HOUSE, transact("conversations", "usage", "usage-tracking"), secret("proof-v1"), ask(MODEL)]
# What no function may do.
NEVER = [
    drop("conversations"),
    get("conversations", "nx-wt-prf-dev-v1-"),
    secret("q1-anthropic-api-key"),
    secret("anthropic-api-key"),
    ask("anthropic.claude-3-haiku-20240307-v1:0"),
    post("dev-v1"),
    ("s3", "list_objects_v2", {"Bucket": "nx-wt-prf-frontend-prod"}),
    ("iam", "list_roles", {}),
    ("sqs", "list_queues", {}),
]

NEEDS = {
    "nx-wt-prf-websocket-message": [
        *TURN,
        *(step("websocket-connections") for step in (get, batch_get, put, delete)),
        transact("websocket-connections"),
        post("prod"),
        owners("conversations"),
        lambda: send("nx-wt-prf-failed-turns"),
    ],
    "nx-wt-prf-conversation-api": TURN,
    "nx-wt-prf-prompt-crud": [
        *(step(table) for table in ("prompts", "files") for step in (get, batch_get, put, delete)),
        query("files"),
        transact("prompts", "files"),
        put_at("files", "##dictionary"),
        put_at("files", "##dictionary#all"),
        put_at("usage-tracking", "##audit"),
        put_at("usage-tracking", "##audit##reserved"),
    ],
    "nx-wt-prf-usage-handler": [
        *(step(table) for table in ("usage", "usage-tracking") for step in (get, batch_get, query, scan)),
        put_at("usage", "##quotas"),
        put_at("usage-tracking", "##quotas##reserved"),
        put_at("usage-tracking", "##audit"),
        put_at("usage-tracking", "##audit##reserved"),
    ],
    "nx-wt-prf-websocket-connect": [put("websocket-connections")],
    "nx-wt-prf-websocket-disconnect": [step("websocket-connections") for step in (get, batch_get, delete)],
}

FORBIDDEN = {
    "nx-wt-prf-websocket-message": [
        *NEVER,
        scan("conversations"),
        update("conversations"),
        query("conversations", "engineType-index"),
        put("prompts"),
        put_at("files", "##dictionary#all"),
        delete("files"),
        close("prod"),
        log("nx-wt-prf-conversation-api"),
    ],
    "nx-wt-prf-conversation-api": [
        *NEVER,
        scan("conversations"),
        put("prompts"),
        put_at("files", "##dictionary#all"),
        delete("files"),
        get("websocket-connections"),
        post("prod"),
        owners("conversations"),
        lambda: send("nx-wt-prf-failed-turns"),
        log("nx-wt-prf-websocket-message"),
    ],
    "nx-wt-prf-prompt-crud": [
        *NEVER,
        get("conversations"),
        get("usage"),
        scan("usage-tracking"),
        get("websocket-connections"),
        secret("proof-v1"),
        ask(MODEL),
        post("prod"),
        scan("files"),
    ],
    "nx-wt-prf-usage-handler": [
        *NEVER,
        update("usage"),
        update("usage-tracking"),
        get("conversations"),
        get("prompts"),
        get("files"),
        secret("proof-v1"),
        ask(MODEL),
        post("prod"),
    ],
    "nx-wt-prf-websocket-connect": [
        *NEVER,
        get("websocket-connections"),
        delete("websocket-connections"),
        scan("websocket-connections"),
        get("conversations"),
        put("usage"),
        secret("proof-v1"),
        post("prod"),
    ],
    "nx-wt-prf-websocket-disconnect": [
        *NEVER,
        put("websocket-connections"),
        scan("websocket-connections"),
        get("conversations"),
        delete("conversations"),
        secret("proof-v1"),
        post("prod"),
    ],
}


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Other services' secrets exist, so that a denial is one and not an absence.
        client = deployed().client("secretsmanager")
        client.create_secret(Name="q1-anthropic-api-key", SecretString="{}")
        cls.before = {table: keys_in(table) for table in FACTS["tables"]}

    @classmethod
    def tearDownClass(cls):
        client = deployed().client("secretsmanager")
        client.delete_secret(SecretId="q1-anthropic-api-key", ForceDeleteWithoutRecovery=True)
        # What was put is no row of the service's: a quota that cannot be read would end every turn.
        for table, before in cls.before.items():
            for key in keys_in(table) - before:
                named = {name: {"S": value} for name, value in key}
                deployed().client("dynamodb").delete_item(TableName=name_of(table), Key=named)

    def test_every_function_is_tried(self):
        self.assertEqual(set(NEEDS), set(FACTS["functions"]))
        self.assertEqual(set(FORBIDDEN), set(FACTS["functions"]))

    def test_what_it_needs_is_allowed(self):
        for function, calls in NEEDS.items():
            for one in [*calls, log(function)]:
                self.check(function, one, True)

    def test_what_it_does_not_need_is_denied(self):
        for function, calls in FORBIDDEN.items():
            self.assertGreaterEqual(len(calls), 5)
            for one in calls:
                self.check(function, one, False)

    def check(self, function, one, expected):
        service, operation, arguments = one() if callable(one) else one
        with self.subTest(function=function, call=operation, arguments=arguments):
            self.assertEqual(call(function, service, operation, **dict(arguments)), expected)


if __name__ == "__main__":
    unittest.main()
