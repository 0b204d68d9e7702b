"""GitHub's expression language as a tree: `github.ref == 'refs/heads/main' && !failure()`.

Grammar: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bot.ci.expression_values import Value

_LONGEST = 21_000
_DEEPEST = 50
_MOST_TOKENS = 400
_TOKEN = re.compile(
    r"\s*(?:(?P<number>0x[0-9a-fA-F]{1,16}|[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})"
    r"(?:[eE][-+]?\d{1,3})?(?![\w.]))"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[!<>()\[\].,*]))"
)
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))


class ExpressionError(ValueError):
    """The text is no expression; the message says what stands in the way."""


class Literal(msgspec.Struct, frozen=True):
    """A constant."""

    value: str | float | bool | None


class Name(msgspec.Struct, frozen=True):
    """A context such as `github` or `secrets`."""

    name: str


class Property(msgspec.Struct, frozen=True):
    """One step into an object or list. A key of None is `*`: every item."""

    target: Expression
    key: Expression | None


class Call(msgspec.Struct, frozen=True):
    """A function with its arguments; the name is lower case."""

    name: str
    arguments: tuple[Expression, ...]


class Not(msgspec.Struct, frozen=True):
    """The contrary of a condition."""

    operand: Expression


class Binary(msgspec.Struct, frozen=True):
    """Two operands and a sign between them."""

    sign: str
    left: Expression
    right: Expression


Expression = Literal | Name | Property | Call | Not | Binary


def parse(text: str) -> Expression:
    """Parse what stands between `${{` and `}}`. Raises ExpressionError."""
    if len(text) > _LONGEST:
        raise ExpressionError(f"the expression is longer than {_LONGEST} characters")
    parser = _Parser(tuple(_tokens(text)))
    tree = parser.operation(0)
    parser.finish()
    return tree


def references(tree: Expression) -> Iterator[Name | Call]:
    """Every context and function that an expression uses, in order."""
    match tree:
        case Name():
            yield tree
        case Property(target, key):
            yield from references(target)
            if key is not None:
                yield from references(key)
        case Call(_, arguments):
            yield tree
            for argument in arguments:
                yield from references(argument)
        case Not(operand):
            yield from references(operand)
        case Binary(_, left, right):
            yield from references(left)
            yield from references(right)
        case Literal(_):
            pass


def paths(tree: Expression) -> Iterator[str]:
    """The dotted references of an expression, such as `secrets.TOKEN`."""
    match tree:
        case Property(target, Literal(str(key))) if head := _dotted(target):
            yield f"{head}.{key}"
        case Name(name):
            yield name
        case Property(target, key):
            yield from paths(target)
            if key is not None:
                yield from paths(key)
        case Call(_, arguments):
            for argument in arguments:
                yield from paths(argument)
        case Not(operand):
            yield from paths(operand)
        case Binary(_, left, right):
            yield from paths(left)
            yield from paths(right)
        case Literal(_):
            pass


def _dotted(tree: Expression) -> str:
    match tree:
        case Name(name):
            return name
        case Property(target, Literal(str(key))) if head := _dotted(target):
            return f"{head}.{key}"
        case _:
            return ""


class Chunk(msgspec.Struct, frozen=True):
    """A piece of a text: plain words, or the inside of `${{ … }}`."""

    text: str
    expression: bool


def chunks(text: str) -> Iterator[Chunk]:
    """Split a text at `${{ … }}`; quotes may hold braces. Raises ExpressionError if one is open."""
    at = 0
    while (start := text.find("${{", at)) >= 0:
        if start > at:
            yield Chunk(text[at:start], False)
        end = _closing(text, start + 3)
        if end < 0:
            raise ExpressionError("'${{' is opened and never closed with '}}'")
        yield Chunk(text[start + 3 : end].strip(), True)
        at = end + 2
    if at < len(text):
        yield Chunk(text[at:], False)


def _closing(text: str, at: int) -> int:
    quoted = False
    for position in range(at, len(text)):
        if text[position] == "'":
            quoted = not quoted
        elif not quoted and text.startswith("}}", position):
            return position
    return -1


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"unexpected symbol {text[at:end].split()[0][:40]!r}")
        yield _Token(match.lastgroup, match.group(match.lastgroup))
        at = match.end()


class _Parser:
    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def operation(self, level: int) -> Expression:
        """Operators from the loosest level (0) to the tightest, each from left to right."""
        if level == len(_LEVELS):
            return self._operand()
        left = self.operation(level + 1)
        while (sign := self._sign()) in _LEVELS[level]:
            self._at += 1
            left = self._bounded(Binary(sign, left, self.operation(level + 1)))
        return left

    def finish(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionError(f"unexpected symbol {self._tokens[self._at].text[:40]!r}")

    def _operand(self) -> Expression:
        if self._sign() == "!":
            self._at += 1
            return self._bounded(Not(self._operand()))
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"the expression nests deeper than {_DEEPEST} levels")
        tree = self._primary()
        while (sign := self._sign()) in {".", "["}:
            self._at += 1
            tree = self._bounded(Property(tree, self._dot() if sign == "." else self._index()))
        self._depth -= 1
        return tree

    def _bounded(self, tree: Expression) -> Expression:
        """Long chains make deep trees, which nobody may evaluate by recursion without end."""
        if self._at > _MOST_TOKENS:
            raise ExpressionError("the expression is too long to evaluate")
        return tree

    def _primary(self) -> Expression:
        token = self._next()
        if token.kind == "number":
            return Literal(_number(token.text))
        if token.kind == "text":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            tree = self.operation(0)
            self._expect(")")
            return tree
        raise ExpressionError(f"unexpected symbol {token.text!r}")

    def _named(self, name: str) -> Expression:
        constants: dict[str, Value] = {"true": True, "false": False, "null": None}
        if name.lower() in constants:
            return Literal(constants[name.lower()])  # type: ignore[arg-type]
        if name in {"NaN", "Infinity"}:
            return Literal(float(name))
        if self._sign() != "(":
            return Name(name.lower())
        self._at += 1
        return Call(name.lower(), tuple(self._arguments()))

    def _arguments(self) -> Iterator[Expression]:
        if self._sign() == ")":
            self._at += 1
            return
        while True:
            yield self.operation(0)
            if self._sign() != ",":
                self._expect(")")
                return
            self._at += 1

    def _dot(self) -> Expression | None:
        token = self._next()
        if token.text == "*":
            return None
        if token.kind != "name":
            raise ExpressionError(f"unexpected symbol {token.text!r}")
        return Literal(token.text)

    def _index(self) -> Expression | None:
        if self._sign() == "*":
            self._at += 1
            key = None
        else:
            key = self.operation(0)
        self._expect("]")
        return key

    def _sign(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text if token is not None and token.kind == "sign" else ""

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise ExpressionError("the expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise ExpressionError(f"{sign!r} is missing")
        self._at += 1


def _number(text: str) -> float:
    return float(int(text, 16)) if text.lower().startswith("0x") else float(text)
