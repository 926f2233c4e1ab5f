from __future__ import annotations

from collections.abc import Iterator

import pytest

from .listener import Listener
from .process import StandIn


@pytest.fixture(scope="session")
def process() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def standin(process: StandIn) -> StandIn:
    """The one process with an account of this test's own."""
    fresh = StandIn(process.port)
    fresh.log = process.log
    return fresh


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener
