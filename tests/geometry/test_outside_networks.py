"""Networks that others trained (the code release of arXiv:2302.03025), where present.

The folder is named by the environment variable SYMTHEORY_GROUP_NETS, or lies beside the checkout.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.analysis.gram import InvariantSpace, centered_gram, check_gram, join_partitions
from symtheory.analysis.nulls import label_permutations
from symtheory.analysis.procrustes import check_procrustes
from symtheory.analysis.spectrum import block_power, check_spectrum
from symtheory.groups.group import Group
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.symmetry.orbitals import orbitals

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(
    os.environ.get("SYMTHEORY_GROUP_NETS", ROOT.parent / "shared" / "data" / "group_nets")
)
pytestmark = pytest.mark.skipif(
    not (FOLDER / "gram_law.csv").is_file(),
    reason=f"no outside networks in {FOLDER}; set SYMTHEORY_GROUP_NETS to their folder",
)

EMBEDDINGS = ("x_embed", "y_embed", "unembed")
NETWORKS = [
    f"{group}_{model}_seed{seed}"
    for group in ("A5", "C113", "C118", "D59", "D61", "S5")
    for model in ("MLP", "T")
    for seed in (1, 2)
]


def read_group(name: str) -> Group:
    table = np.load(FOLDER / f"{name}.table.npy").astype(np.int64)
    return Group(table, name=name)


def read_clouds(network: str) -> dict[str, NDArray[np.float64]]:
    with np.load(FOLDER / f"{network}.npz") as arrays:
        return {name: arrays[name].astype(np.float64) for name in EMBEDDINGS}


def left_and_right(group: Group) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    generators = list(group.generators)
    return orbitals(group.table[generators]), orbitals(group.table[:, generators].T)


@pytest.mark.parametrize("name", ["A5", "C113", "C118", "D59", "D61", "S5"])
def test_published_shares_of_the_gram_law(name: str) -> None:
    left, right = left_and_right(read_group(name))
    spaces = {
        "left": InvariantSpace([left]),
        "right": InvariantSpace([right]),
        "both": InvariantSpace([join_partitions(left, right)]),
        "sum": InvariantSpace([left, right]),
    }
    with (FOLDER / "gram_law.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["network"].startswith(f"{name}_")]
    assert len(rows) == 4 * len(EMBEDDINGS)
    for row in rows:
        gram = centered_gram(read_clouds(row["network"])[row["embedding"]])
        for column, space in spaces.items():
            assert space.share(gram) == pytest.approx(float(row[column]), abs=0.001), row


@pytest.mark.parametrize("network", [name for name in NETWORKS if name.startswith("C")])
def test_cyclic_networks_hold_and_their_permuted_copies_do_not(network: str) -> None:
    group = read_group(network.split("_", maxsplit=1)[0])
    blocks, (left, right) = isotypic_blocks(group)[1:], left_and_right(group)
    rng = np.random.default_rng(0)
    permutations = label_permutations(group.order, 99, rng=rng)
    for name, cloud in read_clouds(network).items():
        space = [left, right] if "_T_" in network and name != "unembed" else [left]
        spectrum = check_spectrum(cloud, blocks, permutations=permutations)
        gram = check_gram(cloud, space, permutations=permutations)
        fit = check_procrustes(cloud, blocks, permutations=permutations)
        assert [t.null.p_value for t in (spectrum, gram, fit)] == [0.01] * 3, name
        assert spectrum.null.observed > 0.75
        assert gram.null.observed > 0.95
        assert fit.alignment.share > 0.9
        permuted = cloud[rng.permutation(group.order)]
        assert check_gram(permuted, space, permutations=permutations).null.observed < 0.05
        assert check_procrustes(permuted, blocks, permutations=permutations).alignment.share < 0.3


@pytest.mark.parametrize("network", [name for name in NETWORKS if name.startswith("C")])
def test_published_share_of_every_frequency(network: str) -> None:
    """The authors divide by the uncentered power, so the trivial irrep takes its part."""
    group = read_group(network.split("_", maxsplit=1)[0])
    blocks = isotypic_blocks(group)[1:]
    published = json.loads((FOLDER / f"{network}.json").read_text())["published_fraction"]
    for name, cloud in read_clouds(network).items():
        theirs = published[name]
        ours = block_power(cloud, blocks) * (1 - theirs["trivial"])
        for block, share in zip(blocks, ours, strict=True):
            k = int(block.name.removeprefix("frequency "))
            key = "sign" if 2 * k == group.order else f"freq_{k}"
            assert share == pytest.approx(theirs[key], abs=1e-6), (name, key)
