"""Every guard rule applies to production, passes there, and fails on a template that breaks it."""

import copy
import functools
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from expand import HERE, expanded


@functools.cache
def production():
    return expanded("prod", {"RetentionDays": "365"})


def broken(*path, to):
    """A change of the production template: the value at `path` becomes `to`, or goes when that is none."""

    def change(template):
        *way, last = path
        node = template["Resources"]
        for step in way:
            node = node[step]
        if to is None:
            del node[last]
        else:
            node[last] = to

    return change


ROLE = ("PromptRole", "Properties")
STATEMENT = (*ROLE, "Policies", 0, "PolicyDocument", "Statement", 0)
PAGE = ("Distribution", "Properties", "DistributionConfig")
POLICY = ("PageBucketPolicy", "Properties", "PolicyDocument", "Statement")

BREAKING = {
    "tables_are_encrypted": [broken("FilesTable", "Properties", "SSESpecification", to=None)],
    "tables_can_be_restored": [
        broken("UsageTable", "Properties", "PointInTimeRecoverySpecification", to={"PointInTimeRecoveryEnabled": False})
    ],
    "buckets_are_encrypted": [broken("PageBucket", "Properties", "BucketEncryption", to=None)],
    "queues_are_encrypted": [broken("FailedTurns", "Properties", "SqsManagedSseEnabled", to=False)],
    "viewers_use_tls": [
        broken(*PAGE, "DefaultCacheBehavior", "ViewerProtocolPolicy", to="allow-all"),
        broken(*PAGE, "CacheBehaviors", 3, "ViewerProtocolPolicy", to="allow-all"),
    ],
    "origins_use_tls": [broken(*PAGE, "Origins", 1, "CustomOriginConfig", "OriginProtocolPolicy", to="match-viewer")],
    "buckets_are_private": [
        broken("PageBucket", "Properties", "PublicAccessBlockConfiguration", to=None),
        broken("PageBucket", "Properties", "PublicAccessBlockConfiguration", "RestrictPublicBuckets", to=False),
    ],
    "only_distributions_read_buckets": [
        broken(*POLICY, 0, "Principal", to="*"),
        broken(*POLICY, 0, "Action", to="s3:*"),
        broken(*POLICY, 0, "Condition", to=None),
    ],
    "plain_requests_to_buckets_are_refused": [broken(*POLICY, 1, to=None)],
    "distributions_sign_for_buckets": [broken(*PAGE, "Origins", 0, "OriginAccessControlId", to=None)],
    "only_our_apis_invoke_functions": [
        broken("PromptsPermission", "Properties", "Principal", to="*"),
        broken("PromptsPermission", "Properties", "SourceArn", to=None),
        broken("RetentionPermission", "Properties", "SourceArn", to=None),
    ],
    "functions_have_no_address": [broken("Address", to={"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}})],
    "secrets_come_by_hand": [broken("ProviderSecret", "Properties", "SecretString", to="{}")],
    "people_are_invited": [
        broken("UserPool", "Properties", "AdminCreateUserConfig", "AllowAdminCreateUserOnly", to=False)
    ],
    "actions_are_named": [
        broken(*STATEMENT, "Action", to="dynamodb:*"),
        broken(*STATEMENT, "Action", to=["dynamodb:GetItem", "dynamodb:Batch*"]),
        broken(*STATEMENT, to={"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": "x"}),
    ],
    "resources_are_named": [
        broken(*STATEMENT, "Resource", to="*"),
        broken(*STATEMENT, "Resource", to="arn:aws:dynamodb:us-east-1:000000000000:table/nx-wt-prf-*"),
        broken(*STATEMENT, "Resource", to=["PromptsTable.Arn", "arn:aws:s3:::*"]),
        broken(*STATEMENT, "NotResource", to="x"),
    ],
    "roles_are_taken_by_services": [
        broken(*ROLE, "AssumeRolePolicyDocument", "Statement", 0, "Principal", to={"AWS": "*"})
    ],
    "managed_policies_are_for_logs_of_apis": [
        broken("ApiGatewayLogsRole", "Properties", "ManagedPolicyArns", to=["arn:aws:iam::aws:policy/AdministratorAccess"])
    ],
}


def verdict(template):
    """Rules that failed, and rules that did not apply."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(template, file)
        file.flush()
        command = ["cfn-guard", "validate", "--data", file.name, "--rules", HERE / "rules"]
        command += ["--structured", "--output-format", "json", "--show-summary", "none"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    (report,) = json.loads(done.stdout)
    failed = {rule["Rule"]["name"] for rule in report["not_compliant"]}
    return failed, set(report["not_applicable"])


class Rules(unittest.TestCase):
    def test_production_passes_every_rule(self):
        self.assertEqual(verdict(production()), (set(), set()))

    def test_every_rule_is_broken_here(self):
        files = pathlib.Path(HERE / "rules").glob("*.guard")
        written = {name for file in files for name in re.findall(r"^rule (\w+)", file.read_text(), re.M)}
        self.assertEqual(written, set(BREAKING))

    def test_each_rule_fails_alone_on_what_it_forbids(self):
        for rule, changes in BREAKING.items():
            for number, change in enumerate(changes):
                with self.subTest(rule=rule, change=number):
                    template = copy.deepcopy(production())
                    change(template)
                    self.assertEqual(verdict(template)[0], {rule})


if __name__ == "__main__":
    unittest.main()
