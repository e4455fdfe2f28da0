"""A simulated AWS of our own on a free port, with IAM in force, and the environments in it."""

import atexit
import functools
import json
import os
import re
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

from tests import command_line
from tests.facts import ENVIRONMENTS, FACTS

ROOT = pathlib.Path(__file__).parents[2]
START_TIMEOUT_S = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Whoever ends the tests ends what they started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Program:
    """A program of ours that says where it listens; it ends with the tests."""

    def __init__(self, *command, **environment):
        clean = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true", **environment}
        self._process = subprocess.Popen(command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        atexit.register(self.stop)
        first = self._process.stdout.readline()
        found = re.match(r"listening on (http://\S+)", first)
        if not found:
            raise RuntimeError(f"{command} said {first!r}")
        self.url = found[1]

    def stop(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@functools.cache
def drill():
    """Anthropic and Bedrock as `prf drill` simulates them."""
    return Program(prf(), "drill", "--listen", "127.0.0.1:0")


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
            "PATH": f"{self._commands()}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PRF_AWS_TOOLS": os.environ.get("PRF_AWS_TOOLS", str(ROOT / "target" / "aws-tools")),
            **more,
        }

    def settings(self, directory):
        """What the deploy scripts are told here: the binary, and local parameters in that directory."""
        local = pathlib.Path(directory) / "parameters.json"
        providers = {"StandInAnthropic": drill().url, "StandInBedrock": drill().url}
        # Old enough to leave alone what the tests make.
        more = {"RetentionDays": "365"}
        local.write_text(json.dumps({"Parameters": providers | more}))
        return {
            "PRF_BOOTSTRAP": str(self.directory / "bootstrap"),
            "PRF_LOCAL_PARAMETERS": str(local),
            # Nobody waits for the bytes of this package.
            "PRF_ZIP_LEVEL": "1",
        }

    @functools.cache
    def _commands(self):
        return command_line.installed(self.directory)

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
    def person(self, environment, name, group="user"):
        """The token of a member of a group and the id the service knows them by."""
        client, outputs = self.client("cognito-idp"), self.outputs(environment)
        pool, email, password = outputs["UserPoolId"], f"{name}@example.com", "correct-horse-9"
        client.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS")
        client.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
        client.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
        signed_in = client.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=outputs["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        attributes = client.admin_get_user(UserPoolId=pool, Username=email)["UserAttributes"]
        sub = next(one["Value"] for one in attributes if one["Name"] == "sub")
        return signed_in["AuthenticationResult"]["AccessToken"], sub

    @functools.cache
    def outputs(self, environment):
        stacks = self.client("cloudformation").describe_stacks(StackName=f"nx-wt-prf-{environment}")
        return {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}


@functools.cache
def _cloud():
    cloud = Cloud()
    subprocess.run(["strip", "-o", cloud.directory / "bootstrap", bootstrap()], check=True)
    return cloud


@functools.cache
def _deploy(environment):
    cloud = _cloud()
    done = cloud.script("deploy-anthropic.sh", environment, **cloud.settings(cloud.directory))
    if done.returncode != 0:
        cloud.stop()
        sys.exit(f"{environment} was not deployed\n{done.stdout}\n{done.stderr}")
    secret = FACTS["environments"][environment]["secret"]
    cloud.client("secretsmanager").put_secret_value(SecretId=secret, SecretString='{"api_key": "drill"}')


def deployed(*environments):
    """The cloud of all tests, with these environments (all of them, when none is named) deployed by the
    scripts, each once.

    The whole run ends where it fails: no test could tell more.
    """
    for environment in environments or ENVIRONMENTS:
        _deploy(environment)
    return _cloud()


def _built(name, variable):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return os.environ.get(variable, str(target / "debug" / name))


def bootstrap():
    """The binary of the functions; `tools/aws.sh test` builds it or is told of it."""
    return _built("bootstrap", "PRF_BOOTSTRAP")


def prf():
    """The local binary; `tools/aws.sh test` builds it or is told of it."""
    return _built("prf", "PRF_BINARY")
