"""The same requests to `prf serve` and to the deployed stack give the same answers."""

import datetime
import json
import pathlib
import re
import tempfile
import time
import unittest

from tests.cloud import ROOT, Program, deployed, drill, prf
from wire import Socket, request

ANSWER = "기준금리는 동결됐습니다."
FINDING = {"original": "동결되었다", "replacement": "동결됐다", "category": "plain-language", "message": "줄여 씁니다."}
ARTICLE = "기준금리가 몇일 만에 동결되었다. 😀"
MESSAGE = {"id": "m-1", "role": "user", "content": "안녕 😀", "timestamp": "2026-11-27T00:00:00Z"}
DECISION = {
    "id": "d-1",
    "suggestionId": "s-1",
    "action": "accepted",
    "replacement": "며칠",
    "original": "몇일",
    "ruleId": "spelling/fixed-form",
    "category": "spelling",
    "source": "rule",
    "at": "2026-11-27T00:00:00Z",
}

ENTRY = {"scope": "me", "kind": "replace", "wrong": "기준 금리", "right": "기준금리", "reason": "붙여 쓴다 😀"}
FORM = "application/x-www-form-urlencoded"
LISTED = "wrong,right,reason,kind,ruleId\n구 대표,구대표,사람 이름,replace,\n"
QUOTA = {"subject": {"kind": "user", "name": "{me}"}, "tokensPerMonth": 90_000_000, "turnsPerMinute": 60}

