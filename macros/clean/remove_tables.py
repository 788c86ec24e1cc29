"""Removes tables: lines in a row with the same number of cells, apart by bars or by tabs."""

import re

from dataevolver.kernels.rewriting import rewritten

# What stands between the cells; a rule such as |---|:--| or +---+ has as many as its table.
MARKS = {"bars": "|", "tabs": "\t"}
RULE = re.compile(r"[\s|+:=─━│┼├┤┌┐└┘┬┴-]{3,}")
BOX = re.compile("[│┃║]")
BOXES = str.maketrans("│┃║", "|||")


def apply(batch, params):
    texts = batch.column("value")
    marks = [MARKS[kind] for kind in params["kinds"]]
    sign = "|".join(re.escape(mark) for mark in (*marks, *"│┃║"))
    least = params["minimum"]
    return {"value": rewritten(texts, sign, lambda text: _without_tables(text, marks, least))}


def _without_tables(text, marks, least):
    lines = text.split("\n")
    shapes = text.translate(BOXES).split("\n") if BOX.search(text) else lines
    kept = []
    start = 0
    while start < len(lines):
        end = max(_end_of_table(shapes, start, mark) for mark in marks)
        if end - start < least:
            end = start + 1
            kept.append(lines[start])
        start = end
    return text if len(kept) == len(lines) else "\n".join(kept)


def _end_of_table(lines, start, mark):
    """The line after the table of these marks that begins here; `start` where none does."""
    cells = 0
    end = start
    while end < len(lines) and (mark in lines[end] or mark == "|"):
        if not RULE.fullmatch(lines[end]):
            found = lines[end].strip().strip("|").count(mark)
            if not found or (cells and found != cells):
                break
            cells = found
        end += 1
    return end if cells else start
