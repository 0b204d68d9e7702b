"""Actions Runner Controller, the old one and the new."""

from __future__ import annotations

from bot.cluster.objects.base import Object, ObjectReference, Part
from bot.cluster.objects.pods import PodTemplate


class RunnerTemplateSpec(Part, frozen=True):
    """What a legacy runner registers for."""

    enterprise: str = ""
    organization: str = ""
    repository: str = ""
    group: str = ""
    labels: tuple[str, ...] = ()
    image: str = ""
    ephemeral: bool | None = None
    docker_enabled: bool | None = None


class RunnerTemplate(Part, frozen=True):
    """The template of a RunnerDeployment."""

    spec: RunnerTemplateSpec = RunnerTemplateSpec()


class RunnerDeploymentSpec(Part, frozen=True):
    """`spec` of a RunnerDeployment."""

    replicas: int | None = None
    template: RunnerTemplate = RunnerTemplate()


class RunnerDeploymentStatus(Part, frozen=True):
    """`status` of a RunnerDeployment."""

    desired_replicas: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None


class RunnerDeployment(Object, frozen=True):
    """A RunnerDeployment (`actions.summerwind.dev`)."""

    spec: RunnerDeploymentSpec = RunnerDeploymentSpec()
    status: RunnerDeploymentStatus = RunnerDeploymentStatus()


class RunnerStatus(Part, frozen=True):
    """`status` of a Runner."""

    phase: str = ""
    ready: bool = False
    reason: str = ""
    message: str = ""


class Runner(Object, frozen=True):
    """A Runner (`actions.summerwind.dev`)."""

    spec: RunnerTemplateSpec = RunnerTemplateSpec()
    status: RunnerStatus = RunnerStatus()


class AutoscalerSpec(Part, frozen=True):
    """`spec` of a HorizontalRunnerAutoscaler."""

    scale_target_ref: ObjectReference = ObjectReference()
    min_replicas: int | None = None
    max_replicas: int | None = None


class HorizontalRunnerAutoscaler(Object, frozen=True):
    """A HorizontalRunnerAutoscaler (`actions.summerwind.dev`)."""

    spec: AutoscalerSpec = AutoscalerSpec()


class AutoscalingRunnerSetSpec(Part, frozen=True):
    """`spec` of an AutoscalingRunnerSet."""

    github_config_url: str = ""
    github_config_secret: str = ""
    runner_group: str = ""
    runner_scale_set_name: str = ""
    runner_scale_set_labels: tuple[str, ...] = ()
    min_runners: int | None = None
    max_runners: int | None = None
    template: PodTemplate = PodTemplate()


class AutoscalingRunnerSetStatus(Part, frozen=True):
    """`status` of an AutoscalingRunnerSet."""

    current_runners: int = 0
    pending_ephemeral_runners: int = 0
    running_ephemeral_runners: int = 0
    failed_ephemeral_runners: int = 0
    phase: str = ""
    state: str = ""


class AutoscalingRunnerSet(Object, frozen=True):
    """An AutoscalingRunnerSet (`actions.github.com`)."""

    spec: AutoscalingRunnerSetSpec = AutoscalingRunnerSetSpec()
    status: AutoscalingRunnerSetStatus = AutoscalingRunnerSetStatus()


class AutoscalingListenerSpec(Part, frozen=True):
    """`spec` of an AutoscalingListener."""

    autoscaling_runner_set_namespace: str = ""
    autoscaling_runner_set_name: str = ""


class AutoscalingListener(Object, frozen=True):
    """An AutoscalingListener; its pod has the same name and namespace."""

    spec: AutoscalingListenerSpec = AutoscalingListenerSpec()


class EphemeralRunnerSetSpec(Part, frozen=True):
    """`spec` of an EphemeralRunnerSet."""

    replicas: int = 0


class EphemeralRunnerSet(Object, frozen=True):
    """An EphemeralRunnerSet (`actions.github.com`)."""

    spec: EphemeralRunnerSetSpec = EphemeralRunnerSetSpec()
    status: AutoscalingRunnerSetStatus = AutoscalingRunnerSetStatus()


class EphemeralRunnerStatus(Part, frozen=True):
    """`status` of an EphemeralRunner."""

    ready: bool = False
    phase: str = ""
    reason: str = ""
    message: str = ""
    runner_name: str = ""
    runner_id: int = 0
    job_repository_name: str = ""
    job_display_name: str = ""
    workflow_run_id: int = 0


class EphemeralRunner(Object, frozen=True):
    """An EphemeralRunner (`actions.github.com`); its pod has the same name and namespace."""

    status: EphemeralRunnerStatus = EphemeralRunnerStatus()
