"""What an autoscaler says of itself, in every version of its API."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.cluster import objects as k

_IN_V1 = "autoscaling.alpha.kubernetes.io/conditions"


class _Condition(msgspec.Struct, frozen=True, rename="camel"):
    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""


def conditions_of(item: k.HorizontalPodAutoscaler) -> tuple[k.Condition, ...]:
    """Its conditions. `autoscaling/v1` has no field for them and keeps them in an annotation.

    https://pkg.go.dev/k8s.io/api/autoscaling#HorizontalPodAutoscalerConditionsAnnotation
    """
    return item.status.conditions or tuple(_noted(item.metadata.annotations.get(_IN_V1, "")))


def _noted(text: str) -> Iterator[k.Condition]:
    try:
        found = msgspec.json.decode(text, type=tuple[_Condition, ...]) if text else ()
    except (msgspec.MsgspecError, RecursionError):
        return
    for each in found:
        yield k.Condition(
            type=each.type, status=each.status, reason=each.reason, message=each.message
        )
