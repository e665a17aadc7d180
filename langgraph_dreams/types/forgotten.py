"""The report of a forgetting: what went, or would go."""

from langgraph_dreams.types.base import PrintedModel
from langgraph_dreams.types.telling.told import many


class Forgotten(PrintedModel):
    """Items that `forget` took out of a namespace, by id."""

    namespace: tuple[str, ...]
    episodes: tuple[str, ...] = ()
    """Episodes removed."""
    memories: tuple[str, ...] = ()
    """Memories removed: nothing that is left bears them out."""
    changed: tuple[str, ...] = ()
    """Memories that lost a source or a cited memory, or hold again."""
    links: tuple[str, ...] = ()
    """Links removed."""
    core: tuple[str, ...] = ()
    """Memories whose line of the core was removed."""
    dreams: tuple[str, ...] = ()
    """Dreams whose journal was cut."""
    recalls: tuple[str, ...] = ()
    """Recall notes removed."""
    reactions: tuple[str, ...] = ()
    """Episodes whose reaction was what a forgotten turn said; they lost it."""
    everything: bool = False
    """True if the namespace itself was removed."""
    compacted: bool = False
    """True if nothing of it is left in the store's files either."""
    dry_run: bool = False
    """True if this is only what would go."""

    def text(self) -> str:
        """The same in words, a line each."""
        did = "Would forget" if self.dry_run else "Forgot"
        name = "/".join(self.namespace)
        whole = (
            f"everything in {name}, and the namespace itself" if self.everything else f"in {name}"
        )
        dreams = "{} of the journal" if self.everything else "{} cut in the journal"
        told = (
            (self.episodes, "episode", "{}"),
            (self.memories, "memory", "{}"),
            (self.links, "link", "{}"),
            (self.core, "line", "{} of the core"),
            (self.recalls, "recall note", "{}"),
            (self.changed, "memory", "{} kept, with less evidence or as what holds again"),
            (self.reactions, "episode", "{} kept without the reaction"),
            (self.dreams, "dream", dreams),
        )
        lines = [f"  {said.format(many(len(ids), noun))}" for ids, noun, said in told if ids]
        files = [] if self.dry_run or not lines else [_FILES[self.compacted]]
        return "\n".join([f"{did} {whole}:", *(lines or ["  nothing"]), *files])


_FILES = {
    True: "Nothing of it is left in the files of the store.",
    False: (
        "The store's files were not compacted. A folder is when it is opened next; the files of a"
        " Chroma server are the server's: run `chroma vacuum` there."
    ),
}
