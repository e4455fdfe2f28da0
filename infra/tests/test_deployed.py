"""The three environments as the APIs of the simulated AWS tell them, held against the facts field by field."""

import json
import re
import unittest

from tests.cloud import deployed
from tests.facts import ENVIRONMENTS, FACTS, function_names, table_names

REGION = FACTS["region"]
ACCOUNT = "000000000000"


def pages(client, operation, key, **arguments):
    paginator = client.get_paginator(operation)
    return [one for page in paginator.paginate(**arguments) for one in page[key]]


class Functions(unittest.TestCase):
    def test_each_is_as_the_facts_say(self):
        client = deployed().client("lambda")
        seen = {}
        for one in pages(client, "list_functions", "Functions"):
            seen[one["FunctionName"]] = {
                "handler": one["Handler"],
                "memory": one["MemorySize"],
                "timeout": one["Timeout"],
                "runtime": one["Runtime"],
                "architectures": one["Architectures"],
                "log": one["LoggingConfig"]["LogGroup"],
                "role": one["Role"].rsplit("/")[-1],
            }
        expected = {}
        for environment in ENVIRONMENTS:
            suffix = FACTS["environments"][environment]["functionSuffix"]
            for name, facts in function_names(environment).items():
                bare = name.removesuffix(suffix)
                expected[name] = facts | {
                    "runtime": "provided.al2023",
                    "architectures": ["x86_64"],
                    "log": f"/aws/lambda/{name}",
                    "role": f"{bare}-role{suffix}",
                }
        self.assertEqual(seen, expected)

    def test_six_share_one_package_and_the_alias_names_a_version(self):
        client = deployed().client("lambda")
        hashes = set()
        for environment in ENVIRONMENTS:
            for name in function_names(environment):
                version = client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
                self.assertRegex(version, r"^\d+$")
                hashes.add(client.get_function(FunctionName=name, Qualifier="live")["Configuration"]["CodeSha256"])
        self.assertEqual(len(hashes), 1)

    def test_a_failed_turn_is_kept_and_never_run_again(self):
        client, queues = deployed().client("lambda"), deployed().client("sqs")
        for environment in ENVIRONMENTS:
            suffix = FACTS["environments"][environment]["functionSuffix"]
            name = f"nx-wt-prf-websocket-message{suffix}"
            config = client.get_function_event_invoke_config(FunctionName=name, Qualifier="live")
            queue = f"nx-wt-prf-failed-turns{suffix}"
            self.assertEqual((config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]), (0, 60))
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
            self.assertEqual(config["DestinationConfig"]["OnFailure"], {"Destination": arn})
            url = queues.get_queue_url(QueueName=queue)["QueueUrl"]
            kept = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            self.assertEqual((kept["SqsManagedSseEnabled"], kept["MessageRetentionPeriod"]), ("true", "1209600"))

    def test_only_their_api_may_invoke_them_and_the_schedule_one(self):
        client = deployed().client("lambda")
        for environment in ENVIRONMENTS:
            suffix = FACTS["environments"][environment]["functionSuffix"]
            scheduled = set()
            outputs = deployed().outputs(environment)
            apis = {outputs["RestApiId"], outputs["WebSocketApiId"]}
            for name in function_names(environment):
                policy = json.loads(client.get_policy(FunctionName=name, Qualifier="live")["Policy"])
                for statement in policy["Statement"]:
                    source = statement["Condition"]["ArnLike"]["AWS:SourceArn"]
                    if statement["Principal"] == {"Service": "events.amazonaws.com"}:
                        scheduled.add((name, source.split(":", 5)[5]))
                        continue
                    self.assertEqual(statement["Principal"], {"Service": "apigateway.amazonaws.com"})
                    self.assertIn(source.split(":")[5].split("/")[0], apis)
            asked = (f"nx-wt-prf-websocket-message{suffix}", f"rule/nx-wt-prf-retention{suffix}")
            self.assertEqual(scheduled, {asked})

    def test_logs_are_kept_for_a_week(self):
        groups = pages(deployed().client("logs"), "describe_log_groups", "logGroups")
        seen = {one["logGroupName"]: one.get("retentionInDays") for one in groups}
        expected = {}
        for environment, facts in FACTS["environments"].items():
            for name in function_names(environment):
                expected[f"/aws/lambda/{name}"] = FACTS["logRetentionDays"]
            for api in (facts["restApi"], facts["webSocketApi"]):
                expected[f"/aws/apigateway/{api}"] = FACTS["logRetentionDays"]
        self.assertEqual(seen, expected)


