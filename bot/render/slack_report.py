"""A report as blocks: verdict, proof, why, what to do, where things stand, what is unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot import words
from bot.evidence import Gap, Target
from bot.redact import one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.render.headline import headline, story
from bot.render.states import Button, Muted, Reported
from bot.report import Outcome, Proof, Report, Solution, StepState, Verdict

MORE = "whyfailing.more"
UNMUTE = "whyfailing.unmute"
MUTES: dict[str, tuple[str, timedelta | None]] = {
    "mute-1": ("for 1 hour", timedelta(hours=1)),
    "mute-8": ("for 8 hours", timedelta(hours=8)),
    "mute-24": ("for 24 hours", timedelta(hours=24)),
    "mute-recovery": ("until it recovers", None),
}
"""How long alerts can be muted: what the menu's value begins with, the label, the time."""
_ALSO = 10
_PROOFS = 3
_SOLUTIONS = 2
_COMMANDS = 5
_STATUS = 5
_GAPS = 2
_GOING_ON = ("WorkflowRunning", "WorkflowQueued", "WorkflowAwaitingApproval")
"""Causes that end well when nothing is done but what is waited for."""
_STATES = {
    StepState.OK: ":white_check_mark:",
    StepState.FAILED: ":x:",
    StepState.WAITING: ":hourglass_flowing_sand:",
    StepState.UNKNOWN: ":grey_question:",
    StepState.SKIPPED: ":white_circle:",
}


def verdict_line(report: Report) -> str:
    """The whole answer as one sentence without markup: for notifications and later states."""
    name = str(report.target)
    match report.verdict:
        case Verdict.EXPLAINED if report.root_causes:
            return f"{name} fails because {cause_line(report)}"
        case Verdict.HEALTHY:
            return f"Nothing is wrong with {name} now"
        case Verdict.INCOMPLETE:
            return f"Not known yet why {name} fails: {_unanswered(report)}"
        case _:
            return f"No known cause explains {name}"


def cause_line(report: Report) -> str:
    """The root cause alone, for a message that names the target already."""
    if report.root_causes:
        first = report.root_causes[0]
        return _cause(report, words.clause(first.ruling.summary) or first.title)
    return {
        Verdict.HEALTHY: "nothing was wrong",
        Verdict.INCOMPLETE: "not known: " + _unanswered(report),
    }.get(report.verdict, "no known cause")


def report_blocks(state: Reported, plan_id: str) -> list[Block]:
    """Everything that stands above the fold, and the buttons."""
    report = state.report
    shown = [b.rich(_head(state), block_id=f"{plan_id}-head")]
    proofs = [proof for finding in report.root_causes for proof in finding.ruling.proof]
    # Rich text shows a filter like `src/**` as it is; mrkdwn would take its stars for bold.
    told = [b.line([b.words(text, limit=600)]) for text in _summaries(report)]
    if proofs:
        told.append(b.bullets([_proof(proof) for proof in proofs[:_PROOFS]]))
    if told:
        shown.append(b.rich(told))
    if explained := _titles(report):
        shown.append(b.context((f":arrow_lower_right: {m.plain(explained, 500)}",)))
    shown.extend(_solutions(state))
    shown.extend(_also(state))
    small = [*_status(report), *_gaps(report)]
    if small:
        shown.append(b.context(small))
    if state.muted:
        shown.append(_muted(state.muted))
    return [*shown, _buttons(state), b.context(_footer(state))]


def _cause(report: Report, what: str) -> str:
    sure = "" if report.root_causes[0].ruling.outcome is Outcome.CONFIRMED else "probably "
    others = len(report.root_causes) - 1
    more = f" (and {others} more {'cause' if others == 1 else 'causes'})" if others else ""
    return one_line(f"{sure}{one_line(what, 250)}{more}", 300)


def _unanswered(report: Report) -> str:
    count = len(report.gaps)
    return f"{count} {'question' if count == 1 else 'questions'} got no answer"


def _head(state: Reported) -> list[Block]:
    """As rich text: a fact may hold anything, and Slack would read marks in other text."""
    report = state.report
    mark = "white_circle" if state.muted else _emoji(report)
    first = [b.emoji(mark), *b.aside(b.words(words.capital(_headline(report)), bold=True))]
    place = [b.words(str(report.target), mono=True)]
    if report.target.cluster:
        place += [{"type": "text", "text": " on "}, b.words(report.target.cluster, mono=True)]
    note = [b.emoji("leftwards_arrow_with_hook"), *b.aside(b.words(state.note))]
    return [b.line(each) for each in ([note] if state.note else []) + [first, place]]


def _headline(report: Report) -> str:
    match report.verdict:
        case Verdict.EXPLAINED if report.root_causes:
            return _cause(report, headline(report.root_causes[0]) or report.root_causes[0].title)
        case Verdict.HEALTHY:
            return "Nothing is wrong with it now"
        case Verdict.INCOMPLETE:
            return f"Not known yet: {_unanswered(report)}"
        case _:
            return "No known cause explains it"


def _summaries(report: Report) -> tuple[str, ...]:
    """What happened: the chain from the cause to what a person sees, where there is one.

    What the headline says is not said again.
    """
    if not report.root_causes:
        return (report.problem,) if report.problem else ()
    first, *others = report.root_causes[:2]
    told = [story(first, headline(first)), *(story(other, "") for other in others)]
    return tuple(text for text in told if text)


