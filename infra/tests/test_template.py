"""What the simulated AWS does not keep, held against the facts on the expanded template instead."""

import fnmatch
import functools
import json
import re
import tomllib
import unittest

from expand import expanded, source
from tests.cloud import ROOT
from tests.facts import ENVIRONMENTS, FACTS, function_names, table_names


@functools.cache
def resources(environment):
    return expanded(environment)["Resources"]


def of_type(environment, kind):
    found = {name: one for name, one in resources(environment).items() if one["Type"] == kind}
    return {name: one["Properties"] for name, one in found.items()}


class Tables(unittest.TestCase):
    def test_every_table_is_kept_as_its_environment_wants(self):
        for environment in ENVIRONMENTS:
            is_protected = FACTS["environments"][environment]["isProtected"]
            kept = "Retain" if is_protected else "Delete"
            tables = [one for one in resources(environment).values() if one["Type"] == "AWS::DynamoDB::Table"]
            seen = {
                one["Properties"]["TableName"]: {
                    "billing": one["Properties"]["BillingMode"],
                    "encrypted": one["Properties"]["SSESpecification"]["SSEEnabled"],
                    "restorable": one["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
                    "protected": one["Properties"]["DeletionProtectionEnabled"],
                    "ttl": one["Properties"].get("TimeToLiveSpecification"),
                    "deleted": one["DeletionPolicy"],
                    "replaced": one["UpdateReplacePolicy"],
                }
                for one in tables
            }
            expected = {
                name: {
                    "billing": "PAY_PER_REQUEST",
                    "encrypted": True,
                    "restorable": True,
                    "protected": is_protected,
                    "ttl": {"AttributeName": facts["ttl"], "Enabled": True} if "ttl" in facts else None,
                    "deleted": kept,
                    "replaced": kept,
                }
                for name, facts in table_names(environment).items()
            }
            self.assertEqual(seen, expected)

    def test_users_and_pages_are_kept_too(self):
        for environment in ENVIRONMENTS:
            facts = FACTS["environments"][environment]
            kept = "Retain" if facts["isProtected"] else "Delete"
            for kind in ("AWS::Cognito::UserPool", "AWS::S3::Bucket"):
                found = [one for one in resources(environment).values() if one["Type"] == kind]
                self.assertEqual(len(found), 0 if kind == "AWS::S3::Bucket" and not facts["bucket"] else 1)
                for one in found:
                    self.assertEqual((one["DeletionPolicy"], one["UpdateReplacePolicy"]), (kept, kept))
            (pool,) = of_type(environment, "AWS::Cognito::UserPool").values()
            self.assertEqual(pool["DeletionProtection"], "ACTIVE" if facts["isProtected"] else "INACTIVE")


class Functions(unittest.TestCase):
    def test_concurrency_is_reserved(self):
        for environment in ENVIRONMENTS:
            functions = of_type(environment, "AWS::Lambda::Function").values()
            seen = {one["FunctionName"]: int(one["ReservedConcurrentExecutions"]) for one in functions}
            self.assertEqual(set(seen), set(function_names(environment)))
            self.assertGreaterEqual(min(seen.values()), 5)
            # An account has a thousand unless somebody asks for more, and a hundred stay unreserved.
            self.assertLessEqual(sum(seen.values()), 300)

    def test_every_setting_is_one_the_functions_read(self):
        sources = [*(ROOT / "crates/lambda/src").rglob("*.rs"), *(ROOT / "crates/providers/src/setup").rglob("*.rs")]
        known = set(re.findall(r'"([A-Z][A-Z0-9_]+)"', "\n".join(path.read_text() for path in sources)))
        stand_in = {"StandInEndpoint": "http://a", "StandInAnthropic": "http://b", "StandInBedrock": "http://c"}
        for more in ({}, stand_in):
            for one in expanded("prod", more)["Resources"].values():
                if one["Type"] == "AWS::Lambda::Function":
                    names = set(one["Properties"]["Environment"]["Variables"])
                    self.assertEqual(names - known, set(), one["Properties"]["FunctionName"])

    def test_alarms_and_dashboard_ask_for_what_the_functions_write(self):
        for environment in ENVIRONMENTS:
            functions = of_type(environment, "AWS::Lambda::Function").values()
            written = {one["Environment"]["Variables"]["PRF_ENVIRONMENT"] for one in functions}
            self.assertEqual(written, {environment})
            alarms = of_type(environment, "AWS::CloudWatch::Alarm").values()
            asked = [one["Dimensions"] for one in alarms if one.get("Namespace") == "nx-wt-prf"]
            (dashboard,) = of_type(environment, "AWS::CloudWatch::Dashboard").values()
            named = re.findall(r'Environment=\\?"([^"\\]*)', dashboard["DashboardBody"])
            named += re.findall(r'"Environment","([^"]*)"', dashboard["DashboardBody"])
            named += [next(pair["Value"] for pair in one if pair["Name"] == "Environment") for one in asked]
            self.assertGreater(len(asked), 4)
            self.assertEqual(set(named), {environment})

    def test_nothing_of_a_stand_in_reaches_aws(self):
        for environment in ENVIRONMENTS:
            text = json.dumps(resources(environment))
            for word in ("ConverseStream", "PRF_JWKS_URL", "ANTHROPIC_BASE_URL", "_aws/execute-api"):
                self.assertNotIn(word, text)

    def test_the_models_of_the_setting_may_be_asked(self):
        with open(ROOT / "crates/providers/src/models/models.toml", "rb") as file:
            models = {one["id"]: one for one in tomllib.load(file)["model"]}
        model = source()["Parameters"]["ModelId"]["Default"]
        wanted = set()
        while model:
            entry = models[model]
            if "bedrock_id" in entry:
                profile = entry["bedrock_id"]
                name = profile.removeprefix("global.")
                wanted |= {
                    f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{profile}",
                    f"arn:aws:bedrock:us-east-1::foundation-model/{name}",
                    f"arn:aws:bedrock:::foundation-model/{name}",
                }
            model = entry.get("successor")
        for role in ("WebsocketMessageRole", "ConversationRole"):
            policies = resources("prod")[role]["Properties"]["Policies"]
            statements = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
            (bedrock,) = [one for one in statements if "bedrock:InvokeModelWithResponseStream" in one["Action"]]
            self.assertEqual(set(bedrock["Resource"]), wanted, role)


def resource_of(path, resources):
    """The resource API Gateway hands a path to: a literal part goes before a variable, that before the rest."""
    kinds = {name: [0 if "{" not in part else 2 if "+" in part else 1 for part in name.split("/")] for name in resources}
    named = lambda name: re.sub(r"\{\w+\}", "[^/]+", name.replace(".", r"\.").replace("{proxy+}", ".+"))
    return min((name for name in resources if re.fullmatch(named(name), path)), key=kinds.get, default=None)


# Of tokens that the page has by a code, and of those by a password.
SCOPES = ["openid", "aws.cognito.signin.user.admin"]
# What serves a part of the routes, and what of the document only a home of one's own has.
FUNCTION_OF = {"conversations": "ConversationFunction", "prompts": "PromptFunction", "usage": "UsageFunction"}
AT_HOME = {"/healthz", "/metrics", "/readyz"}


class Partitions(unittest.TestCase):
    """MiniStack lets every row through a condition on partitions, so that these are judged here."""

    # Role, action, table, partition, and whether it may.
    CASES = [
        ("WebsocketMessageRole", "GetItem", "Files", "##dictionary", True),
        ("WebsocketMessageRole", "Query", "Files", "##dictionary#user:kim", True),
        ("WebsocketMessageRole", "Query", "Files", "Basic", True),
        ("WebsocketMessageRole", "Query", "Files", "kim", False),
        ("WebsocketMessageRole", "PutItem", "Files", "##dictionary", False),
        ("WebsocketMessageRole", "PutItem", "UsageTracking", "kim", True),
        ("ConversationRole", "BatchGetItem", "Files", "##dictionary", True),
        ("ConversationRole", "Query", "Files", "##dictionary#desk:economy", True),
        ("ConversationRole", "Query", "Files", "Pro", True),
        ("ConversationRole", "Query", "Files", "##dictionaries", False),
        ("ConversationRole", "DeleteItem", "Files", "##dictionary#all", False),
        ("ConversationRole", "PutItem", "Prompts", "Pro", False),
        ("ConversationRole", "PutItem", "UsageTracking", "##audit", True),
        ("PromptRole", "PutItem", "Files", "##dictionary#all", True),
        ("PromptRole", "DeleteItem", "Files", "##dictionary#user:kim", True),
        ("PromptRole", "PutItem", "UsageTracking", "##audit", True),
        ("PromptRole", "PutItem", "UsageTracking", "##audit##reserved", True),
        ("PromptRole", "PutItem", "UsageTracking", "kim", False),
        ("PromptRole", "GetItem", "UsageTracking", "kim##reserved", False),
        ("PromptRole", "GetItem", "Usage", "##quotas", False),
        ("UsageRole", "Query", "UsageTracking", "##acceptance", True),
        ("UsageRole", "Query", "UsageTracking", "kim##acceptance", True),
        ("UsageRole", "Query", "Usage", "kim", True),
        ("UsageRole", "PutItem", "Usage", "##quotas", True),
        ("UsageRole", "PutItem", "UsageTracking", "##quotas##reserved", True),
        ("UsageRole", "PutItem", "UsageTracking", "##audit", True),
        ("UsageRole", "PutItem", "Usage", "kim", False),
        ("UsageRole", "PutItem", "UsageTracking", "kim", False),
        ("UsageRole", "DeleteItem", "UsageTracking", "kim##acceptance", False),
        ("UsageRole", "GetItem", "Files", "##dictionary", False),
    ]

    def test_a_role_reaches_the_rows_it_works_with_and_no_others(self):
        for environment in ENVIRONMENTS:
            for role, action, table, partition, expected in self.CASES:
                with self.subTest(environment=environment, role=role, action=action, table=table, partition=partition):
                    self.assertEqual(_may(environment, role, action, table, partition), expected)


def _may(environment, role, action, table, partition):
    """Whether a statement of a role allows a call on one row, as IAM judges it."""
    policies = resources(environment)[role]["Properties"]["Policies"]
    for one in (one for policy in policies for one in policy["PolicyDocument"]["Statement"]):
        actions, named = ([value] if isinstance(value, str) else value for value in (one["Action"], one["Resource"]))
        if f"dynamodb:{action}" in actions and f"{table}Table.Arn" in named and _holds(one.get("Condition"), partition):
            return True
    return False


def _holds(condition, partition):
    if condition is None:
        return True
    ((operator, asked),) = condition.items()
    ((key, values),) = asked.items()
    if key != "dynamodb:LeadingKeys":
        raise ValueError(key)
    judge = {"ForAllValues:StringEquals": str.__eq__, "ForAllValues:StringLike": fnmatch.fnmatchcase}[operator]
    return any(judge(partition, value) for value in values)


class Apis(unittest.TestCase):
    def test_every_path_of_the_document_reaches_the_function_that_has_it(self):
        document = json.loads((ROOT / "web/openapi.json").read_text())
        parts = json.loads((ROOT / "crates/api/tests/api/parts.json").read_text())
        self.assertEqual(set(parts), set(document["paths"]))
        made = resources("prod")
        paths = made["RestApi"]["Properties"]["Body"]["paths"]
        used = set()
        for path, part in parts.items():
            resource = resource_of(re.sub(r"\{\w+\}", "x", path), paths)
            if path in AT_HOME:
                self.assertIsNone(resource, path)
                continue
            self.assertIsNotNone(resource, path)
            used.add(resource)
            for method in document["paths"][path]:
                uri = paths[resource][method]["x-amazon-apigateway-integration"]["uri"]
                self.assertIn(f"/{FUNCTION_OF[part]}.Arn:live/", uri, f"{method} {path}")
        self.assertEqual(set(paths) - used, {"/openapi.json"}, "resources that no route has")

    def test_one_function_has_each_resource_and_may_be_called_from_it(self):
        made = resources("prod")
        permissions = of_type("prod", "AWS::Lambda::Permission").values()
        for path, methods in made["RestApi"]["Properties"]["Body"]["paths"].items():
            uris = {one["x-amazon-apigateway-integration"]["uri"] for one in methods.values()}
            (function,) = {re.search(r"/(\w+)\.Arn:live/", uri)[1] for uri in uris}
            called = f"RestApi/prod/GET{path}"
            holders = {
                one["FunctionName"]
                for one in permissions
                if fnmatch.fnmatchcase(called, one["SourceArn"].split(":")[-1].replace("[", "[[]"))
            }
            self.assertIn(f"{function}Aliaslive", holders, path)

    def test_siblings_of_a_resource_share_their_variable(self):
        # API Gateway refuses two variables under one parent, whichever they are.
        below = {}
        for path in resources("prod")["RestApi"]["Properties"]["Body"]["paths"]:
            parts = path.split("/")
            for length, part in enumerate(parts):
                if part.startswith("{"):
                    below.setdefault("/".join(parts[:length]), set()).add(part)
        self.assertEqual({parent: names for parent, names in below.items() if len(names) > 1}, {})

    def test_every_path_turns_strangers_away(self):
        for environment in ENVIRONMENTS:
            body = of_type(environment, "AWS::ApiGateway::RestApi")["RestApi"]["Body"]
            self.assertEqual(set(body["paths"]), set(FACTS["paths"]))
            for path, operations in body["paths"].items():
                for method, operation in operations.items():
                    is_open = method == "options" or (path in FACTS["openPaths"] and method == "get")
                    security = [{"NONE": []}] if is_open else [{"People": SCOPES}]
                    self.assertEqual(operation["security"], security, f"{method} {path}")
                self.assertIn("x-amazon-apigateway-any-method", operations)
                self.assertIn("options", operations)

    def test_requests_are_throttled_and_logged(self):
        for environment in ENVIRONMENTS:
            (stage,) = of_type(environment, "AWS::ApiGateway::Stage").values()
            (settings,) = stage["MethodSettings"]
            self.assertEqual((settings["HttpMethod"], settings["ResourcePath"]), ("*", "/*"))
            self.assertEqual((settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]), ("50", "100"))
            self.assertFalse(settings["DataTraceEnabled"], "bodies are articles")
            self.assertEqual(stage["AccessLogSetting"]["DestinationArn"], "RestApiLog.Arn")
            (stage,) = of_type(environment, "AWS::ApiGatewayV2::Stage").values()
            settings = stage["DefaultRouteSettings"]
            self.assertEqual((settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]), ("100", "200"))
            self.assertFalse(settings["DataTraceEnabled"], "bodies are articles")
            self.assertEqual(stage["AccessLogSettings"]["DestinationArn"], "WebSocketApiLog.Arn")
            for log in (*of_type(environment, "AWS::ApiGateway::Stage").values(),):
                self.assertNotIn("authorizer", log["AccessLogSetting"]["Format"])

    def test_refusals_of_the_gateway_read_like_ours(self):
        body = of_type("prod", "AWS::ApiGateway::RestApi")["RestApi"]["Body"]
        seen = {
            name: (answer.get("statusCode"), json.loads(answer["responseTemplates"]["application/json"])["code"])
            for name, answer in body["x-amazon-apigateway-gateway-responses"].items()
        }
        self.assertEqual(
            seen,
            {
                "UNAUTHORIZED": ("401", "unauthorised"),
                "ACCESS_DENIED": ("403", "forbidden"),
                "MISSING_AUTHENTICATION_TOKEN": ("404", "not_found"),
                "THROTTLED": ("429", "too_many_requests"),
                "DEFAULT_5XX": (None, "internal"),
            },
        )

    def test_a_message_is_handed_over_as_a_proxy_would(self):
        integration = of_type("prod", "AWS::ApiGatewayV2::Integration")["MessageIntegration"]
        self.assertEqual(integration["RequestParameters"], {"integration.request.header.X-Amz-Invocation-Type": "'Event'"})
        self.assertEqual(integration["TemplateSelectionExpression"], "\\$default")
        ((name, template),) = integration["RequestTemplates"].items()
        self.assertEqual(name, "$default")
        said = '그는 "며칠" 뒤라고 했다.\n\\ 😀 it\'s'
        # As API Gateway's velocity does it: escapeJavaScript escapes the apostrophe too, which JSON forbids.
        escaped = json.dumps(said)[1:-1].replace("'", "\\'")
        body = re.compile(r"\$util\.escapeJavaScript\(\$input\.body\)\.replaceAll\(\"(.+?)\", \"(.+?)\"\)")
        found, into = body.search(template).groups()
        self.assertEqual((found, into), ("\\\\'", "'"))
        rendered = body.sub(lambda _: escaped.replace("\\'", "'"), template)
        rendered = re.sub(r'"\$context\.(\w+)"', r'"the \1"', rendered)
        rendered = re.sub(r"\$context\.\w+", "1", rendered)
        event = json.loads(rendered)
        self.assertEqual((event["body"], event["isBase64Encoded"]), (said, False))
        context = event["requestContext"]
        for name in ("connectionId", "domainName", "stage", "routeKey", "eventType"):
            self.assertEqual(context[name], f"the {name}")


