"""Undoes UTF-8 that was read as another encoding, line by line.

Most texts cannot be broken, and one regular expression tells. Most broken lines are broken all
through, and decoding them again is enough. What is left goes to ftfy, which looks at every character.
"""

import re
from functools import cache, lru_cache

import ftfy
import pyarrow as pa
import pyarrow.compute as pc
from ftfy.badness import is_bad
from ftfy.chardata import CHARMAP_ENCODINGS

CONTROLS = "\x00-\x08\x0b\x0e-\x1f\x7f\ufff9-\ufffb"
CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    normalization=None,
    explain=False,
)
USUAL = ("latin-1", "sloppy-windows-1252")
RUN = re.compile(r"[^\x00-\x7f]+")
QUOTES = ("«»", "“”", "„“", "‹›", "「」", "『』")


def apply(batch, params):
    once = _rewritten(batch.column("value"), _decoded)
    return {"value": _rewritten(once, _repaired)}


def _rewritten(texts, rewrite):
    """The texts with each suspicious one rewritten line by line."""
    suspicious = pc.fill_null(pc.match_substring_regex(texts, _suspicious()), False)
    if not pc.any(suspicious, min_count=0).as_py():
        return texts
    found = [
        "\n".join(map(rewrite, text.split("\n")))
        for text in pc.filter(texts, suspicious).to_pylist()
    ]
    return pc.replace_with_mask(texts, suspicious, pa.array(found, texts.type))


def _decoded(line):
    """A line that is UTF-8 read as Latin 1 or Windows 1252 all through, as what it was."""
    if line.isascii():
        return line
    for encoding in USUAL:
        try:
            decoded = line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        surely = len(line) - len(decoded) > 1 and any(map(_is_bad, RUN.findall(line)))
        return decoded if surely and not _is_torn(line, decoded) else line
    return line


def _repaired(line):
    if (line.isascii() and line.isprintable()) or not re.search(_suspicious(), line):
        return line
    repaired = ftfy.fix_text(line, CONFIG)
    return line if _is_torn(line, repaired) else repaired


_is_bad = lru_cache(maxsize=65536)(is_bad)


def _is_torn(line, repaired):
    """A capital beside a closing quote, «MAÇÃ», looks like a broken "û": nothing that was a pair
    of quotes may come apart."""
    return any(_is_paired(line, pair) and not _is_paired(repaired, pair) for pair in QUOTES)


def _is_paired(line, pair):
    return line.count(pair[0]) == line.count(pair[1]) > 0


@cache
def _suspicious():
    """A pair that a lead byte and the byte after it make in one of the wrong encodings, a control
    character, or a lead whose no-break space became a space."""
    pairs = "|".join(
        f"[{_characters(range(0xC2, 0xF5), name)}][{_characters(range(0x80, 0xC0), name)}]"
        for name in CHARMAP_ENCODINGS
    )
    return f"{pairs}|[{CONTROLS}\x80-\x9f]|[ÃÂ] "


def _characters(numbers, encoding):
    return re.escape(bytes(numbers).decode(encoding))
