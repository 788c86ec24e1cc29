"""A body's template becomes SQL text, or an error that names the template's file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

import jinja2

from dataevolver.errors import CompileError, Place, Problem
from dataevolver.operators import Operator, Value

# What an expression inside a template can raise: a body is not ours, its faults are the author's.
_FAULTS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


class Body:
    """One operator's template, ready to be rendered several times."""

    def __init__(self, operator: Operator, step: str, templates: jinja2.Environment) -> None:
        self._operator = operator
        self._step = step
        try:
            code = templates.compile(operator.body, operator.body_path, operator.body_path)
        except jinja2.TemplateSyntaxError as error:
            place = Place(file=error.name or operator.body_path, line=error.lineno)
            raise CompileError(self._problem(str(error.message), place)) from error
        self._template = jinja2.Template.from_code(templates, code, templates.make_globals(None))

    def render(self, context: Mapping[str, object]) -> str:
        """The text for these names. Raises CompileError with the line of the template."""
        try:
            return self._template.render(context)
        except _FAULTS as error:
            place = _place(error.__traceback__) or Place(file=self._operator.body_path)
            if isinstance(error, jinja2.TemplateNotFound):
                raise CompileError(
                    self._problem(f"no template is called {error}", place)
                ) from error
            raise CompileError(self._problem(_sentence(error), place)) from error

    def refuse(self, complaint: str, part: str) -> CompileError:
        """The error for rendered text that may not run."""
        where = f" ({part})" if part else ""
        place = Place(file=self._operator.body_path)
        return CompileError(self._problem(f"the SQL{where} {complaint}", place))

    def _problem(self, message: str, place: Place) -> Problem:
        step = f'step "{self._step}" (operator {self._operator.name})'
        return Problem(message=f"{step}: {message}", place=place)


def frozen(value: Value) -> Value:
    """A copy that a template cannot change: tuples for lists."""
    if isinstance(value, Mapping):
        return {key: frozen(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(frozen(item) for item in value)
    return value


def _sentence(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {text}"


def _place(traceback: TracebackType | None) -> Place | None:
    """The innermost template line: Jinja puts frames with the templates' names in the traceback."""
    found = None
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if not file.endswith(".py") and not file.startswith("<"):
            found = Place(file=file, line=traceback.tb_lineno)
        traceback = traceback.tb_next
    return found
