"""Where everything in a YAML text stands: keys, values, lines and comments.

Only for texts that `yamlfile.load` accepts: no anchors, no tags, no key twice.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml

Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what ends a line for a YAML 1.1 parser
_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A value and its key or dash. `end` is its own: no blank line or comment after it."""

    path: Path
    start: int  # of the key or, in a block list, of the dash
    key_end: int  # of the key or of the dash
    value_start: int
    end: int
    flow: bool = False  # written in brackets
    block_text: bool = False  # written after | or >
    children: tuple[Branch, ...] = ()

    def child(self, name: str | int) -> Branch | None:
        """The value of a key or at a position, or None."""
        return next((child for child in self.children if child.path[-1] == name), None)

    def walk(self) -> Iterator[Branch]:
        """The branch and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """From its `#` to the end of the line, without blanks at the end."""

    start: int
    text: str
    alone: bool  # nothing but blanks before it on its line


class Layout:
    """The places of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = (0, *(found.end() for found in _BREAK.finditer(text)))
        node = cast("yaml.Node", yaml.compose(text, Loader=_LOADER))
        self.root = self._branch((), node, 0, 0)
        self.comments = tuple(self._comments())

    def at(self, path: Path) -> Branch | None:
        """The branch of a path, or None."""
        found: Branch | None = self.root
        for name in path:
            found = found.child(name) if found else None
        return found

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the next line begins, or the length of the text."""
        following = bisect_right(self._starts, offset)
        return self._starts[following] if following < len(self._starts) else len(self.text)

    def column(self, offset: int) -> int:
        """Characters before the offset on its line."""
        return offset - self.line_start(offset)

    def line(self, offset: int) -> str:
        """The line of an offset without blanks around it."""
        return self.text[self.line_start(offset) : self.line_end(offset)].strip()

    def same_line(self, first: int, second: int) -> bool:
        """Whether no line ends between two offsets."""
        return self.line_start(first) == self.line_start(second)

    def leads_its_line(self, branch: Branch) -> bool:
        """Whether nothing but blanks stands before the key or dash."""
        return not self.text[self.line_start(branch.start) : branch.start].strip()

    def foot_end(self, branch: Branch) -> int:
        """The end of the branch's last line and of the comments after it that are further in."""
        end = position = self.line_end(branch.end)
        while position < len(self.text):
            line = self.line(position)
            if line and not line.startswith("#"):
                break
            if line:
                indent = self.text.index("#", position) - position
                if indent <= self.column(branch.start):
                    break
                end = self.line_end(position)
            position = self.line_end(position)
        return end

    def head_start(self, branch: Branch, floor: int) -> int:
        """The start of the branch's first line or of the comments right above it, after `floor`."""
        start = self.line_start(branch.start)
        while start > floor and self.line(start - 1).startswith("#"):
            start = self.line_start(start - 1)
        return start

    def _branch(self, path: Path, node: yaml.Node, start: int, key_end: int) -> Branch:
        value_start, end = node.start_mark.index, node.end_mark.index
        block_text = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        if block_text:
            end = self._text_end(value_start, end)
        flow = not isinstance(node, yaml.ScalarNode) and self.text[value_start] in "{["
        children = tuple(self._children(path, node, flow))
        return Branch(
            path=path,
            start=start,
            key_end=key_end,
            value_start=value_start,
            end=children[-1].end if children and not flow else max(end, key_end),
            flow=flow,
            block_text=block_text,
            children=children,
        )

    def _children(self, path: Path, node: yaml.Node, flow: bool) -> Iterator[Branch]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                start, end = key.start_mark.index, key.end_mark.index
                yield self._branch((*path, key.value), value, start, end)
        elif isinstance(node, yaml.SequenceNode):
            position = node.start_mark.index
            for number, item in enumerate(node.value):
                dash = item.start_mark.index if flow else self._dash(position)
                branch = self._branch((*path, number), item, dash, dash if flow else dash + 1)
                position = branch.end
                yield branch

    def _dash(self, position: int) -> int:
        while self.text[position] != "-":
            found = _COMMENT.match(self.text, position)
            position = found.end() if found else position + 1
        return position

    def _text_end(self, start: int, end: int) -> int:
        """Blank lines after a block of text are its own only when it says so: `|+`."""
        written = self.text[start:end]
        header = self.text[start : self.line_end(start)].partition("#")[0]
        if "+" not in header:
            return start + len(written.rstrip())
        last = [found.start() for found in _BREAK.finditer(written) if found.end() == len(written)]
        return start + last[0] if last else end

    def _comments(self) -> Iterator[Comment]:
        position = 0
        for start, end in (*self._scalars(self.root), (len(self.text), len(self.text))):
            while found := _COMMENT.search(self.text, position, start):
                alone = not self.text[self.line_start(found.start()) : found.start()].strip()
                yield Comment(start=found.start(), text=found[0].rstrip(), alone=alone)
                position = found.end()
            position = max(position, end)

    def _scalars(self, branch: Branch) -> Iterator[tuple[int, int]]:
        """The parts of the text in which a # begins no comment."""
        if branch.path and isinstance(branch.path[-1], str):
            yield branch.start, branch.key_end
        if branch.block_text:
            yield self.line_end(branch.value_start), branch.end
        elif not branch.children and not branch.flow:
            yield branch.value_start, branch.end
        for child in branch.children:
            yield from self._scalars(child)
