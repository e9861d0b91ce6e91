"""Odd values of all kinds, as text of YAML, as text of JSON, and as plain text."""

from __future__ import annotations

import gzip
import random
import string

YAML_VALUES = [
    "", "~", "null", "true", "no", "0", "-0", "1", "-1", "2", "0.5", "-0.5", "1e-3", "1e3", "1e30", "1e999", "-1e999",
    ".inf", "-.inf", ".nan", "nan", "inf", "1_000", "1:30", "0x10", "0o7", "1e", "1e-", "--1", "+", ".", "-", "1,5",
    "1 000", "2 minutes", "2147483648", "4294967296", "9223372036854775808", "1" + "0" * 40, "9" * 5000, "x",
    "X" * 3000, "abc def", "'1'", '"1.0"', "''", '"\\0"', '"\\x1b[31m"', '"\\u202e"', '"a\\nb"', "é", "漢字", "😀",
    "\u2028", "[]", "[1]", "[a, b]", "[[1]]", "{}", "{a: 1}", "[", "{", "*x", "&x 1", "!!float 1",
    "!!python/name:os.system x", "!x", "| \n  a\n  b", "> \n  a", "2020-01-01", "12:34:56", "/dev/zero",
    "/proc/self/mem", "/", "..", ".", "~/x", "no/such/path", "other.yaml", "a/b", "hf://a/b", "https://localhost:1/x",
    "gru", "lstm", "none", "all", "cuda", "cpu", "auto", "bf16", "adamw", "loss", "bleu", "best", "zz", "en", "de",
    "xx", "cmn", "test", "train", "%s", "%(x)s", "{x}", "$HOME", "`id`", "; true", "#", "# x", "a: b", "- a", "? a",
    "@", "`", "%",
]  # fmt: skip

TEXTS = [
    "", " ", "\t", "\x00", "\x1b[2J", "\r", "a\rb", "\ufeff", "\u202eabc", "\u2028", "é", "e\u0301", "漢字かな", "🏳️‍🌈",
    "😀" * 50, "a" * 3000, "ab " * 800, "<s>", "</s> <unk> <pad>", "<mask>", "▁", "￭", "￮", "%s %d", "{0}", "\\n",
    "\\", "'", '"', "`", "$(id)", "../..", "/etc/passwd", "null", "nan", "-1", "1e999", "<script>alert(1)</script>",
    "a|||b ||| c", "\ufffd", "\uffff", "\U0010ffff", "שלום", "مرحبا", "ﷺ", "ß", "İ", "ı", "ǅ", "½", "①", "\x7f",
    "\x80", "\xa0", "\xad", "\u200b", "the cat", "the cat\n\n\nsees",
]  # fmt: skip

JSON_VALUES = [
    None, True, False, 0, 1, -1, 2, 3, 7, 0.5, 1.5, -0.5, 1e308, -1e308, float("nan"), float("inf"), 10**9, 10**12,
    2**31, 2**63, 10**30, 100_000, 30_000, "", "x", "x" * 5000, "\x1b[31m", "../../x", "/etc/passwd", "1", "nan", [],
    [1], [[]], ["a"], [None], {}, {"a": 1}, {"a": {"b": []}}, "gru", "lstm", "none", "translate", "classify",
    "generate", "summarize", "en", "\ud800",
]  # fmt: skip


def odd_text(dice: random.Random) -> str:
    """A text of the list, several of them, or letters of all of Unicode."""
    choice = dice.random()
    if choice < 0.6:
        return dice.choice(TEXTS)
    if choice < 0.8:
        return "".join(dice.choices(TEXTS, k=dice.randint(2, 6)))
    letters = [
        chr(code) for code in dice.choices(range(0x110000), k=dice.randint(1, 60)) if not 0xD800 <= code < 0xE000
    ]
    return "".join(letters) + "".join(dice.choices(string.printable, k=dice.randint(0, 30)))


def damaged(content: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Some bytes of any file, damaged in some way, and the way in words."""
    place, flip = dice.randrange(len(content)) if content else 0, 1 << dice.randrange(8)
    ways = {
        "cut off": lambda: content[:place],
        "begun late": lambda: content[place:],
        "a byte flipped": lambda: bytes(byte ^ flip if at == place else byte for at, byte in enumerate(content)),
        "bytes overwritten": lambda: content[:place] + dice.randbytes(dice.randint(1, 40)) + content[place + 9 :],
        "empty": lambda: b"",
        "zeros": lambda: bytes(len(content)),
        "random bytes": lambda: dice.randbytes(dice.randint(1, 400)),
        "doubled": lambda: content + content,
        "lines shuffled": lambda: b"\n".join(dice.sample(lines := content.split(b"\n"), len(lines))),
        "a line left out": lambda: b"\n".join(content.split(b"\n")[1:]),
        "a line doubled": lambda: content.split(b"\n")[0] + b"\n" + content,
        "digits changed": lambda: bytes(dice.choice(b"0123456789") if 48 <= byte < 58 else byte for byte in content),
        "CR for LF": lambda: content.replace(b"\n", b"\r"),
        "CRLF": lambda: content.replace(b"\n", b"\r\n"),
        "no line ends": lambda: content.replace(b"\n", b" "),
        "UTF-16": lambda: content.decode("utf-8", "replace").encode("utf-16"),
        "Latin-1": lambda: content.decode("utf-8", "replace").replace("e", "é").encode("latin-1", "replace"),
        "a byte order mark": lambda: b"\xef\xbb\xbf" + content,
        "NULs": lambda: content.replace(b"e", b"\x00"),
        "blank lines": lambda: b"\n \n\n" * 30,
        "nested deeply": lambda: b'{"a": ' + b"[" * 100_000,
        "a long line": lambda: content + b"word " * 40_000 + b"\n",
        "escape codes": lambda: content.replace(b"a", b"\x1b[31ma"),
        "quotes": lambda: content.replace(b"a", b'"'),
        "surrogates in JSON": lambda: content.replace(b"a", b"\\ud800"),
        "braces": lambda: content.replace(b"}", b""),
        "null for values": lambda: content.replace(b': "', b': null, "x": "'),
        "gzip": lambda: gzip.compress(content),
        "a pickle": lambda: b"\x80\x04\x95" + content,
        "HTML": lambda: b"<!DOCTYPE html><html><body>404</body></html>\n",
        "a git-lfs pointer": lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
    }  # fmt: skip
    way = dice.choice(sorted(ways))
    return ways[way](), way
