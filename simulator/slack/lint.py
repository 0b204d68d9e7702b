"""What Slack refuses: the limits of blocks, elements and whole messages.

Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-elements. The sum over all
texts of a message is not documented; about 13,000 characters are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 12_000

_IN_MESSAGES = frozenset(
    {
        "actions",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "table",
        "task_card",
        "video",
    }
)
_IN_VIEWS = frozenset(
    {"actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section"}
)
_RICH = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)


def message_problems(blocks: list[Json]) -> list[str]:
    """Everything that is wrong with the blocks of a message."""
    problems = list(_problems(blocks, _IN_MESSAGES, MESSAGE_BLOCKS))
    ids = [element["action_id"] for element in elements_of(blocks) if element.get("action_id")]
    problems += [f"action_id {name} is used twice" for name in sorted(_repeated(ids))]
    if sum(1 for block in blocks if block.get("type") == "table") > 1:
        problems.append("only_one_table_allowed")
    return problems


def view_problems(view: Json) -> list[str]:
    """Everything that is wrong with a modal or a Home tab."""
    problems = list(_problems(view.get("blocks", []), _IN_VIEWS, VIEW_BLOCKS))
    for part in ("title", "submit", "close"):
        problems += _text(view.get(part), 24, f"view.{part}", plain=True)
    problems += _length(view, "callback_id", 255, "view")
    problems += _length(view, "private_metadata", 3000, "view")
    if view.get("type") == "modal" and "title" not in view:
        problems.append("view.title is missing")
    return problems


def total_text(node: Any) -> int:
    """The characters of all texts below a node."""
    if isinstance(node, list):
        return sum(total_text(item) for item in node)
    if not isinstance(node, dict):
        return 0
    own = len(node["text"]) if isinstance(node.get("text"), str) else 0
    return own + sum(
        total_text(value) for key, value in node.items() if isinstance(value, dict | list)
    )


def suggestion_problems(answer: Json) -> list[str]:
    """Everything that is wrong with the options that an app gives for an external select."""
    if "options" not in answer and "option_groups" not in answer:
        return ["options or option_groups are expected"]
    groups = answer.get("option_groups") or [answer]
    problems = list(_count(groups, 0, 100, "option_groups"))
    for group in groups:
        if group is not answer:
            problems += _text(group.get("label"), 75, "option_groups.label", plain=True)
        problems += _options(group.get("options", []), 100, "suggestion")
    return problems


def elements_of(blocks: list[Json]) -> Iterator[Json]:
    """All interactive elements of these blocks, in the order in which they are shown."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        for candidate in candidates:
            if isinstance(candidate, dict) and candidate.get("action_id"):
                yield candidate


def _problems(blocks: list[Json], allowed: frozenset[str], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"no more than {most} blocks"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    for name in sorted(_repeated(ids)):
        yield f"block_id {name} is used twice"
    for number, block in enumerate(blocks):
        kind = block.get("type")
        where = f"blocks[{number}] ({kind})"
        if kind not in allowed:
            yield f"{where} is not supported here"
            continue
        yield from _length(block, "block_id", 255, where)
        check = _CHECKS.get(kind)
        if check:
            yield from check(block, where)


def _header(block: Json, where: str) -> Iterator[str]:
    yield from _text(block.get("text"), 150, where, plain=True)


def _context(block: Json, where: str) -> Iterator[str]:
    yield from _count(block.get("elements"), 1, 10, f"{where}.elements")
    for element in block.get("elements", []):
        if element.get("type") != "image":
            yield from _text(element, 3000, where)


def _actions(block: Json, where: str) -> Iterator[str]:
    yield from _count(block.get("elements"), 1, 25, f"{where}.elements")
    for element in block.get("elements", []):
        yield from _element(element, where)


def _context_actions(block: Json, where: str) -> Iterator[str]:
    yield from _count(block.get("elements"), 1, 5, f"{where}.elements")


def _input(block: Json, where: str) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, f"{where}.label", plain=True)
    yield from _element(block.get("element", {}), where)


def _rich_text(block: Json, where: str) -> Iterator[str]:
    for element in block.get("elements", []):
        if element.get("type") not in _RICH:
            yield f"{where}: {element.get('type')} cannot stand here"
        yield from _rich(element, where)


def _section(block: Json, where: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"{where} needs text or fields"
    if "text" in block:
        yield from _text(block["text"], 3000, where)
    if "fields" in block:
        yield from _count(block["fields"], 1, 10, f"{where}.fields")
        for field in block["fields"]:
            yield from _text(field, 2000, f"{where}.fields")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}.accessory")


