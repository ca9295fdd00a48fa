"""The page in a real browser, beside a real App."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import loads
from tests.inspector.conftest import Lab, Start

MAIL = "jane.doe@example.com"


async def opened(page: Page, lab: Lab) -> Page:
    await page.goto(lab.access.url)
    await expect(page.locator("#status")).to_have_text("live")
    return page


async def arrived(page: Page, lab: Lab) -> None:
    """Rows come live: wait until the page has all there are."""
    await expect(page.locator(".row")).to_have_count(len(lab.ring.rows()))


async def newest(page: Page, lab: Lab) -> None:
    """Choose the newest message with the keyboard."""
    await arrived(page, lab)
    await page.locator("#rows").focus()
    await page.keyboard.press("Home")
    await expect(page.locator("#message .lines .line").first).to_be_visible()


async def side(page: Page, number: int, at: str = "#message") -> str:
    """All text of one column."""
    return "\n".join(await page.locator(f"{at} .lines .line > :nth-child({number})").all_text_contents())


async def test_a_message_appears_live_and_its_detail_shows_before_after_and_why(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await expect(page.locator("#empty")).to_be_visible()
    await lab.announce("find_contact")
    await lab.answer(f"Write to {MAIL} today")
    first = page.locator(".row").first
    await expect(first).to_contain_text("tools/call")
    await expect(first).to_contain_text("find_contact")
    await expect(first.locator(".chip")).to_have_text("EMAIL_ADDRESS")
    await first.click()
    await expect(page.locator("#message mark")).to_have_text([MAIL, "<EMAIL_ADDRESS>"])
    assert f"Write to {MAIL} today" in await side(page, 1)
    assert MAIL not in await side(page, 2)
    why = page.locator("#message .why tbody tr")
    await expect(why).to_have_count(1)
    for text in ("EMAIL_ADDRESS", "result.content[0].text", "strict#1", "label", MAIL, "<EMAIL_ADDRESS>"):
        await expect(why).to_contain_text(text)
    await page.locator("#message mark").first.click()
    await expect(why).to_have_class("lit")


async def test_markup_in_messages_is_shown_as_text(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    evil = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    await lab.client("tools/call", {"name": evil, "arguments": {f"{evil}": f"{evil} \u202e\u0000 {MAIL}"}})
    await lab.send(Side.SERVER, {"jsonrpc": "2.0", "method": evil, "params": {"level": evil, "data": {evil: evil}}})
    await expect(page.locator(".row")).to_have_count(2)
    for row in await page.locator(".row").all():
        await row.click()
        await expect(page.locator("#message .facts")).to_contain_text("session 1")
        assert evil in await side(page, 1)
    assert await page.locator("main img, main script").count() == 0
    assert await page.title() == "mcp-sidecar"
    assert "\\u202e" in await side(page, 1)


async def test_test_this_text_shows_what_the_running_policy_would_do(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await page.get_by_role("tab", name="Test a text").click()
    await page.get_by_label("Text or JSON").fill(f"Mail {MAIL}, or call 555-0100.")
    await page.get_by_role("button", name="Redact").click()
    await expect(page.locator("#test-answer mark").first).to_have_text(MAIL)
    assert MAIL not in await side(page, 2, "#test-answer")
    assert "<EMAIL_ADDRESS>" in await side(page, 2, "#test-answer")
    await page.get_by_label("As").select_option("arguments")
    await page.get_by_role("button", name="Redact").click()
    await expect(page.locator("#test-answer p.withheld")).to_contain_text("arguments.text")
    assert lab.ring.rows() == []


async def test_why_leads_to_the_rule_that_decides(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await lab.answer(MAIL)
    await arrived(page, lab)
    await page.locator(".row").first.click()
    await page.get_by_role("button", name="explain", exact=True).click()
    await expect(page.locator("#explain-answer .verdict")).to_have_text("Rule strict#1 decides: label.")
    await expect(page.locator("#explain-form [name=path]")).to_have_value("result.content[0].text")
    await expect(page.locator("#explain-answer [data-state=decides]")).to_contain_text("everything → label")


async def test_rows_can_be_filtered_paused_and_cleared(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await lab.announce("find_contact")
    await lab.answer(MAIL)
    await expect(page.locator(".row")).to_have_count(4)
    await page.keyboard.press("/")
    await page.keyboard.type("method:tools/call -entity:EMAIL_ADDRESS")
    await expect(page.locator(".row:visible")).to_have_count(1)
    await expect(page.locator("#count")).to_have_text("1 of 4 messages")
    await page.locator("#filter").fill("")
    await page.locator("#rows").focus()
    await page.keyboard.press("p")
    await lab.answer("nothing here")
    await expect(page.locator("#count")).to_have_text("4 messages · paused, 2 waiting")
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator(".row")).to_have_count(6)
    await page.get_by_role("button", name="Clear").click()
    await expect(page.locator(".row")).to_have_count(0)
    assert lab.ring.rows() == []
    await lab.answer("after clearing")
    await expect(page.locator(".row")).to_have_count(2)


async def test_the_list_works_with_the_keyboard_alone(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await lab.answer(MAIL)
    await newest(page, lab)
    await expect(page.locator(".row").first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".row").nth(1)).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".row[aria-selected=true]")).to_have_count(1)
    await page.get_by_role("tab", name="Message").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#test")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#message")).to_be_visible()


async def test_restored_tokens_are_marked_although_nothing_was_found(started: Start, browser_page: Page) -> None:
    async with started("reversible") as lab:
        page = await opened(browser_page, lab)
        await lab.announce("find_contact")
        await lab.answer(MAIL)
        await expect(page.locator(".row").first.locator(".chip")).to_have_text("EMAIL_ADDRESS")
        await newest(page, lab)
        token = await page.locator("#message mark").nth(1).inner_text()
        await lab.client("tools/call", {"name": "find_contact", "arguments": {"who": f"to {token}"}}, 2)
        await expect(page.locator(".row").first).to_contain_text("1 restored")
        await newest(page, lab)
        await expect(page.locator("#message mark").nth(1)).to_contain_text("jane.doe@example")
        await expect(page.locator("#message .why tbody tr")).to_contain_text("no finding")


async def test_numbers_are_shown_as_they_were_written(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    arguments = loads('{"price": 1.10, "huge": 1E400, "long": 123456789012345678901234567890}')
    await lab.client("tools/call", {"name": "buy", "arguments": arguments})
    await newest(page, lab)
    shown = await side(page, 2)
    for literal in ("price: 1.10", "huge: 1E400", "long: 123456789012345678901234567890"):
        assert literal in shown


async def test_a_redacted_key_stays_beside_the_original(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await lab.client("tools/call", {"name": "x", "arguments": {}})
    await lab.result({"content": [], "structuredContent": {MAIL: 1, "rest": {"a": [1, 2]}}})
    await newest(page, lab)
    changed = page.locator("#message .line.changed")
    await expect(changed).to_have_count(1)
    await expect(changed.locator("mark")).to_have_text([MAIL, "<EMAIL_ADDRESS>"])


async def test_a_withheld_call_says_where_and_shows_the_reply(lab: Lab, browser_page: Page) -> None:
    page = await opened(browser_page, lab)
    await lab.client("tools/call", {"name": "send", "arguments": {"to": MAIL}})
    await newest(page, lab)
    await expect(page.locator("#message p.withheld")).to_contain_text("arguments.to")
    await expect(page.locator("#message mark").first).to_have_text(MAIL)
    await expect(page.locator("#message .heads")).to_have_text("BeforeInstead")
    after = await side(page, 2)
    assert "Not sent" in after
    assert after.count("{") == after.count("}") > 0
    assert "Not sent" not in await side(page, 1)


async def test_the_page_in_light_and_dark_can_be_looked_at(lab: Lab, browser_page: Page) -> None:
    """Writes screenshots where INSPECTOR_SCREENSHOTS says; always checks that nothing is wider than the window."""
    page = await opened(browser_page, lab)
    await lab.announce("find_contact", "update_contact")
    record: dict[str, Any] = {
        "ContactKey": "0031t00000",
        "EmailAddress": MAIL,
        "Phone": "+1 202-555-0143",
        "Balance": 12.5,
        "Notes": f"Asked for a call back. Second address robin@example.org, card 4111 1111 1111 1111.\nPrefers mail to {MAIL}.",
        "Tags": ["newsletter", "gold"],
    }
    await lab.answer(json.dumps(record))
    await lab.client("tools/call", {"name": "find_contact", "arguments": {"id": 7}}, 7)
    await lab.result({"content": [], "structuredContent": record}, 7)
    await lab.client("tools/call", {"name": "send_mail", "arguments": {"to": MAIL, "subject": "Hello"}}, 8)
    await lab.client("resources/list", {}, 9)
    await expect(page.locator(".row")).to_have_count(8)
    await page.locator(".row").nth(2).click()
    await expect(page.locator("#message .why tbody tr").first).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        if folder := os.environ.get("INSPECTOR_SCREENSHOTS"):
            await page.screenshot(path=str(Path(folder) / f"inspector-{scheme}.png"))
