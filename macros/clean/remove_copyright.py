"""Removes the comments and lines at the top of a text that say who holds its copyright."""

import re

import pyarrow as pa
import pyarrow.compute as pc

HEAD = 4000  # characters at the top in which a notice begins
NOTICE = (
    r"(?i:copyright\s*(?:©|\(c\)|&copy;|:|by\b|[0-9]{4})|(?:©|\(c\))\s*(?:copyright\b|[0-9]{4})"
    r"|all rights reserved|spdx-license-identifier|licensed under|permission is hereby granted"
    r"|redistribution and use in source|gnu (?:lesser |affero )?general public licen[cs]e"
    r"|without warrant(?:y|ies)|alle rechte vorbehalten|tous droits réservés|derechos reservados"
    r"|版权所有|版權所有|著作权所有)"
)
SAYS = re.compile(NOTICE)
# What may stand before a notice and stays: a line for the system, an encoding, an XML or PHP tag.
BEFORE = re.compile(r"(?:#!.*\n|#.*coding[:=].*\n|<\?.*\n|\s+)*")
BLOCKS = (("/*", "*/"), ("<!--", "-->"), ("{-", "-}"), ("(*", "*)"), ('"""', '"""'), ("'''", "'''"))
# A run of lines that begin with the same mark of a comment.
RUN = re.compile(
    r"[ \t]*(?P<mark>//+|#+|;+|--+|%+|!|REM\b|dnl\b)[^\n]*(?:\n[ \t]*(?P=mark)[^\n]*)*"
)
LINE = re.compile(rf"[ \t]*{NOTICE}[^\n]*")
BLANK = re.compile(r"[ \t]*(?:\n[ \t]*)*")


def apply(batch, params):
    texts = batch.column("value")
    heads = pc.utf8_slice_codeunits(texts, 0, HEAD)
    marked = pc.fill_null(pc.match_substring_regex(heads, NOTICE), False)
    cleaned = [_without_notices(text) for text in texts.filter(marked).to_pylist()]
    return {"value": pc.replace_with_mask(texts, marked, pa.array(cleaned, texts.type))}


def _without_notices(text):
    """Comments in front of the notice stay; what is no comment and no notice ends the header."""
    at = BEFORE.match(text).end()
    kept = [text[:at]]
    while end := _end_of_block(text, at):
        after = BLANK.match(text, end).end()
        if not SAYS.search(text[at:end]):
            kept.append(text[at:after])
        at = after
    return "".join(kept) + text[at:]


def _end_of_block(text, at):
    """Where the comment or the line of a notice that begins here ends; 0 when none begins."""
    for opening, closing in BLOCKS:
        if text.startswith(opening, at):
            end = text.find(closing, at + len(opening))
            return end + len(closing) if end >= 0 else 0
    if run := RUN.match(text, at):
        return run.end()
    line = LINE.match(text, at)
    return line.end() if line else 0
