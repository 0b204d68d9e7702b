"""The codes of this family: what each means, how it is seen, proved and excluded."""

from __future__ import annotations

from bot.cause.tables import Row
from bot.report import Rank

ROWS: tuple[Row, ...] = (
    Row(
        code="NodeNotReady",
        title="the node reports that it is not ready",
        rank=Rank.ORIGIN,
        seen_as="Pending or Unknown pods of one node",
        confirmed_if="its Ready condition is False",
        ruled_out_if="it is True",
        by_hand="kubectl describe node NODE",
    ),
    Row(
        code="NodeLost",
        title="the node stopped reporting, or does not exist any more",
        rank=Rank.ORIGIN,
        seen_as="Unknown or Terminating pods of one node",
        confirmed_if="its Ready condition is Unknown, or it is absent",
        ruled_out_if="it reports",
        by_hand="kubectl get node NODE",
    ),
    Row(
        code="NodeShutdown",
        title="the node was shut down",
        rank=Rank.ORIGIN,
        seen_as="pods Failed with reason Terminated or NodeShutdown",
        confirmed_if="the kubelet's status of the pod",
        ruled_out_if="the node was up",
        by_hand="kubectl get pod POD -o jsonpath='{.status.message}'",
    ),
    Row(
        code="NodeAdmissionRejected",
        title="the kubelet did not admit the pod",
        seen_as="OutOfcpu, NodeAffinity, UnexpectedAdmissionError",
        confirmed_if="the pod's status reason",
        ruled_out_if="it was admitted",
        by_hand="kubectl get pod POD -o jsonpath='{.status.message}'",
    ),
    Row(
        code="Evicted",
        title="the pod was evicted",
        seen_as="Evicted",
        confirmed_if="the pod's status, and no resource is named",
        ruled_out_if="it runs",
        by_hand="kubectl get pod POD -o jsonpath='{.status.message}'",
    ),
    Row(
        code="EphemeralStorageExceeded",
        title="the pod used more ephemeral storage than it may",
        rank=Rank.ORIGIN,
        seen_as="Evicted",
        confirmed_if="the kubelet names the pod's or a container's limit",
        ruled_out_if="it evicted for the node's sake",
        by_hand="kubectl get pod POD -o jsonpath='{.status.message}'",
    ),
    Row(
        code="DiskPressure",
        title="the node is low on disk",
        rank=Rank.ORIGIN,
        seen_as="Evicted, `low on resource: ephemeral-storage`",
        confirmed_if="the kubelet's words, or the node's condition",
        ruled_out_if="the condition is False",
        by_hand="kubectl describe node NODE",
    ),
    Row(
        code="MemoryPressure",
        title="the node is low on memory",
        rank=Rank.ORIGIN,
        seen_as="Evicted, `low on resource: memory`",
        confirmed_if="the kubelet's words, or the node's condition",
        ruled_out_if="the condition is False",
        by_hand="kubectl describe node NODE",
    ),
    Row(
        code="Preempted",
        title="the pod made room for one of higher priority",
        seen_as="Preempting, Preempted",
        confirmed_if="scheduler or kubelet say so",
        ruled_out_if="it ended otherwise",
        by_hand="kubectl get priorityclass",
    ),
)
