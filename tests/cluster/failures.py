"""The failures that are brought about on a real cluster: manifests, and what must come of them."""

from __future__ import annotations

from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "failures"
RECORDED = Path(__file__).parents[1] / "scenarios" / "recorded"


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One expectation file. Everything of a failure lives in a namespace of its own name."""

    name: str
    family: str
    target: str
    """What a person types after `diagnose`."""
    code: str
    """The one root cause; `Healthy` when there is none."""
    says: tuple[str, ...] = ()
    """What the report must name."""
    writes: tuple[str, ...]
    """What the cluster writes when it has come to this, see `written`; each is in one line."""
    after: int = 0
    """Seconds that everything must have been there: some waits are failures only when they last."""
    then: str = ""
    """What kubectl is told once everything was applied."""
    undo: str = ""
    """What kubectl is told before everything is deleted."""
    alone: bool = False
    """Whether it adds a node, which would change what the scheduler says of the others."""

    def __str__(self) -> str:
        return self.name

    @property
    def manifests(self) -> Path:
        """The file to apply."""
        return FOLDER / f"{self.name}.yaml"

    @property
    def recording(self) -> Path:
        """The evidence that was seen on a real cluster."""
        return RECORDED / f"{self.name}.json"


def _read(path: Path) -> Failure:
    fields = msgspec.yaml.decode(path.read_bytes())
    return msgspec.convert({"name": path.name.removesuffix(".expect.yaml"), **fields}, Failure)


FAILURES = tuple(_read(path) for path in sorted(FOLDER.glob("*.expect.yaml")))
