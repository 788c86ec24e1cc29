"""How a body is applied: once for a row, or once for each of the columns that it cleans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataevolver.columns import ColumnPath, Columns, find_path, type_at
from dataevolver.errors import CompileError
from dataevolver.operators import Bound, Operator, Parameter, columns_of, references

Named = Mapping[str, ColumnPath | tuple[ColumnPath, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One use of a body: the columns by the names that it knows them by, and where answers go.

    `value` is the column it is applied to, or the only one that it reads. With `each` there is
    one application a column, and text inside a conversation is taken element by element.
    """

    each: bool
    value: ColumnPath | None
    named: Named
    outputs: tuple[tuple[str, ColumnPath], ...]  # port name, path

    @property
    def is_nested(self) -> bool:
        """Whether `value` is an element of a list: the answer goes back into that list."""
        if not self.each or self.value is None or not self.value.each:
            return False
        return all(path.each and path.column == self.value.column for _name, path in self.outputs)


def applications(bound: Bound, columns: Columns) -> tuple[Application, ...]:
    """How a row-scope body is applied to a row, in order of its columns."""
    named = named_inputs(bound, columns)
    parameter = _each_parameter(bound.operator)
    if parameter is None:
        outputs = named_outputs(bound, columns)
        return (Application(each=False, value=only(named), named=named, outputs=outputs),)
    reads = columns_of(f"${parameter.name}", bound)
    kind = ".values" if parameter.type == "map" else ""
    writes = columns_of(f"${parameter.name}{kind}", bound)
    rest = named_outputs(bound, columns, but=parameter.name)
    absent = _absent(bound, columns)
    each = tuple(
        _for_column(
            bound.operator, parameter, named, (to_path(read, columns), to_path(write, columns))
        )
        for read, write in zip(reads, writes, strict=True)
        if read not in absent
    )
    return (*each, Application(each=False, value=None, named=named, outputs=rest)) if rest else each


def named_inputs(bound: Bound, columns: Columns) -> Named:
    """The input columns by port name: a tuple for a parameter that is a list of columns.

    An optional input that is not there is None, or missing in its tuple.
    """
    absent = _absent(bound, columns)
    named: dict[str, ColumnPath | tuple[ColumnPath, ...] | None] = {}
    for port in bound.operator.inputs:
        names = columns_of(port.column, bound)
        paths = tuple(to_path(name, columns) for name in names if name not in absent)
        if _is_plural(bound.operator, port.column):
            named[port_name(port.column)] = paths
        else:
            named[port_name(port.column)] = paths[0] if paths else None
    return named


def named_outputs(
    bound: Bound, columns: Columns, but: str = ""
) -> tuple[tuple[str, ColumnPath], ...]:
    """The output columns with their port's name; of a port that is many, the column's own name."""
    absent = _absent(bound, columns)
    return tuple(
        (
            name if _is_plural(bound.operator, port.column) else port_name(port.column),
            to_path(name, columns),
        )
        for port in bound.operator.outputs
        if not but or but not in references(port.column)
        for name in columns_of(port.column, bound)
        if name not in absent
    )


def only(named: Named) -> ColumnPath | None:
    """The one column that a body reads; None when it reads none or several."""
    paths = paths_of(named)
    return paths[0] if len(paths) == 1 else None


def port_name(column: str) -> str:
    """What a body calls a port: the parameter of `$parameter`, else the column's name."""
    found = references(column)
    alone = found and column in (f"${found[0]}", f"${{{found[0]}}}", f"${found[0]}.values")
    return found[0] if alone else column


def to_path(column: str, columns: Columns) -> ColumnPath:
    """The path that a port's column writes. Raises CompileError when it is none."""
    path = find_path(column, columns)
    if path is None:
        raise CompileError(f'"{column}" is not a column or a path to text inside one')
    return path


def paths_of(named: Named) -> Sequence[ColumnPath]:
    """Every column path that a body reads, in order of its ports."""
    found: list[ColumnPath] = []
    for paths in named.values():
        found.extend(() if paths is None else paths if isinstance(paths, tuple) else (paths,))
    return found


def _for_column(
    operator: Operator, parameter: Parameter, named: Named, pair: tuple[ColumnPath, ColumnPath]
) -> Application:
    read, write = pair
    own = {**named, parameter.name: read} if parameter.type == "column" else named
    outputs = () if operator.rows == "fewer" else ((parameter.name, write),)
    return Application(each=True, value=read, named=own, outputs=outputs)


def _each_parameter(operator: Operator) -> Parameter | None:
    """The parameter whose columns a body is applied to one by one: read and written, or filtered."""
    if operator.scope != "row" or operator.rows == "more":
        return None
    written = {name for port in operator.outputs for name in references(port.column)}
    for port in operator.inputs:
        parameter = operator.parameter(port_name(port.column)) if references(port.column) else None
        if parameter is None:
            continue
        many = parameter.type in ("columns", "map")
        if parameter.name in written and (many or parameter.type == "column"):
            return parameter
        if parameter.type == "columns" and operator.rows == "fewer":
            return parameter
    return None


def _absent(bound: Bound, columns: Columns) -> frozenset[str]:
    """The optional inputs that are not there; what would be written from them is not either."""
    optional = (port.column for port in bound.inputs if port.optional)
    return frozenset(name for name in optional if type_at(columns, to_path(name, columns)) is None)


def _is_plural(operator: Operator, column: str) -> bool:
    found = references(column)
    parameter = operator.parameter(found[0]) if found else None
    return parameter is not None and parameter.type in ("columns", "list", "map", "condition")
