"""Undoes UTF-8 that was read as another encoding (ftfy), line by line.

ftfy looks at every character; most lines cannot be broken, and one regular expression tells.
"""

import re
from functools import cache

import ftfy
import pyarrow as pa
import pyarrow.compute as pc
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
QUOTES = ("«»", "“”", "„“", "‹›", "「」", "『』")


def apply(batch, params):
    texts = batch.column("value")
    suspicious = pc.fill_null(pc.match_substring_regex(texts, _suspicious()), False)
    if not pc.any(suspicious, min_count=0).as_py():
        return {"value": texts}
    repaired = [_repaired(text) for text in pc.filter(texts, suspicious).to_pylist()]
    return {"value": pc.replace_with_mask(texts, suspicious, pa.array(repaired, texts.type))}


def _repaired(text):
    broken = re.compile(_suspicious())
    return "\n".join(
        _repaired_line(line) if broken.search(line) else line for line in text.split("\n")
    )


def _repaired_line(line):
    repaired = ftfy.fix_text(line, CONFIG)
    # A capital beside a closing quote, «MAÇÃ», looks like a broken "û": nothing that was a pair
    # of quotes may come apart.
    torn = any(_is_paired(line, pair) and not _is_paired(repaired, pair) for pair in QUOTES)
    return line if torn else repaired


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
