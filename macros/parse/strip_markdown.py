"""Takes the marks of Markdown away and leaves every other character where it is.

Code, formulas and addresses are set aside first, so that their stars and underscores are no marks.
Beside a letter or digit a star opens and closes nothing (`2*3*4`, `x**2 + y**2`), except in scripts
without spaces, where emphasis has no room (`这是**重点**内容`).
"""

import re

from dataevolver.kernels.fences import FENCED, code_of
from dataevolver.kernels.rewriting import rewritten

MARKED = (
    r"(?m)^[ \t]*(?:#{1,6}[ \t]|>|[*+][ \t]|[-=*]{2,}[ \t\r]*$|___[ \t\r]*$|(?:[-*_][ \t]+){2}|~~~"
    r"|\|?[ \t]*:?-+:?[ \t]*\|)|^[^\n*_]{0,3}[*_]{1,3}[^\s*_]|[^\w*\\][*_]{1,3}[^\s*_]|[*~]{2}\S"
    r"|`|\]\(|\]:|\\[*_#`~>]|<(?:https?:|mailto:)"
)
ITEM = r"^[ \t]*[-*+][ \t]+"
# Code points that no text may hold: a number between two stands for a piece, or the end of a link.
ASIDE, TARGET = "\ufdd0", "\ufdd1"
WITHIN = r"(?:[^\n]|\n(?![ \t]*\n)){1,2000}?"  # a span of code or a formula, inside a paragraph

