"""Whole turns over the deployed APIs, with `prf drill` as Anthropic and Bedrock.

A simulated socket hands one message after another to its function and waits for each, which AWS does
not; so what must be said while a turn runs is said over a second socket.
"""

import unittest

from tests.cloud import deployed, drill
from wire import Refused, Socket, request

ANSWER = "기준금리는 지난 회의에서 동결됐습니다. 물가 오름세는 둔화했지만 가계 빚이 다시 늘었습니다."
ARTICLE = "기준금리가 몇일 만에 동결되었다."
FINDING = {"original": "동결되었다", "replacement": "동결됐다", "category": "plain-language", "message": "줄여 씁니다."}
LAST = ("chat_end", "turn_stopped", "error")


def play(script):
    """The simulator answers so from now on, and has seen nothing yet."""
    assert request("PUT", f"{drill().url}/_drill/script", body=script).status == 204
    assert request("DELETE", f"{drill().url}/_drill/requests").status == 204


def seen():
    """Requests the simulator has had: provider and state."""
    listed = request("GET", f"{drill().url}/_drill/requests").json()
    return [(one["provider"], one["state"]) for one in listed]


def billed():
    """Tokens the simulator has reported."""
    sums = request("GET", f"{drill().url}/_drill/sums").json()
    return sum(one["usage"]["input_tokens"] + one["usage"]["output_tokens"] for one in sums)


class Turns(unittest.TestCase):
    environment = "prod"

    def setUp(self):
        outputs = deployed(self.environment).outputs(self.environment)
        self.rest, self.socket_url = outputs["RestUrl"], outputs["SocketUrl"]
        self.token, self.user = deployed(self.environment).person(self.environment, self.id().rsplit(".")[-1].replace("_", "-"))

    def open(self):
        socket = Socket(self.socket_url, self.token)
        self.addCleanup(socket.drop)
        return socket

    def get(self, path):
        answer = request("GET", f"{self.rest}{path}", self.token)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json()

    def until(self, socket, *kinds):
        """Frames up to the first of one of these kinds."""
        frames = []
        while not frames or frames[-1]["type"] not in kinds:
            frame = socket.receive(90)
            self.assertIsNotNone(frame, frames)
            frames.append(frame)
        return frames

    def month(self, engine):
        data = self.get(f"/usage/{self.user}/{engine}")["data"]
        return data["totalTokens"], data["messageCount"]

    def ask(self, socket, **more):
        socket.send({"action": "sendMessage", "message": "기준금리는?", "engineType": "Basic", **more})


def kinds(frames):
    return [frame["type"] for frame in frames]


def text(frames):
    return "".join(frame["chunk"] for frame in frames if frame["type"] == "ai_chunk")


