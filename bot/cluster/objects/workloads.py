"""What makes pods: the groups apps and batch."""

from __future__ import annotations

from bot.cluster.objects.base import (
    Condition,
    Labels,
    LabelSelector,
    Metadata,
    Object,
    ObjectReference,
    Part,
    Time,
)
from bot.cluster.objects.pods import PodTemplate
from bot.cluster.objects.storage import PersistentVolumeClaim


class WorkloadSpec(Part, frozen=True):
    """`spec` of a Deployment, ReplicaSet, StatefulSet or DaemonSet."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate = PodTemplate()
    paused: bool = False
    service_name: str = ""
    progress_deadline_seconds: int | None = None
    min_ready_seconds: int = 0
    volume_claim_templates: tuple[PersistentVolumeClaim, ...] = ()


class WorkloadStatus(Part, frozen=True):
    """`status` of the same kinds."""

    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    updated_replicas: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    current_replicas: int = 0
    """Of a StatefulSet: pods of the revision that it came from."""
    desired_number_scheduled: int | None = None
    """Of a DaemonSet, which always says it; an object that was shortened may not."""
    current_number_scheduled: int = 0
    number_ready: int = 0
    number_available: int = 0
    number_misscheduled: int = 0
    current_revision: str = ""
    update_revision: str = ""


class _Workload(Object, frozen=True):
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class Deployment(_Workload, frozen=True):
    """A Deployment."""


class ReplicaSet(_Workload, frozen=True):
    """A ReplicaSet."""


class StatefulSet(_Workload, frozen=True):
    """A StatefulSet."""


class DaemonSet(_Workload, frozen=True):
    """A DaemonSet."""


class ReplicationControllerSpec(Part, frozen=True):
    """`spec` of a ReplicationController, whose selector is a plain map."""

    replicas: int | None = None
    selector: Labels = {}
    template: PodTemplate = PodTemplate()


class ReplicationController(Object, frozen=True):
    """A ReplicationController."""

    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: WorkloadStatus = WorkloadStatus()


class JobSpec(Part, frozen=True):
    """`spec` of a Job."""

    template: PodTemplate = PodTemplate()
    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    active_deadline_seconds: int | None = None
    suspend: bool | None = None
    completion_mode: str = ""
    backoff_limit_per_index: int | None = None


class JobStatus(Part, frozen=True):
    """`status` of a Job."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    ready: int = 0
    conditions: tuple[Condition, ...] = ()
    start_time: Time | None = None
    completion_time: Time | None = None
    failed_indexes: str = ""


class Job(Object, frozen=True):
    """A Job."""

    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplate(Part, frozen=True):
    """The template of a CronJob."""

    metadata: Metadata = Metadata()
    spec: JobSpec = JobSpec()


class CronJobSpec(Part, frozen=True):
    """`spec` of a CronJob."""

    schedule: str = ""
    suspend: bool | None = None
    job_template: JobTemplate = JobTemplate()
    starting_deadline_seconds: int | None = None
    concurrency_policy: str = ""
    time_zone: str | None = None


class CronJobStatus(Part, frozen=True):
    """`status` of a CronJob."""

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


class CronJob(Object, frozen=True):
    """A CronJob."""

    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()
