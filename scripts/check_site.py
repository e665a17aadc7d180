"""Looks through a built site for anything that a browser would load from elsewhere.

`python -m scripts.check_site FOLDER` answers 1 and names what it found. Links that a reader may
follow are no such thing.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_LOADED = frozenset(
    {"stylesheet", "preconnect", "preload", "icon", "dns-prefetch", "modulepreload"}
)
_ELSEWHERE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
_IN_STYLE = re.compile(r"url\(\s*['\"]?\s*(?:https?:)?//[^)]*\)", re.IGNORECASE)


class _Loads(HTMLParser):
    """Addresses that a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads."""
        given = {name: value or "" for name, value in attrs}
        addresses = [given.get("src", ""), given.get("data", "") if tag == "object" else ""]
        if tag == "link" and _LOADED & set(given.get("rel", "").split()):
            addresses.append(given.get("href", ""))
        if "mermaid" in given.get("class", "").split():
            addresses.append("https://unpkg.com (mermaid)")  # the theme would fetch it from there
        self.found += [address for address in addresses if _ELSEWHERE.match(address)]


def loads(site: Path) -> Iterator[str]:
    """Files of a site with what each of them loads from elsewhere."""
    for path in sorted(site.rglob("*.html")):
        parser = _Loads()
        parser.feed(path.read_text())
        yield from (f"{path.relative_to(site)}: {address}" for address in parser.found)
    for path in sorted(site.rglob("*.css")):
        found = _IN_STYLE.findall(path.read_text())
        yield from (f"{path.relative_to(site)}: {address}" for address in found)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    problems = list(loads(folder)) if any(folder.rglob("*.html")) else [f"no pages in {folder}"]
    print("\n".join(problems) or f"{folder}: loads nothing from elsewhere")
    sys.exit(bool(problems))
