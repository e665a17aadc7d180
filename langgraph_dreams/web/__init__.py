"""The journal page: mornings, nights, links, memories and health in a browser; changes from there.

`create_journal_app` is an ASGI app to mount, `serve_journal` a small server of its own, and
`langgraph_dreams.web.server:app` what a LangGraph server mounts.
"""

from langgraph_dreams.web.serve import create_journal_app, serve_journal

__all__ = ["create_journal_app", "serve_journal"]
