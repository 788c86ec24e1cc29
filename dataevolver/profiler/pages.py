"""Web pages among texts: told by their beginning, read as a person sees them."""

from __future__ import annotations

import html
import re

_BEGINNING = 2_000  # characters in which a page shows itself
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(script|style|head|noscript|template)\b.*?</\1\s*>|<!--.*?-->|<[^<>]*>", re.I | re.S
)
_SPACE = re.compile(r"\s+")


def is_page(text: str) -> bool:
    """Whether a text is a whole page of HTML; a text with some tags in it is none."""
    return _PAGE.search(text, 0, _BEGINNING) is not None


def visible_text(text: str) -> str:
    """A page's text without tags, scripts and styles, roughly and on one line; another text as it is."""
    if not is_page(text):
        return text
    return _SPACE.sub(" ", html.unescape(_UNSEEN.sub(" ", text))).strip()
