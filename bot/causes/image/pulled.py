"""Images that are on their node: an earlier event of a failed pull is history."""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause.tables import Coded
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.cluster.readers import read
from bot.evidence import Statement
from bot.report import Outcome, Proof, Ruling
from bot.view import View


def rule_pulled(view: View) -> Iterator[Coded]:
    """Rule out the pull for each container that has run although a pull of its pod failed once."""
    for container in view.containers:
        began = container.state.running or container.last_terminated
        if began is None or began.started_at is None:
            continue
        for event in view.events_about(container.pod):
            seen = event.last_seen
            older = seen is not None and seen <= began.started_at
            if older and container.spec.image in event.text and _of_pull(event):
                ruling = Ruling(
                    outcome=Outcome.RULED_OUT,
                    subject=container.subject,
                    summary=f"image {container.spec.image} was pulled: container {container.name}"
                    " has started since its pull failed",
                    proof=(Proof(event.text, command=kubectl.describe(container.pod)),),
                )
                yield Coded("ImageBackOffOnly", ruling)
                break


def _of_pull(event: k.Event) -> bool:
    statement = Statement(text=event.text, where=f"event:{event.reason}")
    return any(isinstance(fact, f.PullFailed) for fact in read(statement))
