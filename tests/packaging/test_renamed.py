"""Names of version 0.1 still work, and say what they are called now."""

import importlib
import subprocess
import sys

import pytest

from symtheory import _renamed

OLD_IMPORTS = (
    ("symtheory.tasks.sources", "read_task"),
    ("symtheory.experiments.trainer", "load_network"),
    ("symtheory.experiments.runs", "Run"),
    ("symtheory.experiments.batch", "Member"),
    ("symtheory.analysis.verification", "verify_network"),
    ("symtheory.analysis.verdicts", "exit_code"),
    ("symtheory.analysis.twins", "check_twins"),
    ("symtheory.analysis.seeds", "student_interval"),
    ("symtheory.analysis.embedding_files", "list_arrays"),
    ("symtheory.analysis.gram", "gram_share"),
    ("symtheory.symmetry.relations", "Relation"),
    ("symtheory.symmetry.cleanup", "clean_up"),
    ("symtheory.symmetry.triangle", "triangle_identity"),
    ("symtheory.printout", "theory_text"),
)


@pytest.mark.parametrize(("module", "name"), OLD_IMPORTS)
def test_an_old_module_gives_what_it_gave(module, name):
    sys.modules.pop(module, None)
    with pytest.warns(DeprecationWarning, match=rf"{module} is symtheory\..* now; .* 0\.3"):
        found = getattr(importlib.import_module(module), name)
    assert callable(found)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("symtheory.experiments.data", "split_of"),
        ("symtheory.claims", "GENERALIZATION_FLOOR"),
        ("symtheory.experiments.optimizers", "make_optimizer"),
        ("symtheory.experiments.sweeps", "run_sweep"),
    ],
)
def test_a_module_that_stayed_answers_for_its_old_names(module, name):
    with pytest.warns(DeprecationWarning, match=f"{name} is symtheory"):
        assert getattr(importlib.import_module(module), name) is not None


def test_every_line_of_the_tables_leads_somewhere():
    for new in set(_renamed._moved().values()):
        importlib.import_module(new)
    for home, pairs in _renamed._NAMES.items():
        for pair in pairs.split():
            old = pair.split("=")[0]
            with pytest.warns(DeprecationWarning, match=old):
                assert _renamed.renamed_attribute(f"symtheory.{home}", old) is not None


def test_what_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("symtheory.symmetry.nothing")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _renamed.renamed_attribute("symtheory.experiments.data", "nothing")


def test_new_names_do_not_warn():
    code = "import symtheory, symtheory.experiments.data; symtheory.named_task('modadd', p=7)"
    subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:symtheory", "-c", code], check=True
    )
