"""The journal page in a real Chromium: each view, keys, hostile texts, and what is empty."""

from typing import Any

import pytest
from dream_support import QUESTION, episode
from journal_support import TOKEN, served
from langgraph.checkpoint.memory import InMemorySaver
from page_support import BEFORE, IN_BROWSER, SINCE, WALNUTS, keep, look, visit
from playwright.sync_api import Browser, Page, expect

from langgraph_dreams import DreamStore, Namespace, create_dream_graph
from langgraph_dreams.web import create_journal_app

pytestmark = IN_BROWSER


def test_the_morning_report_comes_first(page: Page, ada: Namespace) -> None:
    report = page.get_by_role("region", name="Morning report")
    expect(report.locator(".lead")).to_contain_text("Night 2")
    facts = report.locator(".card.facts")
    expect(facts).to_contain_text("1 fact changed")
    expect(facts.locator("del")).to_have_text(BEFORE)
    expect(facts).to_contain_text(SINCE)
    expect(facts).to_contain_text("Since 9 Mar 2026")
    reached = report.locator(".card.reached")
    expect(reached).to_contain_text("1 question finds more now")
    expect(reached.locator(".trail > li")).to_have_count(3)
    expect(reached.locator(".trail > li").first).to_contain_text(QUESTION)
    assert page.evaluate(
        "document.querySelector('.report').compareDocumentPosition("
        "document.querySelector('.nights')) === Node.DOCUMENT_POSITION_FOLLOWING"
    )
    look(page, "morning")
    facts.get_by_role("link", name="source 1").click()
    expect(page.locator("h1")).to_have_text("Turn")


def test_a_night_that_changed_nothing_points_to_the_one_that_did(
    page: Page, ada: Namespace
) -> None:
    ada.record([episode("Nothing much happened today.", day=14)])
    ada.dream()
    page.reload()
    lead = page.locator(".lead")
    expect(lead).to_contain_text("The agent would answer as before.")
    lead.get_by_role("link", name="night 2").click()
    expect(page.locator("h1")).to_contain_text("Night of")
    expect(page.locator(".card.facts")).to_be_visible()


def test_nights(page: Page, ada: Namespace) -> None:
    expect(page.locator(".nights > li")).to_have_count(len(ada.dreams()))
    expect(page.locator("svg.timeline .night")).to_have_count(len(ada.dreams()))
    page.locator("svg.timeline").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Night of")
    expect(page.locator("main code").first).to_have_text(ada.dreams()[0].id)


def test_one_night_and_its_cited_operations(page: Page, ada: Namespace) -> None:
    report = ada.report(ada.dreams()[-1].id)
    visit(page, "night", dream=report.id)
    expect(page.locator("table.operations tbody tr")).to_have_count(len(report.operations))
    cited = page.locator(".story a").first
    name = cited.text_content() or ""
    cited.click()
    expect(page.locator("tr:has(details[open]) code")).to_have_text(name)
    expect(page.locator("tr:has(details[open]) h4")).to_have_text(["Before", "After"])
    look(page, "night")


def test_a_dream_under_way_is_followed(page: Page, ada: Namespace) -> None:
    nights = len(ada.dreams())
    ada.record([episode("The kiln of the Brandhorst was repaired.", day=9)])
    graph = create_dream_graph(ada).compile(InMemorySaver(), interrupt_before=["commit"])
    thread: Any = {"configurable": {"thread_id": "1"}}
    graph.invoke({}, thread)
    region = page.get_by_role("status", name="Under way")
    expect(region).to_contain_text("a dream")
    expect(region.locator("progress")).to_have_js_property("value", 6)
    expect(region.locator("li")).to_have_count(6)
    look(page, "dreaming")
    graph.invoke(None, thread)
    expect(region).to_contain_text("It is over.")
    region.get_by_role("button").click()
    expect(page.locator(".nights > li")).to_have_count(nights + 1)
    visit(page, "night", dream=ada.dreams()[-1].id)
    page.get_by_text("Step by step").click()
    expect(page.get_by_role("region", name="What each step did").locator("tbody tr")).to_have_count(
        7
    )