# Expected status, method, path, body, and the kind of a body that is no JSON; {me} is the caller, {today} the day,
# {file} the file that was added, {entry} the entry, {turn} the turn that was begun.
REST = [
    (200, "GET", "/status", None),
    (200, "GET", "/openapi.json", None),
    (200, "POST", "/check", {"text": ARTICLE}),
    (200, "POST", "/check", {"text": ""}),
    (400, "POST", "/check", {"words": 1}),
    (200, "GET", "/v2/languages", None),
    (200, "GET", "/v2/check?language=ko&text=%EB%AA%87%EC%9D%BC", None),
    (200, "POST", "/v2/check", "language=ko&text=%EB%AA%87%EC%9D%BC%20%F0%9F%98%80", FORM),
    (400, "POST", "/v2/check", "text=%EB%AA%87%EC%9D%BC", FORM),
    (200, "GET", "/conversations", None),
    (201, "POST", "/conversations", {"conversationId": "c-1", "engineType": "Basic", "title": "첫 기사", "messages": [MESSAGE]}),
    (200, "POST", "/conversations", {"conversationId": "c-1", "engineType": "Basic", "messages": [MESSAGE, MESSAGE | {"id": "m-2"}]}),
    (201, "POST", "/conversations", {"conversationId": "c-2", "engineType": "Pro"}),
    (400, "POST", "/conversations", {"engineType": "Fast"}),
    (201, "POST", "/conversations", {"engineType": "Basic", "userId": "somebody"}),
    (200, "GET", "/conversations/c-1", None),
    (200, "GET", "/conversations/c-1?limit=1", None),
    (404, "GET", "/conversations/unknown", None),
    (405, "PUT", "/conversations/c-1", {}),
    (200, "PATCH", "/conversations/c-1", {"title": "새 제목", "pinned": True}),
    (404, "PATCH", "/conversations/unknown", {"title": "x"}),
    (200, "GET", "/conversations?engineType=Pro", None),
    (200, "GET", "/conversations?limit=1", None),
    (200, "GET", "/conversations?q=%EC%83%88", None),
    (404, "GET", "/conversations/c-1/draft", None),
    (200, "PUT", "/conversations/c-1/draft", {"text": ARTICLE, "version": 0}),
    (409, "PUT", "/conversations/c-1/draft", {"text": ARTICLE, "version": 0}),
    (200, "GET", "/conversations/c-1/draft", None),
    (201, "POST", "/conversations/c-1/decisions", {"decisions": [DECISION]}),
    (200, "GET", "/conversations/c-1/decisions", None),
    (200, "POST", "/conversations/c-1/versions", {"reason": "manual", "label": "초고"}),
    (400, "POST", "/conversations/c-1/versions", {"reason": "because"}),
    (200, "GET", "/conversations/c-1/versions", None),
    (200, "GET", "/conversations/c-1/versions/1", None),
    (404, "GET", "/conversations/c-1/versions/99", None),
    (200, "GET", "/search?q=%EB%AA%87%EC%9D%BC", None),
    (200, "GET", "/search?q=%E3%85%85%20%E3%85%88%EB%AA%A9", None),
    (200, "GET", "/search?q=%EC%97%86%EB%8A%94%EB%A7%90", None),
    (400, "GET", "/search", None),
    (200, "DELETE", "/conversations/c-2", None),
    (404, "DELETE", "/conversations/c-2", None),
    (200, "GET", "/prompts", None),
    (200, "PUT", "/prompts/Basic", {"description": "경제", "instruction": "짧게 쓴다.", "version": 0}),
    (409, "PUT", "/prompts/Basic", {"instruction": "늦었다.", "version": 0}),
    (200, "GET", "/prompts/Basic", None),
    (400, "GET", "/prompts/Fast", None),
    (201, "POST", "/prompts/Basic/files", {"fileName": "표기.txt", "fileContent": "가나다 😀"}),
    (200, "GET", "/prompts/Basic/files", None),
    (200, "PUT", "/prompts/Basic/files/{file}", {"fileContent": "라마바"}),
    (200, "GET", "/prompts/Basic", None),
    (200, "DELETE", "/prompts/Basic/files/{file}", None),
    (404, "DELETE", "/prompts/Basic/files/{file}", None),
    (200, "GET", "/prompts/Basic/versions", None),
    (200, "GET", "/prompts/Basic/versions/1", None),
    (404, "GET", "/prompts/Basic/versions/99", None),
    (200, "GET", "/prompts/Basic/cache", None),
    (200, "POST", "/prompts/Basic/trial", {"text": ARTICLE, "instruction": "더 짧게 쓴다."}),
    (400, "POST", "/prompts/Basic/trial", {"text": ""}),
    (200, "GET", "/rules?limit=3", None),
    (200, "GET", "/rules?q=%EB%A9%B0%EC%B9%A0", None),
    (404, "GET", "/rules?id=spelling/unknown", None),
    (201, "POST", "/dictionary", ENTRY),
    (409, "POST", "/dictionary", ENTRY),
    (400, "POST", "/dictionary", ENTRY | {"wrong": ""}),
    (200, "POST", "/dictionary/import?scope=desk&desk=economy", LISTED, "text/csv"),
    (200, "GET", "/dictionary?desk=economy", None),
    (200, "GET", "/dictionary/export?scope=desk&desk=economy", None),
    (200, "POST", "/check", {"text": "기준 금리가 올랐다."}),
    (204, "DELETE", "/dictionary/{entry}", None),
    (404, "DELETE", "/dictionary/{entry}", None),
    (200, "GET", "/usage/{me}/Basic", None),
    (200, "GET", "/usage/{me}/all", None),
    (200, "POST", "/usage/update", {"userId": "{me}", "engineType": "Basic", "inputTokens": 5, "outputTokens": 5}),
    (202, "POST", "/turns", {"action": "sendMessage", "message": "기준금리는?", "engineType": "Basic", "conversationId": "c-1"}),
    (200, "GET", "/turns/{turn}/events", None),
    (400, "POST", "/turns", {"action": "sendMessage", "message": "", "engineType": "Basic"}),
    (404, "GET", "/turns/unknown/events", None),
    (404, "POST", "/turns/unknown/stop", {}),
    (200, "GET", "/conversations/c-1", None),
    (200, "GET", "/usage/{me}/Basic", None),
    (200, "GET", "/usage/{me}/all", None),
    (200, "GET", "/prompts/Basic/cache", None),
    (200, "GET", "/usage/days?from={today}&to={today}&userId={me}", None),
    (400, "GET", "/usage/days?from=today&to=today", None),
    (200, "GET", "/usage/acceptance?from=2026-11-27&to=2026-11-27&userId={me}", None),
    (200, "GET", "/usage/export?from={today}&to={today}&totals=day", None),
    (400, "GET", "/usage/export?from={today}&to={today}&format=pdf", None),
    (200, "PUT", "/quotas", QUOTA),
    (400, "PUT", "/quotas", QUOTA | {"tokens": 1}),
    (200, "GET", "/quotas", None),
    (200, "GET", "/quotas/mine", None),
    (200, "DELETE", "/quotas?kind=user&name={me}", None),
    (404, "DELETE", "/quotas?kind=user&name={me}", None),
    (200, "GET", "/audit", None),
    (400, "GET", "/audit?limit=none", None),
    (200, "GET", "/audit/export", None),
    (404, "POST", "/session", {"name": "kim", "password": "correct-horse-9"}),
    (404, "POST", "/session/password", {"old": "correct-horse-9", "new": "correct-horse-10"}),
    (404, "DELETE", "/session", None),
]

