"""Evaluates GitHub's expressions as far as facts decide; what is not known stays unknown.

Contexts are plain data: `{"github": {"ref": "refs/heads/main"}}`. A context or function that is not
given is unknown; a property that a given object lacks is null, as on GitHub, unless the object is
an `Open` one, of which we saw only a part.
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from bot.ci.expression_syntax import (
    Binary,
    Call,
    Chunk,
    Expression,
    ExpressionError,
    Literal,
    Name,
    Not,
    Property,
    chunks,
    parse,
    paths,
    references,
)
from bot.ci.expression_values import (
    Unknown,
    Value,
    as_text,
    equal,
    from_json,
    join,
    less,
    to_json,
    truth,
)

__all__ = [
    "STATUS_FUNCTIONS", "Contexts", "ExpressionError", "Open", "Unknown", "Value", "condition",
    "evaluate", "fill", "parse", "value_of",
]  # fmt: skip

STATUS_FUNCTIONS = frozenset({"success", "failure", "always", "cancelled"})
Contexts = Mapping[str, Value]
_PLACE = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}")


class Open(dict[str, Value]):
    """An object of which only some properties were seen; the others are unknown, not null."""


def condition(text: str, contexts: Contexts) -> bool | None:
    """What an `if:` decides; None when the facts do not tell. Raises ExpressionError.

    Without a status function, `success()` is meant to stand in front.
    """
    tree = _condition_tree(text)
    if not any(isinstance(x, Call) and x.name in STATUS_FUNCTIONS for x in references(tree)):
        tree = Binary("&&", Call("success", ()), tree)
    return truth(evaluate(tree, contexts))


def value_of(text: str, contexts: Contexts) -> Value:
    """A field's value: a lone `${{ … }}` keeps its type, all else is a text."""
    pieces = tuple(chunks(text))
    if len(pieces) == 1 and pieces[0].expression:
        return evaluate(parse(pieces[0].text), contexts)
    return join([_chunk_text(piece, contexts) for piece in pieces])


def fill(text: str, contexts: Contexts) -> str | Unknown:
    """A text with every `${{ … }}` replaced as far as known. Raises ExpressionError."""
    return as_text(value_of(text, contexts))


def evaluate(tree: Expression, contexts: Contexts) -> Value:
    """The value of an expression. Raises ExpressionError for a wrong use of a function."""
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return contexts.get(name, Unknown(names=(name,)))
        case Property(target, key):
            return _property(tree, evaluate(target, contexts), key, contexts)
        case Not(operand):
            known = truth(inner := evaluate(operand, contexts))
            return inner if known is None else not known
        case Call(name, arguments):
            return _call(name, arguments, contexts)
        case Binary(("&&" | "||") as sign, left, right):
            return _logic(sign, evaluate(left, contexts), right, contexts)
        case Binary(sign, left, right):
            return _compare(sign, evaluate(left, contexts), evaluate(right, contexts))


@lru_cache(maxsize=256)
def _condition_tree(text: str) -> Expression:
    pieces = tuple(chunks(text))
    if not pieces:
        return Literal(True)
    if len(pieces) == 1:
        return parse(pieces[0].text)
    # `${{ a }} && b` is a text and so always true, which surprises many: GitHub does the same.
    arguments = [parse(p.text) if p.expression else Literal(p.text) for p in pieces]
    places = "".join(f"{{{index}}}" for index in range(len(arguments)))
    return Call("format", (Literal(places), *arguments))


def _chunk_text(chunk: Chunk, contexts: Contexts) -> str | Unknown:
    if not chunk.expression:
        return chunk.text
    return as_text(evaluate(parse(chunk.text), contexts))


def _property(tree: Expression, target: Value, key: Expression | None, contexts: Contexts) -> Value:
    name = next(paths(tree), "")
    if isinstance(target, Unknown):
        return Unknown(names=(name or target.names[0],) if name or target.names else ())
    if key is None:
        items = tuple(target.values()) if isinstance(target, Mapping) else target
        return items if isinstance(items, tuple) else ()
    index = evaluate(key, contexts)
    if isinstance(index, Unknown):
        return Unknown(names=index.names)
    if isinstance(target, tuple) and isinstance(index, str):
        return tuple(_property(tree, item, key, contexts) for item in target)
    return _item(target, index, name)


def _item(target: Value, index: Value, name: str) -> Value:
    if isinstance(target, Mapping):
        wanted = str(as_text(index)).lower()
        found = [item for have, item in target.items() if have.lower() == wanted]
        missing = Unknown(names=(name,)) if isinstance(target, Open) else None
        return found[0] if found else missing
    if isinstance(target, tuple) and isinstance(index, float) and 0 <= index < len(target):
        return target[int(index)]
    return None


