"""What is said of each kind of geometry: fixed, free, formula, diagrams."""

import numpy as np
import pytest
from factorized_tasks import described, multiplication, of_group, residues_task, squares

from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.orbit_geometry import orbit_geometry
from symtheory.groups.families import cyclic
from symtheory.groups.notation import parse_group
from symtheory.records import Role
from symtheory.text.coordinate_forms import coordinate_form
from symtheory.text.diagram_recipes import diagram_recipe
from symtheory.text.geometry_formulas import embedding_formula
from symtheory.text.geometry_statements import fixed, free


def folded(p: int, power: int) -> OperandGeometry:
    residues = np.arange(p)
    h = residues**power % p
    task = residues_task(h[(residues[:, None] + residues) % p], p)
    return described(task, cyclic(p), residues, residues, h)[0][Role.READOUT]


def composite(n: int) -> OperandGeometry:
    units = np.array([[u * i % n for i in range(n)] for u in range(2, n) if np.gcd(u, n) == 1])
    numbers, labels = np.arange(n), tuple(map(str, range(n)))
    return orbit_geometry(
        Role.X, units, twins=numbers, tokens=labels, rows=numbers, moves=units, is_protected=True
    )


def test_residues_are_written_as_such() -> None:
    residues = np.arange(7)
    labels = tuple(map(str, residues))
    assert coordinate_form(residues, labels, 7) == ("t", "t")
    assert coordinate_form((3 * residues + 2) % 7, labels, 7) == ("3*t + 2", "3t + 2")
    assert coordinate_form(residues**2 % 7, labels, 7) == ("t^2", "t^2")
    assert coordinate_form(np.array([0, 2, 1, 3, 4, 5, 6]), labels, 7) is None
    assert coordinate_form(residues, tuple("abcdefg"), 7) is None
    assert coordinate_form(np.full(7, -1), labels, 7) is None


@pytest.mark.parametrize(("shift", "scale"), [(0, 1), (1, 1), (-2, 1), (0, 3)])
def test_discrete_logarithms_are_written_to_a_primitive_root(shift: int, scale: int) -> None:
    p, root = 11, 2
    coordinate = np.full(p, -1)
    for k in range(p - 1):
        coordinate[(pow(root, k, p) * scale - shift) % p] = k
    found = coordinate_form(coordinate, tuple(map(str, range(p))), p - 1)
    assert found is not None
    argument = {0: "t", 1: "t + 1", -2: "t - 2"}[shift]
    assert found[0].startswith(f"ind_{root}({argument})")
    # Read the formula back.
    logarithm = {pow(root, k, p): k for k in range(p - 1)}
    end = int(found[0].split(")")[1].replace(" ", "") or 0)
    for t in range(p):
        if coordinate[t] >= 0:
            assert coordinate[t] == (logarithm[(t + shift) % p] + end) % (p - 1)


def test_formulas() -> None:
    cone = multiplication(13, 2)[0][Role.X]
    text, latex = embedding_formula(cone)
    assert "cos(2π·k·ind_2(t)/12)" in text
    assert "for t other than 0" in text
    assert "argmax_z" in text
    assert r"\operatorname{ind}_{2}(t)}{12}" in latex
    assert latex.count("{") == latex.count("}")
    assert "t^2" in embedding_formula(squares(13)[0][Role.X])[0]
    found, _ = of_group(parse_group("S3"))
    assert "vec(√A_ρ·ρ(φ(t))·√B_ρ)" in embedding_formula(found[Role.X])[0]
    assert "vec(√B_ρ·ρ(ψ(t))·√C_ρ)" in embedding_formula(found[Role.Y])[0]
    assert "vec(√A_ρ·ρ(h⁻¹(t))·√C_ρ)" in embedding_formula(found[Role.READOUT])[0]
    assert "⊕ vec(√B'_ρ·ρ(φ(t))·√C_ρ)" in embedding_formula(found[Role.SHARED])[0]
    for one in found.values():
        assert embedding_formula(one)[1].count("{") == embedding_formula(one)[1].count("}")
    assert "Σ_{h(s) = t}" in embedding_formula(folded(13, 2))[0]
    assert embedding_formula(composite(15)) == ("", "")