# What the two homes are not to answer alike: probes and figures are for homes of one's own, AWS has no reader
# of files, and how one signs in is what they differ in.
APART = {
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/readyz"),
    ("GET", "/session"),
    ("POST", "/files/docx"),
    ("POST", "/files/extract"),
}

# What is said on the socket, and the frame after which it is answered.
SOCKET = [
    ({"action": "ping"}, "pong"),
    ({"action": "check", "text": ARTICLE}, "check_end"),
    ({"action": "dance"}, "error"),
    ({"action": "sendMessage", "engineType": "Basic"}, "error"),
    ({"action": "sendMessage", "message": "기준금리는?", "engineType": "Fast"}, "error"),
    ({"action": "sendMessage", "message": "다음은?", "engineType": "Basic", "conversationId": "c-1"}, "chat_end"),
    ({"action": "proofread", "text": ARTICLE, "engineType": "Pro"}, "chat_end"),
    ({"action": "resume", "turnId": "unknown", "afterSeq": 0}, "error"),
    ({"action": "stop", "turnId": "unknown"}, "error"),
    ({"action": "clearHistory", "conversationId": "c-1"}, "history_cleared"),
    ({"action": "clearHistory", "conversationId": "c-1"}, "error"),
]

# A changed dictionary is in force so soon in functions that have read the one before (docs/DYNAMODB.md: five
# seconds), with some room.
ELSEWHERE_S = 10
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# What holds an entry of the audit log to those of other people.
CHAIN = {"sequence", "previousHash", "hash"}


class Home:
    """One of the two, and what was learnt from its answers."""

    def __init__(self, rest, socket, token, me):
        self.rest, self.socket, self.token = rest, socket, token
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
        self.known = {"me": me, "today": today.isoformat()}
        self.names = {}

    def ask(self, method, path, body, written=None):
        path = re.sub(r"\{(\w+)\}", lambda found: self.known[found[1]], path)
        body = json.loads(json.dumps(body).replace("{me}", self.known["me"]))
        said = {"body": body} if written is None else {"raw": (written, body)}
        answer = request(method, f"{self.rest}{path}", self.token, **said)
        # API Gateway names a kind where there is nothing, too.
        kind = answer.headers.get("content-type", "").split(";")[0] if answer.text else ""
        content = self.events(answer.text) if kind == "text/event-stream" else answer.text
        if kind == "application/json":
            content = answer.json()
            if isinstance(content, dict):
                self.learn(path, content)
        if kind == "text/csv":
            content = self.own_lines(content)
        if kind == "application/x-ndjson":
            content = [json.loads(line) for line in content.splitlines()]
        # The document has no ids in it, and a word in it that is the caller's id at home.
        return answer.status, kind, content if path == "/openapi.json" else self.normal(content)

    def own_lines(self, text):
        """The header, and of lines of people those of the caller."""
        header, *lines = text.splitlines()
        if "userId" in header:
            lines = [line for line in lines if self.known["me"] in line]
        return [header, *(line.replace(self.known["me"], "<me>") for line in lines)]

    def learn(self, path, content):
        if path == "/dictionary" and "id" in content:
            self.known["entry"] = content["id"]
        if "turnId" in content:
            self.known["turn"] = content["turnId"]
        if "fileId" in content.get("file", {}):
            self.known["file"] = content["file"]["fileId"]

    def say(self, message, last):
        with_socket = Socket(self.socket, self.token)
        with_socket.send(message)
        frames = []
        while not frames or frames[-1]["type"] not in (last, "error"):
            frames.append(with_socket.receive(60))
        with_socket.drop()
        return self.normal(whole(frames))

    def events(self, text):
        lines = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
        return whole([json.loads(line) for line in lines])

    def normal(self, node):
        """Ids by the order in which they are met, times and the caller by a word; nothing of other people."""
        if isinstance(node, dict):
            # The id of a finding is made from that of its rule, which of an entry is another in each home.
            is_of_entry = "dictionary-" in str(node.get("ruleId"))
            dropped = {"requestId", "id"} if is_of_entry else {"requestId"}
            if "actor" in node:
                dropped = CHAIN
                node = node | {"subject": node["subject"].replace(self.known["me"], "<me>")}
            return {name: self.normal(value) for name, value in node.items() if name not in dropped}
        if isinstance(node, list):
            is_own = lambda item: not isinstance(item, dict) or item.get("actor", self.known["me"]) == self.known["me"]
            return [self.normal(item) for item in node if is_own(item)]
        if not isinstance(node, str):
            return node
        if node == self.known["me"]:
            return "<me>"
        node = IDS.sub(lambda found: self.names.setdefault(found[0], f"<id {len(self.names)}>"), node)
        return TIMES.sub("<time>", node)


