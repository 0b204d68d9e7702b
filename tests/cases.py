"""Scores the engine on a folder of labelled cases: `python -m tests.cases DIR`.

DIR may hold `corpus/*.jsonl` (one text of a cluster a line), `objects/*.json` (single objects),
`scenarios/*/` (recorded namespaces) and `supply/*.jsonl` (CI logs, triggers, image references and
registry answers). Each case names the codes that are right, the best first, and what a report must
mention. What is missing is left out.
"""

# ruff: noqa: T201  # a command for the terminal

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.cluster.files import read_files
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Statement, Target
from bot.report import Outcome, Report, Verdict

RIGHT, SHORT, HEDGED, UNKNOWN, WRONG = (
    "right",
    "named too little",
    "hedged wrong",
    "unknown",
    "confidently wrong",
)


class Score(NamedTuple):
    """How one case went."""

    case: str
    result: str
    note: str


def main(folder: str) -> int:
    """Print every miss and a table of the groups."""
    table: dict[str, Counter[str]] = {}
    for group, scores in _groups(Path(folder)):
        table[group] = Counter()
        for score in scores:
            table[group][score.result] += 1
            if score.result != RIGHT:
                print(f"{group:10} {score.result:17} {score.case}: {score.note}")
    for group, counts in table.items():
        total = sum(counts.values())
        shown = ", ".join(
            f"{name} {counts[name]}" for name in (RIGHT, SHORT, HEDGED, UNKNOWN, WRONG)
        )
        print(f"{group:10} {total:4} cases: {shown}")
    return 0


def _groups(folder: Path) -> Iterator[tuple[str, Iterator[Score]]]:
    for name, read in (
        ("corpus", _corpus),
        ("objects", _objects),
        ("scenarios", _scenarios),
        ("supply", _supply),
    ):
        if (folder / name).is_dir():
            yield name, read(folder / name)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text().splitlines() if line.strip())


def _corpus(folder: Path) -> Iterator[Score]:
    from bot.explain import explain

    for case in _lines(folder / "messages.jsonl"):
        answer = explain(
            Statement(text=case["message"], where=case["where"], image=case.get("image") or "")
        )
        sure = answer.certainty == "confirmed"
        yield _judged(case, answer.code, {answer.code}, sure, answer.title + answer.summary, [])


def _objects(folder: Path) -> Iterator[Score]:
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_text())
        with tempfile.TemporaryDirectory() as place:
            for number, item in enumerate(case["objects"]):
                Path(place, f"{number:04}.json").write_text(json.dumps(item))
            for log in case.get("logs", ()):
                suffix = "-previous" if log["previous"] else ""
                at = Path(place, "logs", log["namespace"], log["pod"])
                at.mkdir(parents=True, exist_ok=True)
                (at / f"{log['container']}{suffix}.log").write_text(log["text"])
            yield _reported(case | {"id": path.stem}, place)


def _scenarios(folder: Path) -> Iterator[Score]:
    for path in sorted(folder.iterdir()):
        if (path / "expect.json").exists():
            case = json.loads((path / "expect.json").read_text())
            yield _reported(case | {"id": path.name}, str(path / "dump"))


def evidence_of(place: str, target: dict[str, str]) -> Evidence:
    """Everything that a folder of files says, as evidence about one target."""
    cluster = read_files([place])
    return Evidence(
        target=Target("", target.get("namespace", ""), target["kind"], target["name"]),
        collected_at=cluster.now(),
        cluster=ClusterFacts(
            objects=tuple(cluster.objects.values()),
            listings=cluster.listings,
            logs=cluster.logs,
        ),
    )


def code_of(report: Report) -> tuple[str, set[str], bool]:
    """The code of a report (first root cause, or verdict), all its codes, and if it is sure."""
    if report.verdict is Verdict.HEALTHY:
        return "Healthy", {"Healthy"}, True
    if not report.root_causes:
        return "Unknown", {"Unknown"}, False
    first = report.root_causes[0]
    codes = {finding.code for finding in report.root_causes}
    return first.code, codes, first.ruling.outcome is Outcome.CONFIRMED


def _reported(case: dict[str, Any], place: str) -> Score:
    from bot.render.text import render

    report = diagnose(evidence_of(place, case["target"]))
    code, codes, sure = code_of(report)
    return _judged(case, code, codes, sure, render(report), case.get("must_mention", []))


def _judged(
    case: dict[str, Any], code: str, codes: set[str], sure: bool, text: str, must: list[str]
) -> Score:
    wanted = set(case["expected"])
    name = str(case["id"])
    if code in wanted or (codes & wanted and not (sure and code not in wanted)):
        lacking = [words for words in must if not re.search(words, text, re.IGNORECASE)]
        if lacking:
            return Score(name, SHORT, f"{code}: lacks {lacking}")
        return Score(name, RIGHT, "")
    note = f"{code} ({', '.join(sorted(codes))}), expected {case['expected']}"
    if code == "Unknown":
        return Score(name, UNKNOWN, note)
    return Score(name, WRONG if sure else HEDGED, note)


def _supply(folder: Path) -> Iterator[Score]:
    for name, answer in _supply_readers():
        for case in _lines(folder / f"{name}.jsonl"):
            code, sure, text = answer(case)
            labelled = case | {"expected": _expected(case), "id": f"{name} {case['id']}"}
            yield _judged(labelled, code, {code}, sure, text, case.get("must_mention") or [])


def _expected(case: dict[str, Any]) -> list[str]:
    expected = case.get("expected", "valid" if case.get("valid") else "invalid")
    return [expected] if isinstance(expected, str) else list(expected)


def _supply_readers() -> Iterator[tuple[str, Callable[[dict[str, Any]], tuple[str, bool, str]]]]:
    yield "image-refs", _reference
    yield "ci-logs", _ci_log
    yield "triggers", _trigger
    yield "registry-answers", _answer


def _ci_log(case: dict[str, Any]) -> tuple[str, bool, str]:
    from bot.ci.logs import classify_log

    codes, words = classify_log(case["text"])
    return (codes[0] if codes else "Unknown"), len(codes) == 1, f"{words}\n{case['text']}"


def _trigger(case: dict[str, Any]) -> tuple[str, bool, str]:
    from bot.ci.trigger_records import classify_trigger

    runs, codes = classify_trigger(case)
    code = codes[0] if codes else "Unknown"
    return (code if runs == case["runs"] else f"{code} with runs={runs}"), True, ""


def _answer(case: dict[str, Any]) -> tuple[str, bool, str]:
    from bot.registries.classify import classify_answer

    codes = classify_answer({**case, **case["request"]})
    return (codes[0] if codes else "Unknown"), len(codes) == 1, str(case)


def _reference(case: dict[str, Any]) -> tuple[str, bool, str]:
    from bot.images import InvalidReferenceError, parse

    try:
        image = parse(case["reference"])
    except InvalidReferenceError as error:
        return "invalid", True, str(error)
    told = (image.registry, image.repository, image.tag, image.digest)
    right = tuple(case[name] for name in ("registry", "repository", "tag", "digest"))
    return ("valid" if told == right else f"read as {told}"), True, str(image)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
