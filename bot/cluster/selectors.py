"""Label selectors: does a selector match these labels?"""

from __future__ import annotations

from bot.cluster.objects import LabelSelector, LabelSelectorRequirement


def matches(selector: LabelSelector, labels: dict[str, str]) -> bool:
    """Whether the labels fulfil every part of the selector; an empty selector matches all."""
    return all(labels.get(key) == value for key, value in selector.match_labels.items()) and all(
        _fulfils(part, labels) for part in selector.match_expressions
    )


def _fulfils(part: LabelSelectorRequirement, labels: dict[str, str]) -> bool:
    match part.operator:
        case "In":
            return labels.get(part.key) in part.values
        case "NotIn":
            return labels.get(part.key) not in part.values
        case "Exists":
            return part.key in labels
        case "DoesNotExist":
            return part.key not in labels
        case _:
            return False
