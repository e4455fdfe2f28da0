"""A simulated AWS of our own on a free port, with IAM in force, and the three environments in it."""

import atexit
import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import boto3
import botocore.config

ROOT = pathlib.Path(__file__).parents[2]
ENVIRONMENTS = ("prod", "dev-v1", "dev-v2")
START_TIMEOUT_S = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Whoever ends the tests ends what they started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Cloud:
    """One MiniStack process; everything it starts ends with it."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="prf-cloud-"))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "TMPDIR": str(self.directory),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true",
        }
        self.log = open(self.directory / "ministack.log", "wb")
        self._process = subprocess.Popen(
            ["ministack"], env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )
        atexit.register(self.stop)
        self._wait()

    def _wait(self):
        until = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.directory / "ministack.log").read_text()) from None
                time.sleep(0.1)

    def stop(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def client(self, service, credentials=None):
        """A client as the administrator, or with the credentials STS gave for a role."""
        keys = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            config=botocore.config.Config(retries={"max_attempts": 1}),
        )

    def environment(self, **more):
        """What a command needs in order to work against this cloud."""
        return os.environ | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PRF_AWS_TOOLS": os.environ.get("PRF_AWS_TOOLS", str(ROOT / "target" / "aws-tools")),
            **more,
        }

    def script(self, name, *arguments, **more):
        """Runs a script of infra/ against this cloud."""
        return subprocess.run(
            [ROOT / "infra" / name, *arguments],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
        )

    @functools.cache
    def outputs(self, environment):
        stacks = self.client("cloudformation").describe_stacks(StackName=f"nx-wt-prf-{environment}")
        return {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}


@functools.cache
def deployed():
    """A cloud with the three environments, deployed by the scripts; one for all tests.

    The whole run ends where it fails: no test could tell more.
    """
    cloud = Cloud()
    for environment in ENVIRONMENTS:
        done = cloud.script("deploy-anthropic.sh", environment, PRF_BOOTSTRAP=bootstrap())
        if done.returncode != 0:
            cloud.stop()
            sys.exit(f"{environment} was not deployed\n{done.stdout}\n{done.stderr}")
    return cloud


def bootstrap():
    """The binary of the functions."""
    return os.environ.get("PRF_BOOTSTRAP", str(ROOT / "target" / "release" / "bootstrap"))
