"""A plan's text in canonical form, with its comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dataevolver.edits.layout import Layout
from dataevolver.edits.remarks import find_remarks, settle, write
from dataevolver.operators import Operator
from dataevolver.plans import content, parse_plan, plan_tree

BYTE_ORDER_MARK = "\ufeff"


def format_plan(text: str, file: str, catalog: Mapping[str, Operator] | None = None) -> str:
    """The same plan as `plan_text` writes it, every comment kept with what it is about.

    Formatting the result gives the result. Raises SpecError when the text is no plan.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    plan = parse_plan(text, file)
    tree = plan_tree(plan, catalog)
    layout = Layout(text)
    remarks = settle(find_remarks(layout), tree)
    foot = remarks.get(((), "below"), ())
    lines = list(write(tree, remarks, indent=0))
    if foot:
        lines.insert(len(lines) - len(foot), "")
    formatted = join_lines(lines, text)
    again = Layout(formatted)
    said = sorted(comment.text for comment in layout.comments)
    if content(parse_plan(formatted, file)) != content(plan) or said != sorted(
        comment.text for comment in again.comments
    ):
        raise AssertionError(f"formatting {file} would change what it says")
    return formatted


def join_lines(lines: Iterable[str], like: str) -> str:
    """The lines, each ended as the lines of another text are: by CR LF or by LF."""
    end = newline(like)
    return "".join(f"{line}{end}" for line in lines)


def newline(text: str) -> str:
    """What ends the first line of a text."""
    first, found, _ = text.partition("\n")
    return "\r\n" if found and first.endswith("\r") else "\n"