def test_recall_is_explained_by_a_picture_of_the_way(page: Page, ada: Namespace) -> None:
    visit(page, "recall")
    expect(page.locator(".empty")).to_contain_text("Ask as a user would.")
    page.get_by_label("Question").fill(QUESTION)
    page.keyboard.press("Enter")
    found = ada.recall(QUESTION, note=False)
    expect(page.locator(".answers > li")).to_have_count(len(found.items) + len(found.memories))
    for place, entry in enumerate(found.items):
        hops = len(entry.why.path)
        stops = page.locator("section:last-of-type .answers > li").nth(place).locator(".trail > li")
        expect(stops).to_have_count(
            2 + hops if hops else (2, 3)[bool(entry.why.memory or entry.why.neighbour_of)]
        )
        expect(stops.first).to_contain_text(QUESTION)
    linked = next(i for i, entry in enumerate(found.items) if entry.why.path)
    way = page.locator("section:last-of-type .answers > li").nth(linked).locator(".trail")
    expect(way).to_contain_text("both: Brandhorst")
    expect(way.locator(".arrow")).to_have_count(2)
    page.get_by_text("In numbers").first.click()
    expect(page.locator("dl").first).to_contain_text("meaning (cosine)")
    look(page, "recall")


def test_nothing_relevant_says_so(page: Page) -> None:
    visit(page, "recall", q="kiln", floor="1")
    expect(page.locator(".empty")).to_contain_text("Nothing relevant is remembered")
    page.get_by_role("link", name="Show whatever is nearest").click()
    expect(page.locator(".answers > li").first).to_be_visible()


def test_memories_and_one_of_them(page: Page, ada: Namespace) -> None:
    visit(page, "memories")
    expect(page.locator("main")).to_contain_text("Always in mind")
    memory = next(m for m in ada.memories() if m.text == WALNUTS)
    look(page, "memories")
    page.get_by_role("link", name=WALNUTS).first.click()
    expect(page.locator("h1")).to_have_text(f"Memory: {memory.kind}")
    expect(page.get_by_role("heading", name="Sources (2)")).to_be_visible()
    for source in ada.episodes(memory.sources):
        link = page.locator(f'.rows a[href*="{source.id}"]')
        expect(link).to_have_text(source.text)
    expect(page.locator(".history li > p:first-child")).to_have_text(["Learned", "Said again"])
    look(page, "memory")


def test_the_links_of_an_item_are_on_its_page(page: Page, ada: Namespace) -> None:
    link = ada.links()[0]
    visit(page, "item", id=link.a)
    expect(page.get_by_role("heading", name="Links (")).to_be_visible()
    expect(page.locator(f'.rows a[href*="{link.b}"]').first).to_be_visible()
    page.get_by_role("link", name="See them as a picture").click()
    expect(page.locator(".graph[data-drawn]")).to_be_visible()


def test_health_has_a_picture_for_each_figure(page: Page, ada: Namespace) -> None:
    visit(page, "health")
    for name in ("Yield", "Novelty", "Repeats", "Tokens", "Items", "Links"):
        chart = page.locator("figure.chart").filter(has=page.get_by_text(name, exact=True))
        expect(chart.locator("svg :is(circle, rect)")).to_have_count(len(ada.dreams()))
        expect(chart.locator("figcaption strong")).not_to_be_empty()
    look(page, "health")
    page.get_by_text("All figures by night").click()
    expect(page.locator("tbody tr")).to_have_count(len(ada.dreams()))


