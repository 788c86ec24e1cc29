"""Removes HTML by the names of its elements, so that `a < b`, `x <3 y` and <placeholder> stay."""

import html
import re

import pyarrow as pa
import pyarrow.compute as pc

BLOCKS = (
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr"
    " html legend li link main menu meta nav noframes noscript ol optgroup option p pre search"
    " section select summary table tbody td template textarea tfoot th thead title tr ul"
).split()
PARAGRAPHS = set("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre section article".split())
INLINE = (
    "a abbr acronym applet area audio b base basefont bdi bdo big canvas cite code col colgroup"
    " data datalist del dfn em embed font i iframe img input ins kbd label map mark math meter"
    " object output param picture progress q rp rt ruby s samp script slot small source span strike"
    " strong style sub sup svg time track tt u var video wbr"
).split()
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


def _tag(names):
    return rf"</?(?:{'|'.join(sorted(names, key=len, reverse=True))})(?:{ATTRIBUTE})*\s*/?>"


MARKUP = r"<[a-zA-Z/!]|&[#a-zA-Z]"
HIDDEN = re.compile(
    r"<!--.{0,100000}?-->|<!doctype\b[^<>]{0,1000}>"
    r"|<(script|style)\b[^<>]{0,5000}>.{0,500000}?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
BREAKS = re.compile(rf"[ \t]*(?:{_tag(BLOCKS)}\s*)+", re.IGNORECASE)
NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
INLINE_TAG = re.compile(_tag(INLINE), re.IGNORECASE)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")


def apply(batch, params):
    texts = batch.column("value")
    marked = pc.fill_null(pc.match_substring_regex(texts, MARKUP), False)
    if not pc.any(marked, min_count=0).as_py():
        return {"value": texts}
    kept = frozenset(name.lower() for name in params["keep_tags"])
    stripped = [_stripped(text, kept) for text in pc.filter(texts, marked).to_pylist()]
    return {"value": pc.replace_with_mask(texts, marked, pa.array(stripped, texts.type))}


def _stripped(text, kept):
    if "<" in text:
        text = _without_tags(text, kept)
    return ENTITY.sub(_character, text)


def _without_tags(text, kept):
    bare = HIDDEN.sub("", text)
    broken = BREAKS.sub(lambda found: _break(found[0], kept), bare)
    bare = INLINE_TAG.sub(lambda found: found[0] if _name(found[0]) in kept else "", broken)
    if bare == text:
        return text
    return (LINES.sub("\n\n", bare) if broken != bare or broken != text else bare).strip()


def _break(tags, kept):
    """A run of block tags is one line break, or a blank line where a paragraph begins or ends."""
    names = [name.lower() for name in NAME.findall(tags)]
    if kept.intersection(name.strip("/") for name in names):
        return tags
    return "\n\n" if PARAGRAPHS.intersection(name.strip("/") for name in names) else "\n"


def _name(tag):
    return NAME.match(tag)[1].strip("/").lower()


def _character(found):
    character = html.unescape(found[0])
    return " " if character == "\xa0" else character
