"""Every command of the manuals is run, in the order of the page, against the deployed stacks."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.cloud import ROOT, deployed, prf
from tests.facts import FACTS

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(page):
    return BLOCK.findall((ROOT / page).read_text())


class Manuals(unittest.TestCase):
    def test_every_block_is_run(self):
        for page in ("docs/DEPLOYMENT_MANUAL.md", "docs/MAINTENANCE_GUIDE.md"):
            self.assertEqual({kind for kind, _ in blocks(page)}, {"sh"}, page)

    def test_the_deployment_manual(self):
        self.run_page("docs/DEPLOYMENT_MANUAL.md")

    def test_the_maintenance_guide(self):
        # What a stack switches on and the simulated AWS forgets.
        client = deployed().client("dynamodb")
        for table in FACTS["tables"]:
            client.update_continuous_backups(
                TableName=f"nx-wt-prf-dev-v2-{table}",
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
        self.add_person("reporter@example.com")
        self.run_page("docs/MAINTENANCE_GUIDE.md")

    def add_person(self, email):
        client, pool = deployed().client("cognito-idp"), deployed().outputs("dev-v2")["UserPoolId"]
        try:
            client.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS")
        except client.exceptions.UsernameExistsException:
            pass

    def home(self, directory):
        """What the page's commands for a home of one's own find: an account, and the hash of its making."""
        data, kept = directory / "home", directory / "audit-hash"
        run = lambda *command, **more: subprocess.run(
            [prf(), *command, "--data", str(data)], env={}, check=True, capture_output=True, text=True, **more
        )
        run("user", "add", "kim", input="correct-horse-9\n")
        kept.write_text(run("audit", "verify").stdout.split()[-1])
        path = f"{pathlib.Path(prf()).parent}:{deployed().environment()['PATH']}"
        return {"data": str(data), "kept_hash": str(kept), "PATH": path}

    def run_page(self, page):
        with tempfile.TemporaryDirectory() as directory:
            built = pathlib.Path(directory) / "page"
            (built / "assets").mkdir(parents=True)
            (built / "index.html").write_text("<!doctype html><title>page</title>")
            (built / "favicon.svg").write_text("<svg/>")
            (built / "assets" / "a-1.js").write_text("1")
            # Version 1 of the command line forgets AWS_ENDPOINT_URL where it speaks to SQS.
            script = ["set -euo pipefail", 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }']
            # What the scripts read by such names is no setting of a home, and refused there.
            script.append('prf() { (unset "${!PRF_@}"; command prf "$@"); }')
            for number, (_, text) in enumerate(blocks(page), 1):
                script += [f"echo '== block {number}'", text]
            settings = deployed().settings(directory) | {"PRF_PAGE": str(built), "environment": "dev-v2"}
            settings |= self.home(pathlib.Path(directory))
            done = subprocess.run(
                ["bash", "-c", "\n".join(script)],
                cwd=ROOT,
                env=deployed().environment(**settings),
                capture_output=True,
                text=True,
                check=False,
            )
        reached = done.stdout.rpartition("== block ")[2]
        self.assertEqual(done.returncode, 0, f"{page}, block {reached}\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    unittest.main()
