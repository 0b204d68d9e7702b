"""A ConfigMap, Secret, or a key of one, does not exist.

Seen as:       CreateContainerConfigError, ContainerCreating with FailedMount, or a program that
               lacks a variable whose optional key is misspelled
Confirmed if:  the kubelet says so; or the object was seen without the key (the objects of its kind
               were listed without it) and a container waits, or misses exactly this variable
Ruled out if:  object and key are there
By hand:       kubectl describe pod POD; kubectl get configmap NAME -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial

from bot import kubectl
from bot.cause import Cause
from bot.cause.tables import DocLines
from bot.causes.configuration import mending
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import crashes
from bot.facts.references import Reference, references
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Subject
from bot.view import View
from bot.words import shell

_KIND: dict[str, type[k.ConfigMap] | type[k.Secret]] = {
    "ConfigMap": k.ConfigMap,
    "Secret": k.Secret,
}


def objects(view: View, kind: str) -> Iterator[Ruling]:
    """Rule on whole objects that are missing."""
    for fact, item in said.of(view, f.ObjectMissing):
        if fact.kind == kind and not _pull_secret(item):
            namespace = fact.namespace or (item.about.namespace if item.about else "")
            yield _object(view, kind, namespace, fact.name, item)


def _pull_secret(item: said.Said) -> bool:
    return "pull" in item.where.lower() or "image pull secret" in item.text


def _object(view: View, kind: str, namespace: str, name: str, item: said.Said) -> Ruling:
    names = [each.name for each in view.all(_KIND[kind], namespace)]
    near = get_close_matches(name, names, 2, 0.6)
    listed = view.listed(_KIND[kind], namespace)
    proof = [item.proof]
    if listed or names:
        have = ", ".join(near or sorted(names)[:5]) or "none"
        proof.append(
            Proof(
                f"{kind}s of {namespace}: {have}",
                command=shell("kubectl", "get", f"{kind.lower()}s", "-n", namespace),
            )
        )
    use = _use(view, kind, name, "")
    only = f"; the namespace has only {', '.join(names)}" if listed and 0 < len(names) < 4 else ""
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(kind, name, container=item.subject.container),
        summary=f"{kind} {namespace}/{name}{use} does not exist"
        + (f"; the nearest is {near[0]}" if near else only),
        proof=tuple(proof),
        solutions=mending.of_object(view, kind, namespace, name, near[0] if near else ""),
    )


def _use(view: View, kind: str, name: str, key: str) -> str:
    used = [
        reference.used_as + (f" of container {reference.container}" if reference.container else "")
        for reference in mending.using(view, kind, name, key)
    ]
    more = f" and {len(used) - 1} more" if len(used) > 1 else ""
    return f" ({used[0]}{more})" if used else ""


def keys(view: View, kind: str) -> Iterator[Ruling]:
    """Rule on keys that are missing: told by the kubelet, or optional ones that are missed."""
    told: set[tuple[str, str]] = set()
    for fact, item in said.of(view, f.KeyMissing):
        if fact.kind == kind:
            name = fact.name or _owner_of(view, kind, fact.key, item)
            told.add((name, fact.key))
            yield _key(view, kind, name, fact.key, item)
    for crash in crashes(view):
        reason = crash.reason
        if reason is None or reason.code != "MissingEnvVar":
            continue
        for reference in references(view):
            same = (
                reference.pod is crash.container.pod and reference.container == crash.container.name
            )
            fits = same and reference.variable == reason.variable and reference.kind is _KIND[kind]
            if fits and (reference.name, reference.key) not in told and _lacks(view, reference):
                yield _optional(view, reference, crash.log_proof(reason.lines))


def _owner_of(view: View, kind: str, key: str, item: said.Said) -> str:
    """The object of a volume that asks for the key, which the kubelet's words leave out."""
    for reference in references(view):
        volume = reference.used_as.removeprefix("volume ")
        if reference.kind is _KIND[kind] and reference.key == key and f'"{volume}"' in item.text:
            return reference.name
    return ""


