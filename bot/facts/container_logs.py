"""What the logs of the target's containers say, each read once."""

from __future__ import annotations

from bot.logs import LogFinding, read_log
from bot.view import ContainerView, View


def findings_in(view: View, container: ContainerView, *, previous: bool) -> tuple[LogFinding, ...]:
    """The reasons that a container's log gives, best first."""
    key = f"log {container.pod.namespace}/{container.pod.name}/{container.name} {previous}"
    return view.remember(
        key,
        lambda: read_log(view.log(container.pod, container.name, previous=previous)),
    )
