"""Reports for tests, and a strategy that makes the most hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.evidence import Gap, GapReason, Target
from bot.report import (
    Finding,
    Layer,
    Outcome,
    Proof,
    Rank,
    Recheck,
    Report,
    RerunFailedJobs,
    RetryPull,
    Ruling,
    Solution,
    StatusItem,
    StepState,
    Subject,
    Verdict,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TARGET = Target("prod", "shop", "Pod", "api-7d9f8c-x2x4z")
RERUN = RerunFailedJobs(
    repository="acme/api",
    run_id=4711,
    attempt=1,
    run_url="https://github.com/acme/api/actions/runs/4711",
    workflow="release",
    image="ghcr.io/acme/api:1.8.2",
)


def finding(title: str = "the push step failed", **changes: object) -> Finding:
    """A confirmed finding of the build."""
    ruling = Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject("WorkflowRun", "4711"),
        summary="Run 4711 of release failed in step push.",
        proof=(Proof("Step push ended with exit code 1", url=RERUN.run_url),),
    )
    values: dict[str, object] = {
        "code": "WorkflowFailed",
        "title": title,
        "layer": Layer.BUILD,
        "rank": Rank.FAULT,
        "ruling": ruling,
    }
    return Finding(**values | changes)  # type: ignore[arg-type]


def report(**changes: object) -> Report:
    """A report with one root cause and a button for it."""
    values: dict[str, object] = {
        "target": TARGET,
        "verdict": Verdict.EXPLAINED,
        "problem": "ImagePullBackOff: the image is not there.",
        "root_causes": (finding(),),
        "solutions": (
            Solution(
                title="Re-run the failed jobs",
                why="It pushes the tag.",
                recommended=True,
                commands=("gh run rerun 4711 --failed",),
                action=RERUN,
            ),
        ),
        "status": (StatusItem("image ghcr.io/acme/api:1.8.2", StepState.FAILED),),
        "collected_at": NOON,
        "took_ms": 1900,
    }
    return Report(**values | changes)  # type: ignore[arg-type]


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<!channel>",
            "<@U123>",
            "```",
            "*b* _i_ ~s~ `c`",
            "&amp;",
            "x" * 6000,
            "\x1b[31mred",
            "<https://evil.example|click>",
            "\u202egnp.exe",
            "",
            " ",
            "🔥" * 500,
            "a\nb\nc",
        ]
    ),
)
URLS = st.sampled_from(
    ["", "https://github.com/a/b", "javascript:alert(1)", "https://x|y>z", "https://" + "a" * 4000]
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Any report, with text from outside everywhere."""
    several = st.integers(0, 12)
    proofs = st.builds(Proof, text=HOSTILE, url=URLS, command=HOSTILE)
    subject = Subject("Pod", draw(HOSTILE))
    action = draw(
        st.sampled_from(
            [
                None,
                RERUN,
                Recheck(target=TARGET),
                RetryPull(cluster="c", namespace="n", pod="p", uid="u"),
            ]
        )
    )

    def findings(count: int) -> tuple[Finding, ...]:
        return tuple(
            finding(
                draw(HOSTILE),
                chain=draw(HOSTILE),
                ruling=Ruling(
                    outcome=draw(st.sampled_from([Outcome.CONFIRMED, Outcome.SUSPECTED])),
                    subject=subject,
                    summary=draw(HOSTILE),
                    proof=tuple(draw(st.lists(proofs, max_size=5))),
                ),
            )
            for _ in range(count)
        )

    return report(
        target=Target(*(draw(HOSTILE) for _ in range(4))),
        verdict=draw(st.sampled_from(Verdict)),
        problem=draw(HOSTILE),
        root_causes=findings(draw(st.integers(0, 3))),
        consequences=findings(draw(st.integers(0, 3))),
        solutions=tuple(
            Solution(
                title=draw(HOSTILE),
                why=draw(HOSTILE),
                recommended=draw(st.booleans()),
                commands=(draw(HOSTILE),),
                action=action,
                url=draw(URLS),
            )
            for _ in range(draw(several))
        ),
        status=tuple(
            StatusItem(draw(HOSTILE), draw(st.sampled_from(StepState)))
            for _ in range(draw(several))
        ),
        gaps=tuple(
            Gap(
                source=draw(HOSTILE),
                subject=draw(HOSTILE),
                reason=draw(st.sampled_from(GapReason)),
                detail=draw(HOSTILE),
                fix=draw(HOSTILE),
            )
            for _ in range(draw(several))
        ),
    )
