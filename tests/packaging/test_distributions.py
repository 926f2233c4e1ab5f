"""What is in the wheel and the sdist."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

from .conftest import ROOT


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    source = ROOT / "src"
    expected = {
        str(path.relative_to(source))
        for path in (source / "django_finances").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected
    assert {"django_finances/py.typed", "django_finances/migrations/0001_initial.py"} <= names


def test_the_wheel_names_its_licence_and_what_it_needs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))
    needed = {
        line.removeprefix("Requires-Dist: ") for line in metadata.splitlines() if line.startswith("Requires-Dist")
    }
    assert {each for each in needed if "extra" not in each} == {
        "dj-stripe<2.12,>=2.11",
        "django-appconf>=1.2",
        "django>=5.2",
        "stripe<16,>=15.6",
    }
    assert "License-Expression: MIT" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


def test_the_sdist_has_the_tests_the_docs_and_the_example(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    names = {name.partition("/")[2] for name in tarfile.open(sdist).getnames()}
    assert {
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "docs/how-to/install.md",
        "example_project/manage.py",
        "src/django_finances/py.typed",
        "tests/conftest.py",
        "tox.ini",
    } <= names
    assert not any("__pycache__" in name or name.startswith((".demo", ".tox", ".tools")) for name in names)
