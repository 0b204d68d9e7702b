"""What a channel hears: alerts answered unasked, only who asks, or nothing."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.render import mrkdwn as m
from bot.store.records import Answering, Choice
from handlers.clicks import Click, audit, member
from handlers.reception import BACK, WORD, Reception

_EFFECTS = {
    Answering.AUTO: "I answer alerts in this channel unasked",
    Answering.MENTION: "I answer in this channel only those who ask me; alerts get no answer",
    Answering.OFF: "I answer nobody in this channel",
}


def chosen(text: str) -> Answering | None:
    """Read `here auto`, `here mention`, `here off`; None for anything else.

    No target is meant by two words of which the first is no kind. Raises ValueError for `here` and
    another word, with what to type.
    """
    words = text.lower().split()
    if len(words) != 2 or words[0] != WORD:
        return None
    try:
        return Answering(words[1])
    except ValueError as error:
        raise ValueError(
            f"I know `/whyfailing {WORD} auto` (I answer alerts unasked), `{WORD} mention` (only "
            f"who asks) and `{WORD} off` (nobody)."
        ) from error


async def choose(
    reception: Reception, client: AsyncWebClient, click: Click, wanted: Answering
) -> tuple[bool, str]:
    """Choose for a channel: whether all may read the sentence, and the sentence."""
    person = await member(reception, client, click, click.team)
    if isinstance(person, str):
        return False, person
    choice = Choice(
        team=click.team,
        channel=click.channel,
        answering=wanted,
        by_user=person.id,
        by_name=person.name,
        at=reception.desk.now(),
    )
    await reception.desk.store.channels.choose(choice)
    await audit(reception, click, "here", "allowed", wanted.value)
    back = "" if wanted is Answering.AUTO else f" {BACK}"
    return True, f"{m.plain(person.name, 80)}: from now on {_EFFECTS[wanted]}.{back}"
