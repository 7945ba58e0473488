"""The theory as a whole: what it claims, prints and writes."""

import json
import subprocess
import sys

import numpy as np
import pytest

from symtheory.claims import symmetry as claims
from symtheory.claims.composition import LOGITS_FLOOR, UNITS_FLOOR
from symtheory.claims.network import ABLATION_FLOOR
from symtheory.errors import PredictionError, SpecError
from symtheory.records import Level, Role
from symtheory.relations.closure import Closure
from symtheory.relations.placebos import is_violated
from symtheory.tasks.catalogue import CATALOGUE, named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict


@pytest.fixture(scope="module")
def theory() -> Theory:
    return predict(named_task("modadd", p=97))


def known(theory: Theory, fraction: float = 0.3) -> np.ndarray:
    table = theory.task.table
    return np.where(np.random.default_rng(0).random(table.shape) < fraction, table, -1)


def test_counts(theory: Theory) -> None:
    symmetries = theory.symmetries
    assert (symmetries.n_invariances, symmetries.n_autotopisms) == (97, 97**2 * 96)
    assert set(theory.geometries) == {Role.X, Role.Y, Role.READOUT, Role.SHARED}
    assert theory.caveats == ()


def test_claims_of_a_tied_network(theory: Theory) -> None:
    predictions = theory.predictions([Role.SHARED, Role.READOUT])
    assert [p.key for p in predictions] == [
        *(f"shared/L{level}" for level in range(4)),
        *(f"readout/L{level}" for level in range(4)),
        "network/irreps",
        "network/L4",
        "network/stages",
        "network/units",
        "network/logits",
    ]
    floors = {
        Level.SPECTRUM: claims.SPECTRUM_FLOOR,
        Level.GRAM: claims.FACTOR_FLOOR,
        "irreps": claims.IRREP_OVERLAP_FLOOR,
        Level.PROCRUSTES: claims.PROCRUSTES_FLOOR,
        "L4": ABLATION_FLOOR,
        "units": UNITS_FLOOR,
        "logits": LOGITS_FLOOR,
        Level.HOMOLOGY: None,
        "stages": None,
    }
    for prediction in predictions:
        assert prediction.floor == floors[prediction.level]
        is_secondary = prediction.level in {Level.HOMOLOGY, "stages"}
        assert prediction.primary != is_secondary


def test_claims_of_an_untied_network(theory: Theory) -> None:
    predictions = theory.predictions([Role.X, Role.Y, Role.READOUT])
    assert len(predictions) == 3 * 4 + 5
    assert len({p.key for p in predictions}) == len(predictions)


def test_a_role_without_geometry_is_refused() -> None:
    task = modular_task("x + y", 7)
    with pytest.raises(PredictionError, match="network"):
        predict(task).predictions([Role.NETWORK])


def test_text_reads_from_the_task_to_the_claims(theory: Theory) -> None:
    text = theory.text(known(theory))
    lines = text.splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 100
    order = ["x + y mod 97", "Z97", "|Sym_f|", "f(y, x)", "χ_k", "49 of 4753", "gcd", "claims"]
    positions = [text.index(word) for word in order]
    assert positions == sorted(positions)
    share = f"({(known(theory) >= 0).mean():.1%}".replace("%", " %)")
    for number in ("903264", share, "100 % in 2 rounds", "sharpness", "0.990"):
        assert number in text
    assert f"effect at least {claims.FACTOR_FLOOR:g}" in text


def test_text_without_a_split_speaks_of_no_cells(theory: Theory) -> None:
    text = theory.text()
    assert "settles held-out" not in text
    assert "training cells (" not in text


@pytest.mark.parametrize(
    ("expression", "n"), [("x + y", 5), ("x - y", 96), ("(x + y)^3", 101), ("7*x + 3*y + 5", 1000)]
)
def test_text_fits_for_every_task(expression: str, n: int) -> None:
    lines = predict(modular_task(expression, n)).text().splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 100


def test_percentages_are_never_rounded_up_to_all(theory: Theory) -> None:
    """At 113 composition settles 99.7 % in one round; at larger n almost all, but not all."""
    nearly = predict(named_task("modadd", p=151))
    one_round = nearly.relation("composition").closure(known(nearly)).fraction_one_round
    assert 0.9995 < one_round < 1
    assert "99.9 %, 100 % in 2 rounds" in nearly.text(known(nearly))