def _key(view: View, kind: str, name: str, key: str, item: said.Said) -> Ruling:
    namespace = item.about.namespace if item.about else ""
    found = view.find(_KIND[kind], namespace, name)
    have = list(found.keys) if found else []
    near = get_close_matches(key, have, 2, 0.5)
    proof = [item.proof]
    if found:
        proof.append(
            Proof(
                f"keys of {kind} {name}: {', '.join(sorted(have)[:8]) or 'none'}",
                command=kubectl.describe(found),
            )
        )
    which = f"{kind} {name}" if name else f"the {kind}"
    nearest = (
        f"; the nearest is {near[0]}" if near else f"; it has {', '.join(have[:5])}" if have else ""
    )
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(kind, f"{name}:{key}", container=item.subject.container),
        summary=f"{which} has no key {key}{_use(view, kind, name, key)}{nearest}",
        proof=tuple(proof),
        solutions=mending.of_key(view, (kind, namespace, name), key, near[0] if near else ""),
    )


def _lacks(view: View, reference: Reference) -> bool:
    found = view.find(reference.kind, reference.pod.namespace, reference.name)
    if found is None:
        return view.absent(reference.kind, reference.pod.namespace, reference.name)
    return bool(reference.key) and reference.key not in found.keys


def _optional(view: View, reference: Reference, log: Proof) -> Ruling:
    kind = reference.kind.__name__
    found = view.find(reference.kind, reference.pod.namespace, reference.name)
    have = sorted(found.keys) if found else []
    near = get_close_matches(reference.key, have, 1, 0.5)
    if not near and reference.variable in have:
        near = [reference.variable]
    keys = f"the key{'' if len(have) == 1 else 's'} {', '.join(have[:8])}" if have else "no keys"
    lacks = f"has only {keys}" if found else "does not exist"
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(kind, f"{reference.name}:{reference.key}", container=reference.container),
        summary=f"{reference.used_as} comes from the optional key {reference.key} of {kind}"
        f" {reference.name}, which {lacks}",
        proof=(
            Proof(
                f"{kind} {reference.name} {lacks}",
                command=kubectl.command("describe", kind, reference.name, reference.pod.namespace),
            ),
            log,
        ),
        solutions=mending.of_key(
            view,
            (kind, reference.pod.namespace, reference.name),
            reference.key,
            near[0] if near else "",
            optional=True,
        )
        if found
        else mending.of_object(view, kind, reference.pod.namespace, reference.name, ""),
    )


_GET = "kubectl get {kind} NAME -o yaml"
_DOCS = {
    objects: DocLines(
        "CreateContainerConfigError, or ContainerCreating with FailedMount; `{kind} not found`",
        "the kubelet says that the {kind} does not exist",
        "the {kind} exists, or the reference is optional; the missing Secret is one for pulls:"
        " ImagePullSecretMissing",
        _GET,
    ),
    keys: DocLines(
        "CreateContainerConfigError, FailedMount, or a program that lacks a variable",
        "the kubelet says that the {kind} has no such key; or the key is optional, was seen to be"
        " missing, and the program ends for want of exactly this variable",
        "the {kind} has the key, or nothing misses it",
        _GET,
    ),
}

CAUSES = tuple(
    Cause(
        code=code,
        title=title,
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=_DOCS[check].doc(title).format(kind=kind),
        check=partial(check, kind=kind),
    )
    for code, title, check, kind in (
        ("SecretNotFound", "a Secret that the pod refers to does not exist", objects, "Secret"),
        (
            "ConfigMapNotFound",
            "a ConfigMap that the pod refers to does not exist",
            objects,
            "ConfigMap",
        ),
        ("SecretKeyMissing", "a key that the pod refers to is not in its Secret", keys, "Secret"),
        (
            "ConfigMapKeyMissing",
            "a key that the pod refers to is not in its ConfigMap",
            keys,
            "ConfigMap",
        ),
    )
)
