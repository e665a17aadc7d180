"""A pydantic model as JSON schema: compact for a prompt, and as strict as servers demand."""

import json
from collections.abc import Mapping
from typing import Any

from langchain_core.utils.json_schema import dereference_refs
from pydantic import BaseModel

from langgraph_dreams.types.base import JsonObject

_LEFT_OUT = ("title", "default", "$defs")
_STRICT_KEYS = frozenset({"type", "enum", "const", "items", "properties", "anyOf", "description"})
"""Keys that every server with structured output takes; some refuse bounds on length or number."""


def compact_schema(schema: type[BaseModel]) -> JsonObject:
    """The JSON schema without titles and references, with every bound, to be read by a model.

    A part that holds itself becomes "anything".
    """
    whole = dereference_refs(schema.model_json_schema(), skip_keys=[])
    made: JsonObject = _compact(whole)
    return made


def compact_text(schema: type[BaseModel]) -> str:
    """`compact_schema` in one line of JSON."""
    return json.dumps(compact_schema(schema), separators=(",", ":"), ensure_ascii=False)


def response_format(schema: type[BaseModel]) -> JsonObject:
    """The `response_format` of an OpenAI-compatible server, strict wherever OpenAI allows it."""
    strict, fits = _strict(compact_schema(schema))
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__[:64], "strict": fits, "schema": strict},
    }


def _compact(node: Any) -> Any:
    """`node` without what says nothing to a model; a field may be named like a keyword."""
    if isinstance(node, list):
        return [_compact(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in _LEFT_OUT}
    for key, value in kept.items():
        fields = key == "properties"
        kept[key] = {n: _compact(v) for n, v in value.items()} if fields else _compact(value)
    return kept


def _strict(node: Mapping[str, Any]) -> tuple[JsonObject, bool]:
    """`node` with all fields required and nothing else allowed, and whether that is possible."""
    made = {key: value for key, value in node.items() if key in _STRICT_KEYS}
    fits = bool(made.keys() & {"type", "enum", "const", "anyOf"})
    if "items" in made:
        made["items"], fits = _strict(made["items"])
    if "anyOf" in made:
        arms = [_strict(each) for each in made["anyOf"]]
        made["anyOf"] = [arm for arm, _ in arms]
        fits = fits and all(fit for _, fit in arms)
    if made.get("type") == "object":
        fields = {name: _strict(each) for name, each in made.get("properties", {}).items()}
        made["properties"] = {name: each for name, (each, _) in fields.items()}
        made["required"] = list(fields)
        made["additionalProperties"] = False
        # an object of any keys (a dict) has no strict form
        fits = fits and bool(fields) and all(fit for _, fit in fields.values())
    elif made.get("type") == "array":
        fits = fits and "items" in made
    return made, fits
