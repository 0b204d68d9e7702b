"""`explain`: one message, and a stream of them, through the command line and as a real process."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bot.__main__ import main
from bot.commands import explain as command

NO_CPU = "0/1 nodes are available: 1 Insufficient cpu."
FIELDS = {"code", "certainty", "alternatives", "title", "summary"}
Stream = Callable[[bytes], tuple[int, list[dict[str, object]], str]]


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Stream:
    """Give lines to `explain -`; get its exit code, its answers and its complaints."""

    def _run(data: bytes) -> tuple[int, list[dict[str, object]], str]:
        answers = io.BytesIO()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=answers))
        code = main(["explain", "-", "-o", "json"])
        lines = answers.getvalue().decode().splitlines()
        return code, [json.loads(line) for line in lines], capsys.readouterr().err

    return _run


def _line(message: str, **more: object) -> bytes:
    return json.dumps({"message": message, **more}).encode() + b"\n"


def test_one_message_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NO_CPU, "--where", "event:FailedScheduling"]) == 1
    assert capsys.readouterr().out == (
        "no node has as much CPU free as the pod requests  [InsufficientCPU, confirmed]\n"
        "the only node does not take the pod: insufficient cpu on 1 node\n"
    )


def test_doubts_are_told_when_a_message_allows_more(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", 'Failed to pull image "acme/x:1": docker.io/acme/x:1: not found'])
    assert "It may also be: ImageTagMissing, ImageRepositoryMissing" in capsys.readouterr().out


def test_one_message_is_explained_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", NO_CPU, "-o", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "code": "InsufficientCPU",
        "certainty": "confirmed",
        "alternatives": [],
        "title": "no node has as much CPU free as the pod requests",
        "summary": "the only node does not take the pod: insufficient cpu on 1 node",
    }


def test_unknown_words_have_their_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "the quick brown fox"]) == 2
    assert "[Unknown, suspected]" in capsys.readouterr().out


def test_lines_are_answered_in_order(stream: Stream) -> None:
    code, answers, complaints = stream(
        _line(NO_CPU, where="event:FailedScheduling")
        + b"\n"
        + _line("nothing known", where=None, image=None, id=7)
        + _line("pull QPS exceeded", image="acme/x:1")
    )
    assert (code, complaints) == (0, "")
    assert [each["code"] for each in answers] == [
        "InsufficientCPU",
        "Unknown",
        "ImagePullThrottledByKubelet",
    ]
    assert all(set(each) == FIELDS for each in answers)


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b'{"message": 7}',
        b'{"where": "event:Failed"}',
        b"[]",
        b"null",
        b'"text"',
        b'{"message": "\xff\xfe"}',
        b'{"message": "\\ud800"}',
        b"\x00\x01\x02",
        b"[" * 200_000,
        b'{"message": ',
    ],
)
def test_a_bad_line_is_answered_in_its_place(stream: Stream, bad: bytes) -> None:
    code, answers, complaints = stream(_line(NO_CPU) + bad + b"\n" + _line(NO_CPU))
    assert [each["code"] for each in answers] == ["InsufficientCPU", "Unknown", "InsufficientCPU"]
    assert code == 64
    assert complaints.startswith("line 2: ") or "line 2: " in complaints


def test_a_line_without_end_is_one_bad_line(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_LONGEST_LINE", 200)
    code, answers, complaints = stream(
        _line("x" * 1_000) + _line(NO_CPU) + b"y" * 601 + b"\n" + _line(NO_CPU) + b"z" * 450
    )
    assert [each["code"] for each in answers] == [
        "Unknown",
        "InsufficientCPU",
        "Unknown",
        "InsufficientCPU",
        "Unknown",
    ]
    assert code == 64
    assert complaints.count("the line is too long to be one message") == 3


def test_a_long_message_is_read_when_the_line_is_within_the_limit(stream: Stream) -> None:
    code, answers, _ = stream(_line(NO_CPU + " " + "x" * 1_000_000, where="event:FailedScheduling"))
    assert (code, answers[0]["code"]) == (0, "InsufficientCPU")


def test_last_line_needs_no_end(stream: Stream) -> None:
    assert len(stream(_line(NO_CPU).rstrip())[1]) == 1


def test_nothing_in_gives_nothing_out(stream: Stream) -> None:
    assert stream(b"") == (0, [], "")


def test_a_process_ends_in_silence_when_nobody_reads_its_answers() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "explain", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, complaints = process.communicate(_line(NO_CPU) * 3, timeout=10)
    assert (process.returncode, complaints) == (0, b"")


def test_a_process_answers_each_line_as_it_comes() -> None:
    """Another program may wait for each answer before it asks again."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "explain", "-", "-o", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message, code in ((NO_CPU, "InsufficientCPU"), ("pull QPS exceeded", None)):
            process.stdin.write(_line(message, where="event:Failed"))
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["code"] == (code or "ImagePullThrottledByKubelet")
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_no_message_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", " "]) == 64
    assert capsys.readouterr().err == (
        "Which message? Give the text of an event, a status or a log.\n"
    )
