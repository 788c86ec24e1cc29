"""The body of LaTeX documents: no comments, preamble or bibliography, and short macros written out.

Only a text with a command that documents have is one: elsewhere % is a per cent sign.
"""

import re

from dataevolver.kernels.fences import closings
from dataevolver.kernels.rewriting import rewritten

DOCUMENT = (
    r"\\(?:documentclass|documentstyle|usepackage|maketitle|(?:sub)*section\b|chapter\b|bibliography\b"
    r"|(?:re|provide)?newcommand|DeclareMathOperator|def\\|begin\{(?:document|thebibliography)\})"
)
# A % in these, or after a backslash, begins no comment.
COMMENT = re.compile(
    r"\\begin\{comment\}.*?(?:\\end\{comment\}\n?|\Z)"
    r"|(?P<kept>\\begin\{(?P<code>verbatim|lstlisting|minted|Verbatim)(?P<star>\*?)\}"
    r".*?(?:\\end\{(?P=code)(?P=star)\}|\Z)"
    r"|\\(?:url|path|href)\{[^{}]*\}|\\verb\*?(?P<bar>[^\sa-zA-Z])[^\n]*?(?P=bar)|\\.)"
    r"|^[ \t]*%[^\n]*(?:\n|\Z)|(?<![ \t])[ \t]*%[^\n]*",
    re.MULTILINE | re.DOTALL,
)
SECTION = re.compile(r"\\(?:part|chapter|(?:sub)*section)\*?\s*[\[{]")
REFERENCES = re.compile(
    r"\\begin\{(thebibliography|references)\}.*?(?:\\end\{\1\}\n?|\Z)"
    r"|\\(?:bibliography(?:style)?\s*\{[^{}]*\}|printbibliography\b(?:\[[^\]]*\])?)\n?",
    re.DOTALL | re.IGNORECASE,
)
APPENDIX = re.compile(r"\\(?:appendix\b|begin\{appendix|begin\{appendices).*", re.DOTALL)
MACRO = re.compile(
    r"(?:\\(?:(?:re|provide)?newcommand|(?P<operator>DeclareMathOperator))\*?\s*"
    r"(?:\{\s*\\(?P<braced>[a-zA-Z]+)\s*\}|\\(?P<plain>[a-zA-Z]+))|\\def\s*\\(?P<defined>[a-zA-Z]+))"
    r"\s*\{"
)
DEPTH = 5  # macros in macros
GROWTH = 20


def apply(batch, params):
    texts = batch.column("value")
    return {"value": rewritten(texts, DOCUMENT, lambda text: _stripped(text, params))}


def _stripped(text, params):
    if not params["comments"]:
        text = COMMENT.sub(r"\g<kept>", text)
    if params["macros"]:
        text = _expanded(text)
    if not params["preamble"]:
        text = _body(text, params["title"])
    if not params["bibliography"]:
        text = REFERENCES.sub("", text)
    if not params["appendix"]:
        text = APPENDIX.sub("", text)
    return text.strip()


def _body(text, with_title):
    before, begin, after = text.partition(r"\begin{document}")
    text = (after if begin else before).partition(r"\end{document}")[0]
    section = SECTION.search(text)
    return text if with_title or not section else text[section.start() :]


def _expanded(text):
    """The text with its macros without arguments written out, and their definitions gone."""
    macros, text = _macros(text)
    if not macros:
        return text
    names = "|".join(sorted(macros, key=len, reverse=True))
    use = re.compile(rf"\\({names})(?![a-zA-Z])(?:\{{\}})?")
    longest = GROWTH * len(text) + 10_000
    for _ in range(DEPTH):
        text, count = use.subn(lambda found: macros[found[1]], text)
        if len(text) > longest:
            raise ValueError("macros make the text longer without end")
        if not count:
            break
    return text


def _macros(text):
    """What each macro stands for, and the text without their definitions."""
    macros, pieces, at = {}, [], 0
    closing = closings(text)
    while found := MACRO.search(text, at):
        end = closing.get(found.end() - 1, -1) + 1
        pieces.append(text[at : found.start()] if end else text[at : found.end()])
        at = end or found.end()
        if end:
            name = found["braced"] or found["plain"] or found["defined"]
            meaning = text[found.end() : end - 1]
            macros[name] = rf"\operatorname{{{meaning}}}" if found["operator"] else meaning
            at += text[at : at + 1] == "\n" and text[: found.start()][-1:] in ("", "\n")
    return macros, "".join(pieces) + text[at:]
