"""Exposure."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.exposure import (
    api_service_unavailable,
    ingress_backend_missing,
    ingress_class_missing,
    ingress_tls_secret_missing,
    network_policy_blocking,
    network_policy_selects_nothing,
    service_endpoint_not_ready,
    service_no_endpoints,
    service_not_found,
    service_selector_mismatch,
    service_target_port_mismatch,
)

CAUSES: tuple[Cause, ...] = (
    service_not_found.CAUSE,
    service_selector_mismatch.CAUSE,
    service_target_port_mismatch.CAUSE,
    service_no_endpoints.CAUSE,
    service_endpoint_not_ready.CAUSE,
    ingress_class_missing.CAUSE,
    ingress_backend_missing.CAUSE,
    ingress_tls_secret_missing.CAUSE,
    network_policy_blocking.CAUSE,
    network_policy_selects_nothing.CAUSE,
    api_service_unavailable.CAUSE,
)
