"""Who can serve a job, and why nobody does: pure, over GitHub's list and the cluster's objects."""

from bot.runners.answers import (
    AllBusy,
    CannotTell,
    Hosted,
    Idle,
    NoMatch,
    NoRunner,
    Offline,
    PodsFailing,
    RunnerSet,
    Scaling,
    Service,
    SetDown,
)
from bot.runners.service import is_hosted, who_serves
from bot.runners.sets import runner_sets, serves

__all__ = [
    "AllBusy",
    "CannotTell",
    "Hosted",
    "Idle",
    "NoMatch",
    "NoRunner",
    "Offline",
    "PodsFailing",
    "RunnerSet",
    "Scaling",
    "Service",
    "SetDown",
    "is_hosted",
    "runner_sets",
    "serves",
    "who_serves",
]