def _emoji(report: Report) -> str:
    match report.verdict:
        case Verdict.EXPLAINED if all(f.code in _GOING_ON for f in report.root_causes):
            return "hourglass_flowing_sand"
        case Verdict.HEALTHY:
            return "large_green_circle"
        case Verdict.INCOMPLETE:
            return "white_circle"
        case _:
            return "red_circle"


def where(target: Target) -> str:
    """The target and its cluster, as every state names them."""
    cluster = f" on {m.code(target.cluster, 100)}" if target.cluster else ""
    return m.code(str(target), 300) + cluster


def _proof(proof: Proof) -> list[Block]:
    command = b.aside(b.words(proof.command, limit=150, mono=True)) if proof.command else []
    return [b.words(proof.text, limit=300), *b.anchor(proof.url), *command]


def _titles(report: Report) -> str:
    """What the cause explains, where no sentence has said it already."""
    first = report.root_causes[0] if report.root_causes else None
    if first is None or first.chain or not report.consequences:
        return ""
    return " → ".join(
        (first.title, *(f.title for f in report.consequences if f.code in first.explains))
    )


def _solutions(state: Reported) -> Iterator[Block]:
    buttons = {button.solution: button for button in state.buttons if button.solution >= 0}
    ordered = sorted(enumerate(state.report.solutions), key=lambda pair: pair[0] not in buttons)
    chosen = sorted(ordered[:_SOLUTIONS], key=lambda pair: not pair[1].recommended)
    for index, solution in chosen:
        yield _solution(solution, buttons.get(index))
    left = len(state.report.solutions) - len(chosen)
    if left > 0:
        ways = "way" if left == 1 else "ways"
        yield b.context((f"{left} more {ways} under _All evidence_",))


def _solution(solution: Solution, button: Button | None) -> Block:
    mark = " (recommended)" if solution.recommended else ""
    page = f" {m.link(solution.url, m.opens(solution.url))}" if m.web(solution.url) else ""
    lines = [f"*{m.plain(solution.title, 250)}*{mark}{page}", m.plain(solution.why, 250)]
    if button is None and (solution.recommended or len(solution.commands) == 1):
        lines.extend(m.code(command, 250) for command in solution.commands[:_COMMANDS])
    accessory = b.action_button(button) if button else None
    return b.section("\n".join(text for text in lines if text), accessory=accessory)


def _status(report: Report) -> list[str]:
    items = report.status[:_STATUS]
    return [f"{_STATES[item.state]} {m.plain(item.item, 140)}" for item in items]


def _gaps(report: Report) -> list[str]:
    shown = [gap_line(gap) for gap in report.gaps[:_GAPS]]
    left = len(report.gaps) - len(shown)
    return [*shown, f"and {left} more that I could not see"] if left > 0 else shown


def gap_line(gap: Gap) -> str:
    """What could not be looked at, and what would let us."""
    fix = f" → {m.plain(gap.fix, 120)}" if gap.fix else ""
    about = m.plain(f"{gap.source}, {gap.subject}", 120)
    return f":grey_question: Could not look at {about}: {m.plain(gap.reason, 40)}{fix}"


def _also(state: Reported) -> Iterator[Block]:
    """The workloads that fail of the same, each with the way to its own message."""
    if not state.also:
        return
    title = [b.words(f"Also affected ({len(state.also)}):", bold=True)]
    lines = [
        [b.words(affected.workload, mono=True), *b.anchor(affected.url)]
        for affected in state.also[:_ALSO]
    ]
    if (left := len(state.also) - _ALSO) > 0:
        lines.append([b.words(f"and {left} more")])
    yield b.rich([b.line(title), b.bullets(lines)])


def _muted(muted: Muted) -> Block:
    until = m.day_and_clock(muted.until) if muted.until else "it recovers"
    text = (
        f":no_bell: *Muted* by {m.plain(muted.by, 80)} until {until}: "
        f"alerts about {m.code(muted.workload)} get no answer while the cause is this one."
    )
    return b.section(text, accessory=b.button(f"{UNMUTE}.{muted.id}", muted.id, "Unmute"))


def _buttons(state: Reported) -> Block:
    free = [b.action_button(button) for button in state.buttons if button.solution < 0]
    evidence = b.button("whyfailing.evidence", state.thread_id, "All evidence")
    more = list(_more(state))
    return b.actions([*free[:1], evidence, *([b.overflow(MORE, more)] if more else [])])


def _more(state: Reported) -> Iterator[tuple[str, str]]:
    if state.watched:
        yield "Stop following", f"stop:{state.thread_id}"
    if state.report.verdict is Verdict.HEALTHY or state.muted:
        return
    for key, (label, span) in MUTES.items():
        if state.watched or span is not None:
            yield f"Mute {label}", f"{key}:{state.thread_id}"


def _footer(state: Reported) -> tuple[str, ...]:
    report = state.report
    watched = "turns green by itself when it recovers" if state.watched else "not followed"
    looked = f"looked {m.clock(report.collected_at)}, took {report.took_ms / 1000:.1f} s"
    return (looked, watched)
