"""Is an answer of the stand-in what Stripe's OpenAPI file says? The file comes with the base package."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from .process import FOLDER


@cache
def schemas() -> dict[str, Any]:
    import sys

    sys.path.insert(0, str(FOLDER.parent))
    try:
        from stripe_standin import environment
    finally:
        sys.path.pop(0)
    folder = environment.ensure_environment(_unexpected, print).parent.parent
    (file,) = folder.glob("lib/python*/site-packages/seahaven_stripe_world/spec/spec3.json")
    found: dict[str, Any] = json.loads(file.read_bytes())["components"]["schemas"]
    return found


def _unexpected() -> Path:
    raise AssertionError("the stand-in has been started before")


def problems(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Missing, mistyped and unknown fields, each with its place."""
    if value is None:
        return [] if schema.get("nullable") else [f"{where}: null"]
    if "$ref" in schema:
        return problems(value, schemas()[schema["$ref"].rpartition("/")[2]], where)
    if "anyOf" in schema:
        return _any_of(value, schema["anyOf"], where)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(value, schema, where)
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where}: {type(value).__name__} for an array"]
        return [
            each for place, item in enumerate(value) for each in problems(item, schema["items"], f"{where}[{place}]")
        ]
    if not _is(value, kind):
        return [f"{where}: {type(value).__name__} for {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} isn't one of {schema['enum']}"]
    return []


def _is(value: Any, kind: str | None) -> bool:
    if isinstance(value, bool):
        return kind in {"boolean", None}
    kinds: dict[str | None, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        None: object,
    }
    return isinstance(value, kinds[kind])


def _any_of(value: Any, choices: list[dict[str, Any]], where: str) -> list[str]:
    found = [problems(value, choice, where) for choice in choices]
    return min(found, key=len) if found else []


def _object(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {type(value).__name__} for an object"]
    properties = schema.get("properties", {})
    found = [f"{where}.{name}: missing" for name in schema.get("required", []) if name not in value]
    if properties:
        found += [f"{where}.{name}: unknown" for name in value if name not in properties]
    for name, each in properties.items():
        if name in value:
            found += problems(value[name], each, f"{where}.{name}")
    return found


def of_object(body: dict[str, Any]) -> list[str]:
    """What is wrong with an object, by the schema of its own kind."""
    return problems(body, schemas()[body["object"]], body["object"])
