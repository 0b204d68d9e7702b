"""A person in the simulated channel: asks, watches, presses, and sees the pod come up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from simulator.demo import Demo
from simulator.world import GUEST
from tests.browser.stage import NO_CHROMIUM, chromium, stage, window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason=NO_CHROMIUM),
]


_LONGEST = 60.0
"""Seconds after which a test that hangs is ended, and says where."""


class Visitor:
    """What one person does in one window."""

    def __init__(self, demo: Demo, page: Page) -> None:
        self.demo = demo
        self.page = page
        self.command = demo.stories[0].command

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label("Message", exact=True)

    @property
    def answer(self) -> Locator:
        """The bot's message in the channel."""
        return self.page.locator("main article[data-app=true]")

    async def ask(self) -> None:
        """Type the beginning of the command, complete it with Tab, and send it."""
        await self.composer.press_sequentially("/why")
        await self.composer.press("Tab")
        await expect(self.composer).to_have_value(self.command)
        await self.composer.press("Enter")

    def offered(self, group: str) -> Locator:
        """The first option of a group of an open select."""
        heading = self.page.locator(".external__group", has_text=group)
        return heading.get_by_role("option").first

    async def press(self, name: str) -> None:
        await self.answer.get_by_role("button", name=name).click()


@asynccontextmanager
async def visit(folder: Path, *, latency: float = 0.0, width: int = 1280) -> AsyncIterator[Visitor]:
    """A visitor of a lively demo, who must not see an error in the browser's console."""
    async with asyncio.timeout(_LONGEST), stage(folder, speed=20.0, between=0.05) as demo:
        for service in (demo.world.cluster, demo.world.hub, demo.world.github):
            service.faults.latency = latency
        async with window(demo.world, width=width) as (page, complaints):
            yield Visitor(demo, page)
            assert complaints == []


