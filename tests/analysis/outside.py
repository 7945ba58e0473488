"""Networks that others trained, and the names that their authors give to irreps.

The code release of arXiv:2302.03025: two seeds of two architectures on six groups, A5, C113, C118,
D59, D61 and S5. Their folder is named by the environment variable SYMTHEORY_GROUP_NETS, or lies
beside the checkout.

Irreps are matched by character. The characters are written down here from first principles, on the
elements of the authors' tables: element orders and class sizes give the cycle types of S5 and A5;
element 1 of C_n and of D_n is the rotation that their frequencies count.
"""

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge
from symtheory.analysis.claims.network import Network as NetworkUnderTest
from symtheory.analysis.claims.registry import collect_evidence
from symtheory.analysis.symmetry.ablation import (
    AblationTest,
    Operand,
    check_ablation,
    functions_in_use,
)
from symtheory.claims.network import GENERALIZATION_FLOOR
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Level, Role, Verdict
from symtheory.representations.isotypic import IsotypicBlock
from symtheory.tasks.read import read_task
from symtheory.theory import Theory, predict

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(
    os.environ.get("SYMTHEORY_GROUP_NETS", ROOT.parent / "shared" / "data" / "group_nets")
)
IS_HERE = (FOLDER / "gram_law.csv").is_file()
WHERE = f"no outside networks in {FOLDER}; set SYMTHEORY_GROUP_NETS to their folder"

GROUPS = ("A5", "C113", "C118", "D59", "D61", "S5")
NETWORKS = [
    f"{group}_{model}_seed{seed}" for group in GROUPS for model in ("MLP", "T") for seed in (1, 2)
]
EMBEDDINGS = ("x_embed", "y_embed", "unembed")
GOLDEN = (1 + 5**0.5) / 2


@dataclass(frozen=True, eq=False)
class Network:
    """One of the networks, with what its authors say of it."""

    name: str
    theory: Theory
    clouds: Mapping[str, NDArray[np.float64]]  # x_embed, y_embed, unembed
    accuracy: float  # on the whole table, recomputed from the weights
    key_irreps: tuple[str, ...]
    published: Mapping[str, Mapping[str, float]]  # share of the uncentered power, by embedding

    @property
    def group_name(self) -> str:
        return self.name.split("_", maxsplit=1)[0]

    @property
    def is_tied(self) -> bool:
        return "_T_" in self.name

    @property
    def embeddings(self) -> dict[Role, Embedding]:
        """One table for both operands in a transformer, two in an MLP."""
        if self.is_tied:
            names = {Role.SHARED: "x_embed", Role.READOUT: "unembed"}
        else:
            names = {Role.X: "x_embed", Role.Y: "y_embed", Role.READOUT: "unembed"}
        return {role: Embedding(self.clouds[name], role) for role, name in names.items()}

    def role_of(self, embedding: str) -> Role:
        if embedding == "unembed":
            return Role.READOUT
        return Role.SHARED if self.is_tied else Role(embedding[0])

    def geometry(self, embedding: str) -> OperandGeometry:
        return self.theory.geometries[self.role_of(embedding)]


@cache
def theory_of(group: str) -> Theory:
    """Derived from the authors' table alone."""
    return predict(read_task(str(FOLDER / f"{group}.table.npy")))


def read_network(name: str) -> Network:
    facts = json.loads((FOLDER / f"{name}.json").read_text())
    with np.load(FOLDER / f"{name}.npz") as arrays:
        clouds = {key: arrays[key].astype(np.float64) for key in EMBEDDINGS}
    return Network(
        name=name,
        theory=theory_of(name.split("_", maxsplit=1)[0]),
        clouds=clouds,
        accuracy=facts["accuracy_on_table"],
        key_irreps=tuple(facts["published_key_irreps"]),
        published=facts["published_fraction"],
    )


def published_gram_shares() -> list[dict[str, str]]:
    with (FOLDER / "gram_law.csv").open() as file:
        return list(csv.DictReader(file))


