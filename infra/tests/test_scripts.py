"""The scripts run on bash 3.2 as well as on 5, and a dry run changes nothing."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from expand import parameters
from tests.cloud import ENVIRONMENTS, ROOT

# What came with bash 4 or later.
NEWER = {
    "mapfile": r"\b(mapfile|readarray)\b",
    "associative array": r"\b(declare|local|typeset) -[a-zA-Z]*A",
    "name reference": r"\b(declare|local|typeset) -[a-zA-Z]*n",
    "case change": r"\$\{\w+(\[[^]]*\])?(,,|\^\^|,|\^)",
    "transformation": r"\$\{\w+@",
    "both streams": r"(&>>|\|&)",
    "coproc": r"\bcoproc\b",
    "time in printf": r"printf\s+['\"]?%\(",
    "negative index": r"\$\{\w+\[-",
    "last of a pipe": r"\blastpipe\b",
    "next job": r"\bwait -[a-zA-Z]*n",
    "variable test": r"(\[\[? |test )-[vR] ",
    "empty array": r'"\$\{\w+\[[@*]\]\}"',
    "fall through": r";;?&",
}

# A stand-in for `aws` that writes down what it is asked and knows nothing.
SPY = """#!/bin/sh
printf '%s\\n' "$*" >>"$SPY_LOG"
case "$*" in
  "sts get-caller-identity"*) echo 000000000000 ;;
  *) exit 254 ;;
esac
"""
READING = re.compile(r"^(sts get-|s3api head-|lambda get-|cloudformation describe-)")


class Scripts(unittest.TestCase):
    def test_nothing_newer_than_bash_3(self):
        # The checks of a deployment are those of tools/aws.sh.
        for script in [*sorted((ROOT / "infra").glob("*.sh")), ROOT / "tools" / "aws.sh"]:
            code = re.sub(r"^\s*#.*$", "", script.read_text(), flags=re.M)
            found = [name for name, pattern in NEWER.items() if re.search(pattern, code)]
            self.assertEqual(found, [], script.name)

    def test_a_newer_word_would_be_found(self):
        lines = ["mapfile -t x", "declare -A x", "local -n x", "${x,,}", "${x[0]^^}", "${x@Q}"]
        lines += ["a &>> b", "a |& b", "coproc x", "printf '%(%s)T'", "${x[-1]}", "shopt -s lastpipe", ";;&"]
        # Under `set -u` 3.2 takes an empty array for an unset one.
        lines += ["wait -n", "[ -v x ]", "[[ -v x ]]", 'run "${x[@]}"']
        missed = [line for line in lines if not any(re.search(p, line) for p in NEWER.values())]
        self.assertEqual(missed, [])

    def test_a_dry_run_only_reads(self):
        for script in ("deploy-anthropic.sh", "deploy-frontend.sh"):
            asked, done = self.spied(script, "prod", "--dry-run")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([line for line in asked if not READING.match(line)], [])
            self.assertIn("would run: aws", done.stdout)

    def test_a_wrong_place_is_refused_before_anything_is_asked(self):
        for more, words in [
            ({"AWS_REGION": "eu-west-1"}, "the service runs in us-east-1"),
            ({"PRF_ACCOUNT": "111111111111"}, "PRF_ACCOUNT is not the account"),
            ({"AWS_REGION": ""}, "set AWS_REGION"),
        ]:
            asked, done = self.spied("deploy-anthropic.sh", "prod", **more)
            self.assertEqual((done.returncode, words in done.stderr), (1, True), done.stderr)
            self.assertEqual([line for line in asked if not line.startswith("sts ")], [])

    def test_every_parameter_is_said_with_its_default(self):
        for environment in ENVIRONMENTS:
            script = f". infra/steps.sh; environment={environment}; parameters CodeBucket=code CodeKey=package.zip"
            clean = {"PATH": os.environ["PATH"]}
            done = subprocess.run(
                ["bash", "-c", script], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
            )
            said = dict(pair.split("=", 1) for pair in json.loads(done.stdout))
            self.assertEqual(said, parameters(environment))

    def test_an_unknown_environment_is_refused(self):
        asked, done = self.spied("deploy.sh", "staging")
        self.assertEqual((asked, done.returncode), ([], 1))
        self.assertIn("usage: deploy.sh prod|dev-v1|dev-v2 [--dry-run]", done.stderr)

    def spied(self, script, *arguments, **more):
        with tempfile.TemporaryDirectory() as directory:
            log, spy = os.path.join(directory, "log"), os.path.join(directory, "aws")
            with open(spy, "w", encoding="utf-8") as file:
                file.write(SPY)
            os.chmod(spy, 0o755)
            binary = os.path.join(directory, "bootstrap")
            with open(binary, "wb") as file:
                file.write(b"binary")
            os.makedirs(os.path.join(directory, "page"))
            environment = {
                "PATH": f"{directory}:{os.environ['PATH']}",
                "HOME": directory,
                "AWS_REGION": "us-east-1",
                "SPY_LOG": log,
                "PRF_BOOTSTRAP": binary,
                "PRF_PAGE": os.path.join(directory, "page"),
                **more,
            }
            done = subprocess.run(
                [ROOT / "infra" / script, *arguments], env=environment, capture_output=True, text=True, check=False
            )
            asked = pathlib.Path(log)
            return asked.read_text().splitlines() if asked.exists() else [], done


if __name__ == "__main__":
    unittest.main()
