"""Which secrets and variables a step of a workflow reads: pure text of the file, no values.

An unset secret or variable is an empty string and no error
(https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets),
so the step that consumes it is the one that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from bot.ci.workflow_objects import Job, Pairs, Step, WorkflowFile

_LONGEST_EXPRESSION = 2000
_CONTEXT = re.compile(
    r"\b(secrets|vars)\s{0,5}(?:\.\s{0,5}([A-Za-z_][A-Za-z0-9_]{0,200})"
    r"|\[\s{0,5}'([A-Za-z_][A-Za-z0-9_]{0,200})'\s{0,5}\])",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\|\|")
_BUILT_IN = "GITHUB_TOKEN"


class SecretUse(msgspec.Struct, frozen=True, order=True):
    """One reading of a secret or variable; `name` in upper case, as GitHub stores it."""

    name: str
    place: str
    """`input password`, `env TOKEN` or `its script`."""
    variable: bool = False
    optional: bool = False
    """Whether the expression names something else for the case that it is empty."""

    @property
    def field(self) -> str:
        """The name of the input or variable that takes the value; empty for a script."""
        return self.place.partition(" ")[2] if self.place != "its script" else ""


def nouns(uses: Iterable[SecretUse]) -> str:
    """`secret A`, `secrets A and B`, `secret A and variable B`: each name once."""
    groups: dict[str, list[str]] = {}
    for use in uses:
        names = groups.setdefault("variable" if use.variable else "secret", [])
        if use.name not in names:
            names.append(use.name)
    return " and ".join(
        f"{kind}{'s' if len(names) > 1 else ''} {_and(names)}" for kind, names in groups.items()
    )


def _and(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]


def uses_of(step: Step, job: Job, file: WorkflowFile) -> tuple[SecretUse, ...]:
    """The secrets and variables that a step reads, itself or by way of `env`, each place once."""
    found = list(_in_pairs(step.inputs, "input"))
    found += _in_pairs(step.env, "env")
    found += uses_in(step.run, "its script")
    wanted = " ".join([step.run, *(text for _, text in (*step.inputs, *step.env))])
    for name, text in (*job.env, *file.env):
        if re.search(rf"\b{re.escape(name)}\b", wanted):
            found += uses_in(text, f"env {name}")
    return tuple(dict.fromkeys(use for use in found if use.name != _BUILT_IN))


def _in_pairs(pairs: Pairs, kind: str) -> Iterator[SecretUse]:
    for name, text in pairs:
        yield from uses_in(text, f"{kind} {name}")


def uses_in(text: str, place: str) -> Iterator[SecretUse]:
    """The secrets and variables in the expressions of one text."""
    for inner in _expressions(text):
        for context in _CONTEXT.finditer(inner):
            yield SecretUse(
                name=(context.group(2) or context.group(3)).upper(),
                place=place,
                variable=context.group(1).lower() == "vars",
                optional=bool(_ALTERNATIVE.search(inner)),
            )


def _expressions(text: str) -> Iterator[str]:
    """What stands between `${{` and `}}`. Not by a pattern: many openings would take it minutes."""
    for part in text.split("${{")[1:]:
        inner, ends, _ = part[:_LONGEST_EXPRESSION].partition("}}")
        if ends:
            yield inner
