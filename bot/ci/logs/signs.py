"""What lines of a log are beside the tables: harmless, a step's head, a good end, a complaint."""

from __future__ import annotations

import re

from bot.ci.logs.findings import Order
from bot.patterns import Pattern

# Lines that tell of trouble which did no harm, whoever prints them.
HARMLESS = re.compile(
    r"ERROR importing cache manifest|importing cache manifest from |"
    r"Unable to find image '\S+' locally|WARNING! Your password will be stored unencrypted|"
    r"npm (?:WARN|warn)\b|DeprecationWarning|"
    r"^\s*(?:#\d+ [\d.]+ )?(?:WARN(?:ING)?|notice)\b[: ]"
    r"(?!.*(?:No output specified|temporary error|No Docker |Retry\(total=0))|"
    r"^\s*(?:ok|PASS|✓|✔|√|--- PASS:)\s|\bPASSED\b"
)
STEP = re.compile(
    r"^(?:Run \S|\s*(?:#\d+ )?\[[^\]]{1,80}\] (?:RUN|COPY|ADD|FROM)\b|\s*> \[|\s*\d+ \| >>> |"
    r"Step \d+/\d+ : |STEP \d+: |\s*\S{0,40}[Dd]ockerfile:\d+$|#\d+ \[[^\]]{1,80}\] )"
)
CLOSING = re.compile(
    r"did not complete successfully|returned a non-zero code|executor failed running"
)
REPOSITORY = re.compile(
    r"The push refers to repository|\bdocker push \S|podman push \S|Pushing image"
)
TROUBLE = re.compile(
    r"\b(?:error|fatal|cannot|can't|failed|failure|invalid|rejected|undefined|no such|not a"
    r"|no \w+ files)\b",
    re.IGNORECASE,
)
FURTHER = re.compile(r"BUILD FAILURE|Process completed|exited with code")
# How the programs of `build.py` name a test that failed.
TEST = re.compile(
    r"^\s*(?:#\d+ )?(?:[\d.]+ )?(?:--- FAIL: \S|FAILED \S+::|not ok \d|(?!> Task)\S.{0,200} FAILED$"
    r"|test \S+ \.\.\. FAILED|FAIL\s+\S+\.\w+\b|Failed [\w.]+ \[|rspec \./|\(fail\) "
    r"|//\S+\s+FAILED"
    r"|\d+ - \S+ \(Failed\)|\d+\) \S)|\[ERROR\]\s+\w+(?:Test|IT|Spec)\w*\."
)
OUTPUT = re.compile(r"^(#\d{1,6}) [\d.]{1,12} \S")
CACHE_IMPORT = re.compile(r"^#(\d{1,6}) importing cache manifest")
BUILD_STEP = re.compile(r"^#(\d{1,6}) ")


def _exact(pattern: str) -> Pattern:
    return Pattern(pattern, re.NOFLAG)


_PUSHED = (
    r"\bdigest: sha256:[0-9a-f]{64}|pushing manifest for \S+.{0,120} done|"
    r"Writing manifest (?:list )?to image destination"
)
_GREEN = r"Job succeeded|completed with result: Succeeded|BUILD SUCCESS(?:FUL)?\b"
_PASSED = r"^(?!.*\b[1-9]\d* (?:failed|errors?)\b).*\b[1-9]\d* passed\b"
# What must follow a line for it to have done no harm, by the kind of trouble. A build or test that
# failed is not mended by what comes after it, except that the whole job is green.
MENDED = {
    Order.LOGIN: _exact(_PUSHED + r"|Login Succeeded"),
    Order.PUSH: _exact(_PUSHED),
    Order.NETWORK: _exact(_PUSHED + "|" + _GREEN + "|" + _PASSED),
    Order.RATE_LIMIT: _exact(_PUSHED + "|" + _GREEN),
    Order.GENERIC: _exact(
        _PUSHED + "|" + _GREEN + "|" + _PASSED + r"|##\[section\]Finishing|Login Succeeded"
    ),
}
GREEN_JOB = _exact(_GREEN)
WELL = re.compile(_PUSHED + "|" + _GREEN + "|" + _PASSED + r"|Login Succeeded|^PASS$|^#\d+ DONE\b")
COMPLAINT = re.compile(
    r"(?<![\w0-9-])(?:failed|failure|fatal|unable to|cannot|could not|denied|error)(?![\w.-])"
    r"|\w(?:Exception|Error): ",
    re.IGNORECASE,
)
NO_COMPLAINT = re.compile(
    r"\b(?:0|no|without|if|or|expected) (?:\w{1,20} )?(?:errors?|failed|failures?)\b", re.IGNORECASE
)
FATAL = _exact(r"Process completed with exit code (?!0\b)|^Error: |failed with: ")
