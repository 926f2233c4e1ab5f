"""The code blocks of README and docs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<head>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One code block."""

    page: Path
    line: int
    language: str
    caption: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """All documents for people, relative to the project."""
    top = list(ROOT.glob("*.md"))
    example = list((ROOT / "example_project").rglob("*.md"))
    docs = [path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in [*top, *example, *docs])


def blocks_of(page: Path) -> Iterator[Block]:
    """Those of one page, in order; the directives that make the site (`toctree`) are left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        directive = re.fullmatch(r"\{(\S+)\} *(\S*)", match["head"])
        if directive and directive[1] != "code-block":
            continue
        language = directive[2] if directive else match["head"].strip()
        indent = len(match["indent"])
        lines = [line[indent:] for line in match["body"].splitlines()]
        options = [line for line in lines if line.startswith(":")]
        caption = next((line.removeprefix(":caption: ") for line in options if line.startswith(":caption: ")), "")
        code = "\n".join(line for line in lines if line not in options).strip("\n")
        yield Block(page, text.count("\n", 0, match.start()) + 1, language, caption, code)
