"""Asks what was just deployed whether it works; the first thing that does not ends the test.

    smoke.py REST_URL SOCKET_URL    with a token in PRF_SMOKE_TOKEN
    smoke.py --page DOMAIN INDEX    DOMAIN must serve the file INDEX under every path of the page

It reads and changes nothing. Where AWS is simulated (AWS_ENDPOINT_URL), pages are asked for there.
"""

import os
import sys
import time

from wire import Refused, Socket, request


class Failed(Exception):
    """Something answers otherwise than it should."""


def want(what, is_right, seen):
    if not is_right:
        raise Failed(f"{what}: {seen}")
    print(f"          {what}", flush=True)


def answer(what, expected, method, url, **more):
    got = request(method, url, **more)
    want(what, got.status == expected, f"{got.status} {got.text[:300]}")
    return got


def check_rest(rest, token):
    answer("the API describes itself", 200, "GET", f"{rest}/openapi.json")
    answer("strangers are turned away", 401, "GET", f"{rest}/status")
    status = answer("members are known", 200, "GET", f"{rest}/status", token=token).json()
    user = status["user"]["userId"]
    text = {"text": "몇일 뒤에 만나자."}
    found = answer("the checker answers", 200, "POST", f"{rest}/check", token=token, body=text)
    want("it finds a fault", "며칠" in found.text, found.text[:300])
    answer("conversations can be read", 200, "GET", f"{rest}/conversations", token=token)
    answer("prompts can be read", 200, "GET", f"{rest}/prompts", token=token)
    answer("usage can be read", 200, "GET", f"{rest}/usage/{user}/all", token=token)


def check_socket(url, token):
    try:
        Socket(url).close()
        raise Failed("a socket was opened without a token")
    except Refused:
        want("no socket without a token", True, "")
    socket = Socket(url, token)
    socket.send({"action": "ping"})
    frame = socket.receive()
    want("the socket answers", frame is not None and frame.get("type") == "pong", frame)
    socket.close()


def check_page(domain, index):
    with open(index, encoding="utf-8") as file:
        expected = file.read()
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    base = endpoint or f"https://{domain}"
    headers = {"Host": domain, "X-Forwarded-Proto": "https"} if endpoint else {}
    # An invalidation takes its time to reach every edge.
    until = time.monotonic() + (0 if endpoint else 120)
    while True:
        got = request("GET", f"{base}/articles/smoke", headers=headers)
        if (got.status == 200 and got.text == expected) or time.monotonic() >= until:
            break
        time.sleep(3)
    is_right = got.status == 200 and got.text == expected
    want(f"{domain} serves the new page", is_right, f"{got.status} {got.text[:200]}")
    policy = got.headers.get("content-security-policy", "")
    want("it lets no foreign script in", "script-src 'self';" in policy, policy)
    want("it is asked for anew each time", got.headers.get("cache-control") == "no-cache", got.headers)


def main(arguments):
    try:
        if arguments[:1] == ["--page"]:
            check_page(*arguments[1:])
        else:
            rest, socket = arguments
            token = os.environ["PRF_SMOKE_TOKEN"]
            check_rest(rest, token)
            check_socket(socket, token)
    except (Failed, Refused, OSError, ValueError, KeyError) as error:
        print(f"smoke test: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
