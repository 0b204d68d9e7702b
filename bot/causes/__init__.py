"""The table of contents of everything that can be wrong, family by family.

The order means nothing: every report is sorted by layer, rank and code.
"""

from __future__ import annotations

from bot.cause import Cause
from bot.causes import (
    admission,
    build,
    configuration,
    exposure,
    image,
    node,
    prerequisite,
    probes,
    sandbox,
    scheduling,
    startup,
    state,
    storage,
    workload,
)

CAUSES: tuple[Cause, ...] = (
    *image.CAUSES,
    *build.CAUSES,
    *prerequisite.CAUSES,
    *scheduling.CAUSES,
    *storage.CAUSES,
    *configuration.CAUSES,
    *startup.CAUSES,
    *sandbox.CAUSES,
    *probes.CAUSES,
    *admission.CAUSES,
    *node.CAUSES,
    *workload.CAUSES,
    *exposure.CAUSES,
    *state.CAUSES,
)
