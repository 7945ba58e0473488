"""Verdicts on networks that others trained, and their key irreps, where they are present."""

import numpy as np
import pytest
from outside import (
    IS_HERE,
    NETWORKS,
    ROOT,
    WHERE,
    ablated,
    active_irreps,
    judged,
    logit_similarities,
    names_of_blocks,
    read_network,
)

from symtheory.analysis.claims.registry import TESTS
from symtheory.analysis.symmetry.spectrum import SPECTRUM_TEST, white_power
from symtheory.claims.network import ABLATION_FLOOR
from symtheory.geometry.statistics import block_power
from symtheory.records import Level, Outcome, Role

pytestmark = pytest.mark.skipif(not IS_HERE, reason=WHERE)

UNTIED = [name for name in NETWORKS if "_MLP_" in name]
NOT_GENERAL = "D61_T_seed1"
KEY_SIMILARITY = 0.005


def published_row(name: str, role: Role) -> dict[str, str]:
    """A row of the table of verdicts in docs/outside_networks.md."""
    lines = (ROOT / "docs" / "outside_networks.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    (head,) = [row for row in rows if row[-1] == "held up to"]
    (own,) = [
        row
        for row in rows
        if len(row) == len(head) and row[0] == name.replace("_", " ") and row[2] == role
    ]
    return dict(zip(head, own, strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_all_laws_are_held_by_every_network_that_generalizes(name: str) -> None:
    network = read_network(name)
    # L3 has a single draw: what it says is in the published table, not here.
    evidence, verdicts = judged(network, n_permutations=99, n_haar=1, n_bootstrap=1)
    claimed = {role for role, _ in verdicts}
    assert claimed == set(network.embeddings)
    assert (network.accuracy == 1) == (name != NOT_GENERAL)
    for (role, level), verdict in verdicts.items():
        if level is not Level.HOMOLOGY and name != NOT_GENERAL:
            assert verdict.outcome is Outcome.HELD, (role, level, verdict.effect, verdict.note)
        if name == NOT_GENERAL:
            assert verdict.outcome is not Outcome.HELD
    for role, found in evidence.items():
        row = published_row(name, role)
        for level in ("L0", "L1", "L2"):
            measured = found.measurement(TESTS[level])
            assert measured is not None
            published = float(row[level].strip("()").split()[0])
            assert published == pytest.approx(measured.effect, abs=0.002), (role, level)
        assert found.description is not None
        sides = found.description.sides
        for side, share in sides.items():
            assert float(row[side]) == pytest.approx(share, abs=0.001), (role, side)


@pytest.mark.parametrize("name", UNTIED)
def test_the_authors_key_irreps_are_those_of_the_logits(name: str) -> None:
    network = read_network(name)
    similar = logit_similarities(network)
    key = {irrep for irrep, value in similar.items() if value > KEY_SIMILARITY}
    assert key - {"trivial"} == set(network.key_irreps)


@pytest.mark.parametrize("name", NETWORKS)
def test_active_irreps_and_key_irreps_differ_only_where_something_is_weak(name: str) -> None:
    network = read_network(name)
    shares, white = {}, {}
    active: dict[str, set[str]] = {}
    for role, embedding in network.embeddings.items():
        blocks = network.theory.geometries[role].blocks
        names = names_of_blocks(network.group_name, blocks)
        power = block_power(embedding.points, blocks)
        expected = white_power(blocks, n=len(embedding.points))
        white = dict(zip(names, expected, strict=True))
        shares[role] = dict(zip(names, power, strict=True))
        active[role] = {irrep for irrep in names if shares[role][irrep] > white[irrep]}
    key, everywhere = set(network.key_irreps), set.intersection(*active.values())
    # What all embeddings hold is key; an embedding holds others only if another does not.
    assert everywhere <= key
    for role, irreps in active.items():
        for irrep in irreps - key:
            least = min(shares[other][irrep] / white[irrep] for other in shares if other != role)
            assert least < 0.1, (role, irrep)
    # The key irreps that are active hold most of the key irreps' power.
    for role, irreps in active.items():
        held = sum(shares[role][irrep] for irrep in irreps & key)
        assert held > 0.8 * sum(shares[role][irrep] for irrep in key), role


def test_active_irreps_are_those_of_the_evidence() -> None:
    network = read_network("S5_MLP_seed1")
    evidence, _ = judged(network, n_permutations=19, n_haar=1, n_bootstrap=1)
    for found in evidence.values():
        assert set(active_irreps(network, found)) == set(network.key_irreps)
        spectrum = found.get(SPECTRUM_TEST)
        assert spectrum is not None
        assert np.isclose(sum(spectrum.power), 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", UNTIED)
def test_untied_networks_compute_with_their_active_irreps(name: str) -> None:
    ablation = ablated(read_network(name))
    print(name, ablation.effect, ablation.necessity, ablation.sufficiency)
    assert ablation.intact.accuracy == 1
    assert ablation.p_value == 1 / 40
    assert ablation.effect > ABLATION_FLOOR
