"""What Stripe's API has, by the OpenAPI file that the base package carries: to tell "not at Stripe" from "not here"."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import seahaven_stripe_world


@cache
def _operations() -> list[tuple[re.Pattern[str], dict[str, frozenset[str]]]]:
    """Each path with its methods, and the names of each method's parameters."""
    file = Path(seahaven_stripe_world.__file__).parent / "spec/spec3.json"
    paths: dict[str, Any] = json.loads(file.read_bytes())["paths"]
    return [
        (
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)),
            {method.upper(): _parameters(operation) for method, operation in operations.items()},
        )
        for path, operations in paths.items()
    ]


def _parameters(operation: dict[str, Any]) -> frozenset[str]:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        names |= set(content.get("schema", {}).get("properties", {}))
    return frozenset(names)


def has_path(method: str, path: str) -> bool:
    """Whether Stripe has this operation."""
    return any(method in operations for pattern, operations in _operations() if pattern.fullmatch(path))


def has_parameter(method: str, path: str, name: str) -> bool:
    """Whether Stripe's operation has a parameter of this name; of ``a[b][c]`` only ``a`` is looked at."""
    first = name.partition("[")[0]
    return any(
        first in operations.get(method, frozenset()) for pattern, operations in _operations() if pattern.fullmatch(path)
    )
