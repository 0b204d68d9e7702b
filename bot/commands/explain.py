"""Say what one error message means.

MESSAGE is what an event, a status or a log says. With `-` instead, JSON lines are read from
standard input, {"message": "...", "where": "event:Failed", "image": "..."}, and each is answered
by one JSON line, in order.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import IO

import msgspec

from bot.commands.common import Exit, add_output_option, complain, show

_LONGEST_LINE = 4_000_000


class Question(msgspec.Struct):
    """One line of the stream."""

    message: str
    where: str | None = None
    image: str | None = None


_DECODER = msgspec.json.Decoder(Question)


EXAMPLES = """\
examples:
  python -m bot explain "0/3 nodes are available: 3 Insufficient memory."
  python -m bot explain --where waiting:ErrImagePull --image acme/api:1.4.2 "manifest unknown"
  kubectl get events -o json | jq -c '.items[] | {message, where: "event:\\(.reason)"}' |
    python -m bot explain -

exit codes: 0 the lines were read, 1 explained, 2 not explained, 64 wrong usage
"""


def configure(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("message", metavar="MESSAGE", help="the text, or - for JSON lines")
    parser.add_argument(
        "--where",
        default="",
        help="where it was seen: event:Failed, waiting:ErrImagePull, terminated:Error,"
        " condition:Unschedulable, status:Evicted, log:container",
    )
    parser.add_argument("--image", default="", help="the image reference it is about")
    add_output_option(parser, "text", "json")


def execute(options: Namespace) -> int:
    """Explain one message, or a stream of them."""
    if options.message == "-":
        return _until_nobody_reads()
    if not options.message.strip():
        complain("Which message? Give the text of an event, a status or a log.")
        return Exit.USAGE
    from bot.evidence import Statement
    from bot.explain import explain

    answer = explain(Statement(text=options.message, where=options.where, image=options.image))
    if options.output == "json":
        show(msgspec.json.encode(answer).decode())
    else:
        show(f"{answer.title}  [{answer.code}, {answer.certainty}]")
        if answer.summary:
            show(answer.summary)
        if answer.alternatives:
            show(f"It may also be: {', '.join(answer.alternatives)}")
    return Exit.UNEXPLAINED if answer.code == "Unknown" else Exit.EXPLAINED


def _until_nobody_reads() -> int:
    """Answer the stream; end in silence when the program that reads the answers has ended."""
    try:
        return _stream(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        # Python flushes the standard output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


def _stream(asked: IO[bytes], answered: IO[bytes]) -> int:
    """Answer each line in its place; one that cannot be read is answered as `Unknown`."""
    from bot.evidence import Statement
    from bot.explain import explain

    encode = msgspec.json.Encoder().encode
    bad = 0
    for number, line in enumerate(_lines(asked), start=1):
        if line.isspace():
            continue
        try:
            question = _question(line)
        except (ValueError, RecursionError) as error:
            bad += 1
            complain(f"line {number}: {error}")
            question = Question(message="")
        statement = Statement(
            text=question.message, where=question.where or "", image=question.image or ""
        )
        answered.write(encode(explain(statement)) + b"\n")
        answered.flush()
    return Exit.USAGE if bad else Exit.DONE


def _question(line: bytes) -> Question:
    if len(line) > _LONGEST_LINE:
        raise ValueError("the line is too long to be one message")
    return _DECODER.decode(line)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Each line; of one that is too long only so much as shows that it is."""
    while line := stream.readline(_LONGEST_LINE + 1):
        rest = line
        while len(rest) > _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST_LINE + 1)
        yield line
