"""Webhooks and aggregated APIs: who else answers for the API server."""

from __future__ import annotations

from bot.cluster.objects.base import Condition, LabelSelector, Object, Part


class ServiceReference(Part, frozen=True):
    """The Service behind a webhook or an aggregated API."""

    name: str = ""
    namespace: str = ""
    port: int | None = None
    path: str = ""


class WebhookClientConfig(Part, frozen=True):
    """Where a webhook is called."""

    service: ServiceReference | None = None
    url: str = ""


class WebhookRule(Part, frozen=True):
    """What a webhook is called for."""

    api_groups: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


class Webhook(Part, frozen=True):
    """One admission webhook."""

    name: str = ""
    client_config: WebhookClientConfig = WebhookClientConfig()
    failure_policy: str = ""
    timeout_seconds: int | None = None
    rules: tuple[WebhookRule, ...] = ()
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None


class ValidatingWebhookConfiguration(Object, frozen=True):
    """A ValidatingWebhookConfiguration."""

    webhooks: tuple[Webhook, ...] = ()


class MutatingWebhookConfiguration(Object, frozen=True):
    """A MutatingWebhookConfiguration."""

    webhooks: tuple[Webhook, ...] = ()


class APIServiceSpec(Part, frozen=True):
    """`spec` of an APIService."""

    group: str = ""
    version: str = ""
    service: ServiceReference | None = None


class APIServiceStatus(Part, frozen=True):
    """`status` of an APIService."""

    conditions: tuple[Condition, ...] = ()


class APIService(Object, frozen=True):
    """An APIService: an API group, perhaps served by a Service of the cluster."""

    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()
