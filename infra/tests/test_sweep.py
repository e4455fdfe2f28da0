"""The deployed schedule and the function it asks, with IAM in force: what is over goes, what is not stays."""

import json
import unittest

from tests.cloud import deployed
from wire import request

NAME = "nx-wt-prf-websocket-message"


class Sweep(unittest.TestCase):
    def test_the_schedule_erases_what_is_over(self):
        cloud = deployed("prod")
        events = cloud.client("events")
        rule = events.describe_rule(Name="nx-wt-prf-retention")
        self.assertEqual((rule["ScheduleExpression"], rule["State"]), ("cron(30 18 * * ? *)", "ENABLED"))
        (target,) = events.list_targets_by_rule(Rule="nx-wt-prf-retention")["Targets"]
        self.assertTrue(target["Arn"].endswith(f":function:{NAME}:live"), target["Arn"])
        address, (token, user) = cloud.outputs("prod")["RestUrl"], cloud.person("prod", "sweep")
        for name in ("over", "young"):
            new = {"conversationId": name, "engineType": "Basic", "title": name}
            self.assertEqual(request("POST", f"{address}/conversations", token, body=new).status, 201)
        cloud.client("dynamodb").update_item(
            TableName="nx-wt-prf-conversations",
            Key={"userId": {"S": user}, "conversationId": {"S": "over"}},
            UpdateExpression="SET updatedAt = :old",
            ExpressionAttributeValues={":old": {"S": "2020-01-01T00:00:00.000Z"}},
        )
        # As EventBridge invokes it, but waited for.
        answer = cloud.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"].encode())
        said = json.load(answer["Payload"])
        self.assertNotIn("FunctionError", answer, said)
        self.assertEqual(said["statusCode"], 200)
        read = lambda name: request("GET", f"{address}/conversations/{name}", token).status
        self.assertEqual((read("over"), read("young")), (404, 200))
        admin, _ = cloud.person("prod", "auditor", "admin")
        log = request("GET", f"{address}/audit/export", admin).text.splitlines()
        seen = [(one["actor"], one["action"], one["subject"]) for one in map(json.loads, log)]
        self.assertIn(("retention", "conversation-erased", f"{user}/over"), seen)


if __name__ == "__main__":
    unittest.main()