class Socketed(Turns):
    def test_a_question_is_answered_kept_and_billed(self):
        play({"default": {"answer": ANSWER}})
        socket = self.open()
        self.ask(socket)
        frames = self.until(socket, *LAST)
        self.assertEqual((frames[0]["type"], frames[-1]["type"]), ("turn_started", "chat_end"))
        self.assertEqual((text(frames), frames[-1]["message"]), (ANSWER, ANSWER))
        sequence = [frame["seq"] for frame in frames]
        self.assertEqual(sequence, sorted(set(sequence)))
        kept = self.get(f"/conversations/{frames[-1]['conversationId']}")["messages"]
        self.assertEqual([(one["role"], one["content"]) for one in kept], [("user", "기준금리는?"), ("assistant", ANSWER)])
        self.assertEqual(seen(), [("anthropic", "completed")])
        self.assertEqual(self.month("Basic"), (billed(), 1))

    def test_an_article_is_proofread(self):
        play({"default": {"findings": [FINDING]}})
        socket = self.open()
        socket.send({"action": "proofread", "text": ARTICLE, "engineType": "Pro"})
        frames = self.until(socket, *LAST)
        found = [frame["suggestion"] for frame in frames if frame["type"] == "suggestion"]
        self.assertEqual(
            [(one["original"], one["replacements"], one["source"]) for one in found],
            [("몇일", ["며칠"], "rule"), ("동결되었다", ["동결됐다"], "ai")],
        )
        self.assertEqual(frames[-1]["outcome"], "completed")
        self.assertEqual(self.month("Pro"), (billed(), 1))

    def test_a_repeated_question_is_asked_once(self):
        play({"default": {"answer": ANSWER}})
        answers = []
        for _ in range(2):
            socket = self.open()
            self.ask(socket, idempotencyKey="the-same")
            frames = self.until(socket, *LAST)
            answers.append((frames[-1]["turnId"], text(frames)))
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(len(seen()), 1)

    def test_a_stopped_turn_keeps_what_came_and_bills_it(self):
        play({"default": {"answer": ANSWER, "piece_bytes": 40, "piece_ms": 250}})
        asking, stopping = self.open(), self.open()
        self.ask(asking)
        before = self.until(asking, "ai_chunk")
        stopping.send({"action": "stop", "turnId": before[0]["turnId"]})
        frames = before + self.until(asking, *LAST)
        self.assertEqual(frames[-1]["type"], "turn_stopped")
        shown = text(frames)
        self.assertTrue(ANSWER.startswith(shown) and len(shown) < len(ANSWER), shown)
        kept = self.get(f"/conversations/{frames[-1]['conversationId']}")["messages"]
        self.assertEqual(kept[-1]["content"], shown)
        self.assertEqual(seen(), [("anthropic", "cancelled")])
        tokens, _ = self.month("Basic")
        self.assertGreater(tokens, 0)

    def test_a_dropped_socket_comes_back_to_its_turn(self):
        play({"default": {"answer": ANSWER, "piece_bytes": 60, "piece_ms": 250}})
        dropped = self.open()
        self.ask(dropped)
        before = self.until(dropped, "ai_chunk")
        dropped.drop()
        socket = self.open()
        socket.send({"action": "resume", "turnId": before[0]["turnId"], "afterSeq": before[-1]["seq"]})
        after = self.until(socket, *LAST)
        self.assertEqual(after[-1]["type"], "chat_end", after[-1])
        self.assertEqual(text(before + after), ANSWER)
        self.assertGreater(after[0]["seq"], before[-1]["seq"])
        self.assertEqual(seen(), [("anthropic", "completed")])

    def test_nobody_comes_back_to_a_turn_of_somebody_else(self):
        play({"default": {"answer": ANSWER}})
        socket = self.open()
        self.ask(socket)
        frames = self.until(socket, *LAST)
        stranger, _ = deployed(self.environment).person(self.environment, "stranger")
        other = Socket(self.socket_url, stranger)
        self.addCleanup(other.drop)
        other.send({"action": "resume", "turnId": frames[0]["turnId"], "afterSeq": 0})
        refused = other.receive()
        self.assertEqual((refused["type"], refused["code"]), ("error", "not_found"))
        there = request("GET", f"{self.rest}/conversations/{frames[-1]['conversationId']}", stranger)
        self.assertEqual(there.status, 404)

    def test_a_stranger_opens_no_socket(self):
        for token in (None, "x.y.z"):
            with self.assertRaises(Refused):
                Socket(self.socket_url, token)

    def test_a_long_message_comes_in_parts(self):
        play({"default": {"answer": ANSWER}})
        socket = self.open()
        parts = ["가" * 9_000, "나" * 9_000, "다."]
        for place, part in enumerate(parts, 1):
            chunk = {"total": 3, "current": place, "isFirst": place == 1, "isLast": place == 3}
            self.ask(socket, message=part, chunkInfo=chunk, idempotencyKey="parts")
        frames = self.until(socket, *LAST)
        kept = self.get(f"/conversations/{frames[-1]['conversationId']}")["messages"]
        self.assertEqual(kept[0]["content"], "".join(parts))


class Rested(Turns):
    def test_a_turn_over_rest(self):
        play({"default": {"answer": ANSWER}})
        asked = {"action": "sendMessage", "message": "기준금리는?", "engineType": "Basic"}
        begun = request("POST", f"{self.rest}/turns", self.token, asked)
        self.assertEqual(begun.status, 202, begun.text)
        events = request("GET", f"{self.rest}/turns/{begun.json()['turnId']}/events", self.token)
        self.assertEqual((events.status, events.headers["content-type"]), (200, "text/event-stream"))
        self.assertIn('"type":"chat_end"', events.text)
        self.assertEqual(self.month("Basic"), (billed(), 1))


class FailingOver(Turns):
    """In an environment of its own: a leg that failed is left out for a while."""

    environment = "dev-v1"

    def test_bedrock_answers_where_anthropic_is_overloaded(self):
        play({"anthropic": [{"faults": [{"status": {"code": 529}}]}], "default": {"answer": ANSWER}})
        socket = self.open()
        self.ask(socket)
        frames = self.until(socket, *LAST)
        self.assertEqual((frames[-1]["type"], text(frames)), ("chat_end", ANSWER))
        self.assertEqual(seen()[-1], ("bedrock", "completed"))
        self.assertIn("anthropic", {provider for provider, _ in seen()})
        switched = [frame["provider"] for frame in frames if frame["type"] == "switched"]
        self.assertEqual(switched, ["bedrock"])
        self.assertEqual(self.month("Basic"), (billed(), 1))


class Breaking(Turns):
    """In an environment of its own, as above."""

    environment = "dev-v2"

    def test_an_answer_that_breaks_off_goes_on_without_a_seam(self):
        cut = {"answer": ANSWER, "faults": [{"cut": {"after_bytes": 1_200}}]}
        play({"anthropic": [cut], "default": {"answer": ANSWER}})
        socket = self.open()
        self.ask(socket)
        frames = self.until(socket, *LAST)
        self.assertEqual((frames[-1]["type"], text(frames)), ("chat_end", ANSWER))
        self.assertEqual([state for _, state in seen()][-1], "completed")
        self.assertGreater(len(seen()), 1)
        self.assertEqual(self.month("Basic"), (billed(), 1))


if __name__ == "__main__":
    unittest.main()
