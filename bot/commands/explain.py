"""Say what one error message means.

MESSAGE is what an event, a status or a log says. With `-` instead, JSON lines are read from
standard input, {"message": "...", "where": "event:Failed", "image": "..."}, and each is answered
by one JSON line, in order.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from bot.commands.common import Exit, add_output_option, complain, show

_LONGEST_LINE = 4_000_000


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
        return _stream()
    import msgspec

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


def _stream() -> int:
    import msgspec

    from bot.evidence import Statement
    from bot.explain import explain

    bad = 0
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            asked = _question(line)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
            bad += 1
            complain(f"line {number}: {error}")
            asked = Statement(text="")
        sys.stdout.buffer.write(msgspec.json.encode(explain(asked)) + b"\n")
        sys.stdout.buffer.flush()
    return Exit.USAGE if bad else Exit.DONE


def _question(line: bytes):  # type: ignore[no-untyped-def]
    import msgspec

    from bot.evidence import Statement

    class Question(msgspec.Struct):
        message: str
        where: str | None = None
        image: str | None = None

    if len(line) > _LONGEST_LINE:
        raise ValueError("the line is too long to be one message")
    asked = msgspec.json.decode(line, type=Question)
    return Statement(text=asked.message, where=asked.where or "", image=asked.image or "")
