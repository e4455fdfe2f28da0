"""A deployment of what is deployed already changes nothing."""

import unittest

from tests.cloud import deployed
from tests.facts import function_names


def state(environment):
    """What a deployment could have changed: versions and aliases, the template, packages."""
    cloud = deployed()
    functions, stacks = cloud.client("lambda"), cloud.client("cloudformation")
    bucket = f"nx-wt-prf-deploy-{cloud.client('sts').get_caller_identity()['Account']}"
    versions = {}
    for name in function_names(environment):
        listed = functions.list_versions_by_function(FunctionName=name)["Versions"]
        live = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
        versions[name] = (sorted(one["Version"] for one in listed), live)
    template = stacks.get_template(StackName=f"nx-wt-prf-{environment}")["TemplateBody"]
    packages = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix="functions/")["Contents"]
    return versions, template, {one["Key"]: one["LastModified"] for one in packages}


class Again(unittest.TestCase):
    def test_a_second_deployment_changes_nothing(self):
        cloud = deployed()
        for environment in ("prod", "dev-v2"):
            before = state(environment)
            done = cloud.script("deploy-anthropic.sh", environment, **cloud.settings(cloud.directory))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("the package is there already", done.stdout)
            self.assertEqual(state(environment), before, environment)


if __name__ == "__main__":
    unittest.main()
