#!/usr/bin/env python3
"""Writes what the fuzz targets begin with into corpus/: one small input of each kind they read.

Usage: seeds.py — beside the targets; the same files each time.
"""

import io
import json
import zipfile
import zlib
from pathlib import Path

from hancom import hwp

CORPUS = Path(__file__).resolve().parent / "corpus"


def archive(parts, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, text in parts.items():
            made.writestr(zipfile.ZipInfo(name), text, method)
    return out.getvalue()


def docx(body):
    text = f'<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    return {"word/document.xml": text}


def hwpx():
    section = '<hs:sec xmlns:hs="s" xmlns:hp="p"><hp:p><hp:run><hp:t>금리 😀</hp:t></hp:run></hp:p></hs:sec>'
    return {"mimetype": "application/hwp+zip", "Contents/section0.xml": section}


def pdf(content, filters=""):
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + end


def extract():
    changed = "<w:p><w:ins><w:r><w:t>가</w:t></w:r></w:ins><w:del><w:r><w:delText>나</w:delText></w:r></w:del></w:p>"
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>칸</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    shown = b"BT /F 12 Tf 50 700 Td (rate) Tj ET"
    yield from [archive(docx(changed)), archive(docx(changed + table), zipfile.ZIP_DEFLATED)]
    yield from [archive(hwpx()), archive(hwpx(), zipfile.ZIP_DEFLATED)]
    yield from [pdf(shown), pdf(zlib.compress(shown), "/Filter /FlateDecode")]
    yield from ["금리 😀\n동결".encode(code) for code in ("utf-8", "utf-16")]
    yield "금리 동결".encode("cp949")
    yield from [hwp(is_compressed=False), hwp(is_compressed=True)]


def token():
    claims = {"iss": "https://issuer.example/pool", "sub": "kim", "exp": 1_800_000_001}
    key = {"kty": "RSA", "kid": "first", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB"}
    yield from [b"\0a.b.c", b"\1\0\0\1"]
    yield b"\2" + json.dumps({**claims, "aud": "page", "roles": ["admin"], "desk": "x"}).encode()
    yield b"\2" + json.dumps({**claims, "aud": ["page"], "token_use": "id", "nbf": 1.5}).encode()
    yield b"\2" + json.dumps({**claims, "client_id": "page", "token_use": "access"}).encode()
    yield b"\3" + json.dumps({"alg": "RS256", "kid": "first", "crit": None}).encode()
    yield b"\4" + json.dumps({"keys": [key, {**key, "kty": "EC"}]}).encode()


def frame():
    asked = {"action": "proofread", "text": "몇일 뒤다. 😀", "engineType": "Basic", "conversationId": "c"}
    said = {"action": "sendMessage", "message": "왜?", "engineType": "Pro", "idempotencyKey": "k"}
    known = {"turnId": "id-000002", "conversationId": "c", "afterSeq": 1, "token": "lee", "text": "할수 있다"}
    rest = ["check", "stop", "resume", "continue", "clearHistory", "refresh", "ping", "none"]
    lines = [asked, *({"action": action, **known} for action in rest[:6]), {"action": "ping"}]
    yield "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    parts = [{**said, "chunkInfo": {"total": 2, "current": part}} for part in (1, 2)]
    yield "\n".join(json.dumps(line) for line in [*parts, said, {"action": "none"}]).encode()


def body():
    yield b"\0language=ko&text=%EB%AA%87%EC%9D%BC+%F0%9F%98%80&level=picky&enabledRules=a"
    annotation = {"annotation": [{"markup": "<p>", "interpretAs": "\n"}, {"text": "몇일 뒤"}]}
    yield b"\2" + json.dumps(annotation, ensure_ascii=False).encode()
    yield "\3wrong,right,reason,kind,ruleId\n가람댁,\"임,금\",이유,,\n갯마을,,,except,\n".encode()
    entry = {"scope": "me", "kind": "replace", "wrong": "가람댁", "right": "임금", "text": "몇일", "title": "글"}
    more = {"engineType": "Basic", "messages": [{"role": "user", "content": "글"}], "version": 0, "action": "proofread"}
    for route in range(10):
        yield bytes([route * 8 + 4]) + json.dumps({**entry, **more}, ensure_ascii=False).encode()


for make in (extract, token, frame, body):
    place = CORPUS / make.__name__
    place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(make()):
        (place / f"seed-{number:02}").write_bytes(seed)