def test_each_embedding_has_its_two_factors() -> None:
    found, _ = of_group(parse_group("D7"))
    text = "\n".join(fixed(found[Role.X]))
    assert "at most the sum over the active irreps of 1 (χ2), 4 (χ3)" in text
    assert "K(g, h) = Σ_ρ tr(A_ρ·ρ(g)·B_ρ·ρ(h)⁻¹)" in text
    assert "2·Σ w_ρ·d_ρ·(d_ρ − Re χ_ρ(g⁻¹·h))" in text
    assert "two circles" in text
    assert "two circles" not in "\n".join(fixed(of_group(parse_group("Q8"))[0][Role.X]))
    for role, factors in ((Role.X, "AB"), (Role.Y, "BC"), (Role.READOUT, "AC")):
        assert any(f"{factors[0]}_ρ and {factors[1]}_ρ" in line for line in free(found[role]))
        assert "conjecture: all" not in "\n".join(fixed(found[role]))
        assert any("of these the law is a conjecture" in line for line in fixed(found[role]))
    shared = "\n".join(fixed(found[Role.SHARED]))
    assert "a sum of two parts" in shared
    assert "conjecture: all of this" in shared
    assert "a circle becomes an ellipse" in "\n".join(fixed(of_group(cyclic(7))[0][Role.X]))


def test_two_circles_of_a_dihedral_block() -> None:
    readout = of_group(parse_group("D7"))[0][Role.READOUT]
    block = next(b for b in readout.blocks if b.degree == 2)
    group = parse_group("D7")
    rotations = np.flatnonzero(group.element_orders != 2)
    reflections = np.flatnonzero(group.element_orders == 2)
    first, second = block.basis[rotations], block.basis[reflections]
    assert np.linalg.matrix_rank(first) == np.linalg.matrix_rank(second) == 2
    assert np.allclose(first @ second.T, 0)
    radius = np.linalg.norm(first[0])
    across = np.linalg.norm(first[:, None] - second, axis=2)
    assert np.allclose(across, 2**0.5 * radius)


def test_a_cone_has_an_apex() -> None:
    text = "\n".join(fixed(multiplication(13, 2)[0][Role.X]))
    assert "token 0 is the apex of a cone" in text
    assert "1 for frequency 6" in text


def test_restricted_and_folded_orbits_are_conjecture_or_silent() -> None:
    text = "\n".join(fixed(squares(13)[0][Role.X]))
    assert "7 of the 13 of an orbit of Z13" in text
    assert "conjecture: all of this" in text
    assert "7 points for 13" in text
    curve = "\n".join(fixed(folded(13, 2)))
    assert "not a loop" in curve
    assert "real dimension 1" in curve
    assert diagram_recipe(folded(13, 2)).startswith("none predicted")
    thirds = "\n".join(fixed(folded(97, 3)))
    assert "frequency 1, frequency 35, frequency 36" in thirds
    assert "conjecture: the active blocks of the operands fill such sets" in thirds


def test_orbits_speak_of_subspaces() -> None:
    text = "\n".join(fixed(composite(15)))
    assert "4 orbits of Z2 x Z4: 8, 4, 2, 1" in text
    assert "2 eigenvalues" in text
    assert "circle" not in text
    assert diagram_recipe(composite(15)).startswith("none predicted")
    prime = diagram_recipe(composite(13))
    assert "orbit is a cloud of its own" in prime


def test_recipes_never_promise_one_loop() -> None:
    recipe = diagram_recipe(of_group(cyclic(97))[0][Role.X])
    assert "one loop" not in recipe
    assert "template's own diagram" in recipe
    assert "merge" not in recipe
    assert "merge points" in diagram_recipe(of_group(cyclic(12))[0][Role.X])
    assert "apex" in diagram_recipe(multiplication(13, 2)[0][Role.X])
    torsion = diagram_recipe(of_group(parse_group("A5"))[0][Role.READOUT])
    assert "F_2 and over F_3" in torsion
    dihedral = diagram_recipe(of_group(parse_group("D7"))[0][Role.READOUT])
    assert "two equal H1 bars" in dihedral


def test_nothing_is_said_of_nothing() -> None:
    numbers, labels = np.arange(8), tuple(map(str, range(8)))
    nothing = orbit_geometry(
        Role.X,
        np.empty((0, 8), dtype=np.int64),
        twins=numbers,
        tokens=labels,
        rows=numbers,
        moves=np.empty((0, 8), dtype=np.int64),
        is_protected=False,
    )
    assert fixed(nothing) == ("nothing: the symmetries leave most of the Gram matrix free",)
    assert free(nothing) == ("everything",)
    assert embedding_formula(nothing) == ("", "")