def whole(frames):
    """Frames without what depends on how fast they came: the pieces of a text, and reports on the way."""
    kept = []
    for frame in frames:
        frame = {name: value for name, value in frame.items() if name not in ("seq", "chunk_index", "total_chunks")}
        before = kept[-1] if kept else {}
        if frame["type"] == before.get("type") == "ai_chunk":
            before["chunk"] += frame["chunk"]
        elif frame["type"] == "usage":
            kept = [one for one in kept if one["type"] != "usage"] + [frame]
        else:
            kept.append(frame)
    return kept


class Same(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        script = {"default": {"answer": ANSWER, "findings": [FINDING]}}
        assert request("PUT", f"{drill().url}/_drill/script", body=script).status == 204
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        serve = Program(
            prf(),
            *("serve", "--listen", "127.0.0.1:0", "--data", str(pathlib.Path(directory.name))),
            ANTHROPIC_API_KEY="drill",
            ANTHROPIC_BASE_URL=drill().url,
            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=drill().url,
            AWS_ACCESS_KEY_ID="drill",
            AWS_SECRET_ACCESS_KEY="drill",
            AWS_REGION="us-east-1",
        )
        cls.addClassCleanup(serve.stop)
        outputs = deployed().outputs("prod")
        token, me = deployed().person("prod", "same", "admin")
        cls.homes = (
            Home(serve.url, f"{serve.url}/ws", None, "local"),
            Home(outputs["RestUrl"], outputs["SocketUrl"], token, me),
        )

    def test_every_operation_of_the_document_is_asked_for(self):
        document = json.loads((ROOT / "web/openapi.json").read_text())
        known = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
        # A path without a variable goes before one with it.
        patterns = sorted(known, key=lambda one: one[1].count("{"))
        asked = set()
        for _, method, path, *_ in REST:
            plain = re.sub(r"\{\w+\}", "x", path.partition("?")[0])
            matching = (one for one in patterns if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one[1]), plain))
            found = next((one for one in matching if one[0] == method), None)
            asked |= {found} if found else set()
        self.assertEqual(known - asked, APART)

    def test_every_answer_is_the_same_in_both_homes(self):
        at_home, on_aws = self.homes
        for status, method, path, body, *written in REST:
            local = at_home.ask(method, path, body, *written)
            there = on_aws.ask(method, path, body, *written)
            until = time.monotonic() + ELSEWHERE_S
            # Another function has changed the dictionary.
            while path == "/check" and there != local and time.monotonic() < until:
                there = on_aws.ask(method, path, body, *written)
            with self.subTest(request=f"{method} {path}", body=body):
                self.assertEqual((there[0], there), (status, local))
        for message, last in SOCKET:
            local, there = (home.say(message, last) for home in self.homes)
            with self.subTest(said=message):
                self.assertEqual(there, local)


if __name__ == "__main__":
    unittest.main()
