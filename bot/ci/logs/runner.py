"""The machine that runs the job: GitHub's service, the runner program, ARC, and missing tools.

Sources of the sentences: https://github.com/actions/runner (JobRunner.cs, JobDispatcher.cs,
StepsRunner.cs, ActionManager.cs), https://github.com/actions/actions-runner-controller and
https://github.com/actions/runner-container-hooks; the service's own are seen in annotations.
"""

from __future__ import annotations

from bot.ci.logs.findings import Order, rule

_LOST = ("RunnerLost", Order.RUNNER)
_POD = ("RunnerPodFailing", Order.QUEUED)
_SET = ("RunnerScaleSetDown", Order.QUEUED)
_TOOL = ("RunnerToolMissing", Order.TOOL)
_STARTED = (
    r"Found online and idle|Job is about to start running on the runner|Current runner version|"
    r"Runner name: |Set up job|Secret source: "
)
_RUNNERS = r"runner|EphemeralRunner|arc-|scale set"

RULES = (
    rule(*_LOST, "lost communication", r"lost communication with the server",
         also=("RunnerPodFailing", "WorkflowFailed", "BuildOutOfMemory")),
    rule(*_LOST, "shutdown signal", r"runner has received a shutdown signal",
         also=("WorkflowCancelled", "WorkflowFailed", "RunnerPodFailing")),
    rule(*_LOST, "encountered an error while running your job",
         r"hosted runner encountered an error while running your job", also=("WorkflowFailed",)),
    rule(*_LOST, "did not respond|stopped responding",
         r"runner .{0,80}did not respond|stopped responding",
         suspected=True,
         also=("WorkflowFailed",)),
    # Work that no runner took.
    rule("RunnerLabelMismatch", Order.QUEUED, "image label", r"image label with the label \S+ doe"
         r"s not exist",
         also=("RunnerNoneOnline",)),
    rule("RunnerLabelMismatch", Order.QUEUED, "no runner matching",
         r"No runner matching the specified labels was found", also=("RunnerNoneOnline",)),
    rule("RunnerNoneOnline", Order.QUEUED, "online and idle",
         r"Can't find any online and idle self-hosted runner",
         also=("RunnerLabelMismatch",), unless=_STARTED),
    rule("RunnerNoneOnline", Order.QUEUED, "awaiting a runner", r"while awaiting a runner for",
         also=("RunnerLabelMismatch", "WorkflowTimedOut")),
    rule("RunnerNoneOnline", Order.QUEUED, "queued for more than", r"queued for more than .{0,20}"
         r"(?:hours|24h)",
         also=("RunnerLabelMismatch", "WorkflowQueued")),
    rule("WorkflowFailed", Order.CANCELLED, "not acquired by runner",
         r"job was not acquired by Runner",
         also=("WorkflowQueued", "RunnerNoneOnline")),
    rule("WorkflowQueued", Order.QUEUED, "waiting for a", r"Waiting for a (?:self-hosted )?runner"
         r" to pick ?up this job",
         suspected=True, also=("RunnerNoneOnline", "RunnerLabelMismatch"),
         unless=_STARTED + r"|not acquired|Can't find any online"),
    rule("WorkflowQueued", Order.QUEUED, "waiting for a hosted runner", r"Job is waiting for a h"
         r"osted runner",
         suspected=True, also=("RunnerNoneOnline",), unless=_STARTED + r"|not acquired"),
    rule("WorkflowQueued", Order.QUEUED, "pending |concurrency group",
         r"waiting for a pending (?:job|run)|"
         r"concurrency group",
         suspected=True, unless=_STARTED + r"|Cancel"),
    # ARC and the pods of runners.
    rule(*_POD, "ephemeral runner container failed", r"Ephemeral runner container failed"),
    rule(*_POD, "pod has failed to start|toomanypodfailures",
         r"Pod has failed to start more than \d+ times|"
         r"TooManyPodFailures"),
    rule(*_POD, "failed to create ", r"Failed to create the pod|"
         r"failed to create ephemeral runner pod"),
    rule(*_POD, "pod was rejected", r"Pod was rejected: ", also=("NodeAdmissionRejected",)),
    rule(*_POD, "pod failed to come online|unhealthy with phase", r"pod failed to come online|"
         r"is unhealthy with phase status",
         also=("WorkflowFailed",)),
    rule(*_POD, "ephemeral runner", r"Ephemeral runner counts.{0,300}\"failed\": [1-9]|"
         r"Ephemeral runner pod has finished, but the runner still exists"),
    rule(*_POD, "phase", r"EphemeralRunner\b.{0,600}\"phase\": \"Failed\""),
    rule(*_POD, "runner listener exit",
         r"Runner listener exited? with (?:error|undefined|retryable|terminated).{0,12}"
         r"(?:code [1-9]|return code|error)"),
    rule(*_POD, "signature is not valid", r"The signature is not valid", suspected=True,
         needs=_RUNNERS),
    rule(*_POD, "custom container implementation", r"Executing the custom container implementatio"
         r"n failed",
         also=("WorkflowFailed",)),
    rule(*_POD, "waiting for runner container",
         r"Waiting for runner container status to be available",
         suspected=True, also=("WorkflowQueued",)),
    rule(*_POD, "docker has not become available", r"Docker has not become available within",
         also=("RunnerToolMissing",)),
    rule(*_POD, "runner_token|runner_name", r"RUNNER_TOKEN must be set|RUNNER_NAME must be set"),
    rule(*_POD, "not configured", r"An error occurred: Not configured"),
    rule(*_POD, "failed to register", r"Runner failed to register itself"),
    rule(*_POD, "registration ", r"Registration [0-9a-f-]{36} was not found"),
    rule(*_POD, "registration", r"runner registration has been deleted|"
         r"from 'POST \S+runner-registration'"),
    rule(*_POD, "deprecated and cannot receive", r"is deprecated and cannot receive messages",
         also=("RunnerScaleSetDown", "RunnerNoneOnline")),
    rule(*_POD, "errimagepull|backoff|oomkilled",
         r"ErrImagePull|ImagePullBackOff|CrashLoopBackOff|OOMKilled", suspected=True,
         needs=_RUNNERS, unless=r"docker push|buildx"),
    rule("RunnerCapacityReached", Order.QUEUED, "quota is exceeded", r"Resource quota is exceeded"
         r"; requeue",
         also=("RunnerPodFailing",)),
    rule("RunnerCapacityReached", Order.QUEUED, "insufficient", r"\d+/\d+ nodes are available.{0,"
         r"200}Insufficient",
         also=("RunnerPodFailing",), needs=_RUNNERS),
    rule(*_SET, "registration token|failedupdateregistrationtoken",
         r"failed to get runner registration token|"
         r"FailedUpdateRegistrationToken"),
    rule(*_SET, "access token for github app", r"failed to get access token for GitHub App"),
    rule(*_SET, "kubernetes secret", r"failed to get kubernetes secret"),
    rule(*_SET, "runner group", r"Failed to get runner group by name|"
         r"no runner group found with name"),
    rule(*_SET, "actions service", r"Failed to initialize Actions service client|"
         r"Failed to get runner scale set from Actions service"),
    rule(*_SET, "session", r"createSession failed|create actions message session client|"
         r"SessionConflictException|"
         r"session for this runner already exists"),
    rule(*_SET, "autoscaling runner set version", r"Autoscaling runner set version doesn't match"),
    rule(*_SET, "failed calling webhook", r"failed calling webhook \"\S*actions\.summerwind\.dev"),
    rule(*_SET, "runnerautoscalingfailure", r"RunnerAutoscalingFailure"),
    # Tools that the job takes for granted.
    rule(*_TOOL, "docker",
         r"Cannot connect to the Docker daemon|failed to connect to the docker API|"
         r"error during connect: .{0,200}docker|dial unix \S*docker\.sock",
         also=("RunnerPodFailing", "WorkflowFailed")),
    rule(*_TOOL, "permission denied while trying to connect", r"permission denied while trying to"
         r" connect to the "
         r"Docker", also=("WorkflowFailed",)),
    rule(*_TOOL, "buildx", r"Docker buildx is required|'buildx' is not a docker command|"
         r"docker: unknown command: docker buildx"),
    rule(*_TOOL, "not supported for the", r"(?:Multi-platform build|Cache export|OCI exporter|"
         r"attestations?).{0,40}is not "
         r"supported for the docker driver", also=("BuildDockerfileFailed", "WorkflowFailed")),
    rule(*_TOOL, "not supported for",
         r"Multiple platforms feature is currently not supported for docker driver",
         also=("BuildDockerfileFailed", "WorkflowFailed")),
    rule(*_TOOL, "builder|find driver",
         r"failed to initialize builder|no builder \"[^\"]{1,80}\" found|failed to find driver",
         also=("WorkflowFailed",)),
    rule(*_TOOL, "unable to locate executable", r"Unable to locate executable file: \S+",
         also=("WorkflowFailed",)),
    rule(*_TOOL, "container operations", r"Container operations are only supported on Linux runne"
         r"rs"),
    rule(*_TOOL, "not found", r"(?:line \d+: |bash: |sh: )(?:docker|docker-compose|"
         r"podman|buildah|skopeo|"
         r"make|jq|aws|gcloud|az|helm|kubectl|node|npm|python3?|java|mvn|go|git|ko|pack|crane): "
         r"(?:command )?not found", also=("WorkflowFailed",),
         unless=r"did not complete successfully"),
    rule(*_TOOL, "not found", r"(?:sh|bash): (?:\d+: )?(?:docker|docker-compose|podman|buildah|"
         r"skopeo): "
         r"(?:command )?not found", also=("WorkflowFailed",),
         unless=r"did not complete successfully"),
    rule(*_TOOL, "docker", r"docker(?:-compose)?: command not found|docker: not found|"
         r"spawn docker ENOENT", also=("WorkflowFailed",), unless=r"did not complete successfully"),
)  # fmt: skip
