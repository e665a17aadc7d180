"""The journal page in a real Chromium: how tests go to a view, look at it, and keep pictures."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
PICTURES = os.environ.get("JOURNAL_PICTURES")
"""Folder that pictures of every view are written to; none are without it."""
WIDTHS = {"wide": 1440, "narrow": 390}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""Rules of the Web Content Accessibility Guidelines, levels A and AA."""

HOSTILE = "<img src=x onerror=alert(1)> Brandhorst \u202egnp.exe"
WALNUTS = "My sister Ottilie is allergic to walnuts and carries a red emergency pen."
BEFORE = "My workshop is in Linden Street 4."
SINCE = "I moved, my workshop is in Harbour Road 9 now."

IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None, reason=f"no Chromium: install one of {', '.join(NAMES)}, or set CHROMIUM"
    ),
]


def visit(page: Page, view: str, *, ns: str = "ns=acme&ns=ada", **parameters: str) -> None:
    """Go to a view as a link does."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    page.evaluate("hash => { location.hash = hash }", f"#/{view}?{ns}&{query}")


def look(page: Page, name: str) -> None:
    """Look at the view light and dark, wide and narrow: none keeps anybody out, none is too wide.

    Pictures are kept when a folder for them is named.
    """
    usual = page.viewport_size
    for size, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            keep(page, f"{name}-{size}-{scheme}")
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
            assert found.response["passes"]
            assert found.violations_count == 0, f"{size}, {scheme}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} scrolls sideways at {width} pixels: it is {wide} wide"
    page.emulate_media(color_scheme="light")
    if usual is not None:
        page.set_viewport_size(usual)


def keep(page: Page, name: str) -> None:
    """Write a picture of the whole page, if pictures are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
