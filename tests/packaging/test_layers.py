"""Imports point one way, the package list is complete, and help is quick because it is light."""

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"symtheory": "symtheory", "analysis": "symtheory.analysis"}
LAYERS |= {"experiments": "symtheory.experiments"}
HEAVY = {"torch", "matplotlib"}


def imports_of(path: Path) -> set[str]:
    """Absolute names of everything that a module of a layer imports."""
    return imported_names(ast.parse(path.read_text()), path)


def imported_names(tree: ast.Module, path: Path) -> set[str]:
    """Absolute names of everything that the code of a module at this path imports."""
    layer = path.relative_to(ROOT).parts[0]
    package = (LAYERS[layer], *path.relative_to(ROOT / layer).parent.parts)
    found = set()
    for node in ast.walk(tree):
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
    names = imports_of(path)
    if path.parent.name == "symtheory" and path.name in {"pipeline.py", "__init__.py"}:
        # They hand over to the other layers when they are called, and load neither.
        tree = ast.parse(path.read_text())
        loaded = ast.Module(list(imports_when_loaded(tree.body)), type_ignores=[])
        names = imported_names(loaded, path)
    wrong = {n for n in names for f in forbidden if belongs(n, f)}
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


def module_name(path: Path) -> str:
    """Import name of a module, or of the package whose `__init__` it is."""
    layer, *parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([LAYERS[layer], *(part for part in parts if part != "__init__")])


def imports_when_loaded(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the imports that loading a module runs: none in functions or for type checks alone."""
    for node in statements:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for part in ("orelse",) if is_for_types else ("body", "orelse", "finalbody"):
                yield from imports_when_loaded(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from imports_when_loaded(handler.body)


def package_graph(files: Mapping[Path, str]) -> dict[str, set[str]]:
    """Packages that each package imports from; a module of the root is a package of its own."""
    packages = {module_name(path) for path in files if path.name == "__init__.py"}
    names = {module_name(path) for path in files}

    def package_of(module: str) -> str:
        parent = module.rpartition(".")[0]
        return module if module in packages or parent == "symtheory" else parent

    graph: dict[str, set[str]] = {}
    for path, source in files.items():
        own = package_of(module_name(path))
        imports = ast.Module(list(imports_when_loaded(ast.parse(source).body)), type_ignores=[])
        found = {package_of(name) for name in imported_names(imports, path) & names}
        graph.setdefault(own, set()).update(found - {own})
    return graph


def check_is_acyclic(files: Mapping[Path, str]) -> None:
    TopologicalSorter(package_graph(files)).prepare()


def test_packages_import_each_other_one_way():
    check_is_acyclic({path: path.read_text() for layer in LAYERS for path in modules(layer)})


def test_a_circle_of_packages_is_found():
    folder = ROOT / "symtheory"
    files = {folder / name / "__init__.py": "" for name in "abc"}
    files[folder / "a" / "one.py"] = "from symtheory.b.two import x"
    files[folder / "b" / "two.py"] = "try:\n    from symtheory.c import three\nfinally:\n    pass"
    last = folder / "c" / "three.py"
    for allowed in (
        "if TYPE_CHECKING:\n    import symtheory.a.one",
        "def f():\n    import symtheory.a.one",
        "import symtheory.c.three",
    ):
        check_is_acyclic({**files, last: allowed})
    with pytest.raises(CycleError):
        check_is_acyclic({**files, last: "import symtheory.a.one"})


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
