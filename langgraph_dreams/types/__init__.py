"""The records that are stored, proposed and returned: pydantic models."""

from langgraph_dreams.types.items import episode_id

__all__ = ["episode_id"]
