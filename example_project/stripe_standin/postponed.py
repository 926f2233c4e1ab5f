"""Let Python 3.13 import packages written for 3.14.

From 3.14 on annotations are evaluated when somebody asks for them (PEP 649); the base packages rely on it, and on
nothing else of 3.14. Compiling their modules with ``from __future__ import annotations`` gives 3.13 the same.
"""

from __future__ import annotations
import __future__

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

PACKAGES = frozenset({"seahaven", "seahaven_stripe_world"})


class PostponedLoader(SourceFileLoader):
    """Compiles a module as if its first line postponed its annotations."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        flags = __future__.annotations.compiler_flag
        code: CodeType = compile(self.get_data(path), path, "exec", flags=flags, dont_inherit=True)
        return code


class PostponedFinder:
    """Finds the base packages' modules for `PostponedLoader`, and leaves all others alone."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = PostponedLoader(spec.loader.name, spec.loader.path)
        return spec


def install() -> None:
    """Register the finder where the interpreter needs it."""
    finder: Any = PostponedFinder
    if sys.version_info < (3, 14) and finder not in sys.meta_path:
        sys.meta_path.insert(0, finder)
