"""`experience.yml`: what earlier rounds learnt, read by the next evolve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataevolver.errors import SpecError
from dataevolver.planner import Experience, Lesson
from dataevolver.sources import place_text
from dataevolver.yamlfile import (
    Field,
    Integer,
    ListOf,
    Number,
    Plain,
    Record,
    Text,
    decode,
    dump,
    load,
    read,
)

_HEADER = "# What earlier rounds learnt, by kind of change and attribute. Read by the next `dve evolve`.\n"
_SHAPE = Record(
    {
        "dve": Field(Integer(minimum=1, maximum=1), required=True),
        "lessons": Field(
            ListOf(
                Record(
                    {
                        "kind": Field(Text(), required=True),
                        "attribute": Field(Text(), required=True),
                        "tried": Field(Integer(minimum=1), required=True),
                        "helped": Field(Integer(minimum=0), required=True),
                        "gain": Field(Number(), required=True, description="Mean fall of the gap."),
                        "rows": Field(Integer(minimum=0), required=True),
                    },
                    "lesson",
                )
            ),
            required=True,
        ),
    },
    "experience",
)


def read_experience(path: Path) -> Experience:
    """The lessons of earlier runs; none when there is no file yet."""
    if not path.is_file():
        return Experience()
    value, problems = read(load(decode(path.read_bytes(), path.name), path.name), _SHAPE)
    if problems:
        raise SpecError(problems)
    written: Any = value  # the shape has been checked
    return Experience(
        lessons={
            (lesson["kind"], lesson["attribute"]): Lesson(
                tried=lesson["tried"],
                helped=lesson["helped"],
                gain=float(lesson["gain"]),
                rows=lesson["rows"],
            )
            for lesson in written["lessons"]
        }
    )


def write_experience(path: Path, experience: Experience) -> None:
    """Write all lessons, sorted."""
    lessons: list[Mapping[str, Plain]] = [
        {
            "kind": kind,
            "attribute": attribute,
            "tried": lesson.tried,
            "helped": lesson.helped,
            "gain": round(lesson.gain, 4) + 0.0,
            "rows": lesson.rows,
        }
        for (kind, attribute), lesson in sorted(experience.lessons.items())
    ]
    text = _HEADER + dump({"dve": 1, "lessons": tuple(lessons)})
    place_text(path, text)
