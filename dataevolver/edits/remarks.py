"""Comments with the key or item that each is about, and the writing of both together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from dataevolver.edits.layout import Branch, Comment, Layout, Path
from dataevolver.yamlfile import Plain, dump

# By path and place: "above" a key or item, "beside" it, or "below" the last one inside it.
# An empty text is a blank line between comments.
Remarks = Mapping[tuple[Path, str], tuple[str, ...]]


# ---- finding


def find_remarks(layout: Layout, start: int = 0, end: int | None = None) -> Remarks:
    """The comments that begin in `text[start:end]`."""
    stop = len(layout.text) if end is None else end
    branches = [branch for branch in layout.root.walk() if branch.path]
    remarks: dict[tuple[Path, str], list[str]] = {}
    for comment in layout.comments:
        if start <= comment.start < stop:
            path, place = _subject(comment, layout, branches)
            lines = remarks.setdefault((path, place), [])
            if place == "below" and lines and _is_blank_before(comment, layout):
                lines.append("")
            lines.append(comment.text)
            if place == "above" and not layout.line(layout.line_end(comment.start)):
                lines.append("")
    return {key: tuple(lines) for key, lines in remarks.items()}


def _is_blank_before(comment: Comment, layout: Layout) -> bool:
    return not layout.line(max(layout.line_start(comment.start) - 1, 0))


def _subject(comment: Comment, layout: Layout, branches: Sequence[Branch]) -> tuple[Path, str]:
    next_one = bisect_left(branches, comment.start, key=lambda branch: branch.start)
    before = branches[:next_one]
    if not before:
        return (), "above"
    beside = None if comment.alone else _beside(comment, layout, before)
    if beside is not None:
        return beside.path, "beside"
    following = branches[next_one] if next_one < len(branches) else None
    holder = _holder(comment, layout, before, following)
    if holder is None and following is not None:
        return following.path, "above"
    return (holder.path if holder else ()), "below"


def _beside(comment: Comment, layout: Layout, before: Sequence[Branch]) -> Branch | None:
    """What ends last before the comment on its line, else the key that stands before it there."""
    ended = [
        branch
        for branch in before
        if branch.end <= comment.start and layout.same_line(branch.end, comment.start)
    ]
    if ended:
        return max(ended, key=lambda branch: (branch.end, branch.start))
    last = before[-1] if before else None
    begun = last is not None and layout.same_line(last.key_end, comment.start)
    return last if begun else None


def _holder(
    comment: Comment, layout: Layout, before: Sequence[Branch], following: Branch | None
) -> Branch | None:
    """The mapping or list whose end the comment stands at: it is further in than what follows."""
    column = layout.column(comment.start)
    around = [each for each in before if each.path == before[-1].path[: len(each.path)]]
    for branch in reversed(around):
        inside = branch.flow and branch.value_start < comment.start < branch.end
        in_column = (
            not branch.flow
            and branch.children != ()
            and layout.column(branch.children[0].start) <= column
        )
        if inside or in_column:
            if following is None:
                return branch
            within = following.path[: len(branch.path)] == branch.path
            further = inside or column > layout.column(following.start)
            return branch if further and not within else None
    return None


# ---- placing


def narrow(remarks: Remarks, prefix: Path, root: Path) -> Remarks:
    """Paths under `prefix` counted from `root`; the rest goes below `root`."""
    narrowed: dict[tuple[Path, str], tuple[str, ...]] = {}
    for (path, place), lines in remarks.items():
        key = (root, "below")
        if path[: len(prefix)] == prefix:
            key = ((*root, *path[len(prefix) :]), place)
        narrowed[key] = (*narrowed.get(key, ()), *lines)
    return narrowed


def settle(remarks: Remarks, tree: Plain) -> Remarks:
    """The same comments where `write` can put them.

    What is about a key that the tree lacks goes above what held it. What stands between a dash
    and its first key, or beside a text of several lines, goes above.
    """
    settled: dict[tuple[Path, str], list[str]] = {}
    for (path, place), lines in remarks.items():
        settled.setdefault(_settled(path, place, tree), []).extend(lines)
    return {key: _without_double_blanks(lines) for key, lines in settled.items()}


def _settled(path: Path, place: str, tree: Plain) -> tuple[Path, str]:
    known = path
    while not _has(tree, known):
        known = known[:-1]
    value = _value(tree, known)
    is_item = known != () and isinstance(known[-1], int)
    is_long = (isinstance(value, str) and "\n" in value) or (is_item and _is_open(value))
    is_shut = known != () and not _is_open(value)
    if known != path or (place == "beside" and is_long) or (place == "below" and is_shut):
        place = "above"
    if place == "above":
        while len(known) > 1 and isinstance(known[-2], int) and _is_first(tree, known):
            known = known[:-1]
    return known, place


def _is_open(value: Plain) -> bool:
    """Whether it has keys or items, each on a line of its own."""
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and len(value) > 0


def _is_first(tree: Plain, path: Path) -> bool:
    holder = _value(tree, path[:-1])
    return path[-1] == (next(iter(holder)) if isinstance(holder, Mapping) else 0)


def _has(tree: Plain, path: Path) -> bool:
    if not path:
        return True
    if not _has(tree, path[:-1]):
        return False
    holder, name = _value(tree, path[:-1]), path[-1]
    if isinstance(holder, Mapping):
        return name in holder
    return _is_open(holder) and isinstance(name, int) and name < len(holder)  # type: ignore[arg-type]


def _value(tree: Plain, path: Path) -> Plain:
    for name in path:
        tree = tree[name]  # type: ignore[index]
    return tree


def _without_double_blanks(lines: Sequence[str]) -> tuple[str, ...]:
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return tuple(kept)


# ---- writing


def write(tree: Plain, remarks: Remarks, indent: int, path: Path = ()) -> Iterator[str]:
    """Lines of canonical YAML with the settled comments. Without comments, what `dump` gives,
    with a blank line between the steps of a plan and each item of a list on its line."""
    if path == ():
        yield from _comments(remarks, (), "above", indent)
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _comments(remarks, (*path, key), "above", indent)
            yield from _entry(key, value, remarks, indent, (*path, key))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for number, item in enumerate(tree):
            if number and path == ("steps",):
                yield ""
            yield from _comments(remarks, (*path, number), "above", indent)
            yield from _item(item, remarks, indent, (*path, number))
    yield from _comments(remarks, path, "below", indent)


def _entry(key: str, value: Plain, remarks: Remarks, indent: int, path: Path) -> Iterator[str]:
    beside = _beside_text(remarks, path)
    if not _is_commented(remarks, path) and (path != ("steps",) or not value):
        first, *others = dump({key: value}, indent).removesuffix("\n").split("\n")
        yield first + beside
        yield from others
        return
    yield dump({key: ""}, indent).removesuffix(' ""\n') + beside
    yield from write(value, remarks, indent + 2, path)


def _item(item: Plain, remarks: Remarks, indent: int, path: Path) -> Iterator[str]:
    if _is_open(item) and (isinstance(item, Mapping) or _is_commented(remarks, path)):
        first, *others = write(item, remarks, indent + 2, path)
    else:
        first, *others = dump(item, indent + 2).removesuffix("\n").split("\n")
        first += _beside_text(remarks, path)
    yield f"{' ' * indent}- {first[indent + 2 :]}"
    yield from others


def _is_commented(remarks: Remarks, path: Path) -> bool:
    """Whether a comment is inside what is written at the path."""
    return any(
        inner[: len(path)] == path and (len(inner) > len(path) or place == "below")
        for inner, place in remarks
    )


def _beside_text(remarks: Remarks, path: Path) -> str:
    return "".join(f"  {line}" for line in remarks.get((path, "beside"), ()))


def _comments(remarks: Remarks, path: Path, place: str, indent: int) -> Iterator[str]:
    for line in remarks.get((path, place), ()):
        yield f"{' ' * indent}{line}" if line else ""
