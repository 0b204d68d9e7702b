"""What is said of a file that cannot be used: never its own words, which may hold a secret."""

from __future__ import annotations

import yaml


def place(error: yaml.YAMLError) -> str:
    """Where a file is broken, to be put behind a sentence; empty when nobody knows."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return ""
    mark = error.problem_mark
    return f": line {mark.line + 1}, column {mark.column + 1}"


def why(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read."""
    return error.strerror or "unreadable" if isinstance(error, OSError) else "it is not UTF-8 text"
