"""The journal page in a real Chromium: each view, keys, hostile texts, undoing; with pictures."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from dream_support import FIRST, QUESTION, SECOND, SMALL, WordEmbedder, day, episode
from journal_support import TOKEN, everything, served
from langgraph.checkpoint.memory import InMemorySaver
from playwright.sync_api import Browser, Page, expect, sync_playwright

from langgraph_dreams import DreamStore, Namespace, Operation, create_dream_graph
from langgraph_dreams.web import create_journal_app

PICTURES = Path(__file__).parents[2] / "artifacts" / "journal"
NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
HOSTILE = "<img src=x onerror=alert(1)> Brandhorst \u202egnp.exe"
MARKUP = "<b>Walnuts</b> stood on the label of the Brandhorst burner, said Ottilie."
WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."

WIDTHS = {"wide": 1440, "narrow": 390}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""Rules of the Web Content Accessibility Guidelines, levels A and AA."""

expect.set_options(timeout=30_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None, reason=f"no Chromium: install one of {', '.join(NAMES)}, or set CHROMIUM"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Root, as in most containers, cannot use Chromium's sandbox.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        launched = playwright.chromium.launch(executable_path=BROWSER, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def ada() -> Iterator[Namespace]:
    with DreamStore.in_memory(embedder=WordEmbedder(), policy=SMALL) as store:
        namespace = store.namespace("acme", "ada")
        namespace.record([*day(FIRST, 0), episode(WALNUTS, day=0, position=9)])
        namespace.dream()
        namespace.record([*day(SECOND, 7), episode(WALNUTS, day=7, position=9)])
        namespace.record([episode(HOSTILE, day=7, position=11)])
        namespace.dream()
        namespace.recall(QUESTION)
        store.namespace("ben").record(day(FIRST, 0))
        yield namespace


@pytest.fixture
def page(browser: Browser, ada: Namespace) -> Iterator[Page]:
    """The page, opened with its token; no test passes when it complains of anything."""
    with served(create_journal_app(ada._store, token=TOKEN)) as address:
        opened = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        faults: list[str] = []
        opened.on("console", lambda message: faults.append(message.text))
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        opened.goto(f"{address}?token={TOKEN}")
        expect(opened.locator("h1")).to_have_text("Nights")
        assert TOKEN not in opened.url
        yield opened
        opened.context.close()
        assert faults == []


def visit(page: Page, view: str, **parameters: str) -> None:
    """Go to a view as a link does."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    page.evaluate("hash => { location.hash = hash }", f"#/{view}?ns=acme&ns=ada&{query}")


def picture(page: Page, name: str) -> None:
    """Keep pictures of the view, light and dark, wide and narrow; none keeps anybody out."""
    usual = page.viewport_size
    for size, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=PICTURES / f"{name}-{size}-{scheme}.png", full_page=True)
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
            assert found.response["passes"]
            assert found.violations_count == 0, f"{size}, {scheme}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} scrolls sideways at {width} pixels: it is {wide} wide"
    if usual is not None:
        page.set_viewport_size(usual)


def test_nights(page: Page, ada: Namespace) -> None:
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(ada.dreams()))
    expect(page.locator("svg.timeline .night")).to_have_count(len(ada.dreams()))
    picture(page, "nights")
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
    picture(page, "night")


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
    picture(page, "dreaming")
    graph.invoke(None, thread)
    expect(region).to_contain_text("It is over.")
    region.get_by_role("button").click()
    expect(page.locator("tbody tr")).to_have_count(nights + 1)
    visit(page, "night", dream=ada.dreams()[-1].id)
    page.get_by_text("Stages", exact=True).click()
    expect(
        page.get_by_role("region", name="What each stage did").locator("tbody tr")
    ).to_have_count(7)


def test_associations_by_mouse_and_keys(page: Page, ada: Namespace) -> None:
    visit(page, "associations", q="Brandhorst")
    graph = page.locator(".graph[data-drawn]")
    expect(graph).to_be_visible()
    graph.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".panel h2")).to_have_text("episode")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".panel h2")).to_have_text("Link")
    expect(page.locator(".panel")).to_contain_text("bridge")
    expect(page.locator(".panel h3")).to_have_text("Evidence")
    picture(page, "associations")
    for key in ("+", "-", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**around=**")
    expect(page.get_by_text("Start again")).to_be_visible()
    page.get_by_text("Start again").click()
    expect(page.locator("main")).to_contain_text("These are the strongest")
    page.get_by_text("The same as a table").click()
    expect(page.locator("tbody tr").first).to_contain_text("Brandhorst")
    page.locator("tbody a").first.click()
    # The form of the view before stays until this one has come.
    expect(page.get_by_text("Start again")).to_be_visible()
    expect(page.locator(".graph[data-drawn]")).to_be_visible()
    page.get_by_label("Strength at least").fill("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("main")).to_contain_text("0 of")


def test_recall_is_explained(page: Page, ada: Namespace) -> None:
    visit(page, "recall")
    page.get_by_label("Question").fill(QUESTION)
    page.keyboard.press("Enter")
    found = ada.recall(QUESTION, note=False)
    expect(page.locator("section").first.locator(".answers > li")).to_have_count(len(found.items))
    expect(page.locator(".way").first).to_contain_text("Brandhorst")
    page.get_by_text("Why").first.click()
    expect(page.locator("dl").first).to_contain_text("meaning (cosine)")
    picture(page, "recall")


def test_memories_and_one_of_them(page: Page, ada: Namespace) -> None:
    visit(page, "memories")
    expect(page.locator("main")).to_contain_text("Core")
    [memory] = ada.memories()
    picture(page, "memories")
    page.locator("table a").first.click()
    expect(page.locator("h1")).to_have_text(f"Memory: {memory.kind}")
    expect(page.get_by_text("(episode,")).to_have_count(len(memory.sources))
    picture(page, "memory")


def test_health(page: Page, ada: Namespace) -> None:
    visit(page, "health")
    expect(page.locator("figure")).to_have_count(13)
    expect(page.locator("tbody tr")).to_have_count(len(ada.dreams()))
    picture(page, "health")


def test_hostile_text_is_text(page: Page, ada: Namespace) -> None:
    [name] = [e.id for e in ada.episodes() if "onerror" in e.text]
    literal = "<img src=x onerror=alert(1)>"
    visit(page, "item", id=name)
    expect(page.locator(".text")).to_have_text(f"{literal} Brandhorst ⟨U+202E⟩gnp.exe")
    visit(page, "recall", q="onerror")
    expect(page.locator(".answers").first).to_contain_text(literal)
    visit(page, "associations", q="onerror")
    expect(page.locator(".graph[data-drawn]")).to_be_visible()
    page.get_by_text("The same as a table").click()
    visit(page, "night", dream=ada.dreams()[-1].id)
    expect(page.locator("table.operations")).to_be_visible()
    visit(page, "%3Cimg%20src=x%20onerror=alert(1)%3E")
    expect(page.locator("h1")).to_have_text("Nights")
    assert page.locator("img").count() == 0


def test_undo_from_the_page_restores_the_state_before(page: Page, ada: Namespace) -> None:
    [first, last] = ada.dreams()
    ada.rollback(last.id)
    before = everything(ada)
    again = ada.dream()
    assert everything(ada) != before
    visit(page, "night", dream=again.id)
    page.get_by_role("button", name="Undo the night").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing later rests on it.")
    dialog.get_by_role("button", name="Keep it").click()
    assert ada.dreams()[-1].status == "committed"
    page.get_by_role("button", name="Undo the night").click()
    picture(page, "undo")
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Undone")
    expect(page.locator("main .status").first).to_have_text("rolled back")
    assert everything(ada) == before
    assert ada.report(first.id).status == "committed"


def test_single_operations_are_undone(page: Page, ada: Namespace) -> None:
    report = ada.report(ada.dreams()[-1].id)
    link = next(o for o in report.operations if o.kind == "add_link")
    visit(page, "night", dream=report.id)
    page.get_by_label(f"Choose operation {link.id[:10]}").check()
    page.get_by_role("button", name="Undo the chosen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("tr.undone code")).to_have_text(link.id[:10])
    assert link.target not in {x.id for x in ada.links()}


def waits(ada: Namespace) -> str:
    """A night that waits for a person, with a memory in hostile words; its id."""
    ada.record([episode(MARKUP, day=20), episode(MARKUP, day=27), *day(FIRST, 28)])
    report = ada.dream(review="ask")
    assert report.status == "waiting"
    return report.id


def memories_of(ada: Namespace, dream: str) -> list[Operation]:
    return [o for o in ada.report(dream).operations if o.kind == "add_memory"]


def test_a_night_that_waits_is_approved(page: Page, ada: Namespace) -> None:
    before, dream = everything(ada), waits(ada)
    visit(page, "nights")
    expect(page.locator("tbody .status.waiting")).to_have_count(1)
    visit(page, "night", dream=dream)
    expect(page.locator("main .status").first).to_have_text("waiting")
    page.get_by_role("button", name="Approve the night").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Let it wait").click()
    assert everything(ada)["memories"] == before["memories"]
    page.get_by_role("button", name="Approve the night").click()
    picture(page, "review")
    dialog.get_by_role("button", name="Approve all of it").click()
    expect(page.locator("main .status").first).to_have_text("committed")
    expect(page.get_by_role("button", name="Undo the night")).to_be_visible()
    assert ada.report(dream).status == "committed"


def test_some_of_it_is_approved_in_other_words(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    hostile = next(o for o in memories_of(ada, dream) if (o.after or {})["text"] == MARKUP)
    visit(page, "night", dream=dream, operation=hostile.id)
    words = page.get_by_label(f"In other words ({hostile.id[:10]})")
    expect(words).to_have_value(MARKUP)
    words.fill("Somebody sent <b>markup</b>.")
    page.get_by_label(f"Choose operation {hostile.id[:10]}").check()
    page.get_by_role("button", name="Approve the chosen").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Approve 1 operations").click()
    expect(page.locator("main .status").first).to_have_text("committed")
    assert [o.target for o in memories_of(ada, dream)] == [hostile.target]
    assert ada.memories([hostile.target])[0].text == "Somebody sent <b>markup</b>."
    expect(page.locator("table.operations")).to_contain_text("<b>markup</b>")
    assert page.locator("main b, img").count() == 0


def test_all_but_the_chosen(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    [first, *rest] = memories_of(ada, dream)
    visit(page, "night", dream=dream)
    page.get_by_label(f"Choose operation {first.id[:10]}").check()
    page.get_by_role("button", name="Approve all but").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave out 1").click()
    expect(page.locator("main .status").first).to_have_text("committed")
    assert [o.target for o in memories_of(ada, dream)] == [o.target for o in rest]


def test_a_night_that_waits_is_rejected(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    before = everything(ada)
    visit(page, "night", dream=dream)
    page.get_by_role("button", name="Reject the night").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Reject all of it").click()
    expect(page.locator("main .status").first).to_have_text("rejected")
    assert everything(ada) == before
    assert ada.report(dream).status == "rejected"


def test_a_night_that_was_overtaken_says_so(page: Page, ada: Namespace) -> None:
    dream = waits(ada)
    ada.record([episode("The Brandhorst people came by.", day=40)])
    ada.dream()
    visit(page, "night", dream=dream)
    expect(page.locator("main")).to_contain_text("Another night came since")


def test_namespaces_are_chosen_by_keys(page: Page) -> None:
    page.get_by_label("Namespace").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("main")).to_contain_text("No dream yet")
    page.keyboard.press("ArrowUp")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_every_view_is_reached_by_keys_with_a_visible_focus(page: Page) -> None:
    for name in ("Associations", "Recall", "Memories", "Health", "Nights"):
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
        expect(page.locator("h1")).to_have_text(name)
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
        page.screenshot(path=PICTURES / "token.png")
        page.get_by_label("Token").fill("wrong again")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text("not the token")
        page.get_by_label("Token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Nights")
        page.close()
