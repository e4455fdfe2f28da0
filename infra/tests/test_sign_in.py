"""People sign in at the pool of their environment: what the page is told of it, where it may come back
to, and the whole way there and back by a code.

The address of the pool is Amazon's; what is asked there is asked of the simulated AWS in its place.
"""

import base64
import hashlib
import pathlib
import tempfile
import unittest
import urllib.parse

from tests.cloud import deployed
from wire import request

REGION = "us-east-1"
# Environments with a page, and the first part of their pool's address.
PLACES = {"prod": "nx-wt-prf", "dev-v2": "nx-wt-prf-dev-v2"}
VERIFIER = "v" * 64
PASSWORD = "correct-horse-9"


def place(environment):
    return f"https://{PLACES[environment]}.auth.{REGION}.amazoncognito.com"


def addresses(environment):
    """Where the distributions of an environment serve the page."""
    outputs = deployed().outputs(environment)
    names = ("DistributionDomain", "SecondaryDistributionDomain")
    return [f"https://{outputs[name]}" for name in names if name in outputs]


class Told(unittest.TestCase):
    def test_a_page_is_told_of_the_pool_before_anybody_is_signed_in(self):
        for environment in ("prod", "dev-v1", "dev-v2"):
            outputs = deployed().outputs(environment)
            answer = request("GET", f"{outputs['RestUrl']}/session")
            expected = {
                "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{outputs['UserPoolId']}",
                "clientId": outputs["UserPoolClientId"],
                "scopes": "openid",
            }
            if environment in PLACES:
                expected["authorizationEndpoint"] = f"{place(environment)}/oauth2/authorize"
                expected["tokenEndpoint"] = f"{place(environment)}/oauth2/token"
            with self.subTest(environment=environment):
                self.assertEqual(answer.status, 200, answer.text)
                self.assertEqual(answer.json(), {"user": None, "auth": "oidc", "oidc": expected})

    def test_the_pool_has_that_address_and_leads_back_to_every_distribution(self):
        client = deployed().client("cognito-idp")
        for environment, name in PLACES.items():
            outputs = deployed().outputs(environment)
            domain = client.describe_user_pool_domain(Domain=name)["DomainDescription"]
            self.assertEqual(domain["UserPoolId"], outputs["UserPoolId"])
            page = client.describe_user_pool_client(
                UserPoolId=outputs["UserPoolId"], ClientId=outputs["UserPoolClientId"]
            )["UserPoolClient"]
            self.assertEqual(page["CallbackURLs"], [f"{one}/signed-in" for one in addresses(environment)])
            seen = {name: page[name] for name in ("AllowedOAuthFlows", "AllowedOAuthScopes", "SupportedIdentityProviders")}
            expected = {
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid"],
                "SupportedIdentityProviders": ["COGNITO"],
            }
            self.assertEqual(seen, expected, environment)

    def test_the_way_back_is_served_by_the_page_which_may_ask_the_pool(self):
        index = "<!doctype html><title>page</title>"
        with tempfile.TemporaryDirectory() as directory:
            page = pathlib.Path(directory)
            (page / "assets").mkdir()
            (page / "index.html").write_text(index)
            (page / "assets" / "a-1.js").write_text("1")
            for environment in PLACES:
                done = deployed().script("deploy-frontend.sh", environment, PRF_PAGE=directory)
                self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
        for environment in PLACES:
            for address in addresses(environment):
                headers = {"Host": address.removeprefix("https://"), "X-Forwarded-Proto": "https"}
                got = request("GET", f"{deployed().url}/signed-in?code=c&state=s", headers=headers)
                self.assertEqual((got.status, got.text), (200, index), address)
                self.assertIn(f"; connect-src 'self' {place(environment)}; ", got.headers["content-security-policy"])


class ByCode(unittest.TestCase):
    """The steps of `web/src/api/oidc.ts`, and of the person between them."""

    environment = "prod"

    @classmethod
    def setUpClass(cls):
        cls.email = "by-code@example.com"
        cls.outputs = deployed().outputs(cls.environment)
        cls.told = request("GET", f"{cls.outputs['RestUrl']}/session").json()["oidc"]
        cls.callback = f"{addresses(cls.environment)[0]}/signed-in"
        client, pool = deployed().client("cognito-idp"), cls.outputs["UserPoolId"]
        client.admin_create_user(UserPoolId=pool, Username=cls.email, MessageAction="SUPPRESS")
        client.admin_add_user_to_group(UserPoolId=pool, Username=cls.email, GroupName="desk")
        client.admin_set_user_password(UserPoolId=pool, Username=cls.email, Password=PASSWORD, Permanent=True)
        attributes = client.admin_get_user(UserPoolId=pool, Username=cls.email)["UserAttributes"]
        cls.sub = next(one["Value"] for one in attributes if one["Name"] == "sub")

    def here(self, address):
        """That address of the pool's, on the simulated AWS."""
        return address.replace(place(self.environment), deployed().url)

    def asked(self, **more):
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        return {
            "response_type": "code",
            "client_id": self.told["clientId"],
            "redirect_uri": self.callback,
            "scope": self.told["scopes"],
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **more,
        }

    def authorize(self, **more):
        query = urllib.parse.urlencode(self.asked(**more))
        return request("GET", f"{self.here(self.told['authorizationEndpoint'])}?{query}")

    def code(self):
        """What the pool sends back with somebody who has said who they are."""
        self.assertEqual(self.authorize().status, 200)
        person = {"username": self.email, "password": PASSWORD}
        answer = request("POST", f"{deployed().url}/login", form=self.asked(**person))
        self.assertEqual(answer.status, 302, answer.text)
        address, _, query = answer.headers["location"].partition("?")
        found = urllib.parse.parse_qs(query)
        self.assertEqual((address, found["state"]), (self.callback, ["state-1"]))
        return found["code"][0]

    def change(self, code, verifier=VERIFIER):
        form = {
            "grant_type": "authorization_code",
            "client_id": self.told["clientId"],
            "redirect_uri": self.callback,
            "code": code,
            "code_verifier": verifier,
        }
        return request("POST", self.here(self.told["tokenEndpoint"]), form=form)

    def test_a_person_comes_back_with_a_token_that_every_function_takes(self):
        changed = self.change(self.code())
        self.assertEqual(changed.status, 200, changed.text)
        token, rest = changed.json()["access_token"], self.outputs["RestUrl"]
        session = request("GET", f"{rest}/session", token).json()
        self.assertEqual(session["user"], {"id": self.sub, "role": "desk"})
        for path in ("/status", "/conversations", "/prompts", f"/usage/{self.sub}/all"):
            answer = request("GET", f"{rest}{path}", token)
            self.assertEqual(answer.status, 200, f"{path} {answer.text}")

    def test_nobody_is_sent_elsewhere_and_a_code_is_of_no_use_to_another(self):
        self.assertEqual(self.authorize(redirect_uri="https://elsewhere.example/signed-in").status, 400)
        stolen = self.change(self.code(), "w" * 64)
        self.assertEqual((stolen.status, stolen.json()["error"]), (400, "invalid_grant"))


if __name__ == "__main__":
    unittest.main()
