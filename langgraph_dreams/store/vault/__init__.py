"""One namespace of the store: items, links, memories, the core, deletion."""
