"""Events: what a component said of an object."""

from __future__ import annotations

from datetime import datetime

from bot.cluster.objects.base import Object, ObjectReference, Part, Time


class EventSeries(Part, frozen=True):
    """How often an event was repeated."""

    count: int = 0
    last_observed_time: Time | None = None


class EventSource(Part, frozen=True):
    """Who wrote an event (core API)."""

    component: str = ""
    host: str = ""


class Event(Object, frozen=True):
    """An event of either API; the properties give what both mean."""

    involved_object: ObjectReference | None = None
    regarding: ObjectReference | None = None
    reason: str = ""
    type: str = ""
    message: str = ""
    note: str = ""
    count: int | None = None
    deprecated_count: int | None = None
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    deprecated_first_timestamp: Time | None = None
    deprecated_last_timestamp: Time | None = None
    event_time: Time | None = None
    series: EventSeries | None = None
    source: EventSource | None = None
    reporting_component: str = ""
    reporting_controller: str = ""

    @property
    def about(self) -> ObjectReference:
        """The object that the event is about."""
        return self.involved_object or self.regarding or ObjectReference()

    @property
    def text(self) -> str:
        """Its message."""
        return self.message or self.note

    @property
    def times(self) -> int:
        """How often it happened, at least once."""
        series = self.series.count if self.series else 0
        return max(self.count or 0, self.deprecated_count or 0, series, 1)

    @property
    def last_seen(self) -> datetime | None:
        """When it happened last."""
        series = self.series.last_observed_time if self.series else None
        return (
            series
            or self.last_timestamp
            or self.deprecated_last_timestamp
            or self.event_time
            or self.metadata.creation_timestamp
        )

    @property
    def component(self) -> str:
        """Who wrote it."""
        source = self.source.component if self.source else ""
        return source or self.reporting_component or self.reporting_controller
