"""What a step can see: the environment, the matrix, and the outputs of the steps before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from bot.ci.expression_syntax import ExpressionError, chunks, parse, paths
from bot.ci.expressions import Contexts, Open, Unknown, Value, fill, value_of
from bot.ci.push_patterns import pattern
from bot.ci.shell_words import expand
from bot.ci.workflow_objects import Job, Matrix, Pairs, Step, WorkflowFile, lookup

_MOST_COMBINATIONS = 64
_WRITTEN = re.compile(
    r"echo\s+[\"']?(?P<name>[A-Za-z_][\w-]{0,80})=(?P<value>[^\n]{0,500}?)[\"']?\s*"
    r">>\s*[\"']?\$\{?(?P<file>GITHUB_ENV|GITHUB_OUTPUT)\b"
)
_SET_OUTPUT = re.compile(r"::set-output name=(?P<name>[\w-]{1,80})::(?P<value>[^\n\"']{0,500})")


class Scope:
    """The contexts of one job while its steps are walked in order."""

    def __init__(self, workflow: WorkflowFile, job: Job, contexts: Contexts) -> None:
        self._base = dict(contexts)
        self._job = job
        self._steps = Open()
        self._exported = Open()
        self._workflow_env = workflow.env
        self.contexts: dict[str, Value] = dict(contexts)

    def enter(self, step: Step) -> None:
        """Make the contexts those of this step."""
        env = Open()
        self.contexts = {**self._base, "env": env, "steps": self._steps}
        for pairs in (self._workflow_env, self._job.env):
            self._extend(env, pairs)
        env.update(self._exported)
        self._extend(env, step.env)

    def leave(self, step: Step) -> None:
        """Keep what the step hands on by writing to GITHUB_ENV and GITHUB_OUTPUT."""
        if not step.run:
            return
        outputs = Open()
        for found in (*_WRITTEN.finditer(step.run), *_SET_OUTPUT.finditer(step.run)):
            place = found.groupdict().get("file")
            into = self._exported if place == "GITHUB_ENV" else outputs
            name = found["name"]
            value = Unknown(names=(name,)) if name in into else self.shell(found["value"])
            into[name] = value
        if step.id:
            self.put_outputs(step.id, outputs)

    def put_outputs(self, identifier: str, outputs: Open) -> None:
        """State the outputs of a step."""
        self._steps[identifier] = Open(outputs=outputs, conclusion="success", outcome="success")

    def job_results(self) -> Open:
        """What `needs.<job>` holds afterwards, if the job was green."""
        outputs = Open()
        self.contexts = {**self.contexts, "steps": self._steps}
        for name, text in self._job.outputs:
            outputs[name] = self.value(text)
        return Open(outputs=outputs, result="success")

    def value(self, text: str) -> Value:
        """A field's value; an expression that fails is unknown."""
        try:
            return value_of(text, self.contexts)
        except ExpressionError:
            return Unknown()

    def text(self, text: str) -> str | Unknown:
        """A field as a text."""
        try:
            return fill(text, self.contexts)
        except ExpressionError:
            return Unknown()

    def input(self, step: Step, name: str) -> str | Unknown | None:
        """An input of an action, or None where it is not given."""
        found = lookup(step.inputs, name)
        return None if found is None else self.text(found)

    def shell(self, text: str) -> str | Unknown:
        """A word of a shell script with expressions and variables replaced."""
        return expand(pattern(self.text(text)), self.contexts)

    def secrets_of(self, step: Step) -> tuple[str, ...]:
        """The secrets that a step's inputs, script and environment name, upper case."""
        texts = [text for _, text in (*step.inputs, *step.env)]
        return secret_names([*texts, step.run])

    def _extend(self, env: Open, pairs: Pairs) -> None:
        for name, text in pairs:
            env[name] = self.text(text)


def secret_names(texts: list[str]) -> tuple[str, ...]:
    """Names of the secrets that texts refer to, upper case, in order, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for path in references_of(text):
            context, _, name = path.partition(".")
            if context == "secrets" and name:
                found[name.partition(".")[0].upper()] = None
    return tuple(found)


def references_of(text: str) -> Iterator[str]:
    """The dotted references in the expressions of a text."""
    if "${{" not in text:
        return
    try:
        for chunk in chunks(text):
            if chunk.expression:
                yield from paths(parse(chunk.text))
    except ExpressionError:
        return


def matrix_values(matrix: Matrix | None) -> tuple[Open, ...]:
    """The combinations of a matrix, 64 at most; one of unknowns where they are computed."""
    if matrix is None or matrix.computed:
        return (Open(),)
    axes = [[(name, value) for value in values] for name, values in matrix.axes]
    found: list[Pairs] = []
    for combination in product(*axes) if axes else ():
        if len(found) == _MOST_COMBINATIONS:
            return (*(_values(pairs) for pairs in found), Open())
        if not any(set(pairs) <= set(combination) for pairs in matrix.exclude):
            found.append(combination)
    for pairs in matrix.include[:_MOST_COMBINATIONS]:
        found = _included(found, pairs, {name for name, _ in matrix.axes})
    return tuple(_values(pairs) for pairs in found) or (Open(),)


def _included(found: list[Pairs], pairs: Pairs, axes: set[str]) -> list[Pairs]:
    """An `include` adds to the combinations that it does not contradict, or stands for itself."""
    keys = tuple(pair for pair in pairs if pair[0] in axes)
    if not any(set(keys) <= set(one) for one in found):
        return [*found, pairs]
    extra = tuple(pair for pair in pairs if pair[0] not in axes)
    return [(*one, *extra) if set(keys) <= set(one) else one for one in found]


def _values(pairs: Pairs) -> Open:
    return Open({name: Unknown() if "${{" in value else value for name, value in pairs})
