"""Running the command line in this process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.__main__ import main


def schema(name: str) -> Any:
    """A published schema of the documentation."""
    return json.loads((Path(__file__).parents[2] / f"docs/{name}.schema.json").read_text("utf-8"))


class Ran(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("KUBECONFIG", "GITHUB_TOKEN", "WHYFAILING_CONFIG", "DOCKERHUB_USERNAME"):
        monkeypatch.delenv(name, raising=False)

    def run_command(*arguments: str) -> Ran:
        capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run_command
