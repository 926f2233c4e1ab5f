"""README and docs: links lead somewhere, names exist, and what the code has is written down."""

from __future__ import annotations

import importlib
import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from .blocks import ROOT, Block, blocks_of, pages

PAGES = pages()
CODE = ROOT / "src/django_finances"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (ROOT / page).parent.joinpath(target).exists(), f"{page}: {target}"


def test_every_check_is_documented_and_every_documented_check_exists() -> None:
    documented = set(
        re.findall(r"^\| `(django_finances\.[EW]\d{3})`", text_of("docs/reference/checks.md"), re.MULTILINE)
    )
    coded = {f"django_finances.{id}" for id in re.findall(r"\b([EW]0\d\d)\b", source()) if not id.startswith("E5")}
    assert documented == coded


def test_every_error_class_and_code_is_documented() -> None:
    exceptions = importlib.import_module("django_finances.exceptions")
    page = text_of("docs/reference/errors.md")
    documented = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    classes = [
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, exceptions.FinancesError) and name != "FinancesError"
    ]
    codes = set(re.findall(r'\bcode="([a-z_]+)"', source()))
    codes |= {getattr(exceptions, name).default_code for name in [*classes, "FinancesError"]}
    assert sorted(documented) == sorted({*classes, *codes})


def test_every_finding_of_the_doctors_is_documented() -> None:
    coded = set(re.findall(r'Finding\(\s*"(\w+)"', "\n".join(p.read_text() for p in (CODE / "doctor").glob("*.py"))))
    documented = set(re.findall(r"^\| `(\w+_\w+)` \|", text_of("docs/reference/doctor.md"), re.MULTILINE))
    assert documented == coded


def test_every_variable_and_setting_is_documented() -> None:
    conf = importlib.import_module("django_finances.conf")
    documented = set(re.findall(r"^\| `(\w+)`", text_of("docs/reference/settings.md"), re.MULTILINE))
    own = {f"FINANCES_{name}" for name in vars(conf.FinancesConf) if name.isupper()}
    own |= set(re.findall(r"settings\.(FINANCES_\w+)", source()))
    assert {*conf.FROM_ENVIRONMENT, "STRIPE_LIVE_MODE", *own} <= documented
    for name in conf.FROM_ENVIRONMENT[:3]:
        assert name in text_of("README.md")


def test_every_command_is_documented() -> None:
    ours = {name for name, app in get_commands().items() if app == "django_finances"}
    documented = set(re.findall(r"^\| `(\w+)` \|", text_of("docs/reference/commands.md"), re.MULTILINE))
    assert documented == ours


SHELL = [block for page in PAGES for block in blocks_of(page) if block.language in {"console", "shell", "text", "json"}]
#: Commands that need what no test has, and why.
ELSEWHERE = {
    "stripe": "Stripe's CLI, with an account",
    "make": "the tests run inside of it; .ci/run calls it",
}
#: Run by tests/packaging (a fresh host), tests/docs/test_tutorial.py, tests/standin, or tox.
RUN_BY_TESTS = (
    "pip install django-finances",
    "python -m venv venv",
    "python -m venv .venv",
    "python3 example_project/stripe_standin --port 12111",
    "venv/bin/pip install django-finances",
    "venv/bin/django-admin startproject shop .",
    ".venv/bin/pip install -e . --group test --group lint",
    ".venv/bin/pytest tests/webhooks",
    ".venv/bin/ruff check .",
)


@pytest.mark.parametrize("block", [each for each in SHELL if each.language == "console"], ids=str)
def test_every_command_line_is_one_that_works(block: Block) -> None:
    for line in block.code.splitlines():
        assert line.startswith("$ "), line
        words = shlex.split(line[2:])
        if words[0] in ELSEWHERE or line[2:] in RUN_BY_TESTS:
            continue
        assert words[0] in {"python", "venv/bin/python"}, line
        assert words[1] == "manage.py", line
        name = words[2]
        if name == "runserver":
            continue
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        parser.parse_args(words[3:])  # exits, and so fails, on an option that isn't there


@pytest.mark.parametrize("block", [each for each in SHELL if each.language == "shell"], ids=str)
def test_every_variable_in_an_environment_is_a_known_one(block: Block) -> None:
    known = {*importlib.import_module("django_finances.conf").FROM_ENVIRONMENT, "STRIPE_LIVE_MODE", "PRO_PRICE"}
    for line in block.code.splitlines():
        name, equals, _ = line.removeprefix("export ").partition("=")
        assert equals, line
        assert name in known, line


def test_no_text_looks_like_a_real_key() -> None:
    for page in PAGES:
        assert not re.search(r"(sk|rk)_(live|test)_[A-Za-z0-9]{20,}|whsec_[A-Za-z0-9]{32}", (ROOT / page).read_text())


def test_the_doctors_example_is_what_the_doctor_prints() -> None:
    from django_finances import stripe_api
    from django_finances.doctor import Report, rendering

    report = Report(
        mode="test",
        path="/api/finances/stripe/webhook/",
        account={"id": "acct_1", "name": "Example GmbH"},
        webhook_endpoints=[
            {
                "id": "we_1",
                "url": "https://example.com/api/finances/stripe/webhook/",
                "status": "enabled",
                "enabled_events": ["*"],
                "api_version": stripe_api.API_VERSION,
            }
        ],
    )
    assert rendering.as_text(report) in text_of("docs/reference/doctor.md")
    for name in json.loads(rendering.as_json(report)):
        assert f"`{name}`" in text_of("docs/reference/doctor.md")


def test_the_changelog_names_this_version_or_what_is_to_come() -> None:
    from django_finances import __version__

    text = text_of("CHANGELOG.md")
    assert re.search(rf"^## \[(Unreleased|{re.escape(__version__)})\]", text, re.MULTILINE)
