"""The README as a package index shows it: with nothing that only a checkout has.

A package page knows no other file of the repository. There a picture by its path is a broken one,
and a link to a page leads nowhere. Where `[project.urls]` in pyproject.toml names the `Source` (on
GitHub or GitLab), both become addresses; until it does, the picture is drawn in letters and the
links are their words. Hatch runs it when a package is built.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

DRAWN = """```text
   awake: record                        asleep: dream              awake: recall

 14 September                                                  "Where could we get a
 "The crock was a Kettlewick,  ------->  A                      crock again that keeps
  it kept the starter cool."             :                      it cool?"
                                         :  bridge: Kettlewick          |
  ... two hundred other turns ...        :  weight .73                  A ..... C
                                         :
 28 September                            :                     Search alone finds A.
 "At the Kettlewick works they  ------>  C                     The link brings C,
  lit the kiln again."                                         and says why.
```"""
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(((?!https?://|#)[^)\s]+)\)")


def page(readme: str, source: str = "") -> str:
    """The README for a package page; `source`: the address of the repository."""

    def elsewhere(found: re.Match[str]) -> str:
        picture, words, path = found.groups()
        if source:
            kind = "raw" if picture else "blob"
            return f"{picture}[{words}]({source.rstrip('/')}/{kind}/HEAD/{path})"
        return DRAWN if picture else words

    return _LINK.sub(elsewhere, readme)


class PackagePage(MetadataHookInterface):
    """The hook that pyproject.toml names."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the page into the metadata."""
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = page(readme, metadata.get("urls", {}).get("Source", ""))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
