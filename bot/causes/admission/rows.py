"""The codes of this family: what each means, how it is seen, proved and excluded."""

from __future__ import annotations

from bot.cause.tables import Row

ROWS: tuple[Row, ...] = (
    Row(
        code="QuotaExceeded",
        title="the namespace's quota is used up",
        seen_as="FailedCreate, `exceeded quota`",
        confirmed_if="admission names the quota",
        ruled_out_if="used plus requested is below hard",
        by_hand="kubectl describe resourcequota -n NAMESPACE",
    ),
    Row(
        code="QuotaMustSpecifyResources",
        title="the quota takes only pods that say what they need",
        seen_as="FailedCreate, `must specify limits.cpu`",
        confirmed_if="admission names the resources",
        ruled_out_if="the containers say them",
        by_hand="kubectl describe resourcequota -n NAMESPACE",
    ),
    Row(
        code="LimitRangeViolation",
        title="a container asks for more or less than the namespace allows",
        seen_as="FailedCreate, `maximum memory usage per Container`",
        confirmed_if="admission says so",
        ruled_out_if="requests and limits are within",
        by_hand="kubectl describe limitrange -n NAMESPACE",
    ),
    Row(
        code="PodSecurityViolation",
        title="the pod violates the namespace's security standard",
        seen_as="FailedCreate, `violates PodSecurity`",
        confirmed_if="admission names the standard",
        ruled_out_if="the pod meets it",
        by_hand="kubectl get namespace NAMESPACE --show-labels",
    ),
    Row(
        code="WebhookDenied",
        title="an admission webhook denied the pod",
        seen_as="FailedCreate, `denied the request`",
        confirmed_if="the API server names the webhook",
        ruled_out_if="it allowed the request",
        by_hand="kubectl get validatingwebhookconfigurations",
    ),
    Row(
        code="WebhookUnavailable",
        title="an admission webhook does not answer",
        seen_as="FailedCreate, `failed calling webhook`",
        confirmed_if="the API server names the webhook and the failure",
        ruled_out_if="it answers",
        by_hand="kubectl get validatingwebhookconfigurations -o yaml",
    ),
)
