"""The main text of web pages (trafilatura): no menus, adverts, footers or comments.

A text without the tags of a page is no page and stays as it is.
"""

import logging

import pyarrow as pa
import pyarrow.compute as pc
from trafilatura import extract, html2txt

PAGE = r"(?i)<(?:!doctype|html|head|body|main|article|section|nav|div|table|ul|ol|h[1-6]|p|br|td|li)\b[^<>]*>"
# trafilatura takes joiners for control characters; signs that no page has stand for them meanwhile.
STANDS_FOR = {"\u200c": "\U0001d159", "\u200d": "\U0001d15a"}
TO_SIGNS = str.maketrans(STANDS_FOR)
TO_JOINERS = str.maketrans({sign: joiner for joiner, sign in STANDS_FOR.items()})
# What it logs of a page without text, the row tells.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def apply(batch, params):
    texts = batch.column("value")
    pages = pc.fill_null(pc.match_substring_regex(texts, PAGE), False)
    found = [_main_text(page, params) for page in pc.filter(texts, pages).to_pylist()]
    failed = ["no main text" if text is None else None for text in found]
    if params["missing"] != "fail":
        failed = [None] * len(found)
    return {
        "value": pc.replace_with_mask(texts, pages, pa.array(found, texts.type)),
        "failed": pc.replace_with_mask(
            pa.nulls(len(texts), pa.string()), pages, pa.array(failed, pa.string())
        ),
    }


def _main_text(page, params):
    joined = any(joiner in page for joiner in STANDS_FOR)
    found = _extracted(page.translate(TO_SIGNS) if joined else page, params)
    return found.translate(TO_JOINERS) if found and joined else found


def _extracted(page, params):
    text = extract(
        page,
        output_format="markdown" if params["format"] == "markdown" else "txt",
        include_links=params["links"],
        include_tables=params["tables"],
        include_images=params["images"],
        include_comments=params["comments"],
        favor_precision=params["favour"] == "precision",
        favor_recall=params["favour"] == "recall",
        fast=not params["fallback"],
    )
    if text:
        return text
    if params["missing"] == "all_text":
        return html2txt(page).strip() or None
    return page if params["missing"] == "keep" else None
