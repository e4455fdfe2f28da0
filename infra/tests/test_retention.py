"""Articles go by themselves where a stack is told how long they are kept, and nowhere else."""

import json
import unittest

from expand import expanded
from tests.facts import ENVIRONMENTS, FACTS

SCAN = {
    "Effect": "Allow",
    "Action": "dynamodb:Scan",
    "Resource": "ConversationsTable.Arn",
    "Condition": {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["userId"]},
        "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    },
}


def of_type(made, kind):
    return [one["Properties"] for one in made.values() if one["Type"] == kind]


def scanning(made):
    """Statements that let a role scan the conversations, by role."""
    return {
        name: statement
        for name, one in made.items()
        if one["Type"] == "AWS::IAM::Role"
        for policy in one["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if "dynamodb:Scan" in statement["Action"] and "ConversationsTable.Arn" in statement["Resource"]
    }


def event_permissions(made):
    return [one for one in of_type(made, "AWS::Lambda::Permission") if one["Principal"] == "events.amazonaws.com"]


class Retention(unittest.TestCase):
    def test_nothing_goes_unless_somebody_says_so(self):
        for environment in ENVIRONMENTS:
            made = expanded(environment)["Resources"]
            self.assertEqual(of_type(made, "AWS::Events::Rule"), [])
            self.assertEqual((scanning(made), event_permissions(made)), ({}, []))

    def test_a_schedule_asks_the_function_that_may_delete_articles(self):
        for environment in ENVIRONMENTS:
            suffix = FACTS["environments"][environment]["functionSuffix"]
            for more in ({"RetentionDays": "365"}, {"RetentionDesks": "economy=30"}):
                made = expanded(environment, more)["Resources"]
                (rule,) = of_type(made, "AWS::Events::Rule")
                self.assertEqual(
                    (rule["Name"], rule["ScheduleExpression"], rule["State"]),
                    (f"nx-wt-prf-retention{suffix}", "cron(30 18 * * ? *)", "ENABLED"),
                )
                (target,) = rule["Targets"]
                self.assertEqual(json.loads(target["Input"]), {"sweep": "retention"})
                alias = target["Arn"]
                self.assertEqual(alias, "WebsocketMessageFunctionAliaslive")
                self.assertEqual(
                    event_permissions(made),
                    [
                        {
                            "Action": "lambda:InvokeFunction",
                            "FunctionName": alias,
                            "Principal": "events.amazonaws.com",
                            "SourceArn": "RetentionSchedule.Arn",
                        }
                    ],
                )
                self.assertEqual(scanning(made), {"WebsocketMessageRole": SCAN})

    def test_only_that_function_knows_the_days(self):
        made = expanded("prod", {"RetentionDays": "365", "RetentionDesks": "economy=30"})["Resources"]
        functions = {name: one for name, one in made.items() if one["Type"] == "AWS::Lambda::Function"}
        variables = {name: one["Properties"]["Environment"]["Variables"] for name, one in functions.items()}
        names = ("PRF_RETENTION_DAYS", "PRF_RETENTION_DESKS")
        told = {name: [own.get(one) for one in names] for name, own in variables.items()}
        others = dict.fromkeys(set(told) - {"WebsocketMessageFunction"}, [None, None])
        self.assertEqual(told, others | {"WebsocketMessageFunction": ["365", "economy=30"]})


if __name__ == "__main__":
    unittest.main()
