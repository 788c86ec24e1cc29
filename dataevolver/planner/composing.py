"""The made operator that ends a text with an answer in the exemplars' format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataevolver.planner.declaring import EXAMPLES, Declaration, declare, operator_word, readable
from dataevolver.planner.fields import Part
from dataevolver.planner.formats import Format, NumberStyle, Supplier, last_number, write_number
from dataevolver.planner.likeness import text_of
from dataevolver.planner.proposals import NewOperator
from dataevolver.profiler import Row
from dataevolver.yamlfile import Plain


def format_operator(shape: Format, supplier: Supplier, rows: Sequence[Row]) -> NewOperator:
    """Ends a text with an answer in the exemplars' format. `rows` hold the mapped columns."""
    own = not supplier.column
    columns = {"text": "text"} if own else {"text": "text", "answer": "answer"}
    parameters: dict[str, Plain] = {
        "text": {"type": "column", "of": "text", "description": "The text that gets the ending."}
    }
    if not own:
        parameters["answer"] = {"type": "column", "description": f"The {shape.slot} that it gets."}
    parameters["lead"] = {"type": "string", "description": "What stands before the answer."}
    if shape.tail:
        parameters["tail"] = {"type": "string", "description": "What stands behind the answer."}
    source = "its last number" if own else f"the {shape.slot} of another column"
    declaration = Declaration(
        name=operator_word(f"{shape.column} with final {shape.slot}"),
        summary=f"End a text with {source}, written as the exemplars write it.",
        parameters=parameters,
        inputs=[
            {"column": f"${name}", "type": "text" if name == "text" else "any"} for name in columns
        ],
        outputs=[{"column": "$text", "type": "text"}],
        addresses=["answer_format"],
        examples=_format_examples(shape, supplier, rows),
    )
    answer = _LAST_NUMBER if own else "{{ answer }}"
    slot = number_sql(answer, shape.style) if shape.slot == "number" else f"trim({answer})"
    style = f": {shape.style}" if shape.slot == "number" else ""
    joint = "chr(10)" if shape.line else "' '"
    body = (
        f"{{# the text, its lead and the {shape.slot}{style} #}}\n"
        f"rtrim({{{{ text }}}}) || {joint} || {{{{ params.lead | literal }}}} || {slot}"
        + (" || {{ params.tail | literal }}" if shape.tail else "")
        + "\n"
    )
    why = f"{shape.share:.0%} of the exemplars' {shape.column} end like that"
    return declare(declaration, body, why)


_LAST_NUMBER = r"regexp_extract({{ text }}, '.*?(-?\d[\d,]*(?:\.\d+)?)[^\d]*$', 1)"


def join_operator(field: str, part: Part, rows: Sequence[Row]) -> NewOperator:
    """Writes two columns into one, the second on a new line where it holds something."""
    names = ["first", "second"]
    given: list[Plain] = []
    for row in rows:
        held = [text_of(row.get(column)) for column in part.columns]
        if all(readable(text) for text in held) and held[0].strip():
            given.append(dict(zip(names, held, strict=True)))
        if len(given) == EXAMPLES:
            break
    given.extend([{"first": "alone", "second": ""}, {"first": None, "second": None}])
    both = Part(columns=("first", "second"))
    last: Plain = {"text": None}
    expect: list[Plain] = [{"text": both.value(row)} for row in given[:-1] if isinstance(row, dict)]
    arguments: dict[str, Plain] = {"column": "text", "first": "first", "second": "second"}
    declaration = Declaration(
        name=operator_word(f"join {field} parts"),
        summary="Write two texts into one column, the second on a new line where it holds something.",
        parameters={
            "column": {"type": "name", "description": "The column that is written."},
            "first": {"type": "column", "of": "text", "description": "The text that comes first."},
            "second": {"type": "column", "of": "text", "description": "The text that may follow."},
        },
        inputs=[{"column": "$first", "type": "text"}, {"column": "$second", "type": "text"}],
        outputs=[{"column": "$column", "type": "text"}],
        addresses=["schema"],
        examples=[{"with": arguments, "given": given, "expect": [*expect, last]}],
    )
    body = (
        "{# blank texts are left out #}\n"
        "CASE WHEN coalesce({{ first }}, {{ second }}) IS NOT NULL THEN concat_ws(\n"
        "  chr(10),\n"
        "  CASE WHEN trim({{ first }}) <> '' THEN {{ first }} END,\n"
        "  CASE WHEN trim({{ second }}) <> '' THEN {{ second }} END\n"
        ") END\n"
    )
    why = f"{' and '.join(part.columns)} together read like the exemplars' {field}"
    return declare(declaration, body, why)


def format_arguments(
    shape: Format, supplier: Supplier, column: str, answer: str
) -> Mapping[str, Plain]:
    """Arguments of the made operator in a step."""
    arguments: dict[str, Plain] = {"text": column}
    if supplier.column:
        arguments["answer"] = answer
    arguments["lead"] = shape.lead
    if shape.tail:
        arguments["tail"] = shape.tail
    return arguments


def number_sql(value: str, style: NumberStyle) -> str:
    """DuckDB text of a number in a style, as `formats.write_number` writes it; null for none."""
    places = 6 if style.decimals is None else style.decimals
    bare = f"regexp_replace({value}::VARCHAR, '[$€£,%\\s]', '', 'g')"
    number = f"try_cast({bare} AS DECIMAL(38, 6))"
    if style.decimals is not None:
        number = f"round({number}, {places})::DECIMAL(38, {places})"
    text = f"{number}::VARCHAR"
    if style.decimals is None:
        text = f"rtrim(rtrim({text}, '0'), '.')"
    if style.commas:
        whole = f"split_part({text}, '.', 1)"
        fraction = f"regexp_extract({text}, '\\..*$')"
        text = f"format('{{:,}}', {whole}::BIGINT) || {fraction}"
    return text


def _format_examples(shape: Format, supplier: Supplier, rows: Sequence[Row]) -> list[Plain]:
    """Real rows that can be composed, and a null text."""
    given: list[Plain] = []
    expect: list[Plain] = []
    for row in rows:
        text = text_of(row.get(shape.column))
        answer = text_of(row.get(supplier.column)) if supplier.column else last_number(text)
        slot = write_number(answer, shape.style) if shape.slot == "number" else answer.strip()
        if not slot or not readable(text) or not text.strip():
            continue
        given.append({"text": text, "answer": answer} if supplier.column else {"text": text})
        expect.append({"text": f"{text.rstrip()}{shape.joint}{shape.lead}{slot}{shape.tail}"})
        if len(given) == EXAMPLES:
            break
    given.append({"text": None, "answer": "1"} if supplier.column else {"text": None})
    expect.append({"text": None})
    arguments = format_arguments(shape, supplier, "text", "answer")
    return [{"with": dict(arguments), "given": given, "expect": expect}]
