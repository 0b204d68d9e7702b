"""Which tags a person may have meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MOST = 5
_LONGEST = 128
_TYPO = 2
_VERSION = re.compile(r"v?[0-9]{1,8}(?:\.[0-9]{1,8}){1,3}")


def nearest(wanted: str, tags: Sequence[str]) -> tuple[str, ...]:
    """At most five tags near the wanted one, the most likely first.

    The same with or without a `v`, the same but for case or separators, a longer or shorter form,
    a typing error, and the newest versions: of the same line (`1.8`), then of the same form.
    """
    others = [tag for tag in tags if tag != wanted and len(tag) <= _LONGEST]
    steps = (_same_but_v, _same_but_form, _extended, _mistyped, _same_line, _newest)
    found: dict[str, None] = {}
    for step in steps:
        found.update(dict.fromkeys(step(wanted, others)))
    return tuple(found)[:_MOST]


def _same_but_v(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    flipped = wanted[1:] if re.match(r"v[0-9]", wanted) else f"v{wanted}"
    return [tag for tag in tags if tag == flipped]


def _same_but_form(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    return [tag for tag in tags if _plain(tag) == _plain(wanted)]


def _plain(tag: str) -> str:
    return re.sub(r"[._-]", "-", tag.lower())


def _extended(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    """`1.8.2-alpine` for `1.8.2`, `1.8` for `1.8.2`: the closest in length first."""
    related = [
        tag
        for tag in tags
        if tag.startswith((f"{wanted}-", f"{wanted}.")) or wanted.startswith((f"{tag}-", f"{tag}."))
    ]
    return sorted(related, key=lambda tag: (abs(len(tag) - len(wanted)), tag))[:2]


def _mistyped(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    """Tags of the same digits and other letters, or a word with letters wrong.

    Another number is another version and no typing error: `1.8.3` is not near `1.8.2`.
    """
    digits = re.findall(r"[0-9]+", wanted)
    near = []
    for tag in tags:
        if re.findall(r"[0-9]+", tag) != digits or abs(len(tag) - len(wanted)) > _TYPO:
            continue
        distance = _distance(wanted, tag)
        if distance <= _TYPO and distance < len(wanted) / 2:
            near.append((distance, tag))
    return [tag for _, tag in sorted(near)]


def _distance(one: str, other: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, second in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != second))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and second == one[row - 2]:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]


def _same_line(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    line = re.findall(r"[0-9]+", wanted)[:2]
    alike = [tag for tag in tags if _shape(tag) == _shape(wanted)]
    of_line = [tag for tag in alike if len(line) > 1 and re.findall(r"[0-9]+", tag)[:2] == line]
    return sorted(of_line, key=_numbers, reverse=True)[:1]


def _newest(wanted: str, tags: Sequence[str]) -> Iterable[str]:
    """The newest versions: of the wanted one's own form where it is a version, else of any."""
    shape = _shape(wanted)
    alike = [tag for tag in tags if _shape(tag) == shape] if re.search(r"[0-9]", wanted) else []
    versions = [tag for tag in tags if _VERSION.fullmatch(tag)]
    return sorted(alike or versions, key=_numbers, reverse=True)[:2]


def _shape(tag: str) -> str:
    return re.sub(r"[0-9]+", "0", tag)


def _numbers(tag: str) -> tuple[list[int], str]:
    return [int(number[:18]) for number in re.findall(r"[0-9]+", tag)], tag
