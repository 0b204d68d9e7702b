"""Faults of the program itself: syntax, memory, crashes of the process."""

from __future__ import annotations

from bot.logs.signatures_files import SHELL

PROGRAMS: tuple[tuple[str, str, str], ...] = (
    (
        "CommandSyntaxError",
        "syntax error",
        rf"{SHELL}syntax error",
    ),
    (
        "CommandSyntaxError",
        "unexpected eof|unexpected end of file|unterminated",
        (
            r"unexpected EOF while looking for matching|unexpected end of file|"
            r"unterminated quoted string"
        ),
    ),
    (
        "CommandSyntaxError",
        "syntaxerror|indentationerror|taberror",
        r"^(?:Uncaught )?(?:SyntaxError|IndentationError|TabError): (?!.{0,80}JSON)",
    ),
    ("CommandSyntaxError", "parse error", r"PHP Parse error:|^Parse error: syntax error"),
    (
        "Segfault",
        "segmentation fault|sigsegv",
        r"segmentation fault|\(core dumped\)|SIGSEGV \(0xb\) at pc",
    ),
    (
        "UnhandledException+memory",
        (
            "outofmemoryerror|heap out of memory|cannot allocate memory|out of memory|"
            "reached heap limit|insufficient memory|memoryerror|memory allocation of"
        ),
        (
            r"java\.lang\.OutOfMemoryError|heap out of memory|reached heap limit|cannot "
            r"allocate memory|runtime: out of memory|insufficient memory for the Java "
            r"Runtime|^MemoryError\b|memory allocation of \d{1,20} bytes failed|^Out of "
            r"memory|System\.OutOfMemoryException"
        ),
    ),
    (
        "AppConfigInvalid",
        "jsondecodeerror|in json at position|unexpected end of json input|invalid character",
        (
            r"(?:JSONDecodeError|in JSON at position|unexpected end of JSON input|invalid "
            r"character '.' ).{0,120}config|config.{0,120}(?:JSONDecodeError|in JSON at "
            r"position|unexpected end of JSON input|invalid character '.' )"
        ),
    ),
)
