"""Formulas in a task's own labels; Table 1 of arXiv:2603.01968, with its errors corrected."""

import re

import numpy as np
import pytest

from symtheory.groups.families import symmetric
from symtheory.relations.derive.derive import derive_relations
from symtheory.relations.relation import Relation
from symtheory.relations.wording.label_maps import LabelMap
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import find_symmetries
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def derived(task: Task) -> dict[str, Relation]:
    structure = find_structure(task)
    return {r.name: r for r in derive_relations(structure, find_symmetries(structure))}


# Commutativity, and associativity or what takes its place. Corrected are: the circle operation
# x+xy+y is commutative and associative itself, without a proxy; the proxy of (x+y)^2 adds residues
# by itself, so it is the shift and not associativity; (x+y)^3 composes where cubing is one to one.
TABLE_1 = [
    ("x + y", 13, "f(x, y) = f(y, x)", "composition", "f(f(x, y), w) = f(x, f(y, w))"),
    ("x - y", 13, "f(x, y) = f(-y, -x)", "composition", "f(f(x, y), w) = f(x, -f(-y, w))"),
    ("x*y", 13, "f(x, y) = f(y, x)", "composition", "f(f(x, y), w) = f(x, f(y, w))"),
    (
        "2*x + 3*y",
        13,
        "f(x, y) = f(-5*y, 5*x)",
        "composition",
        "f(-6*f(x, y), w) = f(x, -4*f(-5*y, w))",
    ),
    ("(x + y)^2", 13, "f(x, y) = f(y, x)", "shift", "f(x + c, y) = f(x, y + c)"),
    ("(x + y)^3", 13, "f(x, y) = f(y, x)", "shift", "f(x + c, y) = f(x, y + c)"),
    (
        "(x + y)^3",
        113,
        "f(x, y) = f(y, x)",
        "composition",
        "f(f(x, y)^(1/3), w) = f(x, f(y, w)^(1/3))",
    ),
    ("x + x*y + y", 13, "f(x, y) = f(y, x)", "composition", "f(f(x, y), w) = f(x, f(y, w))"),
]


@pytest.mark.parametrize(("expression", "n", "swap", "name", "law"), TABLE_1)
def test_table_1_falls_out(expression: str, n: int, swap: str, name: str, law: str) -> None:
    relations = derived(modular_task(expression, n))
    assert relations["swap"].formula == swap
    assert relations[name].formula == law
    assert ("composition" in relations) == (name == "composition")


@pytest.mark.parametrize(
    ("expression", "n", "name", "formula", "where"),
    [
        ("x*y", 13, "shift", "f(u*x, y) = f(x, u*y)", ("u ≠ 0",)),
        ("x*y", 13, "equivariance", "f(u*x, v*y) = u*v*f(x, y)", ("u, v ≠ 0",)),
        ("x*y + 1", 7, "composition", "f(f(x, y) - 1, w) = f(x, f(y, w) - 1)", ()),
        ("x + x*y + y", 13, "shift", "f(u*(x + 1) - 1, y) = f(x, u*(y + 1) - 1)", ("u ≠ 0",)),
        (
            "x + x*y + y",
            13,
            "equivariance",
            "f(u*(x + 1) - 1, v*(y + 1) - 1) = u*v*(f(x, y) + 1) - 1",
            ("u, v ≠ 0",),
        ),
        ("(x + y)^2", 13, "fibre", "f(-x, -y) = f(x, y)", ()),
        ("(x + y)^3", 13, "fibre", "f(u*x, u*y) = f(x, y)", ("u^3 = 1 mod 13",)),
        ("(x + y)^3", 13, "equivariance", "f(u*x, u*y) = u^3*f(x, y)", ("u ≠ 0",)),
        ("(x+y)^2 + x + y", 13, "fibre", "f(-x - 1, -y) = f(x, y)", ()),
        ("x^2 + x*y + y^2", 13, "equivariance", "f(u*x, u*y) = u^2*f(x, y)", ("u ≠ 0",)),
        ("x^2 + x*y + y^2", 13, "invariance", "f(-x, -y) = f(x, y)", ()),
        ("x^3 + x*y", 13, "equivariance", "f(u*x, u^2*y) = u^3*f(x, y)", ("u ≠ 0",)),
        ("x^2 + y^2", 13, "swap", "f(x, y) = f(y, x)", ()),
        ("x^2 - y^2", 13, "shift", "f(x, y) = f(x', y') if x^2 - y^2 = x'^2 - y'^2", ()),
        ("x^2*y^2", 13, "equivariance", "f(u*x, v*y) = u^2*v^2*f(x, y)", ("u, v ≠ 0",)),
        ("x^3*y", 11, "swap", "f(x, y) = f(y^(1/3), x^3)", ("z^(1/3) = z^7 mod 11",)),
        ("x^3 + y^3", 11, "equivariance", "f(x', y') = f(x, y) + x'^3 - x^3 + y'^3 - y^3", ()),
        (
            "x*y",
            12,
            "equivariance",
            "f(u*x, y) = u*f(x, y) and f(x, u*y) = u*f(x, y)",
            ("u a unit mod 12",),
        ),
    ],
)
def test_formulas_of_all_kinds(
    expression: str, n: int, name: str, formula: str, where: tuple[str, ...]
) -> None:
    relation = derived(modular_task(expression, n))[name]
    assert (relation.formula, relation.where) == (formula, where)


