"""Imports point one way, the package list is complete, and help is quick because it is light."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"symtheory": "symtheory", "analysis": "symtheory.analysis"}
LAYERS |= {"experiments": "symtheory.experiments"}
HEAVY = {"torch", "matplotlib"}


def imports_of(path: Path) -> set[str]:
    """Absolute names of everything that a module of a layer imports."""
    layer = path.relative_to(ROOT).parts[0]
    package = (LAYERS[layer], *path.relative_to(ROOT / layer).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*parent, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def modules(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def belongs(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("path", modules("symtheory"), ids=lambda p: str(p.relative_to(ROOT)))
def test_symbolic_layer_knows_nothing_of_the_others(path):
    forbidden = {"torch", "matplotlib"}
    if path.parent.name != "cli":
        forbidden |= {"symtheory.analysis", "symtheory.experiments", "symtheory.cli"}
        if path.name == "__main__.py":
            forbidden.remove("symtheory.cli")
    wrong = {n for n in imports_of(path) for f in forbidden if belongs(n, f)}
    assert not wrong


@pytest.mark.parametrize(
    ("layer", "other"), [("analysis", "experiments"), ("experiments", "analysis")]
)
def test_the_other_layers_never_meet(layer, other):
    for path in modules(layer):
        names = imports_of(path)
        assert not {n for n in names if belongs(n, f"symtheory.{other}")}, path
        assert not {n for n in names if belongs(n, "symtheory.cli")}, path
        assert layer == "experiments" or not {n for n in names if belongs(n, "torch")}, path


def test_nobody_imports_a_layer_by_its_folder():
    for layer in LAYERS:
        for path in modules(layer):
            assert not {
                n for n in imports_of(path) for f in ("analysis", "experiments") if belongs(n, f)
            }


def test_package_list_matches_the_folders():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    found = {
        ".".join([LAYERS[layer], *path.parent.relative_to(ROOT / layer).parts])
        for layer in LAYERS
        for path in (ROOT / layer).rglob("__init__.py")
    }
    assert sorted(found) == sorted(settings["packages"])


def loaded_by(*words: str) -> set[str]:
    """Top-level modules that a command loads."""
    script = (
        "import json, sys; from symtheory.cli.main import main; "
        f"main({list(words)!r}); print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_help_loads_nothing_heavy():
    assert not loaded_by("--help") & {"numpy", "scipy", "sympy", "rich", *HEAVY}


def test_predict_loads_neither_torch_nor_matplotlib():
    assert not loaded_by("predict", "modadd", "--p", "7") & {"ripser", "sklearn", *HEAVY}


def test_listing_a_sweep_loads_neither_torch_nor_matplotlib():
    assert not loaded_by("sweep", "groups", "--list") & {"ripser", "sklearn", *HEAVY}
