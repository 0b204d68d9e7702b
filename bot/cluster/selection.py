"""Label and field selectors as the API takes them, applied to objects in memory. Pure.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

import re

import msgspec

from bot.cluster.objects import Event, KubeObject, LabelSelector, LabelSelectorRequirement, Pod
from bot.cluster.selectors import matches

_SET = re.compile(r"\s*([^\s,!=()]+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_EQUAL = re.compile(r"\s*([^\s,!=()]+)\s*(==|=|!=)\s*([^\s,()]*)\s*$")
_KEY = re.compile(r"\s*(!?)\s*([^\s,!=()]+)\s*$")
_COMMA = re.compile(r",(?![^(]*\))")


class Selection(msgspec.Struct, frozen=True):
    """A parsed pair of selectors: labels, and fields as (path, equal or not, value)."""

    labels: LabelSelector
    fields: tuple[tuple[str, bool, str], ...]

    def selects(self, item: KubeObject) -> bool:
        """Whether an object fulfils both."""
        return matches(self.labels, item.metadata.labels) and all(
            (_field(item, path) == value) is equal for path, equal, value in self.fields
        )


def parse(labels: str = "", fields: str = "") -> Selection:
    """Parse both selectors. Raises ValueError for one that the API would refuse."""
    parts = tuple(_requirement(part) for part in _COMMA.split(labels) if part.strip())
    return Selection(LabelSelector(match_expressions=parts), tuple(_fields(fields)))


def _requirement(text: str) -> LabelSelectorRequirement:
    if match := _SET.match(text):
        values = tuple(value.strip() for value in match[3].split(","))
        return LabelSelectorRequirement(
            key=match[1], operator={"in": "In", "notin": "NotIn"}[match[2]], values=values
        )
    if match := _EQUAL.match(text):
        operator = "NotIn" if match[2] == "!=" else "In"
        return LabelSelectorRequirement(key=match[1], operator=operator, values=(match[3],))
    if match := _KEY.match(text):
        return LabelSelectorRequirement(
            key=match[2], operator="DoesNotExist" if match[1] else "Exists"
        )
    raise ValueError(f"unable to parse the label selector {text!r}")


def _fields(text: str) -> list[tuple[str, bool, str]]:
    found = []
    for part in text.split(","):
        if not part.strip():
            continue
        match = _EQUAL.match(part)
        if match is None:
            raise ValueError(f"unable to parse the field selector {part!r}")
        found.append((match[1], match[2] != "!=", match[3]))
    return found


def _field(item: KubeObject, path: str) -> str:
    """Give a field that the API lets people select by. Raises ValueError for any other."""
    plain = {"metadata.name": item.name, "metadata.namespace": item.namespace}
    if isinstance(item, Pod):
        plain |= {
            "spec.nodeName": item.spec.node_name,
            "spec.restartPolicy": item.spec.restart_policy,
            "spec.serviceAccountName": item.spec.service_account_name,
            "status.phase": item.status.phase,
            "status.podIP": item.status.pod_ip,
        }
    if isinstance(item, Event):
        about = item.about
        plain |= {"reason": item.reason, "type": item.type}
        for prefix in ("involvedObject", "regarding"):
            plain |= {
                f"{prefix}.kind": about.kind,
                f"{prefix}.namespace": about.namespace,
                f"{prefix}.name": about.name,
                f"{prefix}.uid": about.uid,
                f"{prefix}.fieldPath": about.field_path,
            }
    if path not in plain:
        raise ValueError(f"{item.kind} cannot be selected by the field {path!r}")
    return plain[path]