class Money(unittest.TestCase):
    def test_a_budget_is_made_where_somebody_reads_it(self):
        self.assertEqual(of_type("prod", "AWS::Budgets::Budget"), {})
        template = expanded("prod", {"BudgetEmail": "desk@example.com", "BudgetUsd": "200"})
        budget = template["Resources"]["Budget"]["Properties"]
        self.assertEqual(budget["Budget"]["BudgetLimit"], {"Amount": "200", "Unit": "USD"})
        # The bill is told apart by the tag that the deploy script gives every resource of a stack.
        self.assertEqual(budget["Budget"]["CostFilters"], {"TagKeyValue": ["user:service$nx-wt-prf-prod"]})
        self.assertIn('--tags "service=nx-wt-prf-$environment"', (ROOT / "infra/deploy-anthropic.sh").read_text())
        seen = [
            (one["Notification"]["NotificationType"], one["Notification"]["Threshold"], one["Subscribers"][0]["Address"])
            for one in budget["NotificationsWithSubscribers"]
        ]
        self.assertEqual(seen, [("ACTUAL", 80, "desk@example.com"), ("FORECASTED", 100, "desk@example.com")])


class Existing(unittest.TestCase):
    def test_an_existing_pool_and_secret_are_used_in_place_of_new_ones(self):
        more = {"ExistingUserPoolId": "us-east-1_x", "ExistingUserPoolClientId": "client", "CreateSecret": "false"}
        made = expanded("prod", more)["Resources"]
        kinds = {one["Type"] for one in made.values()}
        self.assertFalse(kinds & {"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::SecretsManager::Secret"})
        variables = made["UsageFunction"]["Properties"]["Environment"]["Variables"]
        self.assertEqual(variables["PRF_JWT_ISSUER"], "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x")
        self.assertEqual(variables["PRF_JWT_AUDIENCES"], "client")
        schemes = made["RestApi"]["Properties"]["Body"]["components"]["securitySchemes"]
        arns = schemes["People"]["x-amazon-apigateway-authorizer"]["providerARNs"]
        self.assertEqual(arns, ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x"])

    def test_the_page_signs_in_at_the_pool_and_comes_back(self):
        place = "https://nx-wt-prf.auth.us-east-1.amazoncognito.com"
        made = expanded("prod", {"PageOrigins": "https://a.example,https://b.example"})["Resources"]
        self.assertEqual(made["SignIn"]["Properties"], {"Domain": "nx-wt-prf", "UserPoolId": "UserPool"})
        client = made["UserPoolClient"]["Properties"]
        self.assertEqual(client["CallbackURLs"], ["https://a.example/signed-in", "https://b.example/signed-in"])
        self.assertEqual((client["AllowedOAuthFlows"], client["AllowedOAuthScopes"]), (["code"], ["openid"]))
        variables = made["ConversationFunction"]["Properties"]["Environment"]["Variables"]
        self.assertEqual(variables["PRF_OIDC_AUTHORIZATION_URL"], f"{place}/oauth2/authorize")
        self.assertEqual(variables["PRF_OIDC_TOKEN_URL"], f"{place}/oauth2/token")
        headers = made["PageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        policy = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
        self.assertIn(f"; connect-src 'self' {place}; ", policy)
        # Before the page has an address, and where it has none, nobody comes back.
        for environment in ("prod", "dev-v1"):
            client = expanded(environment)["Resources"]["UserPoolClient"]["Properties"]
            self.assertNotIn("CallbackURLs", client)
        self.assertNotIn("SignIn", resources("dev-v1"))

    def test_a_page_of_its_own_name_has_its_certificate(self):
        more = {
            "PageDomain": "prf.example.com",
            "PageCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/x",
        }
        made = expanded("prod", more)["Resources"]
        config = made["Distribution"]["Properties"]["DistributionConfig"]
        self.assertEqual(config["Aliases"], ["prf.example.com"])
        self.assertEqual(config["ViewerCertificate"]["MinimumProtocolVersion"], "TLSv1.2_2021")
        self.assertNotIn("Aliases", made["SecondaryDistribution"]["Properties"]["DistributionConfig"])


class Pages(unittest.TestCase):
    def test_plain_requests_to_the_bucket_are_refused(self):
        statements = of_type("prod", "AWS::S3::BucketPolicy")["PageBucketPolicy"]["PolicyDocument"]["Statement"]
        denied = [one for one in statements if one["Effect"] == "Deny"]
        self.assertEqual([one["Condition"] for one in denied], [{"Bool": {"aws:SecureTransport": "false"}}])

    def test_the_apis_lie_under_the_name_of_the_page(self):
        config = of_type("prod", "AWS::CloudFront::Distribution")["Distribution"]["DistributionConfig"]
        seen = {one["PathPattern"]: one["TargetOriginId"] for one in config["CacheBehaviors"]}
        self.assertEqual(seen.pop("/ws"), "socket")
        self.assertEqual(set(seen.values()), {"rest"})
        for path in FACTS["paths"]:
            plain = re.sub(r"\{\w+\+?\}", "x", path)
            covered = [pattern for pattern in seen if re.fullmatch(pattern.replace("*", ".*"), plain)]
            self.assertEqual(len(covered), 1, path)


if __name__ == "__main__":
    unittest.main()