@pytest.mark.parametrize(
    ("view", "text"),
    [
        ("nights", "No night yet"),
        ("associations", "No links yet"),
        ("memories", "No memory yet"),
        ("health", "No night has figures yet"),
    ],
)
def test_an_empty_view_says_what_to_do(page: Page, view: str, text: str) -> None:
    visit(page, view, ns="ns=ben")
    expect(page.locator(".empty h2")).to_have_text(text)
    expect(page.locator(".empty pre")).to_have_text("langgraph-dreams dream --namespace ben")
    look(page, f"empty-{view}")


def test_an_empty_store_says_what_to_do(browser: Browser) -> None:
    with (
        DreamStore.in_memory() as store,
        served(create_journal_app(store, token=TOKEN)) as address,
    ):
        page = browser.new_page()
        page.goto(f"{address}?token={TOKEN}")
        expect(page.locator(".empty")).to_contain_text("langgraph-dreams import")
        look(page, "empty-store")
        page.close()


def test_hostile_text_is_text(page: Page, ada: Namespace) -> None:
    [name] = [e.id for e in ada.episodes() if "onerror" in e.text]
    literal = "<img src=x onerror=alert(1)>"
    visit(page, "item", id=name)
    expect(page.locator(".text")).to_have_text(f"{literal} Brandhorst ⟨U+202E⟩gnp.exe")
    visit(page, "recall", q="onerror")
    expect(page.locator(".answers").last).to_contain_text(literal)
    visit(page, "associations", q="onerror")
    expect(page.locator(".graph[data-drawn]")).to_be_visible()
    page.get_by_text("The same as a list").click()
    visit(page, "night", dream=ada.dreams()[-1].id)
    expect(page.locator("table.operations")).to_be_visible()
    visit(page, "%3Cimg%20src=x%20onerror=alert(1)%3E")
    expect(page.locator("h1")).to_have_text("This morning")
    assert page.locator("img").count() == 0


def test_namespaces_are_chosen_by_keys(page: Page) -> None:
    page.get_by_label("Memory of").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("main")).to_contain_text("No night yet")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".nights > li")).to_have_count(2)


def test_every_view_is_reached_by_keys_with_a_visible_focus(page: Page) -> None:
    for name in ("Links", "Ask", "Memories", "Health", "Morning"):
        page.reload()
        expect(page.locator("h1")).to_be_focused()
        page.locator("body").press("Shift+Tab")
        for _ in range(20):
            if page.evaluate("document.activeElement.textContent") == name:
                break
            page.keyboard.press("Shift+Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("This morning" if name == "Morning" else name)
        expect(page.locator("nav a[aria-current]")).to_have_text(name)


CONTRASTS = """() => {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((value) => value / 255)
      .map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (!color.endsWith(", 0)")) return color;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility()
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
    const style = getComputedStyle(element);
    const ink = luminance(element instanceof SVGElement ? style.fill : style.color);
    const ground = luminance(paper(element));
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    return [element.tagName + "." + element.getAttribute("class"), ratio];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_a_contrast_of_four_and_a_half(
    page: Page, ada: Namespace, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    views = {"nights": {}, "recall": {"q": "kiln"}, "memories": {}, "health": {}}
    views |= {"night": {"dream": ada.dreams()[-1].id}, "associations": {"q": "Brandhorst"}}
    views |= {"item": {"id": ada.memories()[0].id}}
    for view, parameters in views.items():
        visit(page, view, **parameters)
        page.wait_for_load_state("networkidle")
        measured = page.evaluate(CONTRASTS)
        assert len(measured) > 10
        assert [pair for pair in measured if pair[1] < 4.5] == [], view


def test_a_stranger_is_asked_for_the_token(browser: Browser, ada: Namespace) -> None:
    with served(create_journal_app(ada._store, token=TOKEN)) as address:
        page = browser.new_page()
        page.goto(f"{address}?token=wrong")
        expect(page.locator("h1")).to_have_text("Token needed")
        keep(page, "token")
        page.get_by_label("Token").fill("wrong again")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("not the token")
        page.get_by_label("Token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("This morning")
        page.close()
