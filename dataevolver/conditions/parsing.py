"""Recursive descent: one method for each level of the grammar."""

from __future__ import annotations

from collections.abc import Callable

from dataevolver.columns import parse_path
from dataevolver.conditions.grammar import (
    COMPARISONS,
    FUNCTIONS,
    PREDICATES,
    Call,
    Column,
    ConditionError,
    Expression,
    Literal,
)
from dataevolver.conditions.lexing import Token, tokens
from dataevolver.errors import nearest

_DEEPEST = 40  # parentheses within parentheses
_LONGEST = 100_000  # characters
_JOINING = ("and", "or", "in", "not", "is", "between", "contains", "starts with", "ends with", "matches")  # fmt: skip


def parse(text: str) -> Expression:
    """The expression that a text writes. Raises ConditionError where it cannot go on."""
    if len(text) > _LONGEST:
        raise ConditionError(f"it is longer than {_LONGEST} characters", _LONGEST + 1)
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tuple(tokens(text))
        self._place = 0
        self._depth = 0

    def whole(self) -> Expression:
        if self._next.kind == "end":
            raise ConditionError("nothing is written", 1)
        found = self._any_of()
        if self._next.kind != "end":
            raise self._unexpected()
        return found

    def _any_of(self) -> Expression:
        return self._joined("or", self._all_of)

    def _all_of(self) -> Expression:
        return self._joined("and", self._negation)

    def _joined(self, word: str, part: Callable[[], Expression]) -> Expression:
        at = self._next.at
        parts = [part()]
        while self._takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Call(name=word, arguments=tuple(parts), at=at)

    def _negation(self) -> Expression:
        at, times = self._next.at, 0
        while self._takes("not"):
            times += 1
        inner = self._comparison()
        return Call(name="not", arguments=(inner,), at=at) if times % 2 else inner

    def _comparison(self) -> Expression:
        left = self._sum()
        found = self._compared(left)
        if found is not left and self._next.text in COMPARISONS:
            hint = 'join them with "and", or write "between"'
            raise ConditionError(f"comparisons do not chain: {hint}", self._next.at)
        return found

    def _compared(self, left: Expression) -> Expression:
        at = self._next.at
        if self._next.kind == "mark" and self._next.text in COMPARISONS:
            name = self._advance().text
            return Call(name=name, arguments=(left, self._sum()), at=at)
        if self._takes("is"):
            negated = self._takes("not")
            self._expect("null", 'after "is" comes "null" or "not null"')
            return _negated(Call(name="is null", arguments=(left,), at=at), negated)
        negated = self._takes("not")
        name = self._predicate()
        if name:
            arguments = (left, *self._right_of(name))
            return _negated(Call(name=name, arguments=arguments, at=at), negated)
        if negated:
            raise ConditionError(f'after "not" here comes one of {", ".join(PREDICATES)}', at)
        return left

    def _predicate(self) -> str:
        for name in PREDICATES:
            first, *rest = name.split()
            if self._takes(first):
                for word in rest:
                    self._expect(word, f'after "{first}" comes "{word}"')
                return name
        return ""

    def _right_of(self, name: str) -> tuple[Expression, ...]:
        if name == "in":
            return self._list()
        if name == "between":
            low = self._sum()
            self._expect("and", 'after the lower bound comes "and"')
            return low, self._sum()
        return (self._sum(),)

    def _list(self) -> tuple[Expression, ...]:
        self._expect("[", "after \"in\" comes a list in brackets, such as ['en', 'de']")
        items = [self._constant()]
        while self._takes(","):
            items.append(self._constant())
        self._expect("]", 'a list goes on with "," or ends with "]"')
        return tuple(items)

    def _constant(self) -> Expression:
        at = self._next.at
        found = self._unary()
        if isinstance(found, Call) and found.name == "negative":
            inner = found.arguments[0]
            if isinstance(inner, Literal) and not isinstance(inner.value, str):
                return Literal(value=-inner.value, at=at)
        if not isinstance(found, Literal):
            raise ConditionError("a list holds numbers, 'texts', true or false", at)
        return found

    def _sum(self) -> Expression:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Expression:
        return self._chain(("*", "/", "%"), self._unary)

    def _chain(self, names: tuple[str, ...], part: Callable[[], Expression]) -> Expression:
        found, length = part(), 0
        while self._next.kind == "mark" and self._next.text in names:
            token = self._advance()
            length += 1
            if length > _DEEPEST:
                raise ConditionError(f"more than {_DEEPEST} numbers in one sum", token.at)
            found = Call(name=token.text, arguments=(found, part()), at=token.at)
        return found

    def _unary(self) -> Expression:
        at, times = self._next.at, 0
        while self._takes("-"):
            times += 1
        found = self._primary()
        return Call(name="negative", arguments=(found,), at=at) if times % 2 else found

    def _primary(self) -> Expression:
        token = self._next
        if token.kind == "number":
            self._advance()
            whole = token.text.isdecimal()
            return Literal(value=int(token.text) if whole else float(token.text), at=token.at)
        if token.kind == "text":
            return Literal(value=self._advance().text, at=token.at)
        if token.kind == "keyword" and token.text in ("true", "false"):
            return Literal(value=self._advance().text == "true", at=token.at)
        if token.kind in ("word", "column"):
            return self._named()
        if self._takes("("):
            return self._parenthesis(token.at)
        if token.text == "null":
            raise ConditionError('nothing equals null: write "is null" or "is not null"', token.at)
        raise self._unexpected("a column, a number or a 'text' is wanted")

    def _parenthesis(self, at: int) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(f"more than {_DEEPEST} parentheses within one another", at)
        found = self._any_of()
        self._expect(")", 'the parenthesis is not closed: ")" is missing')
        self._depth -= 1
        return found

    def _named(self) -> Expression:
        token = self._advance()
        if token.kind == "word" and self._next.text == "(" and self._next.kind == "mark":
            return self._function(token)
        path = parse_path(token.text)
        if path is None or "\0" in token.text or path.column.startswith("__"):
            raise ConditionError(f'"{token.text}" is no column', token.at)
        return Column(path=token.text, at=token.at)

    def _function(self, token: Token) -> Expression:
        if token.text not in FUNCTIONS:
            hint = nearest(token.text, FUNCTIONS)
            raise ConditionError(f'"{token.text}" is no function; {hint}', token.at)
        self._advance()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(f"more than {_DEEPEST} functions within one another", token.at)
        arguments = [self._sum()]
        while self._takes(","):
            arguments.append(self._sum())
        self._expect(")", f'{token.text}( is not closed: ")" is missing')
        self._depth -= 1
        fewest, most = FUNCTIONS[token.text]
        if not fewest <= len(arguments) <= most:
            count = f"{fewest} argument" if fewest == most else f"{fewest} to {most} arguments"
            raise ConditionError(f"{token.text} takes {count}, not {len(arguments)}", token.at)
        return Call(name=token.text, arguments=tuple(arguments), at=token.at)

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _advance(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _takes(self, text: str) -> bool:
        """Whether the next word is this keyword or mark; then it is gone past."""
        found = self._next.kind in ("keyword", "mark") and self._next.text == text
        self._place += found
        return found

    def _expect(self, text: str, complaint: str) -> None:
        if not self._takes(text):
            raise ConditionError(complaint, self._next.at)

    def _unexpected(self, wanted: str = "") -> ConditionError:
        token = self._next
        if token.kind == "end":
            return ConditionError(f"it ends too early{': ' if wanted else ''}{wanted}", token.at)
        message = f'"{token.text}" is not expected here'
        close = nearest(token.text.lower(), _JOINING) if token.kind == "word" else ""
        hint = wanted or (close if close.startswith("did") else "")
        return ConditionError(f"{message}{': ' if hint else ''}{hint}", token.at)


def _negated(call: Call, negated: bool) -> Expression:
    return Call(name="not", arguments=(call,), at=call.at) if negated else call