_WATCH = """() => {
  window.plans = [];
  new MutationObserver(() => {
    const plan = document.querySelector("main article[data-app=true] .plan");
    if (plan) window.plans.push([plan.innerText, plan.querySelectorAll(".in_progress").length]);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
"""Keeps every state of the plan: each is there for a moment only."""


async def test_command_is_answered_by_a_live_plan_and_then_the_report(tmp_path: Path) -> None:
    async with visit(tmp_path, latency=0.2) as visitor:
        await visitor.page.evaluate(_WATCH)
        await visitor.ask()
        await expect(visitor.answer).to_contain_text("DOCKERHUB_TOKEN is not defined")
        await expect(visitor.answer).to_contain_text("gh run view")
        assert await visitor.answer.count() == 1
        plans = await visitor.page.evaluate("window.plans")
    assert plans[0][0].startswith("Looking at opentranscribe/Pod/")
    asking = [busy for text, busy in plans if "Ask docker.io" in text]
    assert asking
    assert max(asking) >= 1


async def test_pressed_button_asks_first_and_is_followed_until_the_pod_runs(
    tmp_path: Path,
) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.ask()
        await visitor.page.get_by_role("button", name="Set the secret").click()
        await visitor.press("Re-run failed jobs")
        dialog = visitor.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("jacobcoccari/opentranscribe")
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(dialog).to_have_count(0)
        await visitor.press("Re-run failed jobs")
        await expect(visitor.page.get_by_text("Re-run failed jobs?")).to_have_count(1)
        await dialog.get_by_role("button", name="Re-run").click()
        await expect(visitor.page.get_by_text("Re-run failed jobs?")).to_have_count(0)
        await expect(visitor.answer.locator(".plan")).to_contain_text("attempt 2")
        await expect(visitor.answer).to_contain_text("Recovered")
        await expect(visitor.answer).to_contain_text("is Running and Ready")
        await expect(visitor.answer).to_contain_text("Ada Lovelace started this")
        await expect(visitor.answer.locator(".task.complete")).to_have_count(4)


async def test_guest_is_refused_privately(tmp_path: Path) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.ask()
        await expect(
            visitor.answer.get_by_role("button", name="Re-run failed jobs")
        ).to_be_visible()
        await visitor.page.get_by_label("You are").select_option(GUEST)
        await visitor.press("Re-run failed jobs")
        await visitor.page.get_by_role("dialog").get_by_role("button", name="Re-run").click()
        whisper = visitor.page.locator("article.whisper")
        await expect(whisper).to_contain_text("Only visible to you")
        await expect(whisper).to_contain_text("Guests may not use me")
        await visitor.page.get_by_label("You are").select_option("U0ADA")
        await expect(whisper).to_have_count(0)


async def test_all_evidence_opens_and_closes(tmp_path: Path) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.ask()
        await visitor.press("All evidence")
        dialog = visitor.page.get_by_role("dialog")
        await expect(dialog.get_by_role("heading")).to_have_text("All evidence")
        await expect(dialog).to_contain_text("CISecretMissing")
        await expect(dialog).to_contain_text("So that it does not come back")
        await dialog.get_by_role("button", name="Close").click()
        await expect(dialog).to_have_count(0)


async def test_menu_mutes_a_report_and_unmute_takes_it_back(tmp_path: Path) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.ask()
        await visitor.answer.locator("select").select_option(label="Mute until it recovers")
        await expect(visitor.answer).to_contain_text("Muted by Ada Lovelace until it recovers")
        await visitor.page.get_by_role("button", name="WhyFailing", exact=True).click()
        await expect(visitor.page.locator("main")).to_contain_text("by Ada Lovelace until it")
        await visitor.page.get_by_role("button", name="# alerts").click()
        await visitor.press("Unmute")
        await expect(visitor.answer).not_to_contain_text("Muted by")


async def test_alert_has_its_answer_in_a_thread_where_commands_do_not_work(
    tmp_path: Path,
) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.page.get_by_role("button", name="1 reply").click()
        thread = visitor.page.locator(".thread")
        await expect(thread).to_contain_text("DOCKERHUB_TOKEN is not defined")
        reply = thread.get_by_label("Reply", exact=True)
        await reply.fill(visitor.command)
        await reply.press("Enter")
        await expect(thread).to_contain_text("/whyfailing is not supported in threads. Sorry!")
        await thread.get_by_role("button", name="Close the thread").click()
        await expect(thread).to_have_count(0)


async def test_shortcut_on_a_message_without_a_pod_opens_a_form(tmp_path: Path) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.composer.fill("good morning")
        await visitor.composer.press("Enter")
        message = visitor.page.locator("main article", has_text="good morning")
        await message.hover()
        await message.get_by_role("button", name="Why is this failing?").click()
        dialog = visitor.page.get_by_role("dialog")
        field = dialog.get_by_label("Pod or workload")
        await field.fill("-n opentranscribe")
        await visitor.offered("What you typed").click()
        await dialog.get_by_role("button", name="Find out").click()
        await expect(dialog.locator("em")).to_be_visible()
        await field.fill("deploy/opentranscribe-backend")
        await visitor.offered("What you typed").click()
        await dialog.get_by_role("button", name="Find out").click()
        await expect(visitor.answer).to_contain_text("DOCKERHUB_TOKEN is not defined")


async def test_form_offers_the_failing_pods_of_the_namespace(tmp_path: Path) -> None:
    async with visit(tmp_path) as visitor:
        await visitor.page.get_by_label("Explain a pod").click()
        dialog = visitor.page.get_by_role("dialog")
        await dialog.get_by_label("Namespace").fill("opentr")
        await visitor.page.get_by_role("option", name="opentranscribe").click()
        await dialog.get_by_label("Pod or workload").click()
        pod = visitor.offered("Do not run")
        await expect(pod).to_contain_text("opentranscribe-backend-8678f97998-6dsr2")
        await expect(pod).to_contain_text("ImagePullBackOff")
        await pod.click()
        await dialog.get_by_role("button", name="Find out").click()
        await expect(visitor.answer).to_contain_text("DOCKERHUB_TOKEN is not defined")


async def test_home_and_another_story_fit_a_narrow_window(tmp_path: Path) -> None:
    async with visit(tmp_path, width=480) as visitor:
        page = visitor.page
        await page.get_by_role("button", name="WhyFailing", exact=True).click()
        await expect(page.locator(".home")).to_contain_text("What you may do")
        await page.get_by_role("button", name="The tag has a typing error").click()
        await page.get_by_role("button", name="# alerts").click()
        await page.get_by_role("button", name="/whyfailing gateway").click()
        await expect(visitor.composer).not_to_have_value("")
        await visitor.composer.press("Enter")
        await expect(visitor.answer).to_contain_text("near it: 1.8.0")
        overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0
