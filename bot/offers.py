"""What a message offers: each button stands in the store before anybody can see it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.evidence import Target
from bot.remedies import remedy_for
from bot.render.states import Button
from bot.report import Action, Recheck, Report, RetryPull
from bot.store import Store
from bot.store.records import ActionState, Offered

_LIFE = timedelta(hours=24)


class Offers:
    """Makes the buttons of a thread."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def of_report(self, thread_id: str, report: Report) -> tuple[Button, ...]:
        """A button for each solution that has one, and Recheck; earlier ones count no longer."""
        await self._store.actions.retire(thread_id)
        buttons = [
            await self._offer(
                thread_id, solution.action, primary=solution.recommended, solution=index
            )
            for index, solution in enumerate(report.solutions)
            if solution.action is not None and not isinstance(solution.action, Recheck)
        ]
        return (*buttons, await self.recheck(thread_id, report.target))

    async def recheck(self, thread_id: str, target: Target) -> Button:
        """Offer to look again."""
        return await self._offer(thread_id, Recheck(target=target))

    async def retry(self, thread_id: str, action: RetryPull) -> Button:
        """Offer to pull at once; the same button for as long as it can be pressed."""
        for offered in await self._store.actions.of_thread(thread_id):
            free = offered.state is ActionState.OFFERED and offered.expires_at > self._now()
            if free and offered.action == action:
                return _button(offered)
        return await self._offer(thread_id, action)

    async def choices(
        self, thread_id: str, targets: tuple[Target, ...]
    ) -> tuple[tuple[str, Target], ...]:
        """Offer to look at each of these; the ids are the buttons' values."""
        return tuple([((await self.recheck(thread_id, t)).id, t) for t in targets[:100]])

    async def _offer(
        self, thread_id: str, action: Action, *, primary: bool = False, solution: int = -1
    ) -> Button:
        offered = Offered(
            id=new_id(), thread_id=thread_id, action=action, expires_at=self._now() + _LIFE
        )
        await self._store.actions.offer(offered)
        return _button(offered, primary=primary, solution=solution)


def new_id() -> str:
    """An id that says nothing and cannot be guessed."""
    return secrets.token_hex(12)


def _button(offered: Offered, *, primary: bool = False, solution: int = -1) -> Button:
    offer = remedy_for(offered.action).offer(offered.action)
    return Button(
        id=offered.id,
        kind=str(type(offered.action).__struct_config__.tag),
        label=offer.label,
        question=offer.question,
        yes=offer.yes,
        primary=primary,
        danger=offer.danger,
        solution=solution,
    )
