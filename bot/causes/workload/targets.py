"""Objects that are asked about themselves: schedules, budgets, autoscalers, deletions.

Seen as:       a CronJob that never runs, a drain that hangs, a pod that stays Terminating
Confirmed if:  specification or status of the target say so
Ruled out if:  never
By hand:       kubectl describe KIND NAME
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View, containers_of
from bot.words import ago

_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = re.compile(
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat", re.I
)
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_STEP = re.compile(r"(?P<range>\*|\?|\d{1,2}(?:-\d{1,2})?)(?:/(?P<step>\d{1,3}))?")
_LATE = timedelta(seconds=60)


def _one(
    item: k.KubeObject, summary: str, proof: str, solution: tuple[str, str], *commands: str
) -> Ruling:
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(item.kind, item.name),
        summary=summary,
        proof=(Proof(proof, command=kubectl.describe(item)),),
        solutions=(Solution(title=solution[0], why=solution[1], commands=commands),),
    )


def cron_suspended(view: View) -> Iterator[Ruling]:
    """Rule on a CronJob that is suspended."""
    item = view.target_object
    if isinstance(item, k.CronJob) and item.spec.suspend:
        yield _one(
            item,
            f"CronJob {item.name} is suspended: no run is started",
            "spec.suspend: true",
            ("Resume it", "The controller starts nothing for a suspended CronJob."),
            kubectl.command(
                "patch", "cronjob", item.name, item.namespace, "-p", '{"spec":{"suspend":false}}'
            ),
        )


def cron_schedule(view: View) -> Iterator[Ruling]:
    """Rule on a CronJob whose schedule cannot be parsed."""
    item = view.target_object
    if isinstance(item, k.CronJob):
        wrong = schedule_fault(item.spec.schedule)
        if wrong:
            yield _one(
                item,
                f"the schedule {item.spec.schedule!r} of CronJob {item.name} is not valid: {wrong}",
                f"spec.schedule: {item.spec.schedule}",
                ("Correct the schedule", "It has five fields: minute hour day month weekday."),
                kubectl.command("edit", "cronjob", item.name, item.namespace),
            )


def schedule_fault(schedule: str) -> str:
    """What is wrong with a schedule; empty when nothing is.

    Grammar: https://pkg.go.dev/github.com/robfig/cron/v3 (`ParseStandard`).
    """
    words = re.sub(r"^(?:CRON_)?TZ=\S{1,64} ", "", schedule.strip())
    if words.startswith("@"):
        known = words in _MACROS or re.fullmatch(r"@every (?:\d+(?:\.\d+)?(?:h|m|s|ms))+", words)
        return "" if known else f"{words} is no known shorthand"
    fields = words.split()
    if len(fields) != 5:
        return f"it has {len(fields)} fields instead of 5"
    for text, (low, high) in zip(fields, _FIELDS, strict=True):
        fault = _field_fault(_NAMES.sub("1", text), low, high)
        if fault:
            return fault
    return ""


def _field_fault(text: str, low: int, high: int) -> str:
    for part in text.split(","):
        found = _STEP.fullmatch(part)
        if found is None:
            return f"{part!r} is no value"
        if found["range"] not in "*?":
            numbers = [int(each) for each in found["range"].split("-")]
            if any(not low <= number <= high for number in numbers):
                return f"{part!r} is not between {low} and {high}"
            if numbers != sorted(numbers):
                return f"{part!r} runs backwards"
        if found["step"] == "0":
            return f"{part!r} has the step 0"
    return ""


def no_node(view: View) -> Iterator[Ruling]:
    """Rule on DaemonSets whose pods no node may run."""
    for item in view.controllers:
        settled = isinstance(item, k.DaemonSet) and (
            item.status.observed_generation >= max(item.metadata.generation, 1)
        )
        if isinstance(item, k.DaemonSet) and settled and not item.status.desired_number_scheduled:
            wanted = item.spec.template.spec.node_selector
            labels = ", ".join(f"{key}={value}" for key, value in sorted(wanted.items()))
            yield _one(
                item,
                f"DaemonSet {item.name} finds no node to run on"
                f"{f': none has {labels}' if labels else ''}",
                f"desiredNumberScheduled: 0, nodeSelector: {labels or 'none'}",
                (
                    "Label a node, or correct nodeSelector, affinity or tolerations",
                    "A DaemonSet runs on the nodes that its template fits.",
                ),
                "kubectl get nodes --show-labels",
            )


def finalizer(view: View) -> Iterator[Ruling]:
    """Rule on objects that are deleted and held by a finalizer."""
    target = view.target_object
    items = {id(item): item for item in (target, *view.pods) if item is not None}
    for item in items.values():
        since = item.metadata.deletion_timestamp
        if since is None or not item.metadata.finalizers:
            continue
        if view.now - since < _LATE and not _finished(item):
            continue
        names = ", ".join(item.metadata.finalizers)
        yield _one(
            item,
            f"{item.kind} {item.name} is being deleted since {ago(since, view.now)} and is held by"
            f" the finalizer {names}",
            f"deletionTimestamp set, finalizers: {names}",
            (
                "Mend the finalizer's controller; take the finalizer off only if that is gone",
                "An object stays until every finalizer is taken off.",
            ),
            kubectl.command(
                "patch",
                item.kind,
                item.name,
                item.namespace,
                "--type=merge",
                "-p",
                '{"metadata":{"finalizers":null}}',
            ),
        )


def _finished(item: k.KubeObject) -> bool:
    """Whether the kubelet is done with a pod: its last deletion has no grace."""
    return (
        isinstance(item, k.Pod)
        and item.metadata.deletion_grace_period_seconds == 0
        and not any(c.state.running for c in containers_of(item))
    )


def autoscaler(view: View) -> Iterator[Ruling]:
    """Rule on an autoscaler whose target does not exist."""
    item = view.target_object
    if not isinstance(item, k.HorizontalPodAutoscaler):
        return
    reference = item.spec.scale_target_ref
    kind = {each.__name__: each for each in (k.Deployment, k.StatefulSet, k.ReplicaSet)}.get(
        reference.kind
    )
    told = next(
        (
            c
            for c in item.status.conditions
            if c.type == "AbleToScale" and c.status == "False" and "not found" in c.message
        ),
        None,
    )
    if told or (kind and view.absent(kind, item.namespace, reference.name)):
        yield _one(
            item,
            f"HorizontalPodAutoscaler {item.name} scales {reference.kind} {reference.name}, which"
            " does not exist",
            told.message if told else f"scaleTargetRef: {reference.kind}/{reference.name}",
            ("Correct scaleTargetRef, or delete the autoscaler", "It has nothing to scale."),
            kubectl.command("edit", "hpa", item.name, item.namespace),
        )
    elif kind and view.find(kind, item.namespace, reference.name) is None:
        yield Ruling(
            outcome=Outcome.UNKNOWN,
            subject=Subject(item.kind, item.name),
            summary=f"nobody saw whether its target {reference.kind} {reference.name} exists",
        )


def budget(view: View) -> Iterator[Ruling]:
    """Rule on a disruption budget that allows none."""
    item = view.target_object
    if not isinstance(item, k.PodDisruptionBudget) or item.status.disruptions_allowed > 0:
        return
    refused = any(
        c.type == "DisruptionAllowed" and c.status == "False" for c in item.status.conditions
    )
    if not refused and not item.status.expected_pods:
        return
    selector = item.spec.selector.match_labels if item.spec.selector else {}
    labels = ", ".join(f"{key}={value}" for key, value in sorted(selector.items())) or "all pods"
    status = item.status
    bound = (
        f"minAvailable {item.spec.min_available}"
        if item.spec.min_available is not None
        else f"maxUnavailable {item.spec.max_unavailable}"
    )
    yield _one(
        item,
        f"PodDisruptionBudget {item.name} ({bound}) allows no disruption of pods with {labels}:"
        f" {status.current_healthy} healthy, {status.desired_healthy} needed,"
        f" {status.expected_pods} counted",
        f"disruptionsAllowed: 0, {bound}",
        ("Start more pods, or loosen the budget", "A drain waits until the budget allows it."),
        kubectl.command("edit", "pdb", item.name, item.namespace),
    )


def _cause(code: str, title: str, check: Callable[[View], Iterator[Ruling]], rank: Rank) -> Cause:
    return Cause(
        code=code, title=title, layer=Layer.CLUSTER, rank=rank, doc=__doc__ or "", check=check
    )


CAUSES = (
    _cause("CronJobSuspended", "the CronJob is suspended", cron_suspended, Rank.FAULT),
    _cause("CronScheduleInvalid", "the schedule is not valid", cron_schedule, Rank.FAULT),
    _cause("DaemonSetSelectsNoNode", "no node fits the DaemonSet", no_node, Rank.FAULT),
    _cause("FinalizerStuck", "a finalizer holds the deletion", finalizer, Rank.ORIGIN),
    _cause("HPATargetMissing", "what it scales does not exist", autoscaler, Rank.ORIGIN),
    _cause("PDBBlocksDisruption", "the budget allows no disruption", budget, Rank.FAULT),
)
