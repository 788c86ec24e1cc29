"""Removes HTML by the names of its elements, so that `a < b`, `x <3 y` and <placeholder> stay."""

import html
import re

from dataevolver.kernels.rewriting import rewritten

PARAGRAPHS = frozenset("article blockquote h1 h2 h3 h4 h5 h6 ol p pre section table ul".split())
LINES = frozenset(
    "address aside body br button caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frame frameset head header hgroup hr html legend li link main menu meta nav"
    " noframes noscript optgroup option search select summary tbody td template textarea tfoot th"
    " thead title tr".split()
)
INLINE = frozenset(
    "a abbr acronym applet area audio b base basefont bdi bdo big canvas cite code col colgroup data"
    " datalist del dfn em embed font i iframe img input ins kbd label map mark math meter object"
    " output param picture progress q rp rt ruby s samp script slot small source span strike strong"
    " style sub sup svg time track tt u var video wbr".split()
)
BARE = (
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled"
    " hidden ismap itemscope loop multiple muted nohref noshade novalidate nowrap open readonly"
    " required reversed selected"
)
# An attribute has a value unless it is one of the few that never have: `<b and c>` is no tag.
ATTRIBUTE = (
    r"""\s+(?:[^\s"'<>/=]{1,100}\s{0,9}=\s{0,9}(?:"[^"]{0,5000}"|'[^']{0,5000}'|[^\s"'<>]{1,5000})"""
    rf"|(?:{BARE.replace(' ', '|')})\b)"
)


TAG = re.compile(rf"</?([a-z][a-z0-9]*)(?:{ATTRIBUTE})*\s*/?>", re.IGNORECASE)
# What is gone with all that stands in it.
HIDDEN = re.compile(r"<(?:(script|style)\b[^<>]*>|!(--)|!doctype\b[^<>]*>)", re.IGNORECASE)
CLOSING = {
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "--": re.compile("-->"),
}
MARKUP = r"<[a-zA-Z/!]|&[#a-zA-Z]"
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def apply(batch, params):
    texts = batch.column("value")
    kept = frozenset(name.lower() for name in params["keep_tags"])
    return {"value": rewritten(texts, MARKUP, lambda text: _stripped(text, kept))}


def _stripped(text, kept):
    if "<" in text:
        text = _without_tags(_without_hidden(text), kept)
    return ENTITY.sub(_character, text)


def _without_hidden(text):
    """Without comments, document types, scripts and styles; one that never closes stays."""
    pieces = []
    at = start = 0
    endless = set()
    while found := HIDDEN.search(text, at):
        kind = (found[1] or found[2] or "").lower()
        at = found.end()
        if kind in endless:
            continue
        closing = CLOSING[kind].search(text, at) if kind else found
        if closing is None:
            endless.add(kind)
            continue
        pieces.append(text[start : found.start()])
        at = start = closing.end()
    return "".join(pieces) + text[start:] if start else text


def _without_tags(text, kept):
    """Block tags, and the whitespace around them, become a line break, or two at a paragraph."""
    pieces = []
    at = gap = 0
    for found in TAG.finditer(text):
        name = found[1].lower()
        height = _height(name)
        if height is None or name in kept:
            continue
        gap = _add(pieces, text[at : found.start()], gap)
        at = found.end()
        gap = max(gap, height)
    if not at:
        return text
    _add(pieces, text[at:], gap)
    return "".join(pieces).strip()


def _add(pieces, text, gap):
    """Append a text, after the line breaks that wait for one; how many still wait."""
    if not gap:
        pieces.append(text)
        return 0
    text = text.lstrip()
    if not text:
        return gap
    while pieces and not pieces[-1].strip():
        pieces.pop()
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
        pieces.append("\n" * gap)
    pieces.append(text)
    return 0


def _height(name):
    """Line breaks that a tag makes; None when that is no element of HTML."""
    if name in INLINE:
        return 0
    if name in LINES:
        return 1
    return 2 if name in PARAGRAPHS else None


def _character(found):
    character = html.unescape(found[0])
    return " " if character == "\xa0" else character
