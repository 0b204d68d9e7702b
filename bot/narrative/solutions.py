"""Solutions of all root causes in one list: what mends it first, then what saves waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bot import words
from bot.builds import PULL_REASONS
from bot.cluster import objects as k
from bot.narrative.changes import roll_back
from bot.registries.answers import RepositoryAbsent, TagAbsent
from bot.report import Finding, Layer, LeftOut, RetryPull, Solution
from bot.view import View

_LONGEST_BACK_OFF = "5 minutes"


def solutions(view: View, roots: Sequence[Finding]) -> tuple[Solution, ...]:
    """One recommended solution for each root cause, then the others, then the pull itself."""
    best: list[Solution] = []
    others: list[Solution] = []
    for root in roots:
        own = sorted(root.ruling.solutions, key=lambda each: not each.recommended)
        if own:
            best.append(msgspec.structs.replace(own[0], recommended=True))
            others += [msgspec.structs.replace(each, recommended=False) for each in own[1:]]
    merged: dict[str, Solution] = {}
    node = _node(view)
    for each in (*best, *others, *_back(view, roots), *_retries(view, roots)):
        merged.setdefault(_same(each), _placed(each, node))
    return tuple(merged.values())


_TOOLS = ("crictl", "journalctl", "ls", "cat", "df", "ip", "date", "nslookup", "systemctl", "dmesg")


def _node(view: View) -> str:
    """The node of the pods, where they are all on one."""
    names = {pod.spec.node_name for pod in view.pods if pod.spec.node_name}
    return f"node {names.pop()}" if len(names) == 1 else "the pod's node"


def _placed(solution: Solution, node: str) -> Solution:
    """Say where those commands are to be run that only tell of the machine they run on."""
    tools = [command.partition(" ")[0] for command in solution.commands]
    local = [tool for tool in dict.fromkeys(tools) if tool in _TOOLS]
    if not local:
        return solution
    where = f"Run {' and '.join(local)} on {node}."
    return msgspec.structs.replace(solution, why=f"{solution.why} {where}".strip())


def _back(view: View, roots: Sequence[Finding]) -> Iterator[Solution]:
    return roll_back(view) if roots else iter(())


def _same(solution: Solution) -> str:
    action = solution.action
    return f"pull {action.pod}" if isinstance(action, RetryPull) else solution.title


def _retries(view: View, roots: Sequence[Finding]) -> Iterator[Solution]:
    """For a pod that backs off from a pull: the way to pull at once, and when that helps."""
    for pod in waiting_for_image(view)[:1]:
        if pod.metadata.controller is None:
            continue
        retry = RetryPull(
            cluster=view.target.cluster,
            namespace=pod.namespace,
            pod=pod.name,
            uid=pod.metadata.uid,
        )
        absent = _lacks_image(view, pod, roots)
        yield Solution(
            title="Retry the pull at once" + (" when the image is there" if absent else ""),
            why=f"Between two pulls the kubelet waits up to {_LONGEST_BACK_OFF}; {pod.name} made"
            f" anew by its {pod.metadata.controller.kind} pulls immediately.",
            commands=(words.shell("kubectl", "delete", "pod", pod.name, "-n", pod.namespace),),
            action=None if absent else retry,
        )


def _lacks_image(view: View, pod: k.Pod, roots: Sequence[Finding]) -> bool:
    """Whether a new pod would wait the same way, since the image is yet to be published."""
    waiting = [each for each in view.containers if each.pod is pod and each.waiting]
    facts = [view.image(each.spec.image) for each in waiting]
    known = any(each and isinstance(each.look_up, TagAbsent | RepositoryAbsent) for each in facts)
    return known or any(root.layer >= Layer.BUILD for root in roots)


def waiting_for_image(view: View) -> tuple[k.Pod, ...]:
    """The pods of which a container waits for its image."""
    names = {
        each.pod.name
        for each in view.containers
        if each.waiting and each.waiting.reason in PULL_REASONS
    }
    return tuple(pod for pod in view.pods if pod.name in names)


def left_out(roots: Sequence[Finding]) -> tuple[LeftOut, ...]:
    """What a reader might expect and does not apply, once each."""
    found = {each.title: each for root in roots for each in root.ruling.left_out}
    return tuple(found.values())


def next_steps(view: View, roots: Sequence[Finding]) -> tuple[str, ...]:
    """What happens in which order, from the present on."""
    steps = [step for root in roots for step in root.ruling.next_steps]
    if not steps:
        steps = [words.sentence(s.title) for s in solutions(view, roots) if s.recommended]
    if waiting_for_image(view) and roots:
        pod = waiting_for_image(view)[0]
        steps.append(
            f"{pod.name} then pulls by itself within {_LONGEST_BACK_OFF}, or at once when retried."
        )
    return tuple(dict.fromkeys(steps))