def test_json_is_plain_and_complete(theory: Theory) -> None:
    split = known(theory)
    data = theory.to_dict(split)
    text = json.dumps(data, allow_nan=False)
    assert json.loads(text) == data
    assert data["schema"] == "symtheory/1"
    relations = {r["name"]: r for r in data["relations"]}  # type: ignore[index,union-attr]
    assert relations["swap"]["reads"] == []
    assert relations["swap"]["field_name"] == "commutativity"
    assert "swap (commutativity)" in theory.text()
    assert relations["shift"]["closure"] == Closure(1.0, 1.0, 1).to_dict()
    assert theory.to_dict()["relations"][0]["closure"] is None  # type: ignore[index,call-overload]
    assert data["characters"]["phases_at_generators"] == [[k] for k in range(97)]  # type: ignore[index,call-overload]


def test_closure_of_named_relations(theory: Theory) -> None:
    split = known(theory)
    assert theory.closure(["swap"], split) == theory.relation("swap").closure(split)
    both = theory.closure(["swap", "composition"], split)
    assert both.fraction == 1
    assert both.fraction_one_round > theory.closure(["composition"], split).fraction_one_round
    with pytest.raises(PredictionError, match="it has swap, composition, shift, equivariance"):
        theory.closure(["fibre"], split)


@pytest.mark.parametrize("n", [5, 6, 7, 8, 9, 10, 12, 16, 59, 96, 113])
def test_addition_mod_any_n_is_derived(n: int) -> None:
    found = predict(named_task("modadd", p=n))
    assert len(found.geometries[Role.SHARED].orbitals) == 1
    assert len(found.geometries[Role.SHARED].blocks) == n // 2
    assert len(found.relations) == 4


def test_deriving_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from symtheory.tasks.catalogue import named_task\n"
        "from symtheory.theory import predict\n"
        "predict(named_task('modadd', p=7)).text()\n"
        "heavy = {'torch', 'matplotlib', 'sympy', 'networkx', 'sklearn', 'ripser', 'scipy.stats'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


TASKS = [
    *(("modular", name, 13) for name, entry in CATALOGUE.items() if entry.parameters == ("p",)),
    *(("group", name, "D5") for name, entry in CATALOGUE.items() if entry.parameters == ("group",)),
]


@pytest.fixture(scope="module", params=TASKS, ids=lambda task: f"{task[1]}-{task[2]}")
def any_theory(request) -> Theory:
    kind, name, value = request.param
    return predict(named_task(name, **({"p": value} if kind == "modular" else {"group": value})))


def test_every_task_of_the_catalogue_prints(any_theory: Theory) -> None:
    split = known(any_theory)
    lines = any_theory.text(split).splitlines()
    assert lines[0].startswith("task")
    assert any(line.startswith("claims") for line in lines)
    # The table of relations may be as wide as its formulas; all else is wrapped.
    starts = ("relation ", *(f"{relation.name} " for relation in any_theory.relations))
    assert all(line.startswith(starts) for line in lines if len(line) > 100)
    data = any_theory.to_dict(split)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    page = any_theory._repr_html_()
    assert page.count("<table>") == page.count("</table>") >= 1
    assert "<script" not in page


def test_every_task_of_the_catalogue_is_typeset(any_theory: Theory) -> None:
    latex = any_theory.latex(known(any_theory))
    assert latex.isascii(), sorted(set(filter(lambda c: not c.isascii(), latex)))
    bare = latex.replace("\\\\", "").replace("\\{", "").replace("\\}", "").replace("\\$", "")
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert latex.count("\\begin{tabular}") == latex.count("\\end{tabular}")
    for relation in any_theory.relations:
        assert f"${relation.latex}$" in latex


def test_claims_stay_within_what_the_geometry_supports(any_theory: Theory) -> None:
    for claim in any_theory.predictions(any_theory.roles):
        if claim.level == "kernel":  # of any table, whatever its symmetries leave
            assert not any_theory.kernels[claim.role].is_flat
        elif claim.role is not Role.NETWORK:
            geometry = any_theory.geometries[claim.role]
            assert claim.level in geometry.levels
            is_tied = claim.role is Role.READOUT and not any_theory.claims_tied_readout
            if not (is_tied and Role.SHARED in any_theory.roles):
                assert ("conjecture" in claim.statement) == (not geometry.is_protected)


def test_a_group_that_is_not_abelian_wants_a_table_for_each_operand() -> None:
    theory = predict(named_task("compose", group="S3"))
    assert theory.group is not None
    assert theory.group.name == "S3"
    assert theory.roles == (Role.X, Role.Y, Role.READOUT)


def test_a_random_table_predicts_nothing() -> None:
    names = [str(i) for i in range(23)]
    table = np.random.default_rng(0).integers(23, size=(23, 23))
    theory = predict(Task("random", table, names, names, names, formula="a random table"))
    assert theory.group is None
    assert theory.relations == ()
    assert theory.predictions(theory.roles) == ()
    assert all(geometry.sharpness < 0.05 for geometry in theory.geometries.values())
    text = theory.text()
    assert "claims       none" in text
    assert "relations    none" in text


