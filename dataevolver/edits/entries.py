"""One key of a mapping set or removed in a text, every other line left as it is."""

from __future__ import annotations

from collections.abc import Sequence

from dataevolver.edits.edit import Unset
from dataevolver.edits.formatting import join_lines, newline
from dataevolver.edits.layout import Branch, Layout, Path
from dataevolver.edits.remarks import find_remarks, narrow, settle, write
from dataevolver.operators import Value
from dataevolver.yamlfile import dump


def set_entry(
    text: str, path: Path, key: str, value: Value | Unset, order: Sequence[str]
) -> str | None:
    """The text with `key: value` in the mapping at a path, or without the key.

    A new key goes after the last one that `order` names before it. None where that takes more
    than a change of the key's own lines: the mapping is not there, or would become empty.
    """
    layout = Layout(text)
    holder = layout.at(path)
    if holder is None or not holder.children:
        return None
    entry = holder.child(key)
    if isinstance(value, Unset):
        return _without(layout, holder, entry) if entry else text
    if entry is not None:
        return _replaced(layout, holder, entry, value)
    names = [str(child.path[-1]) for child in holder.children]
    earlier = [name for name in order[: order.index(key)] if name in names]
    before = holder.child(earlier[-1]) if earlier else None
    return _inserted(layout, holder, before, {key: value})


def _without(layout: Layout, holder: Branch, entry: Branch) -> str | None:
    if len(holder.children) == 1:
        return None
    position = holder.children.index(entry)
    if not holder.flow:
        if not layout.leads_its_line(entry):
            return None
        start = layout.head_start(entry, _floor(layout, holder, entry))
        return _spliced(layout, start, layout.foot_end(entry), "")
    if position:
        start, end = holder.children[position - 1].end, entry.end
    else:
        start, end = entry.start, holder.children[1].start
    return None if _has_comment(layout, start, end) else _spliced(layout, start, end, "")


def _replaced(layout: Layout, holder: Branch, entry: Branch, value: Value) -> str | None:
    short = _flow(value) if holder.flow else _beside_key(entry, value, layout.column(entry.start))
    is_one_line = not entry.block_text and layout.same_line(entry.key_end, entry.end)
    if short is not None and is_one_line and entry.value_start < entry.end:
        return _spliced(layout, entry.value_start, entry.end, short)
    if holder.flow or not layout.leads_its_line(entry):
        return None
    end = layout.foot_end(entry)
    tree = {str(entry.path[-1]): value}
    remarks = settle(narrow(find_remarks(layout, entry.start, end), holder.path, ()), tree)
    lines = write(tree, remarks, layout.column(entry.start))
    return _spliced(
        layout, layout.line_start(entry.start), end, join_lines(lines, like=layout.text)
    )


def _inserted(
    layout: Layout, holder: Branch, before: Branch | None, tree: dict[str, Value]
) -> str | None:
    if holder.flow:
        ((key, value),) = tree.items()
        written, short = _flow(key), _flow(value)
        if written is None or short is None:
            return None
        if before is not None:
            return _spliced(layout, before.end, before.end, f", {written}: {short}")
        start = holder.children[0].start
        return _spliced(layout, start, start, f"{written}: {short}, ")
    first = holder.children[0]
    lines = join_lines(write(tree, {}, layout.column(first.start)), like=layout.text)
    if before is not None:
        return insert_lines(layout, layout.foot_end(before), lines)
    if not layout.leads_its_line(first):
        return None
    start = layout.head_start(first, _floor(layout, holder, first))
    return insert_lines(layout, start, lines)


def insert_lines(layout: Layout, offset: int, lines: str) -> str:
    """The text with whole lines put in at the start of a line, or at the end of the text."""
    before = layout.text[:offset]
    if offset and layout.column(offset):
        before += newline(layout.text)
    return before + lines + layout.text[offset:]


def _floor(layout: Layout, holder: Branch, entry: Branch) -> int:
    """Where comments that are about the entry cannot begin before."""
    position = holder.children.index(entry)
    if position:
        return layout.foot_end(holder.children[position - 1])
    return layout.line_end(holder.key_end)


def _flow(value: Value) -> str | None:
    """The value as it may stand in brackets, or None when it does not fit on a line."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        written = dump(list(value)).removesuffix("\n")
        return written if written.startswith("[") and "\n" not in written else None
    if isinstance(value, dict) and value:
        return None
    written = dump([value]).removesuffix("\n")
    return written[1:-1] if written.startswith("[") and "\n" not in written else None


def _beside_key(entry: Branch, value: Value, column: int) -> str | None:
    """The value as it may stand after its key, or None when it takes lines of its own."""
    key = str(entry.path[-1])
    written = dump({key: value}, column).removesuffix("\n")
    return None if "\n" in written else written.removeprefix(dump({key: ""}, column)[:-3])


def _has_comment(layout: Layout, start: int, end: int) -> bool:
    return any(start <= comment.start < end for comment in layout.comments)


def _spliced(layout: Layout, start: int, end: int, text: str) -> str:
    return layout.text[:start] + text + layout.text[end:]