def _logic(sign: str, left: Value, right: Expression, contexts: Contexts) -> Value:
    """`&&` and `||` give one of their operands; an unknown one counts only where it decides."""
    known = truth(left)
    if known is not None:
        return left if known is (sign == "||") else evaluate(right, contexts)
    other = evaluate(right, contexts)
    if truth(other) is (sign == "||"):
        return truth(other)
    return left if isinstance(left, Unknown) else Unknown()


def _compare(sign: str, left: Value, right: Value) -> Value:
    if sign in {"==", "!="}:
        same = equal(left, right)
        return same if isinstance(same, Unknown) or sign == "==" else not same
    if sign in {"<", ">"}:
        return less(left, right) if sign == "<" else less(right, left)
    below, same = less(left, right), equal(left, right)
    if isinstance(below, Unknown) or isinstance(same, Unknown):
        return below if isinstance(below, Unknown) else same
    return (below if sign == "<=" else less(right, left)) or same


def _call(name: str, arguments: tuple[Expression, ...], contexts: Contexts) -> Value:
    if name in STATUS_FUNCTIONS or name == "hashfiles":
        return contexts.get(f"{name}()", name == "always" or Unknown(names=(f"{name}()",)))
    if name not in _FUNCTIONS:
        raise ExpressionError(f"there is no function {name!r}")
    function, fewest, most = _FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(f"the function {name!r} does not take {len(arguments)} arguments")
    return function(*(evaluate(argument, contexts) for argument in arguments))


def _contains(search: Value, item: Value) -> Value:
    if isinstance(search, tuple):
        answers = [equal(candidate, item) for candidate in search]
        if any(answer is True for answer in answers):
            return True
        return next((answer for answer in answers if isinstance(answer, Unknown)), False)
    return _text_test(search, item, lambda text, part: part in text)


def _starts(search: Value, item: Value) -> Value:
    text, part = as_text(search), as_text(item)
    if isinstance(text, Unknown) and isinstance(part, str):
        head = text.parts[0] or ""
        if len(head) >= len(part) or not part.lower().startswith(head.lower()):
            return head.lower().startswith(part.lower())
    return _text_test(search, item, lambda whole, piece: whole.startswith(piece))


def _ends(search: Value, item: Value) -> Value:
    return _text_test(search, item, lambda text, part: text.endswith(part))


def _text_test(search: Value, item: Value, test: Callable[[str, str], bool]) -> Value:
    if isinstance(search, (Mapping, tuple)):
        return False
    text, part = as_text(search), as_text(item)
    if isinstance(text, Unknown) or isinstance(part, Unknown):
        return text if isinstance(text, Unknown) and text.could_be_empty else Unknown()
    return test(text.lower(), part.lower())


def _format(text: Value, *arguments: Value) -> Value:
    template = as_text(text)
    if isinstance(template, Unknown):
        return template
    pieces: list[str | Unknown] = []
    at = 0
    for place in _PLACE.finditer(template):
        pieces.append(template[at : place.start()])
        at = place.end()
        if place.group(1) is None:
            pieces.append(place.group()[0])
        elif int(place.group(1)) < len(arguments):
            pieces.append(as_text(arguments[int(place.group(1))]))
        else:
            raise ExpressionError(f"format has no argument {place.group(1)}")
    return join([*pieces, template[at:]])


def _join(items: Value, separator: Value = ",") -> Value:
    between = as_text(separator)
    values = items if isinstance(items, tuple) else (items,)
    pieces: list[str | Unknown] = []
    for item in values:
        pieces += [between, as_text(item)] if pieces else [as_text(item)]
    return join(pieces)


def _decode(text: Value) -> Value:
    source = as_text(text)
    if isinstance(source, Unknown):
        return source
    try:
        return from_json(json.loads(source))
    except (ValueError, RecursionError) as error:
        raise ExpressionError("fromJSON was given a text that is not JSON") from error


def _case(*arguments: Value) -> Value:
    """`case(condition, value, …, otherwise)`: the value of the first condition that holds."""
    for index in range(0, len(arguments) - 1, 2):
        known = truth(arguments[index])
        if known is None:
            return Unknown()
        if known:
            return arguments[index + 1]
    return arguments[-1]


_FUNCTIONS: dict[str, tuple[Callable[..., Value], int, int]] = {
    "contains": (_contains, 2, 2),
    "startswith": (_starts, 2, 2),
    "endswith": (_ends, 2, 2),
    "format": (_format, 1, 255),
    "join": (_join, 1, 2),
    "tojson": (to_json, 1, 1),
    "fromjson": (_decode, 1, 1),
    "case": (_case, 3, 255),
}
