"""A document of Hancom's version 5 as its two public descriptions have it ("HWP document file format 5.0"
and Microsoft's MS-CFB): a compound file with header, properties, text and summary, written from nothing.

Usage: hancom.py > FILE — the document that the tests of the readers know, `tests/files/article.hwp`.
"""

import struct
import sys
import unicodedata
import zlib

SECTOR, MINI_SECTOR, ENTRY = 512, 64, 128
FREE, END, TABLE, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5


def padded(data, size):
    return data + bytes(-len(data) % size)


def chain(first, count):
    """What the table says of `count` sectors that follow one another."""
    return [*range(first + 1, first + count), END] if count else []


class Directory:
    """Entries of a compound file; the children of a storage are a search tree."""

    def __init__(self, tree):
        self.entries, self.mini, self.table = [], b"", []
        self.add("Root Entry", ROOT, tree)

    def add(self, name, kind, content):
        entry = {"name": name, "kind": kind, "left": NONE, "right": NONE, "child": NONE, "start": 0, "size": 0}
        number = len(self.entries)
        self.entries.append(entry)
        if isinstance(content, dict):
            # Shorter names come first, then letters count without their case.
            ordered = sorted(content, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
            entry["child"] = self.subtree([(name, content[name]) for name in ordered])
            return number
        assert len(content) < 4096, "longer streams lie outside of the small sectors"
        entry["start"], entry["size"] = len(self.mini) // MINI_SECTOR, len(content)
        packed = padded(content, MINI_SECTOR)
        self.table += chain(entry["start"], len(packed) // MINI_SECTOR)
        self.mini += packed
        return number

    def subtree(self, children):
        if not children:
            return NONE
        middle = len(children) // 2
        name, content = children[middle]
        number = self.add(name, STORAGE if isinstance(content, dict) else STREAM, content)
        self.entries[number]["left"] = self.subtree(children[:middle])
        self.entries[number]["right"] = self.subtree(children[middle + 1 :])
        return number

    def written(self):
        out = b""
        for one in self.entries:
            name = one["name"].encode("utf-16-le") + b"\0\0"
            links = (one["left"], one["right"], one["child"])
            out += name.ljust(64, b"\0") + struct.pack("<HBB3I", len(name), one["kind"], 1, *links)
            out += bytes(36) + struct.pack("<IQ", one["start"], one["size"])
        unused = bytes(66) + struct.pack("<BB3I", 0, 0, NONE, NONE, NONE) + bytes(48)
        return out + unused * (-len(self.entries) % (SECTOR // ENTRY))


def compound_file(tree):
    """A compound file of version 3 with streams below 4,096 bytes; folders are dictionaries."""
    directory = Directory(tree)
    mini = padded(directory.mini, SECTOR)
    table = padded(struct.pack(f"<{len(directory.table)}I", *directory.table), 4)
    table += struct.pack("<I", FREE) * (-len(table) % SECTOR // 4)
    directory.entries[0].update(start=1, size=len(directory.mini))
    parts = [mini, table, directory.written()]
    starts, sectors = [], [TABLE]
    for part in parts:
        starts.append(len(sectors))
        sectors += chain(len(sectors), len(part) // SECTOR)
    assert len(sectors) <= SECTOR // 4, "one sector of the table is enough"
    sectors += [FREE] * (SECTOR // 4 - len(sectors))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, starts[2], 0, 4096, starts[1], len(table) // SECTOR, END, 0)
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack(f"<{len(sectors)}I", *sectors) + b"".join(parts)


def record(tag, level, data):
    if len(data) < 0xFFF:
        return struct.pack("<I", tag | level << 10 | len(data) << 20) + data
    return struct.pack("<II", tag | level << 10 | 0xFFF << 20, len(data)) + data


def extended(code, letters):
    """A character that stands for a control: eight units, of which its letters are two."""
    return struct.pack("<H", code) + letters[::-1] + bytes(8) + struct.pack("<H", code)


def paragraph(level, text, controls=b""):
    """Header, text and the form of the characters, then what belongs to it."""
    head = struct.pack("<IIHBBHHHI", len(text) // 2, 0, 0, 0, 0, 1, 0, 0, 0)
    form = record(68, level + 1, struct.pack("<II", 0, 0))
    return record(66, level, head) + record(67, level + 1, text) + form + controls


def section():
    said = lambda text: text.encode("utf-16-le")
    page = record(71, 1, b"dces" + bytes(26)) + record(73, 2, struct.pack("<10I", 59528, 84188, *[8504] * 7, 0))
    columns = record(71, 1, b"dloc" + struct.pack("<HH", 0x1004, 0) + bytes(8))
    first = extended(2, b"secd") + extended(2, b"cold") + said("한국은행, 금리 😀 동결\r")
    within = record(72, 2, struct.pack("<HI", 1, 0) + bytes(8))
    note = record(71, 1, b"  nf" + bytes(8)) + within + paragraph(2, said("각주의 글\r"))
    header = record(71, 1, b"daeh" + bytes(8)) + within + paragraph(2, said("머리말\r"))
    cell = record(72, 2, struct.pack("<HI", 1, 0) + bytes(40)) + paragraph(2, said(unicodedata.normalize("NFD", "칸 한") + "\r"))
    size = record(77, 2, struct.pack("<IHHH", 0, 1, 1, 0) + bytes(12))
    table = record(71, 1, b" lbt" + bytes(42)) + size + cell
    second = extended(16, b"head") + said("둘째 줄") + extended(17, b"fn  ") + said("이다.\r")
    return b"".join([
        paragraph(0, first, page + columns),
        paragraph(0, second, header + note),
        paragraph(0, extended(11, b"tbl ") + said("\r"), table),
    ])


def summary(title):
    """The set of properties with the title alone ([MS-OLEPS])."""
    text = title.encode("utf-16-le") + b"\0\0"
    value = padded(struct.pack("<II", 31, len(text) // 2) + text, 4)
    properties = struct.pack("<IIII", 16 + len(value), 1, 2, 16) + value
    kind = bytes.fromhex("60b6a29f6110d411b4c6006097c09d8c")
    head = struct.pack("<HHI16xI", 0xFFFE, 0, 0x00020006, 1)
    return head + kind + struct.pack("<I", len(head) + 20) + properties


def hwp(is_compressed):
    def body(data):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(data) + packer.flush() if is_compressed else data

    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000500, int(is_compressed))
    properties = record(16, 0, struct.pack("<7H3I", 1, 1, 1, 1, 1, 1, 1, 0, 0, 0))
    mappings = record(17, 0, bytes(72))
    return compound_file({
        "FileHeader": header.ljust(256, b"\0"),
        "DocInfo": body(properties + mappings),
        "BodyText": {"Section0": body(section())},
        "PrvText": "금리 동결".encode("utf-16-le"),
        "\x05HwpSummaryInformation": summary("금리 동결"),
    })


if __name__ == "__main__":
    sys.stdout.buffer.write(hwp(is_compressed=True))
