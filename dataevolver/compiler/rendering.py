"""A body's template becomes SQL text, or an error that names the template's file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import TracebackType

import jinja2

from dataevolver.errors import CompileError, Place, Problem
from dataevolver.operators import Value
from dataevolver.solver import ResolvedStep

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


def step_error(step: ResolvedStep, message: str, place: Place | None = None) -> CompileError:
    """What is wrong with a step's code; without a place, somewhere in its body."""
    operator = step.bound.operator
    return CompileError(
        Problem(
            message=f'step "{step.id}" (operator {operator.name}): {message}',
            place=place or Place(file=operator.body_shown),
        )
    )


class Body:
    """One step's template, ready to be rendered several times."""

    def __init__(self, step: ResolvedStep, templates: jinja2.Environment) -> None:
        operator = step.bound.operator
        self._step = step
        try:
            self._template = _template(templates, operator.body, operator.body_path)
        except jinja2.TemplateSyntaxError as error:
            place = Place(file=error.name or operator.body_path, line=error.lineno)
            raise step_error(step, str(error.message), place) from error

    def render(self, context: Mapping[str, object]) -> str:
        """The text for these names. Raises CompileError with the line of the template."""
        try:
            return self._template.render(context)
        except _FAULTS as error:
            place = _place(error.__traceback__)
            if isinstance(error, jinja2.TemplateNotFound):
                message = f'no template is called "{error}"'
                raise step_error(self._step, message, place) from error
            raise step_error(self._step, _sentence(error), place) from error

    def refuse(self, complaint: str, part: str) -> CompileError:
        """The error for rendered text that may not run."""
        where = f" ({part})" if part else ""
        return step_error(self._step, f"the SQL{where} {complaint}")


def frozen(value: Value) -> Value:
    """A copy that a template cannot change: tuples for lists."""
    if isinstance(value, Mapping):
        return {key: frozen(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(frozen(item) for item in value)
    return value


@lru_cache(maxsize=1024)
def _template(templates: jinja2.Environment, body: str, name: str) -> jinja2.Template:
    """Evolving compiles much the same plan again and again, and Jinja is most of that time."""
    code = templates.compile(body, name, name)
    return jinja2.Template.from_code(templates, code, templates.make_globals(None))


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
