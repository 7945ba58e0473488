"""The wheel, installed elsewhere, works beside a user's own analysis/ and experiments/."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Build the wheel from a copy of the tracked files and unpack it into a folder."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for part in ("symtheory", "analysis", "experiments", "pyproject.toml", "README.md", "LICENSE"):
        subprocess.run(["cp", "-r", ROOT / part, source], check=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--target", target, source], check=True
    )
    return target


def run_in(folder: Path, target: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={"PYTHONPATH": str(target), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_users_own_folders_do_not_shadow_ours(installed, tmp_path):
    for decoy in ("analysis", "experiments"):
        (tmp_path / decoy).mkdir()
        (tmp_path / decoy / "__init__.py").write_text("raise RuntimeError('a decoy was imported')")
    version = run_in(tmp_path, installed, "-m", "symtheory", "--version")
    assert version.stdout.startswith("symtheory "), version.stderr
    theory = run_in(tmp_path, installed, "-m", "symtheory", "predict", "modadd", "--p", "7")
    assert "Z7" in theory.stdout, theory.stderr
    script = (
        "import symtheory.analysis, symtheory.experiments.config.training as c; "
        "print(symtheory.analysis.__file__, c.__file__)"
    )
    files = run_in(tmp_path, installed, "-c", script)
    assert files.stdout.count(str(installed)) == 2, files.stderr


def test_the_wheel_holds_every_module(installed):
    for layer, inside in (
        ("symtheory", "."),
        ("analysis", "analysis"),
        ("experiments", "experiments"),
    ):
        for path in (ROOT / layer).rglob("*.py"):
            assert (installed / "symtheory" / inside / path.relative_to(ROOT / layer)).is_file(), (
                path
            )
    assert not (installed / "analysis").exists()
    assert (installed / "symtheory" / "py.typed").is_file()


def test_the_wheel_holds_the_sweeps(installed, tmp_path):
    names = sorted(path.stem for path in (ROOT / "experiments" / "sweeps" / "specs").iterdir())
    assert names
    for name in names:
        listed = run_in(tmp_path, installed, "-m", "symtheory", "sweep", name, "--list")
        assert listed.returncode == 0, listed.stderr