PIECE = re.compile(
    rf"(?P<kept>[{ASIDE}{TARGET}]|\$\${WITHIN}\$\$|\\\({WITHIN}\\\)|\\\[{WITHIN}\\\]"
    r"|\$(?![\s$])[^\n$]{1,500}?(?<![\s\\])\$(?!\w))"
    r"|\\(?P<escaped>[*_#`~>])"
    rf"|(?<!`)(?P<ticks>`+)(?!`)(?P<code>{WITHIN})(?<!`)(?P=ticks)(?!`)"
    r"|\]\(\s*(?P<target><[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)"
    r"""(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
    r"|<(?P<address>(?:https?|mailto):[^\s<>]+)>"
    r"|(?P<url>https?://[^\s<>()\[\]*`]+)",
    re.DOTALL,
)
HELD = re.compile(rf"{ASIDE}(\d+){ASIDE}|{TARGET}(\d+){TARGET}")

QUOTE = re.compile(r" {0,3}(?:(?:>[ \t]+)+>?|>{1,2})[ \t]?(?![>=])")
RULE = re.compile(
    r" {0,3}(?:-{3,}|\*{3,}|_{3}|={2,}|-(?:[ \t]+-){2,}|\*(?:[ \t]+\*){2,}|_(?:[ \t]+_){2,})[ \t\r]*"
)
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+")
BULLET = re.compile(r"([ \t]*)[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
BOX = re.compile(r"([ \t]*\d{1,9}[.)][ \t]+)\[[ xX]\][ \t]+")
BEGINS = frozenset("#>-*+_=0123456789")
DIVIDER = r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*"
TABLE = re.compile(
    rf"^([^\n|]*\|[^\n]*)\n(?=[^\n]*\|){DIVIDER}(?:\n|\Z)((?:[^\n|]*\|[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
CELL = re.compile(r"(?<!\\)\|")
DEFINITION = re.compile(r"^ {0,3}\[([^\]\n^]+)\]:[ \t]*\S+(?:[ \t]+[\"'(][^\n]*)?\n?", re.MULTILINE)
REFERENCE = re.compile(r"(!?)\[([^\[\]]*)\](?:\[([^\[\]]*)\])?")
LINK = re.compile(rf"(!?)\[([^\[\]]*){TARGET}(\d+){TARGET}")

SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
LETTER = rf"[^\W{SPACELESS}]"  # or a digit or underscore, of a script with spaces
LINES = r"(?:[^{0}\n]|\n(?![ \t]*\n)|{1})"  # what emphasis encloses: no blank line


def _emphasis(mark, within, after):
    """A mark and its pattern. One sign alone encloses more than a number: `5 *3* 2` is a product."""
    sign, signs = mark[-1], re.escape(mark)
    body = LINES.format(sign, within)
    content = "" if len(mark) > 1 else rf"(?![\d.,]+{signs})"
    opening = rf"{signs}(?<!{LETTER}{signs})(?<![{sign}]{signs})(?![\s{sign}])"
    return mark, re.compile(rf"{opening}{content}({body}+?)(?<!\s){signs}(?!{after})")


EMPHASES = (
    _emphasis("***", r"\*(?!\*)", r"\*"),
    _emphasis("**", r"\*(?!\*)", r"\*"),
    _emphasis("*", r"(?!)", rf"\*|{LETTER}"),
    _emphasis("__", r"_(?!_)", rf"_|{LETTER}"),
    _emphasis("_", r"(?<=\w)_(?=\w)", r"\w"),
    _emphasis("~~", r"~(?!~)", "~"),
)
DUNDER = re.compile(r"__[a-z][a-z0-9_]*__")


def apply(batch, params):
    texts = batch.column("value")
    pattern = MARKED if params["bullets"] == "dash" else f"{MARKED}|{ITEM}"
    return {"value": rewritten(texts, pattern, lambda text: _plain(text, params))}


def _plain(text, params):
    pieces = []
    at = 0
    for block in FENCED.finditer(text):
        pieces.append(_prose(text[at : block.start()], params))
        pieces.append(_code(block, params["code"]))
        at = block.end()
    return "".join(pieces) + _prose(text[at:], params)


def _code(block, wanted):
    if wanted == "fenced":
        return block[0]
    return code_of(block) + "\n" * block[0].endswith("\n") if wanted == "text" else ""


def _prose(text, params):
    held = []
    text = PIECE.sub(lambda found: _aside(found, held, params), text)
    if "|" in text:
        text = TABLE.sub(lambda found: _table(found, params["tables"]), text)
    text = _without_blocks(text, params["bullets"])
    text = _without_links(text, held, params)
    for _ in range(3):  # emphasis in emphasis
        before = text
        for mark, pattern in EMPHASES:
            if mark in text:
                text = pattern.sub(_enclosed, text)
        if text == before:
            break
    return HELD.sub(lambda found: held[int(found[1] or found[2])][0], text)


def _aside(found, held, params):
    """What stands for a piece that no mark is looked for in, until the others are gone.

    Held with it is the address that a link's end names.
    """
    kind = found.lastgroup
    piece, address = found[kind], ""
    if kind == "code":
        piece = found[0] if params["code"] == "fenced" else _unpadded(piece)
    elif kind == "target":
        piece, address = found[0], piece.strip("<>")
    held.append((piece, address))
    sign = TARGET if kind == "target" else ASIDE
    return f"{sign}{len(held) - 1}{sign}"


def _unpadded(code):
    """Code that begins or ends with a backtick has a space around it."""
    return code[1:-1] if code[:1] == code[-1:] == " " and code.strip() else code


def _without_blocks(text, bullets):
    lines = [_unmarked(line, bullets) for line in text.split("\n")]
    return "\n".join(line for line in lines if line is not None)


def _unmarked(line, bullets):
    """A line without what begins it; None for a rule, which is nothing else."""
    if line.lstrip(" \t")[:1] not in BEGINS:
        return line
    quoted = QUOTE.match(line)
    line = line[quoted.end() :] if quoted else line
    if RULE.fullmatch(line):
        return None
    heading = HEADING.match(line)
    if heading:
        return _title(line[heading.end() :].rstrip())
    item = BULLET.match(line)
    if item:
        return f"{item[1]}{'- ' if bullets == 'dash' else ''}{line[item.end() :]}"
    box = BOX.match(line)
    return box[1] + line[box.end() :] if box else line


def _title(text):
    """A heading's text without the signs that may close it: `## So ##`, but not `## C#`."""
    open_title = text.rstrip("#")
    return open_title.rstrip() if open_title[-1:] in ("", " ", "\t") else text


def _table(found, wanted):
    if wanted == "drop":
        return ""
    if wanted == "keep":
        return found[0]
    rows = [found[1], *found[2].splitlines()]
    return "\n".join(_cells(row) for row in rows) + "\n" * found[0].endswith("\n")


def _cells(row):
    row = row.strip().removeprefix("|").removesuffix("|")
    return "\t".join(cell.strip().replace("\\|", "|") for cell in CELL.split(row))


def _without_links(text, held, params):
    if "[" not in text:
        return text
    defined = {name.strip().lower() for name in DEFINITION.findall(text)} if "]:" in text else ()
    if defined:
        text = DEFINITION.sub("", text)
        text = REFERENCE.sub(lambda found: _referred(found, defined, params), text)
    while True:  # a picture in a link
        text, count = LINK.subn(lambda found: _linked(found, held, params), text)
        if not count:
            return text


def _referred(found, defined, params):
    image, shown, name = found.groups()
    if (name or shown).strip().lower() not in defined:
        return found[0]
    return shown if not image or params["images"] == "text" else ""


def _linked(found, held, params):
    image, shown, number = found.groups()
    if image:
        return shown if params["images"] == "text" else ""
    address = held[int(number)][1]
    return f"{shown} ({address})" if params["links"] == "address" and address else shown


def _enclosed(found):
    return found[0] if DUNDER.fullmatch(found[0]) else found[1]
