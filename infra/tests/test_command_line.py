"""The command line that is loaded once answers as one that is started for each call."""

import os
import shutil
import subprocess
import tempfile
import unittest

from tests import command_line

NOWHERE = "http://127.0.0.1:1"
# Arguments and environment.
CALLS = [
    (["--version"], {}),
    (["configure", "get", "region", "--profile", "desk"], {"AWS_CONFIG_FILE": "config"}),
    (["configure", "list"], {"AWS_DEFAULT_REGION": "ap-northeast-2", "AWS_ACCESS_KEY_ID": "AKIDKEY"}),
    (["configure", "list"], {"AWS_ACCESS_KEY_ID": "other", "AWS_SECRET_ACCESS_KEY": "secret"}),
    (["s3", "cp", "missing", "s3://bucket/key"], {"AWS_ENDPOINT_URL": NOWHERE}),
    (["sts", "get-caller-identity"], {"AWS_ENDPOINT_URL": NOWHERE, "AWS_MAX_ATTEMPTS": "1"}),
    (["lambda", "get-alias"], {}),
    (["no-such-service"], {}),
]


class CommandLine(unittest.TestCase):
    def test_it_answers_as_the_real_one(self):
        with tempfile.TemporaryDirectory() as directory:
            forked = os.path.join(command_line.installed(directory), "aws")
            with open(os.path.join(directory, "config"), "w", encoding="utf-8") as file:
                file.write("[profile desk]\nregion = ap-northeast-2\n")
            codes = set()
            for arguments, more in CALLS:
                environment = {"PATH": os.environ["PATH"], "HOME": directory, "AWS_EC2_METADATA_DISABLED": "true", **more}
                seen = [self.said(program, arguments, environment, directory) for program in (shutil.which("aws"), forked)]
                codes.add(seen[0][0])
                with self.subTest(arguments=arguments):
                    self.assertEqual(seen[1], seen[0])
        self.assertEqual(codes, {0, 2, 255})

    def said(self, program, arguments, environment, directory):
        done = subprocess.run(
            [program, *arguments], env=environment, cwd=directory, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    unittest.main()
