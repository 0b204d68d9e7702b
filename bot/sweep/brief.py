"""What a sweep keeps of a pod that is well: that it is there, whose it is, and since when. Pure.

Nine of ten pods are well; without their specs a sweep of files needs a fraction of the memory.
"""

from __future__ import annotations

import sys

from bot.cluster import objects as k
from bot.cluster.newest import newest_time
from bot.cluster.pod_state import pod_is_well

_READY = k.Condition(type="Ready", status="True")


def brief(item: k.KubeObject) -> k.KubeObject:
    """The object, or of a pod that is well as much as counting and dating need."""
    if not isinstance(item, k.Pod) or not pod_is_well(item):
        return item
    meta = item.metadata
    return k.Pod(
        metadata=k.Metadata(
            name=meta.name,
            namespace=meta.namespace,
            uid=meta.uid,
            owner_references=meta.owner_references,
            resource_version=meta.resource_version,
            creation_timestamp=meta.creation_timestamp,
        ),
        status=k.PodStatus(
            phase=sys.intern(item.status.phase),
            conditions=(_READY,),
            start_time=newest_time((item,)),
        ),
        api_version=item.api_version,
    )