class Tables(unittest.TestCase):
    def test_names_keys_and_indexes(self):
        client = deployed().client("dynamodb")
        seen = {}
        for name in pages(client, "list_tables", "TableNames"):
            table = client.describe_table(TableName=name)["Table"]
            self.assertEqual({one["AttributeType"] for one in table["AttributeDefinitions"]}, {"S"})
            self.assertEqual(table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
            indexes = table.get("GlobalSecondaryIndexes", [])
            self.assertEqual({one["Projection"]["ProjectionType"] for one in indexes} - {"ALL"}, set())
            seen[name] = {
                "keys": _keys(table["KeySchema"]),
                "indexes": {one["IndexName"]: _keys(one["KeySchema"]) for one in indexes},
            }
        expected = {}
        for environment in ENVIRONMENTS:
            for name, facts in table_names(environment).items():
                expected[name] = {"keys": facts["keys"], "indexes": facts["indexes"]}
        self.assertEqual(seen, expected)


def _keys(schema):
    by_kind = {one["KeyType"]: one["AttributeName"] for one in schema}
    return [by_kind[kind] for kind in ("HASH", "RANGE") if kind in by_kind]


class RestApis(unittest.TestCase):
    def test_names_stages_and_paths(self):
        client = deployed().client("apigateway")
        apis = {one["name"]: one["id"] for one in pages(client, "get_rest_apis", "items")}
        self.assertEqual(set(apis), {facts["restApi"] for facts in FACTS["environments"].values()})
        for environment, facts in FACTS["environments"].items():
            api = apis[facts["restApi"]]
            stages = [one["stageName"] for one in client.get_stages(restApiId=api)["item"]]
            self.assertEqual([name for name in stages if name != "Stage"], [facts["stage"]])
            paths = {}
            for resource in pages(client, "get_resources", "items", restApiId=api, embed=["methods"]):
                for method, detail in resource.get("resourceMethods", {}).items():
                    paths.setdefault(resource["path"], {})[method] = detail
            self.assertEqual(set(paths), set(FACTS["paths"]))
            for path, methods in paths.items():
                function = FACTS["paths"][path] + facts["functionSuffix"]
                for method, detail in methods.items():
                    uri = detail["methodIntegration"]["uri"]
                    self.assertIn(f":function:{function}:live/invocations", uri, f"{environment} {method} {path}")
                    is_open = method == "OPTIONS" or (path in FACTS["openPaths"] and method == "GET")
                    kind = "NONE" if is_open else "COGNITO_USER_POOLS"
                    self.assertEqual(detail["authorizationType"], kind, f"{environment} {method} {path}")

    def test_the_authorizer_asks_the_pool_of_the_environment(self):
        client = deployed().client("apigateway")
        for environment in ENVIRONMENTS:
            outputs = deployed().outputs(environment)
            (authorizer,) = client.get_authorizers(restApiId=outputs["RestApiId"])["items"]
            pool = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{outputs['UserPoolId']}"
            self.assertEqual((authorizer["type"], authorizer["providerARNs"]), ("COGNITO_USER_POOLS", [pool]))


class WebSocketApis(unittest.TestCase):
    def test_names_stages_and_routes(self):
        client = deployed().client("apigatewayv2")
        apis = {one["Name"]: one for one in client.get_apis()["Items"] if one["ProtocolType"] == "WEBSOCKET"}
        self.assertEqual(set(apis), {facts["webSocketApi"] for facts in FACTS["environments"].values()})
        for facts in FACTS["environments"].values():
            api = apis[facts["webSocketApi"]]
            self.assertEqual(api["RouteSelectionExpression"], FACTS["routeSelection"])
            stages = client.get_stages(ApiId=api["ApiId"])["Items"]
            self.assertEqual([one["StageName"] for one in stages], [facts["stage"]])
            integrations = {one["IntegrationId"]: one for one in client.get_integrations(ApiId=api["ApiId"])["Items"]}
            routes = client.get_routes(ApiId=api["ApiId"])["Items"]
            self.assertEqual({one["RouteKey"] for one in routes}, set(FACTS["routes"]))
            for route in routes:
                function = FACTS["routes"][route["RouteKey"]] + facts["functionSuffix"]
                integration = integrations[route["Target"].removeprefix("integrations/")]
                self.assertIn(f":function:{function}:live/invocations", integration["IntegrationUri"])
                is_turn = function.startswith("nx-wt-prf-websocket-message")
                self.assertEqual(integration["IntegrationType"], "AWS" if is_turn else "AWS_PROXY")


class Pages(unittest.TestCase):
    def test_buckets_are_there_and_private(self):
        client = deployed().client("s3")
        wanted = {facts["bucket"] for facts in FACTS["environments"].values() if facts["bucket"]}
        packages = f"nx-wt-prf-deploy-{ACCOUNT}"
        seen = {one["Name"] for one in client.list_buckets()["Buckets"]}
        self.assertEqual(seen, wanted | {packages})
        for bucket in seen:
            block = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            self.assertEqual(set(block.values()), {True}, bucket)
        for bucket in wanted:
            rules = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
            kinds = [one["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for one in rules]
            self.assertEqual(kinds, ["AES256"])
            self.assertEqual(client.get_bucket_versioning(Bucket=bucket)["Status"], "Enabled")

    def test_three_distributions_and_only_they_read_the_buckets(self):
        client, buckets = deployed().client("cloudfront"), deployed().client("s3")
        listed = client.list_distributions()["DistributionList"].get("Items", [])
        total = sum(facts["distributions"] for facts in FACTS["environments"].values())
        self.assertEqual((len(listed), total), (3, 3))
        for environment, facts in FACTS["environments"].items():
            outputs = deployed().outputs(environment)
            names = ("DistributionId", "SecondaryDistributionId")
            ids = [outputs[name] for name in names if name in outputs]
            self.assertEqual(len(ids), facts["distributions"], environment)
            if not ids:
                continue
            policy = json.loads(buckets.get_bucket_policy(Bucket=facts["bucket"])["Policy"])
            readers = policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"]
            self.assertEqual(readers, [f"arn:aws:cloudfront::{ACCOUNT}:distribution/{one}" for one in ids])
            for one in ids:
                self.check_distribution(client, one, facts["bucket"])

    def check_distribution(self, client, identity, bucket):
        config = client.get_distribution_config(Id=identity)["DistributionConfig"]
        self.assertEqual((config["HttpVersion"], config["DefaultRootObject"]), ("http2and3", "index.html"))
        page = next(one for one in config["Origins"]["Items"] if one["Id"] == "page")
        self.assertEqual(page["DomainName"], f"{bucket}.s3.{REGION}.amazonaws.com")
        access = client.get_origin_access_control(Id=page["OriginAccessControlId"])["OriginAccessControl"]
        signing = access["OriginAccessControlConfig"]
        self.assertEqual((signing["SigningBehavior"], signing["SigningProtocol"]), ("always", "sigv4"))
        behavior = config["DefaultCacheBehavior"]
        self.assertEqual((behavior["Compress"], behavior["ViewerProtocolPolicy"]), (True, "redirect-to-https"))
        headers = client.get_response_headers_policy(Id=behavior["ResponseHeadersPolicyId"])
        security = headers["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        self.assertEqual(
            set(security),
            {"ContentSecurityPolicy", "StrictTransportSecurity", "ContentTypeOptions", "FrameOptions", "ReferrerPolicy"},
        )


class People(unittest.TestCase):
    def test_each_environment_has_a_pool_a_client_and_three_groups(self):
        client = deployed().client("cognito-idp")
        for environment in ENVIRONMENTS:
            outputs = deployed().outputs(environment)
            pool = client.describe_user_pool(UserPoolId=outputs["UserPoolId"])["UserPool"]
            self.assertTrue(pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"])
            groups = client.list_groups(UserPoolId=outputs["UserPoolId"])["Groups"]
            self.assertEqual(sorted(one["GroupName"] for one in groups), FACTS["groups"])
            of_client = {"UserPoolId": outputs["UserPoolId"], "ClientId": outputs["UserPoolClientId"]}
            page = client.describe_user_pool_client(**of_client)["UserPoolClient"]
            self.assertNotIn("ClientSecret", page)


class Secrets(unittest.TestCase):
    def test_each_role_reads_the_secret_of_its_environment(self):
        names = {one["Name"] for one in pages(deployed().client("secretsmanager"), "list_secrets", "SecretList")}
        self.assertEqual(names, {facts["secret"] for facts in FACTS["environments"].values()})
        client = deployed().client("iam")
        for facts in FACTS["environments"].values():
            role = f"nx-wt-prf-websocket-message-role{facts['functionSuffix']}"
            policy = client.get_role_policy(RoleName=role, PolicyName=FACTS["secretPolicy"])["PolicyDocument"]
            (statement,) = policy["Statement"]
            self.assertEqual(
                (statement["Action"], statement["Resource"]),
                (
                    "secretsmanager:GetSecretValue",
                    f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{facts['secret']}*",
                ),
            )


class Alarms(unittest.TestCase):
    def test_every_alarm_rings_at_the_topic_of_its_environment(self):
        alarms = pages(deployed().client("cloudwatch"), "describe_alarms", "MetricAlarms")
        seen = {one["AlarmName"]: one["AlarmActions"] for one in alarms}
        expected = {}
        for facts in FACTS["environments"].values():
            suffix = facts["functionSuffix"]
            topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:nx-wt-prf-alarms{suffix}"
            expected |= {name + suffix: [topic] for name in FACTS["alarms"]}
        self.assertEqual(seen, expected)

    def test_the_dashboard_shows_every_key_metric(self):
        client = deployed().client("cloudwatch")
        for environment in ENVIRONMENTS:
            body = json.loads(client.get_dashboard(DashboardName=f"nx-wt-prf-{environment}")["DashboardBody"])
            shown = set()
            for metric in (one for widget in body["widgets"] for one in widget["properties"]["metrics"]):
                if isinstance(metric[0], dict):
                    shown |= set(re.findall(r'MetricName="(\w+)"', metric[0]["expression"]))
                else:
                    shown.add(metric[1])
            self.assertEqual(shown, set(FACTS["dashboardMetrics"]))


if __name__ == "__main__":
    unittest.main()
