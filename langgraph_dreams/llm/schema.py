"""A pydantic model as JSON schema: compact for a prompt, and as strict as servers demand."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_STRICT_KEYS = frozenset({"type", "enum", "const", "items", "properties", "anyOf", "description"})
"""What every server with structured output takes; bounds on length and number some refuse."""


def compact_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema without titles and references, with every bound, to be read by a model."""
    whole = schema.model_json_schema()
    made: dict[str, Any] = _inlined(whole, whole.get("$defs", {}), ())
    return made


def compact_text(schema: type[BaseModel]) -> str:
    """`compact_schema` in one line of JSON."""
    return json.dumps(compact_schema(schema), separators=(",", ":"), ensure_ascii=False)


def response_format(schema: type[BaseModel]) -> dict[str, Any]:
    """The `response_format` of an OpenAI-compatible server, strict wherever OpenAI allows it."""
    strict, fits = _strict(compact_schema(schema))
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__[:64], "strict": fits, "schema": strict},
    }


def _inlined(node: Any, parts: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    """`node` with its `$ref`s replaced; one that holds itself becomes "anything"."""
    if isinstance(node, list):
        return [_inlined(each, parts, within) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        if name in within:
            return {}
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _inlined({**parts[name], **rest}, parts, (*within, name))
    kept = {k: v for k, v in node.items() if k not in ("title", "default", "$defs")}
    for key, value in kept.items():
        if key == "properties":
            kept[key] = {name: _inlined(each, parts, within) for name, each in value.items()}
        else:
            kept[key] = _inlined(value, parts, within)
    return kept


def _strict(node: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
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