def test_of_a_random_table_with_few_answers_only_the_kernel_is_claimed() -> None:
    names = [str(i) for i in range(23)]
    table = np.random.default_rng(0).integers(3, size=(23, 23))
    theory = predict(Task("random", table, names, names, names[:3], formula="a random table"))
    claims = theory.predictions(theory.roles)
    assert [(claim.key, claim.primary) for claim in claims] == [
        ("x/kernel", True),
        ("y/kernel", True),
    ]


def test_placebos_are_false(any_theory: Theory) -> None:
    rng = np.random.default_rng(1)
    for placebo in any_theory.placebos(rng=rng):
        assert placebo.is_placebo
        assert is_violated(placebo, any_theory.task.table, rng=rng)
        true = any_theory.relation(placebo.kind)
        assert not is_violated(true, any_theory.task.table, rng=rng)


@pytest.mark.parametrize(
    ("expression", "n", "protected"),
    [("x + y", 59, 59), ("x + y", 96, 48), ("x - y", 59, 1), ("2*x + 3*y", 7, 7)],
)
def test_sharing_a_table_costs_the_answers_their_translations(
    expression: str, n: int, protected: int
) -> None:
    """Brute force: token permutations that are one translation on both operands."""
    task = modular_task(expression, n)
    table = task.table
    moves = set()
    for s in range(n):
        tokens = (np.arange(n) + s) % n
        moved = table[np.ix_(tokens, tokens)]
        shift = (moved - table) % n
        assert (shift == shift[0, 0]).all()
        moves.add(int(shift[0, 0]))
    assert len(moves) == protected
    theory = predict(task)
    claimed = {claim.role for claim in theory.predictions(theory.roles)}
    assert (Role.READOUT in claimed) == (protected > 1)
    assert any("symmetry protects" in caveat for caveat in theory.caveats) == (protected < n)
    untied = theory.predictions((Role.X, Role.Y, Role.READOUT))
    assert Role.READOUT in {claim.role for claim in untied}


@pytest.mark.parametrize(("n", "n_implied"), [(8, 23), (9, 14), (15, 57)])
def test_products_of_a_composite_modulus_protect_less_with_a_shared_table(
    n: int, n_implied: int
) -> None:
    """Only (u, u, u^2) can be followed; counted by brute force over the units."""
    theory = predict(modular_task("x*y", n))
    assert theory.roles == (Role.SHARED, Role.READOUT)
    said = [caveat for caveat in theory.caveats if "one table shared" in caveat]
    assert len(said) == 1
    table = theory.task.table
    squares = {tuple(table[table[u, u]]) for u in range(n) if np.gcd(u, n) == 1}
    moved = any(images != tuple(range(n)) for images in squares)
    if not moved:  # then only automorphisms of the monoid are left, as in n = 8
        assert n == 8
    assert f"only {n_implied} classes" in said[0]


def test_a_row_of_which_nothing_is_known_is_no_apex_by_right() -> None:
    table = np.full((8, 8), -1)
    table[:7, :7] = (np.arange(7)[:, None] + np.arange(7)) % 7
    names = tuple(map(str, range(8)))
    theory = predict(Task("corner", table, names, names, names, formula="a corner of Z7"))
    assert theory.group is not None
    assert theory.group.name == "Z7"
    assert any("does not tell where 7 belongs" in caveat for caveat in theory.caveats)
    assert not any(theory.geometries[role].is_protected for role in (Role.X, Role.Y))


def test_answers_move_freely_if_one_operand_moves_them() -> None:
    """(1, y + b, z + b) is an autotopism of x^2 + y for every b."""
    readout = predict(modular_task("x^2 + y", 13)).geometries[Role.READOUT]
    assert readout.is_protected


def test_a_constant_table_claims_nothing() -> None:
    theory = predict(modular_task("0*x", 7))
    assert theory.predictions(theory.roles) == ()


def test_what_is_no_task_is_refused() -> None:
    with pytest.raises(SpecError, match="predict takes a Task, got str"):
        predict("modadd")  # type: ignore[arg-type]


def test_names_of_version_0_1_still_work() -> None:
    from symtheory.geometry.operand import Family
    from symtheory.graphs.automorphisms import automorphism_group, isometry_group
    from symtheory.graphs.notation import read_graph

    old = (Family.ORBIT, Family.CONE, Family.FOLDED, Family.ORBITS)
    assert [str(family) for family in old] == ["orbit", "cone", "folded", "orbits"]
    task = named_task("graph", graph=read_graph("cycle(5)"))
    assert task.answer_structure is task.answer_structure
    assert automorphism_group is isometry_group