def evaluate(formula: str, table: np.ndarray, n: int, **letters: int) -> bool:
    """Read a printed equation of residues with Python's own arithmetic, on all x and y."""
    x, y = np.indices((n, n))

    def f(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return table[a % n, b % n]

    left, right = (side.replace("^", "**") for side in formula.split(" = "))
    scope = {"f": f, "x": x, "y": y, **letters}
    return bool(
        np.array_equal(
            eval(left, {"__builtins__": {}}, scope) % n,  # noqa: S307
            eval(right, {"__builtins__": {}}, scope) % n,  # noqa: S307
        )
    )


@pytest.mark.parametrize(
    ("expression", "n", "names"),
    [
        ("x*y", 11, ["swap", "shift", "equivariance"]),
        ("x+x*y+y", 11, ["swap", "shift", "equivariance"]),
        ("4*x-2*y+5", 9, ["swap", "shift", "equivariance"]),
        ("(x+y)^2", 11, ["fibre", "shift", "equivariance"]),
        ("2*(x-y)^3", 13, ["shift", "equivariance"]),
        ("x^2*y^2", 11, ["shift", "equivariance"]),
        ("x^2+4*y^2", 11, ["swap", "equivariance"]),
        ("x^3*y", 11, ["shift", "equivariance"]),
        ("x^2+x*y+y^2", 11, ["invariance", "equivariance"]),
        ("x^3+x*y", 11, ["equivariance"]),
    ],
)
def test_printed_formulas_are_true_as_they_stand(expression: str, n: int, names: list[str]) -> None:
    task = modular_task(expression, n)
    relations = derived(task)
    units = [u for u in range(1, n) if np.gcd(u, n) == 1]
    for name in names:
        formula = relations[name].formula
        for u in units:
            # The letters used, but not f, x and y; all are units here, translations too.
            letters = dict.fromkeys(re.findall(r"\b[a-eu-v]\b", formula), u)
            formula_of_u = re.sub(r"u\^(-?\d)", lambda m: str(pow(u, int(m[1]), n)), formula)  # noqa: B023
            assert evaluate(formula_of_u, task.table, n, **letters), formula


def test_a_wrong_formula_is_not_true() -> None:
    table = modular_task("x*y", 11).table
    assert evaluate("f(u*x, y) = f(x, u*y)", table, 11, u=3)
    assert not evaluate("f(u*x, y) = f(x, y)", table, 11, u=3)


def test_a_group_is_written_with_its_own_product() -> None:
    group = symmetric(3)
    task = Task("s", group.table, group.labels, group.labels, group.labels, formula="x·y")
    assert [(r.name, r.formula, r.latex) for r in derived(task).values()] == [
        ("reversal", "f(y⁻¹, x⁻¹) = f(x, y)⁻¹", "f(y^{-1},x^{-1}) = f(x,y)^{-1}"),
        ("composition", "f(f(x, y), w) = f(x, f(y, w))", "f(f(x,y),w) = f(x,f(y,w))"),
        ("shift", "f(x·c, y) = f(x, c·y)", r"f(x\,c,y) = f(x,c\,y)"),
        ("equivariance", "f(a·x, y·b) = a·f(x, y)·b", r"f(a\,x,y\,b) = a\,f(x,y)\,b"),
    ]


def test_a_renamed_group_is_written_with_tables() -> None:
    group = symmetric(3)
    rng = np.random.default_rng(0)
    x, y, z = (rng.permutation(6) for _ in range(3))
    task = Task("s", z[group.table[np.ix_(x, y)]], "abcdef", "ghijkl", "mnopqr", formula="s")
    relations = derived(task)
    assert relations["shift"].formula == "f(φ⁻¹(φ(x)·c), y) = f(x, ψ⁻¹(c·ψ(y)))"
    assert relations["shift"].latex == (
        r"f(\varphi^{-1}(\varphi(x)\,c),y) = f(x,\psi^{-1}(c\,\psi(y)))"
    )
    assert relations["shift"].where[0].startswith("φ: a→")
    assert relations["composition"].formula == "f(λ(f(x, y)), w) = f(x, μ(f(τ(y), w)))"


def test_division_leaves_zero_out() -> None:
    p = 11
    names = [str(v) for v in range(p)]
    inverse = np.array([pow(v, -1, p) for v in range(1, p)])
    table = np.arange(p)[:, None] * inverse % p
    relations = derived(Task("d", table, names, names[1:], names, formula="x/y"))
    assert relations["swap"].formula == "f(x, y) = f(y^-1, x^-1)"
    assert relations["swap"].where == ("x ≠ 0",)
    assert relations["composition"].formula == "f(f(x, y), w) = f(x, f(y^-1, w)^-1)"
    assert relations["shift"].formula == "f(u*x, y) = f(x, u^-1*y)"
    assert relations["equivariance"].formula == "f(u*x, v*y) = u*v^-1*f(x, y)"


@pytest.mark.parametrize(
    ("images", "text"),
    [
        ([0, 1, 4, 2, 2, 4, 1], "y^2"),
        ([0, 2, 1, 4, 4, 1, 2], "2*y^2"),
        ([0, 1, 4, 5, 2, 3, 6], "y^5"),
        ([0, -1, -1, -1, -1, -1, -1], "y"),
        ([0, 3, 6, 2, 5, 1, -1], "3*y"),
        ([-1, 1, 3, -1, 2, -1, -1], "y^(1/2)"),
        ([1, 0, 2, 3, 4, 5, 6], "τ(y)"),
    ],
)
def test_maps_of_residues_are_recognized(images: list[int], text: str) -> None:
    seven = tuple("0123456")
    assert LabelMap("τ", r"\tau", np.array(images), seven, seven).text("y") == text
