"""Where things stand: one line each for workload, Service, Ingress, image and CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.builds import Build, builds
from bot.cluster import objects as k
from bot.evidence import Gap
from bot.facts import owners
from bot.registries import answers
from bot.report import Finding, Layer, StatusItem, StepState
from bot.view import View


def status(view: View, roots: Sequence[Finding]) -> tuple[StatusItem, ...]:
    """The lines that apply to this case, outermost last."""
    outside = bool(roots) and all(root.layer >= Layer.BUILD for root in roots)
    return (
        *_workload(view, configured=outside),
        *_services(view),
        *_ingresses(view),
        *_images(view),
        *(item for build in builds(view) for item in _ci(build)),
    )


def _workload(view: View, *, configured: bool) -> Iterator[StatusItem]:
    item = owners.workload(view)
    if not isinstance(item, k.Workload):
        return
    if isinstance(item, k.DaemonSet):
        wanted, ready = item.status.desired_number_scheduled, item.status.number_ready
        if wanted is None:
            return
    else:
        wanted = 1 if item.spec.replicas is None else item.spec.replicas
        ready = item.status.ready_replicas
    what = f"{item.kind} {item.name}: {ready} of {wanted} pods ready"
    if ready >= wanted:
        yield StatusItem(what, StepState.OK)
    elif configured:
        yield StatusItem(f"{what}; nothing in it has to change", StepState.WAITING)
    else:
        yield StatusItem(what, StepState.FAILED)


def _services(view: View) -> Iterator[StatusItem]:
    for service in owners.services(view):
        ports = ", ".join(str(port.port) for port in service.spec.ports)
        count = _ready_addresses(view, service)
        ends = "" if count is None else f"; {count} ready endpoint{'' if count == 1 else 's'}"
        state = StepState.WAITING if count == 0 else StepState.OK
        yield StatusItem(f"Service {service.name} (port {ports}) selects these pods{ends}", state)
    served = isinstance(owners.workload(view), k.Deployment | k.StatefulSet)
    if served and not owners.services(view) and view.listed(k.Service, view.target.namespace):
        yield StatusItem("No Service selects these pods", StepState.SKIPPED)


def _ready_addresses(view: View, service: k.Service) -> int | None:
    endpoints = view.find(k.Endpoints, service.namespace, service.name)
    if endpoints is None:
        return None
    return sum(len(subset.addresses) for subset in endpoints.subsets)


def _ingresses(view: View) -> Iterator[StatusItem]:
    for ingress, service in owners.ingresses(view):
        hosts = ", ".join(rule.host for rule in ingress.spec.rules if rule.host)
        where = f" ({hosts})" if hosts else ""
        yield StatusItem(f"Ingress {ingress.name}{where} leads to Service {service}", StepState.OK)


def _images(view: View) -> Iterator[StatusItem]:
    for facts in view.evidence.images:
        name = facts.written or facts.image.short
        match facts.look_up:
            case answers.ImageFound():
                yield StatusItem(f"Image {name} is in its registry", StepState.OK)
            case answers.TagAbsent() | answers.RepositoryAbsent():
                yield StatusItem(f"Image {name} does not exist", StepState.FAILED)
            case answers.MissingOrPrivate():
                yield StatusItem(f"Image {name} is missing, or private", StepState.FAILED)
            case answers.AccessDenied() | answers.CredentialRejected():
                yield StatusItem(
                    f"Image {name} may not be pulled with what we have", StepState.FAILED
                )
            case Gap():
                yield StatusItem(f"Image {name} was not looked up", StepState.UNKNOWN)
            case answers.Answer():
                yield StatusItem(f"Image {name} cannot be pulled now", StepState.FAILED)


def _ci(build: Build) -> Iterator[StatusItem]:
    run = build.run
    if run is None:
        if build.nobody_pushes:
            what = f"CI: no workflow of {build.repository} pushes {build.name}"
            yield StatusItem(what, StepState.FAILED)
        elif build.facts.runs == ():
            what = f"CI: no run of {build.workflow_name} for {build.wanted}"
            yield StatusItem(what, StepState.FAILED)
        return
    what = f"CI: {build.run_name}"
    match run.status, run.conclusion:
        case "completed", "success":
            yield StatusItem(f"{what} succeeded", StepState.OK)
        case "completed", conclusion:
            yield StatusItem(f"{what} ended: {conclusion}", StepState.FAILED)
        case state, _:
            yield StatusItem(f"{what} is {state.replace('_', ' ')}", StepState.WAITING)
