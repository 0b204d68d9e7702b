"""When follow-ups are stepped: APScheduler, whose jobs live in the bot's own database.

A job is a function that can be found by its name and the id of a follow-up; what the follow-up is
stands in our tables.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)


class Steps(Protocol):
    """What steps a follow-up, and ends a mute."""

    async def step(self, follow_up_id: str) -> None:
        """Bring one follow-up as far as it can be brought now."""
        ...

    async def lift(self, mute_id: str) -> None:
        """End a mute whose time is over."""
        ...


class _Running:
    """Who steps in this process: a job is found by name, so it cannot bring an object along."""

    steps: Steps | None = None


async def tick(follow_up_id: str) -> None:
    """Step a follow-up: what every job calls."""
    if _Running.steps is not None:
        await _Running.steps.step(follow_up_id)


async def lift(mute_id: str) -> None:
    """End a mute: what its job calls."""
    if _Running.steps is not None:
        await _Running.steps.lift(mute_id)


class _Meant(logging.Filter):
    """Leaves out of APScheduler's log what is meant to happen.

    A step that takes longer than its rhythm is not begun twice, and one that is under way when the
    process ends is taken up by the next.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        cancelled = isinstance(error, asyncio.CancelledError)
        return not cancelled and "maximum number of running instances" not in str(record.msg)


_MEANT = _Meant()


class _JobStore(SQLAlchemyJobStore):
    """A job store that outlives another replica's removal of a job, and a busy database.

    In APScheduler 3 an error of `update_job` ends the scheduler's loop (`_process_jobs`).
    """

    def update_job(self, job: Any) -> None:
        try:
            super().update_job(job)  # type: ignore[no-untyped-call]
        except (JobLookupError, SQLAlchemyError) as error:
            log.warning("job %s was not updated: %s", job.id, error)


class Scheduling:
    """Starts, keeps and ends the jobs."""

    def __init__(self, engine: Engine) -> None:
        for name in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(name).addFilter(_MEANT)
        # APScheduler 3 has no types.
        scheduler: Any = AsyncIOScheduler
        store: Any = _JobStore
        memory: Any = MemoryJobStore
        self._scheduler = scheduler(
            jobstores={"default": store(engine=engine), "memory": memory()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )

    def start(self, steps: Steps) -> None:
        """Begin, with the jobs that an earlier process left."""
        _Running.steps = steps
        self._scheduler.start()

    def stop(self) -> None:
        """End; the jobs stay for the next process."""
        _Running.steps = None
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do something now and every so many seconds, in this process alone."""
        self._scheduler.add_job(
            work, "interval", seconds=seconds, jobstore="memory", next_run_time=datetime.now(UTC)
        )

    def add(self, follow_up_id: str, seconds: float) -> None:
        """Step this follow-up every so many seconds; a job that is there keeps its rhythm."""
        if self._scheduler.get_job(follow_up_id) is None:
            self._scheduler.add_job(
                tick,
                "interval",
                seconds=seconds,
                args=[follow_up_id],
                id=follow_up_id,
                replace_existing=True,
            )

    def remove(self, follow_up_id: str) -> None:
        """Step it no more."""
        try:
            self._scheduler.remove_job(follow_up_id)
        except JobLookupError:
            log.debug("job %s is gone already", follow_up_id)

    def at(self, mute_id: str, moment: datetime) -> None:
        """End this mute at this moment, or at the next start when nobody runs then."""
        self._scheduler.add_job(
            lift, "date", run_date=moment, args=[mute_id], id=mute_id, replace_existing=True
        )
