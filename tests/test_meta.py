"""Properties of the code and the generated files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lokapom_xl
from lokapom_xl import checks, functions
from lokapom_xl.actions.build import build, repository
from lokapom_xl.actions.explain import explain
from lokapom_xl.registry import CHECKS, FUNCTIONS, HELP_LIMIT
from lokapom_xl.report.messages import _REMEDY, _WHAT
from lokapom_xl.workbook.file_codes import FILE_CODES

PACKAGE = Path(lokapom_xl.__file__).parent
LAYERS = (
    {"numbers", "model", "registry"},
    {"formulas", "regulations", "functions"},
    {"workbook", "checks", "data"},
    {"report"},
    {"actions"},
    {"hosts", "cli"},
)
CORE = [
    "numbers.py",
    "model.py",
    "registry.py",
    "functions.py",
    *(f"formulas/{p.name}" for p in (PACKAGE / "formulas").glob("*.py")),
]
CORE += [f"regulations/{n}.py" for n in ("__init__", "lookup", "identity", "_compiled")]

_ = checks


def _imports(path: Path) -> set[str]:
    """First-level modules of the package that a file imports, also inside functions."""
    here = path.relative_to(PACKAGE).parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level]
            names = [*base, *(node.module or "").split(".")]
            names = [n for n in names if n]
            found |= {names[0]} if names else {alias.name for alias in node.names}
    return {name for name in found if name != "__version__"}


def test_imports_point_one_way() -> None:
    level = {name: i for i, layer in enumerate(LAYERS) for name in layer}
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for name in _imports(path):
            assert level[name] <= level[own], f"{path.relative_to(PACKAGE)} imports {name}"


@pytest.mark.parametrize("name", CORE)
def test_the_core_is_python_39_and_standard_library(name: str) -> None:
    source = (PACKAGE / name).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    for node in ast.walk(tree):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        assert all(m.partition(".")[0] in sys.stdlib_module_names for m in modules), modules


def test_no_year_in_the_formulas() -> None:
    """A year, or an office's name, is data. Numbers of regulations (8/2021) are sources, not rules."""
    for path in (PACKAGE / "formulas").glob("*.py"):
        text = re.sub(r"PermenPANRB \d+/\d{4}", "", path.read_text("utf-8"))
        assert not re.search(r"\b(19|20)\d\d\b", text), path.name
        assert "Banyumas" not in text


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_every_function_is_documented_and_safe_in_excel(name: str) -> None:
    record = FUNCTIONS[name]
    assert re.fullmatch(r"[A-Z_]+", name) and not re.fullmatch(r"[A-Z]{1,3}\d+|[RC]", name)
    for text in (record.help, *(a.help for a in record.arguments)):
        assert 10 < len(text) <= HELP_LIMIT and text.endswith(".")
    assert "Source:" in record.doc and record.category
    assert getattr(functions, name) is record and name in functions.__all__
    cells = {a.name: f"A{i}" for i, a in enumerate(record.arguments)}
    assert record.plain_formula(cells) and record.udf_formula(cells).startswith(f"{name}(")
    assert record.signature() in explain(name)


@pytest.mark.parametrize("code", list(CHECKS))
def test_every_check_has_a_help_page_and_its_sentences(code: str) -> None:
    page = explain(code)
    assert "Apa:" in page and "Perbaikan:" in page and CHECKS[code].name in page
    assert explain(CHECKS[code].name) == page
    assert code in _REMEDY
    assert code in _WHAT or code.startswith("HIT")


def test_every_refusal_has_a_help_page() -> None:
    kinds = "BERKAS", "BEKU", "EKSPOR", "TULIS", "SUMBER", "BAIK", "PETA"
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name != "file_codes.py":
            used |= set(re.findall(rf'"((?:{"|".join(kinds)})\d\d)"', path.read_text("utf-8")))
    documented = {code for code in FILE_CODES if code.startswith(kinds)}
    assert used == documented
    assert all(explain(code).endswith(".") for code in FILE_CODES)
    # What it means, and what to do.
    assert [code for code, text in FILE_CODES.items() if ". " not in text] == []


def test_generated_files_are_up_to_date() -> None:
    assert build(repository(), check=True) == []


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    from lokapom_xl.actions.new import new

    for name in ("a.xlsx", "b.xlsx"):
        new("efisiensi", 2023, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_command_starts_without_the_heavy_packages() -> None:
    heavy = ("pandas", "openpyxl", "xlwings", "lxml")
    code = (
        f"import sys, lokapom_xl.cli, lokapom_xl.functions; print([m for m in {heavy!r} if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
