"""The former name of `langgraph_dreams.web`; it goes with version 0.6."""


def __getattr__(name: str) -> object:
    """Load a name of `langgraph_dreams.web`, which needs the extra `journal`."""
    if name not in ("create_journal_app", "serve_journal"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from langgraph_dreams import web

    return getattr(web, name)
