"""What was just deployed and does not work is taken back by the scripts themselves."""

import pathlib
import tempfile
import unittest

from tests.cloud import deployed
from tests.facts import FACTS, function_names
from wire import request

# A function that ends at once.
BROKEN = """#!/bin/sh
exit 1
"""


class GoingBack(unittest.TestCase):
    def test_functions_that_fail_the_smoke_test(self):
        cloud = deployed()
        before = self.versions("dev-v1")
        with tempfile.TemporaryDirectory() as directory:
            binary = pathlib.Path(directory) / "bootstrap"
            binary.write_text(BROKEN)
            settings = cloud.settings(directory) | {"PRF_BOOTSTRAP": str(binary)}
            done = cloud.script("deploy-anthropic.sh", "dev-v1", **settings)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("the versions from before are live again", done.stderr)
        self.assertEqual(self.versions("dev-v1"), before)
        newest = self.newest("dev-v1")
        self.assertEqual({name for name in before if newest[name] > int(before[name])}, set(before))
        token, _ = cloud.person("dev-v1", "after-going-back")
        answer = request("GET", cloud.outputs("dev-v1")["RestUrl"] + "/status", token)
        self.assertEqual(answer.status, 200, answer.text)

    def test_a_page_that_is_not_served(self):
        cloud, bucket = deployed(), FACTS["environments"]["dev-v2"]["bucket"]
        client = cloud.client("s3")
        self.assertEqual(self.deploy_page("first").returncode, 0)
        policy = client.get_bucket_policy(Bucket=bucket)["Policy"]
        client.delete_bucket_policy(Bucket=bucket)
        self.addCleanup(client.put_bucket_policy, Bucket=bucket, Policy=policy)
        done = self.deploy_page("second")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("the one from before is back", done.stderr)
        index = client.get_object(Bucket=bucket, Key="index.html")
        self.assertEqual((index["Body"].read(), index["CacheControl"]), (b"first", "no-cache"))
        kept = client.get_object(Bucket=bucket, Key="assets/second-1.js")
        self.assertEqual(kept["CacheControl"], "public, max-age=31536000, immutable")

    def deploy_page(self, text):
        with tempfile.TemporaryDirectory() as directory:
            page = pathlib.Path(directory)
            (page / "assets").mkdir()
            (page / "index.html").write_text(text)
            (page / "assets" / f"{text}-1.js").write_text(text)
            return deployed().script("deploy-frontend.sh", "dev-v2", PRF_PAGE=str(page))

    def versions(self, environment):
        client = deployed().client("lambda")
        return {
            name: client.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
            for name in function_names(environment)
        }

    def newest(self, environment):
        client = deployed().client("lambda")
        found = {}
        for name in function_names(environment):
            versions = client.list_versions_by_function(FunctionName=name)["Versions"]
            found[name] = max(int(one["Version"]) for one in versions if one["Version"] != "$LATEST")
        return found


if __name__ == "__main__":
    unittest.main()
