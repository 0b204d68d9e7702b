"""Takes nodes of a workflow file apart: a mapping of known keys, a list of words, a text.

Each function raises InvalidWorkflowError where GitHub would refuse the file.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.ci import workflow_rules as rules
from bot.ci.expression_syntax import Call, ExpressionError, Name, chunks, parse, references
from bot.ci.expressions import STATUS_FUNCTIONS
from bot.ci.workflow_objects import Pairs
from bot.ci.yaml_tree import InvalidWorkflowError, Mapping, Node, Scalar, Sequence


def mapping(node: Node | None, what: str, allowed: AbstractSet[str] | None = None) -> Mapping:
    """A mapping, with no other keys than those allowed; nothing at all is an empty one."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return Mapping((), node.line if node else 1)
    if not isinstance(node, Mapping):
        raise InvalidWorkflowError(node.line, f"{what} must be a mapping of keys and values")
    for entry in node.entries:
        if allowed is not None and entry.key not in allowed:
            raise InvalidWorkflowError(entry.line, f"unexpected key {entry.key!r} in {what}")
    return node


def text(node: Node | None, what: str, field: str = "") -> str:
    """A single value as written. `field` names the contexts that its expressions may use."""
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        raise InvalidWorkflowError(node.line, f"{what} must be a single value")
    if field:
        check_text(node, field)
    return "" if node.is_null else node.text


def words(node: Node | None, what: str, field: str = "") -> tuple[str, ...] | None:
    """One value or a list of values; None where the key is not there."""
    if node is None:
        return None
    items = node.items if isinstance(node, Sequence) else (node,)
    found = tuple(text(item, what, field) for item in items)
    return () if isinstance(node, Scalar) and node.is_null else found


def pairs(node: Node | None, what: str, field: str) -> Pairs:
    """A mapping of names to single values, or an expression that makes one."""
    if isinstance(node, Scalar) and "${{" in node.text:
        check_text(node, field)
        return (("*", node.text),)
    return tuple(
        (entry.key, text(entry.value, f"{what} {entry.key!r}", field))
        for entry in mapping(node, what).entries
    )


def permissions(node: Node | None) -> Pairs | None:
    """The permissions of the token; None where nothing is said."""
    if node is None:
        return None
    if isinstance(node, Scalar) and node.text in {"read-all", "write-all"}:
        return (("*", node.text.removesuffix("-all")),)
    found = mapping(node, "permissions", rules.PERMISSIONS)
    for entry in found.entries:
        level = text(entry.value, f"the permission {entry.key!r}")
        if level not in rules.LEVELS:
            sentence = f"the permission {entry.key!r} cannot be {level!r}: read, write or none"
            raise InvalidWorkflowError(entry.line, sentence)
    return tuple((entry.key, text(entry.value, "permission")) for entry in found.entries)


def condition(node: Node | None, field: str) -> str:
    """An `if:`; the braces may be left out there."""
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        raise InvalidWorkflowError(node.line, "an if must be a single expression")
    if "${{" in node.text:
        check_text(node, field)
    elif node.text.strip():
        check_expression(node.text, field, node.line)
    return node.text.strip()


def check_text(node: Scalar, field: str) -> None:
    """Check every `${{ … }}` of a text."""
    if "${{" not in node.text:
        return
    try:
        inside = [chunk.text for chunk in chunks(node.text) if chunk.expression]
    except ExpressionError as error:
        raise InvalidWorkflowError(node.line, str(error)) from error
    for expression in inside:
        check_expression(expression, field, node.line)


def check_expression(expression: str, field: str, line: int) -> None:
    """Check that an expression parses and uses only what its field may use."""
    shown = " ".join(expression.split())[:120]
    try:
        used = tuple(references(parse(expression)))
    except ExpressionError as error:
        raise InvalidWorkflowError(line, f"{error} in the expression {shown!r}") from error
    for reference in used:
        if isinstance(reference, Name) and reference.name not in rules.CONTEXTS[field]:
            sentence = f"the context {reference.name!r} is not allowed here: {shown!r}"
            raise InvalidWorkflowError(line, sentence)
        if isinstance(reference, Call) and not _function_allowed(reference.name, field):
            sentence = f"the function {reference.name!r} is not allowed here: {shown!r}"
            raise InvalidWorkflowError(line, sentence)


def _function_allowed(name: str, field: str) -> bool:
    if name in STATUS_FUNCTIONS:
        return field in rules.CONDITIONS
    if name == "hashfiles":
        return field in rules.WITH_HASH_FILES
    return name in rules.FUNCTIONS
