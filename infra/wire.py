"""A client of the deployed APIs with nothing but the standard library: requests, and WebSocket (RFC 6455)."""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

_ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict
    text: str

    def json(self):
        return json.loads(self.text)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Shows a redirection as an answer."""

    def redirect_request(self, *_):
        return None


def request(method, url, token=None, body=None, headers=None, form=None, raw=None, timeout_s=30):
    """Sends `body` as JSON, `form` as a form, or `raw`, a media type and its text, and gives the answer,
    whatever its status."""
    asked = urllib.request.Request(url, method=method, headers=dict(headers or {}))
    if token:
        asked.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        asked.data = json.dumps(body).encode()
        asked.add_header("Content-Type", "application/json")
    if form is not None:
        asked.data = urllib.parse.urlencode(form).encode()
        asked.add_header("Content-Type", "application/x-www-form-urlencoded")
    if raw is not None:
        kind, text = raw
        asked.data = text.encode()
        asked.add_header("Content-Type", kind)
    opener = urllib.request.build_opener(NoRedirects)
    try:
        with opener.open(asked, timeout=timeout_s) as answer:
            return _answer(answer)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error)


def _answer(answer):
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, headers, answer.read().decode())


class Refused(Exception):
    """The server did not open the socket."""


class Socket:
    """An open socket that sends and receives JSON objects."""

    def __init__(self, url, token=None, timeout_s=30):
        parts = urllib.parse.urlsplit(url)
        is_tls = parts.scheme in ("https", "wss")
        port = parts.port or (443 if is_tls else 80)
        plain = socket.create_connection((parts.hostname, port), timeout_s)
        self._stream = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
            if is_tls
            else plain
        )
        self._buffer = b""
        query = f"?token={urllib.parse.quote(token)}" if token else ""
        self._shake_hands(parts.netloc, (parts.path or "/") + query)

    def _shake_hands(self, host, path):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        status, *fields = head.decode("latin-1").split("\r\n")
        wanted = base64.b64encode(hashlib.sha1((key + _ACCEPT).encode()).digest()).decode()
        accepted = [field.split(":", 1)[1].strip() for field in fields if field.lower().startswith("sec-websocket-accept:")]
        if status.split(" ")[1] != "101" or accepted != [wanted]:
            self._stream.close()
            raise Refused(status)

    def send(self, message):
        self._send_frame(0x1, json.dumps(message).encode())

    def receive(self, timeout_s=30):
        """The next object; none when the server has closed."""
        self._stream.settimeout(timeout_s)
        text = b""
        while True:
            is_last, opcode, payload = self._read_frame()
            if opcode == 0x8:
                return None
            if opcode == 0x9:
                self._send_frame(0xA, payload)
            if opcode in (0x0, 0x1):
                text += payload
                if is_last:
                    return json.loads(text)

    def drop(self):
        """Ends the connection without a word, as a lost network does."""
        self._stream.close()

    def close(self):
        self._send_frame(0x8, struct.pack(">H", 1000))
        self._stream.close()

    def _send_frame(self, opcode, payload):
        length = len(payload)
        if length < 126:
            head = struct.pack(">BB", 0x80 | opcode, 0x80 | length)
        elif length < 65536:
            head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, length)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self._stream.sendall(head + mask + masked)

    def _read_frame(self):
        first, second = self._take(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._take(8))
        return bool(first & 0x80), first & 0x0F, self._take(length)

    def _take(self, length):
        while len(self._buffer) < length:
            self._fill()
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _fill(self):
        got = self._stream.recv(65536)
        if not got:
            raise Refused("the connection ended")
        self._buffer += got
