"""Who may import whom, and that models and migrations agree."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from factcheck.environment import BASE_DIR

PUBLIC_MODELS = "claims.models.publications"
PUBLIC_SERVICES = {"claims.services.corrections"}  # The one that takes a reader's report.


def test_rooms_import_downward_only() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=BASE_DIR, env={**os.environ, "COLUMNS": "120"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports: `a.b` for a module, `a.b.C` for a name from one."""
    for node in ast.walk(ast.parse(path.read_text(), path.name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


PUBLIC_MODULES = sorted((BASE_DIR / "claims" / "views" / "public").rglob("*.py"))


@pytest.mark.parametrize("path", PUBLIC_MODULES, ids=[path.stem for path in PUBLIC_MODULES])
def test_public_pages_import_frozen_things_only(path: Path) -> None:
    for name in imported(path):
        if within(name, "claims.models"):
            assert within(name, PUBLIC_MODELS), f"{path.name} imports {name}"
        if within(name, "claims.services"):
            assert any(within(name, module) for module in PUBLIC_SERVICES), f"{path.name} imports {name}"


def test_public_pages_were_looked_at() -> None:
    assert PUBLIC_MODULES


PACKAGES = [BASE_DIR / "claims", BASE_DIR / "factcheck"]
MODULES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))


def test_one_module_reads_the_environment() -> None:
    """The settings hand `os.environ` to it whole; manage.py and the two applications name the settings."""
    allowed = {"environment.py", "settings.py", "wsgi.py", "asgi.py"}

    assert [path.name for path in MODULES if "os.environ" in path.read_text() and path.name not in allowed] == []


def test_nothing_is_imported_by_star() -> None:
    assert [path for path in MODULES if any(name.endswith(".*") for name in imported(path))] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
