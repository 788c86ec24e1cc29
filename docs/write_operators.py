"""Writes docs/operators.md from the operators' declarations: python docs/write_operators.py

Every operator by category, then each name that it has in other tools, then what has no counterpart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from dataevolver.library import builtin, load_catalog
from dataevolver.operators import Operator, Parameter

HERE = Path(__file__).resolve().parent
TITLES = {
    "data-juicer": "Data-Juicer",
    "datatrove": "datatrove",
    "nemo-curator": "NeMo Curator",
    "dataflow": "DataFlow",
    "dataevolver": "dataevolver (PyPI)",
}
ROWS = {"same": "", "fewer": "drops rows", "more": "makes rows"}
SCOPES = {"row": "row by row", "keyed": "groups of rows", "global": "all rows"}


def page() -> str:
    """The whole document."""
    catalog = load_catalog([builtin()])
    return (
        "\n".join([*operators(catalog), *index(catalog), *without(read_not_covered())]).rstrip()
        + "\n"
    )


def operators(catalog: Mapping[str, Operator]) -> Iterator[str]:
    categories: dict[str, list[Operator]] = defaultdict(list)
    for operator in catalog.values():
        categories[operator.category].append(operator)
    yield "# Operators"
    yield ""
    yield (
        f"{len(catalog)} operators in {len(categories)} categories. A parameter in bold has to be given; the others show their"
        " default. `dve docs` tells the rest: descriptions, columns, facts, examples, code. Speed: [operator_speed.md](operator_speed.md)."
    )
    yield ""
    yield "Coming from " + ", ".join(f"[{TITLES[peer]}](#{anchor(peer)})" for peer in TITLES) + "?"
    yield ""
    for category, summary in category_summaries().items():
        yield f"## {category}"
        yield ""
        yield f"{summary[:1].upper()}{summary[1:]}."
        yield ""
        rows = [row(operator) for operator in sorted(categories.pop(category), key=by_name)]
        yield from table(["operator", "what it does", "parameters", "works on", "elsewhere"], rows)
    assert not categories, f"operators/README.md does not describe {sorted(categories)}"


def by_name(operator: Operator) -> str:
    return operator.name


def category_summaries() -> Mapping[str, str]:
    """The categories in the order in which operators/README.md tells them."""
    text = (builtin().root / "operators" / "README.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("| category |")
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    return dict(re.findall(r"^\| (\w+) \| (.+) \|$", "\n".join(rows), re.MULTILINE))


def row(operator: Operator) -> list[str]:
    works_on = [SCOPES[operator.scope], ROWS[operator.rows]]
    if operator.extra:
        works_on.append(f"extra `{operator.extra}`")
    elsewhere = [
        f"{TITLES[peer]}: {', '.join(operator.counterparts[peer])}"
        for peer in TITLES
        if peer in operator.counterparts
    ]
    return [
        f"`{operator.name}`",
        operator.summary,
        ", ".join(map(parameter_in_short, operator.parameters)),
        ", ".join(filter(None, works_on)),
        "; ".join(elsewhere),
    ]


def parameter_in_short(parameter: Parameter) -> str:
    if parameter.required:
        return f"**{parameter.name}**"
    default = parameter.default
    if default is None or isinstance(default, list | tuple | Mapping):
        return parameter.name
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    plain = shown.isprintable() and 0 < len(shown.strip()) <= 30
    return f"{parameter.name}: `{shown}`" if plain else parameter.name


def index(catalog: Mapping[str, Operator]) -> Iterator[str]:
    """Each other tool's names, with ours."""
    for peer in TITLES:
        ours: dict[str, list[str]] = defaultdict(list)
        for operator in catalog.values():
            for name in operator.counterparts.get(peer, ()):
                ours[name].append(f"`{operator.name}`")
        yield f"## Coming from {TITLES[peer]}"
        yield ""
        rows = [[name, ", ".join(ours[name])] for name in sorted(ours, key=str.lower)]
        yield from table(["there", "here"], rows)


def anchor(peer: str) -> str:
    words = re.findall(r"[a-z-]+", f"coming from {TITLES[peer]}".lower())
    return "-".join(words)


def read_not_covered() -> Mapping[str, Mapping[str, str]]:
    """By peer and name, why there is no counterpart."""
    written = yaml.safe_load((HERE / "not_covered.yml").read_text(encoding="utf-8"))["peers"]
    return {
        peer: {name: group["reason"] for group in groups for name in group["operators"]}
        for peer, groups in written.items()
    }


def without(not_covered: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield "## Without a counterpart"
    yield ""
    yield "Their operators for text and rows that nothing here stands for, with the reason. Images, audio and video are left out."
    yield ""
    for peer in TITLES:
        names: dict[str, list[str]] = defaultdict(list)
        for name, reason in not_covered.get(peer, {}).items():
            names[reason].append(name)
        if names:
            yield f"### {TITLES[peer]}"
            yield ""
            yield from table(["reason", "operators"], [[reason, ", ".join(found)] for reason, found in names.items()])  # fmt: skip


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'-|' * len(header)}"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    (HERE / "operators.md").write_text(page(), encoding="utf-8")