def _plan(block: Json, where: str) -> Iterator[str]:
    if not isinstance(block.get("title"), str) or not block["title"]:
        yield f"{where} needs a title"
    yield from _count(block.get("tasks", []), 0, 50, f"{where}.tasks")
    for task in block.get("tasks", []):
        if task.get("status") not in ("pending", "in_progress", "complete", "error"):
            yield f"{where}: a task has the status {task.get('status')!r}"
        if not task.get("task_id") or not task.get("title"):
            yield f"{where}: a task needs task_id and title"
        for part in ("details", "output"):
            if part in task and task[part].get("type") != "rich_text":
                yield f"{where}: {part} of a task must be rich_text"


def _table(block: Json, where: str) -> Iterator[str]:
    rows = block.get("rows", [])
    yield from _count(rows, 1, 100, f"{where}.rows")
    if len({len(row) for row in rows}) > 1:
        yield f"{where}: rows differ in width"
    for row in rows:
        yield from _count(row, 1, 20, f"{where}.rows")
        if any(cell.get("type") == "raw_text" and not cell.get("text") for cell in row):
            yield f"{where}: a cell is empty"


def _rich(node: Json, where: str) -> Iterator[str]:
    if node.get("type") == "text" and not node.get("text"):
        yield f"{where}: an empty text"
    for child in node.get("elements", []):
        yield from _rich(child, where)


def _element(element: Json, where: str) -> Iterator[str]:
    kind = element.get("type")
    yield from _length(element, "action_id", 255, where)
    match kind:
        case "button":
            yield from _text(element.get("text"), 75, f"{where}.text", plain=True)
            yield from _length(element, "value", 2000, where)
            yield from _length(element, "url", 3000, where)
            yield from _length(element, "accessibility_label", 75, where)
            if element.get("style") not in (None, "primary", "danger"):
                yield f"{where}: style {element['style']!r} does not exist"
            if "confirm" in element:
                yield from _confirm(element["confirm"], f"{where}.confirm")
        case "static_select" | "external_select" | "multi_static_select":
            yield from _text(element.get("placeholder"), 150, f"{where}.placeholder", plain=True)
            yield from _options(element.get("options", []), 100, where)
        case "overflow":
            yield from _count(element.get("options"), 1, 5, f"{where}.options")
            yield from _options(element.get("options", []), 5, where)
        case "checkboxes" | "radio_buttons":
            yield from _options(element.get("options", []), 10, where)
        case "plain_text_input":
            yield from _text(element.get("placeholder"), 150, f"{where}.placeholder", plain=True)
            if not 1 <= element.get("max_length", 1) <= 3000:
                yield f"{where}: max_length must be 1 to 3000"
        case "users_select" | "channels_select" | "conversations_select" | "feedback_buttons":
            return
        case _:
            yield f"{where}: element {kind!r} is not supported"


def _options(options: list[Json], most: int, where: str) -> Iterator[str]:
    yield from _count(options, 0, most, f"{where}.options")
    for option in options:
        yield from _text(option.get("text"), 75, f"{where}.options")
        yield from _length(option, "value", 150, f"{where}.options")
        yield from _text(option.get("description"), 75, f"{where}.options.description", plain=True)


def _confirm(confirm: Json, where: str) -> Iterator[str]:
    for part, limit in (("title", 100), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm.get(part), limit, f"{where}.{part}", plain=True)
    yield from _text(confirm.get("text"), 300, f"{where}.text")


def _text(node: Any, limit: int, where: str, *, plain: bool = False) -> Iterator[str]:
    if node is None:
        return
    if not isinstance(node, dict) or node.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: a text object is expected"
        return
    if plain and node["type"] != "plain_text":
        yield f"{where}: plain_text is expected"
    text = node.get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        yield f"{where}: must be 1 to {limit} characters"


def _length(node: Json, key: str, limit: int, where: str) -> Iterator[str]:
    if len(str(node.get(key, ""))) > limit:
        yield f"{where}.{key}: must be at most {limit} characters"


def _count(items: Any, least: int, most: int, where: str) -> Iterator[str]:
    if not isinstance(items, list) or not least <= len(items) <= most:
        yield f"{where}: must have {least} to {most} items"


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


_CHECKS: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "actions": _actions,
    "context": _context,
    "context_actions": _context_actions,
    "header": _header,
    "input": _input,
    "plan": _plan,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
}
