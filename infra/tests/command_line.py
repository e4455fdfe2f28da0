"""The AWS command line with its start behind it: the deploy scripts call it some 250 times, and each start
costs more than what is asked.

One process loads `awscli`, and a fork of it answers each call with the arguments, the environment, the
directory and the streams of the caller: what runs is the command line itself.
"""

import array
import atexit
import gc
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import traceback

# Whoever is called `aws` and is found before the real one: hands on what it was called with, and ends as
# the call did. `-I -S` leaves out what Python reads at its start.
CALLER = """#!{python} -IS
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    call = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    streams = array.array("i", [0, 1, 2])
    line.sendmsg([len(call).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    line.sendall(call)
    said = line.recv(1)
sys.exit(said[0] if said else "the command line ended without a word")
"""


def installed(directory):
    """A directory for the front of a PATH with an `aws` in it, which works until these tests end."""
    place = pathlib.Path(directory)
    address = str(place / "line")
    serving = subprocess.Popen(
        [sys.executable, __file__, address], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    atexit.register(_end, serving)
    if serving.stdout.readline() != "ready\n":
        raise RuntimeError("the command line did not start")
    (place / "bin").mkdir()
    caller = place / "bin" / "aws"
    caller.write_text(CALLER.format(python=sys.executable, address=address))
    caller.chmod(0o755)
    return str(place / "bin")


def _end(serving):
    serving.kill()
    serving.wait()
    serving.stdout.close()


def serve(address):
    """Answers calls at that address until it is killed."""
    driver = _loaded()
    # What a fork does not write to, it does not copy.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        print("ready", flush=True)
        while True:
            line, _ = listening.accept()
            with line:
                if os.fork() == 0:
                    listening.close()
                    _answer(driver, line)


def _loaded():
    """The command line with what it loads only when it first asks."""
    import awscli.clidriver
    import awscli.customizations.s3.s3

    driver = awscli.clidriver.create_clidriver()
    for service in ("cloudformation", "cloudfront", "cognito-idp", "lambda", "s3", "sts"):
        driver.session.create_client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
    return driver


def _answer(driver, line):
    """One call, in a process that ends with it."""
    code = 255
    try:
        arguments, environment, directory = _call(line)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(directory)
        sys.argv = ["aws", *arguments]
        # The caller's own settings are read where these were.
        driver.session._config = driver.session._profile_map = None
        code = driver.main(arguments) or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        line.sendall(bytes([code & 0xFF]))
        os._exit(0)


def _call(line):
    """What was called, with its streams in place of our own."""
    streams = array.array("i")
    head, ancillary, _, _ = line.recvmsg(4, socket.CMSG_SPACE(3 * streams.itemsize))
    ((_, _, sent),) = ancillary
    streams.frombytes(sent)
    for ours, theirs in enumerate(streams):
        os.dup2(theirs, ours)
        os.close(theirs)
    with line.makefile("rb") as said:
        return json.loads(said.read(int.from_bytes(head, "big")))


if __name__ == "__main__":
    serve(sys.argv[1])
