"""The picture of the links in a real Chromium: readable with few links and with many."""

import math

from dream_support import START, day, episode
from page_support import IN_BROWSER, look, visit
from playwright.sync_api import Page, expect

from langgraph_dreams import Namespace
from langgraph_dreams.types.items import Link, link_id

MANY = 3000

pytestmark = IN_BROWSER

BOXES = """() => [...document.querySelectorAll(".drawing text")]
  .filter((text) => text.checkVisibility() && text.textContent)
  .map((text) => { const box = text.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom]; })"""


def labels(page: Page) -> list[list[float]]:
    """Places of the labels that are shown; no two of them may meet."""
    found: list[list[float]] = page.evaluate(BOXES)
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3]
            assert apart or other[1] >= one[3], (one, other)
    return found


def drawn(page: Page, view: str = "associations", **parameters: str) -> None:
    visit(page, view, **parameters)
    expect(page.locator(".graph[data-drawn]")).to_be_visible()


def linked(ada: Namespace, links: int) -> None:
    """So many more links, one hub among them."""
    items = max(12, math.isqrt(links) * 2)
    made = [
        episode(f"Kiln log {n}: firing number {n} went well.", day=40, position=n)
        for n in range(items)
    ]
    ada.record(made)
    pairs = [(a, b) for a in range(items) for b in range(a)][:links]
    ada.add_links(
        [
            Link(
                id=link_id(made[a].id, made[b].id),
                a=made[a].id,
                b=made[b].id,
                channel="walk" if (a + b) % 7 == 0 else "bridge",
                bridge=(f"firing{a % 9}",),
                weight=(1 + (a * 31 + b) % 97) / 100,
                created=START,
            )
            for a, b in pairs
        ]
    )


def test_associations_by_mouse_and_keys(page: Page, ada: Namespace) -> None:
    drawn(page, q="Brandhorst")
    page.locator(".drawing").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".panel h2")).to_contain_text("turn")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".panel h2")).to_have_text("Link")
    expect(page.locator(".panel")).to_contain_text("both mention")
    expect(page.locator(".panel h3")).to_have_text("What it is made of")
    look(page, "links")
    for key in ("+", "-", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**around=**")
    page.get_by_text("Back to the strongest").click()
    expect(page.locator(".told")).to_contain_text("the strongest")
    page.get_by_text("The same as a list").click()
    expect(page.locator("tbody")).to_contain_text("Brandhorst")
    page.locator("tbody a").first.click()
    # The form of the view before stays until this one has come.
    expect(page.get_by_text("Back to the strongest")).to_be_visible()
    page.get_by_text("More filters").click()
    page.get_by_label("Strength at least").fill("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("main")).to_contain_text("Shown: 0 of")


def test_few_links_have_all_their_labels_and_a_legend(page: Page, ada: Namespace) -> None:
    drawn(page)
    expect(page.locator(".drawing .node")).not_to_have_count(0)
    nodes = page.locator(".drawing .node").count()
    assert len(labels(page)) >= nodes
    legend = page.get_by_role("list", name="Legend")
    expect(legend).to_contain_text("turn")
    expect(legend).to_contain_text("share a rare word")
    expect(page.locator(".told")).to_contain_text(f"of {len(ada.links())} links")
    page.set_viewport_size({"width": 390, "height": 900})
    assert len(labels(page)) >= 4


def test_many_links_are_capped_and_stay_readable(page: Page, ada: Namespace) -> None:
    linked(ada, MANY)
    total = f"{len(ada.links()):,}"
    drawn(page)
    expect(page.locator(".told")).to_have_text(f"Shown: the strongest 24 of {total} links. ")
    assert len(labels(page)) >= 10
    look(page, "many-links")
    page.get_by_text("More filters").click()
    page.get_by_label("How many").select_option("150")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".told")).to_contain_text("the strongest 150 of")
    shown = len(labels(page))
    page.get_by_role("button", name="Whole picture").click()
    labels(page)
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    labels(page)
    assert shown >= 5
    page.get_by_label("Links that").select_option("walk")
    page.get_by_label("How many").select_option("60")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".told")).to_contain_text("the strongest that fit")
    expect(page.locator(".drawing .link.walk line:not(.reach)")).to_have_count(60)
    expect(page.locator(".drawing .link.bridge")).to_have_count(0)


def test_hovering_tells_the_text_and_a_click_goes_to_the_neighbours(
    page: Page, ada: Namespace
) -> None:
    drawn(page, q="Brandhorst")
    node = page.locator(".drawing .node").first
    node.locator(".mark").hover()
    tip = page.locator(".tip")
    expect(tip).to_be_visible()
    told = tip.text_content() or ""
    assert (
        told in {e.text for e in ada.episodes()} | {m.text for m in ada.memories()} or "U+" in told
    )
    expect(page.locator(".drawing.aside .near").first).to_be_visible()
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    node.locator(".mark").click()
    page.wait_for_url("**around=**")
    expect(page.locator(".panel")).to_contain_text("Open its page")
    look(page, "focus")
    page.get_by_role("link", name="Open its page").click()
    expect(page.locator("h1")).not_to_have_text("Links")


def test_the_slider_goes_back_to_an_earlier_night(page: Page, ada: Namespace) -> None:
    ada.record(day(["The Brandhorst kiln was mended by Ottilie."], 12))
    ada.dream()
    drawn(page)
    every = page.locator(".drawing .node").count()
    slider = page.get_by_label("Links made up to")
    expect(page.locator("output")).to_have_text("all 3 nights")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("output")).to_contain_text("night 2")
    expect(page.locator(".drawing .node")).not_to_have_count(every)
    expect(slider).to_be_focused()
    assert "until=2" in page.url
    page.keyboard.press("Home")
    expect(page.locator(".empty")).to_contain_text("No link fits")
    page.keyboard.press("End")
    expect(page.locator(".drawing .node")).to_have_count(every)
