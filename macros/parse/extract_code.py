"""Fenced code blocks of texts, by their language."""

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels.fences import FENCED, code_of, label_of

SAME = {
    "py": "python", "python3": "python", "js": "javascript", "ts": "typescript", "c++": "cpp",
    "c#": "csharp", "cs": "csharp", "sh": "bash", "shell": "bash", "zsh": "bash", "rb": "ruby",
    "rs": "rust", "golang": "go", "yml": "yaml", "postgresql": "sql", "mysql": "sql", "sqlite": "sql",
}  # fmt: skip


def apply(batch, params):
    texts = batch.column("value")
    fenced = pc.fill_null(pc.match_substring_regex(texts, "```|~~~"), False)
    wanted = {_language(name) for name in params["languages"]}
    blocks = iter([_blocks(text, wanted) for text in pc.filter(texts, fenced).to_pylist()])
    found = [next(blocks) if holds else [] for holds in fenced.to_pylist()]
    if params["occurrence"] != "all":
        at = 0 if params["occurrence"] == "first" else -1
        found = [codes and [codes[at]] for codes in found]
    missing = pc.and_(pa.array([not codes for codes in found], pa.bool_()), texts.is_valid())
    reasons = pc.if_else(missing, "no code", pa.scalar(None, pa.string()))
    return {
        "into": _answer(found, texts, params),
        "failed": reasons if params["missing"] == "fail" else pa.nulls(len(texts), pa.string()),
    }


def _answer(found, texts, params):
    if params["as"] == "list<text>":
        lists = pa.array(found, pa.list_(pa.string()))
        return pc.if_else(texts.is_valid(), lists, pa.scalar(None, lists.type))
    joined = [params["separator"].join(codes) if codes else None for codes in found]
    codes = pa.array(joined, pa.string())
    return pc.coalesce(codes, texts) if params["missing"] == "keep" else codes


def _blocks(text, wanted):
    return [
        code_of(block)
        for block in FENCED.finditer(text)
        if not wanted or _language(label_of(block)) in wanted
    ]


def _language(name):
    return SAME.get(name.lower(), name.lower())