def identity_of(table: NDArray[np.int64]) -> int:
    return int(np.flatnonzero((table == np.arange(len(table))).all(axis=1))[0])


def characters(group: str) -> dict[str, NDArray[np.float64]]:
    """Real characters of the authors' irreps on the elements of their table.

    A table tells the two irreps of degree 3 of A5 apart only up to the outer automorphism: the
    first five-cycle of the table has the golden ratio as its character in ``a5_3d_a``.
    """
    table = theory_of(group).task.table
    n = len(table)
    if group in {"A5", "S5"}:
        return _of_permutations(table)
    rotations = [identity_of(table)]
    while (step := int(table[rotations[-1], 1])) != rotations[0]:
        rotations.append(step)
    order, is_dihedral = len(rotations), group.startswith("D")
    values = {"trivial": np.ones(n)}
    for k in range(1, (order + 1) // 2):
        values[f"freq_{k}"] = np.zeros(n)
        values[f"freq_{k}"][rotations] = 2 * np.cos(2 * np.pi * k * np.arange(order) / order)
    if is_dihedral:
        values["sign"] = np.full(n, -1.0)
        values["sign"][rotations] = 1
    elif n % 2 == 0:
        values["sign"] = np.zeros(n)
        values["sign"][rotations] = (-1.0) ** np.arange(n)
    return values


def _of_permutations(table: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Characters of A5 and S5 by cycle type, which element order and class size determine."""
    n = len(table)
    everyone, identity = np.arange(n), identity_of(table)
    inverses = np.argmax(table == identity, axis=1)
    conjugates = table[table, inverses[:, None]]  # [g, a] = g a g^-1
    sizes = np.array([len(np.unique(column)) for column in conjugates.T])
    orders, powers = np.ones(n, dtype=int), everyone.copy()
    while (powers != identity).any():
        orders += powers != identity
        powers = np.where(powers == identity, identity, table[powers, everyone])
    # Cycles of length 1 and 2 of a permutation of five things.
    is_double = (orders == 2) & (sizes == 15)
    fixed = np.select(
        [orders == 1, is_double, orders == 2, orders == 3, orders == 4], [5, 1, 3, 2, 1]
    )
    pairs = np.select([is_double, orders == 2, orders == 6], [2, 1, 1])
    on_pairs = fixed * (fixed - 1) // 2 + pairs  # fixed points among the ten pairs of things
    standard, specht_32 = fixed - 1.0, on_pairs - fixed + 0.0
    if n == 60:
        five = np.flatnonzero(orders == 5)
        same = np.isin(everyone, conjugates[:, five[0]])
        a, b = GOLDEN, 1 - GOLDEN
        others = np.select([orders == 1, orders == 2, orders == 3], [3.0, -1.0, 0.0])
        return {
            "trivial": np.ones(n),
            "standard": standard,
            "a5_5d_a": specht_32,
            "a5_3d_a": np.where(orders == 5, np.where(same, a, b), others),
            "a5_3d_b": np.where(orders == 5, np.where(same, b, a), others),
        }
    sign = np.where((orders == 4) | (orders == 6) | ((orders == 2) & ~is_double), -1.0, 1.0)
    squares = table[everyone, everyone]
    return {
        "trivial": np.ones(n),
        "sign": sign,
        "standard": standard,
        "standard_sign": standard * sign,
        "s5_5d_a": specht_32 * sign,  # Specht (2,2,1)
        "s5_5d_b": specht_32,  # Specht (3,2)
        "s5_6d": (standard**2 - standard[squares]) / 2,  # Specht (3,1,1)
    }


def names_of_blocks(group: str, blocks: Sequence[IsotypicBlock]) -> tuple[str, ...]:
    """The authors' name of every block, by character.

    The functions that transform by the irrep of character chi are the image of the projection
    with entries d/n chi(a^-1 b); each of our blocks must lie in exactly one of these images.
    """
    table = theory_of(group).task.table
    n, identity = len(table), identity_of(table)
    quotients = table[np.argmax(table == identity, axis=1)]
    names = ["" for _ in blocks]
    for name, values in characters(group).items():
        # A real irrep of complex type has the norm 2, of real type the norm 1.
        degree = values[identity] / (values @ values / n)
        projection = degree / n * values[quotients]
        for i, block in enumerate(blocks):
            inside = float((block.basis * (projection @ block.basis)).sum())
            if inside > 0.5:
                assert abs(inside - block.dimension) < 1e-6, (name, block, inside)
                assert not names[i], (names[i], name)
                names[i] = name
    assert all(names), names
    return tuple(names)


def logit_similarities(network: Network) -> dict[str, float]:
    """Mean cosine between the logits of an MLP and tr rho(x y z^-1), for every irrep.

    The three arrays of an MLP are the whole network: logits = relu(x_embed + y_embed) unembed^T.
    """
    if network.is_tied:
        raise ValueError(f"the arrays of {network.name} are not the whole network")
    table = network.theory.task.table
    n = len(table)
    inverses = np.argmax(table == identity_of(table), axis=1)
    x, y, z = (network.clouds[name] for name in EMBEDDINGS)
    logits = np.maximum(x[:, None] + y, 0) @ z.T
    logits -= logits.mean(axis=-1, keepdims=True)
    logits /= np.linalg.norm(logits, axis=-1, keepdims=True)
    quotients = table[table][:, :, inverses]  # [x, y, z] = (x y) z^-1
    mean = np.bincount(quotients.ravel(), weights=logits.ravel(), minlength=n) / n**2
    return {
        name: float(mean @ values / np.linalg.norm(values))
        for name, values in characters(network.group_name).items()
    }


def judged(
    network: Network,
    *,
    n_permutations: int,
    n_haar: int | None = None,
    n_bootstrap: int = 19,
    observations: bool = False,
) -> tuple[Mapping[Role, Evidence], dict[tuple[Role, Level], Verdict]]:
    """Evidence and verdicts on all claims about the embeddings."""
    evidence = collect_evidence(
        NetworkUnderTest(
            network.embeddings,
            np.random.default_rng(0),
            geometries=network.theory.geometries,
            n_permutations=n_permutations,
            n_haar=n_haar,
            n_bootstrap=n_bootstrap,
            observations=observations,
        )
    )
    claims = network.theory.predictions(network.embeddings)
    verdicts = judge(
        [claim for claim in claims if claim.role is not Role.NETWORK],
        evidence,
        generalized=network.accuracy >= GENERALIZATION_FLOOR,
    )
    own = {role: found for role, found in evidence.items() if found.cloud is not None}
    return own, {(v.prediction.role, Level(v.prediction.level)): v for v in verdicts}


def active_irreps(network: Network, found: Evidence) -> tuple[str, ...]:
    """Irreps above their white share, by the authors' names."""
    assert found.cloud is not None
    assert found.description is not None
    names = names_of_blocks(network.group_name, found.cloud.blocks)
    return tuple(names[b] for b in found.description.active)


def ablated(network: Network) -> AblationTest:
    """L4 of an MLP on its whole table: which cells were held out is not in the release."""
    if network.is_tied:
        raise ValueError(f"the arrays of {network.name} are not the whole network")
    readout = network.clouds["unembed"].T
    roles = (Role.X, Role.Y)
    under_test = NetworkUnderTest(
        {role: network.embeddings[role] for role in roles},
        np.random.default_rng(0),
        geometries=network.theory.geometries,
        n_permutations=1,
    )
    operands = {}
    for role in roles:
        blocks = functions_in_use(under_test, role)
        operands[role] = Operand(network.embeddings[role].points, blocks, range(len(blocks)))

    def logits(points: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.maximum(points[Role.X][:, None] + points[Role.Y], 0) @ readout

    table = network.theory.task.table
    return check_ablation(
        logits,
        operands,
        answers=table,
        held_out=np.ones(table.shape, dtype=bool),
        rng=np.random.default_rng(0),
    )
