"""Which operators of the catalog can give what is needed, and with which parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dataevolver.operators import (
    TABLE,
    Bound,
    Fact,
    Operator,
    Parameter,
    Value,
    bind,
    check_value,
    fingerprint,
    references,
)
from dataevolver.solver.needs import Need, holds, wants
from dataevolver.solver.paths import root
from dataevolver.solver.resolution import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An operator that could give what is needed, its identity and its own needs; `bound` is None
    when `lacks` names parameters that nothing determines.
    """

    operator: Operator
    bound: Bound | None
    key: str = ""
    needs: tuple[Need, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Supply:
    """The catalog, asked by need. It remembers its answers, which depend on nothing else."""

    catalog: Catalog
    _known: dict[Need, tuple[Offer, ...]] = field(default_factory=dict)
    _rivals: dict[str, frozenset[str]] = field(default_factory=dict)

    def offers(self, need: Need) -> tuple[Offer, ...]:
        """What could give it, by the operator's name; each at most once with the same parameters."""
        if need not in self._known:
            self._known[need] = tuple(
                offer
                for name in sorted(self.catalog)
                for offer in _offers(self.catalog[name], need)
            )
        return self._known[need]

    def rivals(self, operator: Operator) -> frozenset[str]:
        """The operators of the catalog that may not be in one plan with it."""
        if operator.name not in self._rivals:
            self._rivals[operator.name] = frozenset(
                name for name, other in self.catalog.items() if clash(operator, other)
            )
        return self._rivals[operator.name]


def gives(bound: Bound, need: Need) -> bool:
    """Whether the step, once run, may be what meets the need."""
    if need.kind == "fact":
        return holds(Fact(subject=need.subject, name=need.name), bound.provides)
    outputs = {root(port.column) for port in bound.outputs}
    return root(need.subject) in outputs and need.kind != "turn"


def identity(bound: Bound, but: str = "") -> str:
    """Equal for the same operator with the same parameters, `but` one of them."""
    parameters = {name: value for name, value in bound.parameters.items() if name != but}
    return f"{bound.operator.name} {fingerprint(parameters)}"


def clash(left: Operator, right: Operator) -> str:
    """Which word of whose `conflicts` keeps two operators out of one plan, or an empty text."""
    for one, other in ((left, right), (right, left)):
        for word in one.conflicts:
            if word == other.name or word in other.tags:
                return f"{one.name} declares a conflict with {word}"
    return ""


def match(pattern: str, text: str) -> Mapping[str, str] | None:
    """The parameters with which a declared text becomes `text`, or None.

    >>> match("unique($column)", "unique(id)"), match("${column}_length", "text_words")
    ({'column': 'id'}, None)
    """
    names = references(pattern)
    if not names:
        return {} if pattern == text else None
    name = names[0]
    written = f"${{{name}}}" if f"${{{name}}}" in pattern else f"${name}"
    start, _, end = pattern.partition(written)
    inside = text[len(start) : len(text) - len(end)]
    if len(names) > 1 or end.startswith(".values") or not inside:
        return None
    return {name: inside} if text == start + inside + end else None


def _offers(operator: Operator, need: Need) -> Iterator[Offer]:
    found: list[Mapping[str, str]] = []
    if need.kind == "fact":
        found.extend(_matching_facts(operator, need))
    elif need.kind == "column":
        found.extend(_matching_outputs(operator, root(need.subject)))
    seen: list[tuple[Mapping[str, Value], tuple[str, ...]]] = []
    for texts in found:
        values = _determined(operator, texts)
        if values is None or (need.kind == "column" and _reads(operator, values, need)):
            continue
        lacks = tuple(p.name for p in operator.parameters if p.required and p.name not in values)
        lacks += ("from",) * (operator.tables > 1)  # nobody but a person knows what else to read
        if (values, lacks) in seen:
            continue
        seen.append((values, lacks))
        bound = None if lacks else bind(operator, values)
        if bound is None or gives(bound, need):
            if bound is None:
                yield Offer(operator=operator, bound=None, lacks=lacks)
            else:
                key = identity(bound)
                yield Offer(operator=operator, bound=bound, key=key, needs=wants(bound))


def _reads(operator: Operator, values: Mapping[str, Value], need: Need) -> bool:
    """Whether it would read the very column that is wanted of it."""
    named = {name for port in operator.inputs for name in references(port.column)}
    return any(values.get(name) in (need.subject, root(need.subject)) for name in named)


def made_names(catalog: Catalog, columns: Iterable[str]) -> Iterator[str]:
    """The columns that operators would write about these by their default names."""
    patterns = {
        parameter.default
        for operator in catalog.values()
        for port in operator.outputs
        for name in references(port.column)
        if (parameter := operator.parameter(name)) is not None and parameter.type == "name"
    }
    for pattern in sorted(one for one in patterns if isinstance(one, str) and "${column}_" in one):
        for column in columns:
            yield pattern.replace("${column}", column)


def _matching_facts(operator: Operator, need: Need) -> Iterator[Mapping[str, str]]:
    for fact in operator.provides:
        if TABLE in (fact.subject, need.subject) and fact.subject != need.subject:
            continue
        subject, name = match(fact.subject, need.subject), match(fact.name, need.name)
        if subject is None or name is None:
            continue
        if all(name[shared] == subject[shared] for shared in name if shared in subject):
            yield {**subject, **name}


def _matching_outputs(operator: Operator, column: str) -> Iterator[Mapping[str, str]]:
    """An output that is read as well gives no new column."""
    read = {port.column for port in operator.inputs}
    for port in operator.outputs:
        found = match(port.column, column)
        if found is not None and port.column not in read:
            yield found


def _determined(operator: Operator, texts: Mapping[str, str]) -> dict[str, Value] | None:
    """The arguments that the texts force. A new column's name is never invented: it has to be the
    default, which may in turn say which column is meant (`${column}_language`).
    """
    values: dict[str, Value] = {}
    pending = list(texts.items())
    while pending:
        name, text = pending.pop()
        parameter = operator.parameter(name)
        if parameter is None:
            return None
        if parameter.type == "name":
            inner = match(parameter.default, text) if isinstance(parameter.default, str) else None
            if inner is None:
                return None
            pending.extend(inner.items())
            continue
        value = _value(parameter, text)
        if value is None or values.get(name, value) != value:
            return None
        values[name] = value
    return values


def _value(parameter: Parameter, text: str) -> Value:
    """The text as a value of the parameter, or None when it cannot be one."""
    value: Value = (text,) if parameter.type in ("columns", "list") else text
    return value if check_value(parameter, value) is None else None
