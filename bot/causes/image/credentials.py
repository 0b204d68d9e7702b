"""Which pull secrets of a pod cover its image, as far as its objects tell."""

from __future__ import annotations

import msgspec

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts.said import of
from bot.images import ImageRef
from bot.registries.pull_secrets import DATA_KEYS, PullEntry, PullSecret, problem_for
from bot.view import View


class PullSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """The pull secrets that a pod names, and what is wrong with each."""

    named: tuple[str, ...]
    missing: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    """Why a secret that exists gives no credential for this image, one sentence each."""
    covering: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def none_covers(self) -> bool:
        """Whether it is known that no secret of the pod has a credential for the image."""
        return bool(self.named) and not self.covering and not self.unreadable


def pull_secrets(view: View, pod: k.Pod, image: ImageRef) -> PullSecrets:
    """Look at each pull secret that the pod names."""
    named = tuple(each.name for each in pod.spec.image_pull_secrets if each.name)
    told = {
        name
        for fact, item in of(view, f.PullSecretsUnavailable)
        for name in fact.names
        if item.about is pod
    }
    missing: list[str] = []
    mistakes: list[str] = []
    covering: list[str] = []
    unreadable: list[str] = []
    for name in named:
        secret = view.find(k.Secret, pod.namespace, name)
        if secret is None:
            absent = name in told or view.absent(k.Secret, pod.namespace, name)
            (missing if absent else unreadable).append(name)
        elif mistake := _mistake(secret, image):
            mistakes.append(mistake)
        elif secret.registries is None:
            unreadable.append(name)
        else:
            covering.append(name)
    return PullSecrets(
        named=named,
        missing=tuple(missing),
        mistakes=tuple(mistakes),
        covering=tuple(covering),
        unreadable=tuple(unreadable),
    )


def _mistake(secret: k.Secret, image: ImageRef) -> str:
    """Why the kubelet takes nothing of this secret for the image; empty when it does, or may."""
    if secret.type and secret.type not in DATA_KEYS:
        return f"secret {secret.name} has type {secret.type}, which is not read for pulling"
    if secret.registries is None and not secret.problem:
        return ""
    held = PullSecret(
        namespace=secret.namespace,
        name=secret.name,
        entries=tuple(PullEntry(key, "", "") for key in secret.registries or ()),
        problem=secret.problem,
    )
    why = problem_for((held,), image)
    return f"secret {secret.name}: {why}" if why else ""
