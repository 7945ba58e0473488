"""Round or not, orthogonal or not: clouds that power per block cannot tell apart."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import circulant, cyclic_blocks, group_geometry, orbit_cloud

from symtheory.analysis.symmetry.roundness import BlockRoundness, block_roundness
from symtheory.errors import SpecError
from symtheory.groups.families import dihedral
from symtheory.records import Role

N, ACTIVE = 113, (4, 22, 40)
BLOCKS = cyclic_blocks(N)
ROUND = np.hstack([BLOCKS[b].basis for b in ACTIVE])


def measured(cloud: NDArray[np.float64], n_active: int = 3) -> BlockRoundness:
    return block_roundness(cloud, BLOCKS, active=ACTIVE[:n_active], orbitals=[circulant(N)])


def oblique(angle: float) -> NDArray[np.float64]:
    """Two circles in planes at this angle, both principal angles equal."""
    c, s = np.cos(angle), np.sin(angle)
    frame = np.eye(4)
    frame[2:] = [[c, 0, s, 0], [0, c, 0, s]]
    return ROUND[:, :4] @ frame


def test_orthogonal_round_circles_have_no_defect() -> None:
    found = measured(7 * ROUND + 3)
    assert found.energy == pytest.approx(1)
    assert found.defect == pytest.approx(0, abs=1e-9)
    assert found.roundness == pytest.approx(1)
    assert found.largest_cosine == pytest.approx(0, abs=1e-9)


def test_ellipses() -> None:
    found = measured(ROUND * np.tile([1, 0.5], 3))
    assert found.defect == pytest.approx(0.2647, abs=1e-4)
    assert found.roundness == pytest.approx(0.5)
    assert found.largest_cosine == pytest.approx(0, abs=1e-9)
    assert found.energy == pytest.approx(1)


def test_two_planes_at_sixty_degrees() -> None:
    found = measured(oblique(np.pi / 3), n_active=2)
    assert found.defect == pytest.approx(0.2)
    assert found.largest_cosine == pytest.approx(0.5)
    assert found.roundness == pytest.approx(1)
    assert found.energy == pytest.approx(1)


def test_generic_mixing_and_no_structure() -> None:
    rng = np.random.default_rng(0)
    mixed = [measured(ROUND @ rng.standard_normal((6, 64))) for _ in range(40)]
    assert np.mean([one.defect for one in mixed]) == pytest.approx(0.082, abs=0.012)
    assert all(one.energy == pytest.approx(1) for one in mixed)
    none = [measured(rng.standard_normal((N, 6))) for _ in range(20)]
    assert np.mean([one.defect for one in none]) == pytest.approx(0.94, abs=0.005)
    assert max(one.energy for one in none) < 0.2


def test_irreps_of_higher_degree() -> None:
    geometry = group_geometry(Role.READOUT, dihedral(7))
    names = [block.name for block in geometry.blocks]
    planes = {
        name: 1.0
        for name, block in zip(names, geometry.blocks, strict=True)
        if block.dimension == 4
    }
    cloud = orbit_cloud(geometry, planes, rng=np.random.default_rng(0))
    active = [names.index(name) for name in planes]
    found = block_roundness(cloud, geometry.blocks, active=active, orbitals=geometry.orbitals)
    assert found.defect == pytest.approx(0, abs=1e-9)
    assert found.roundness == pytest.approx(1)
    # Half of the matrix of an irrep: one of its two circles.
    half = geometry.blocks[active[0]].basis @ np.diag([1.0, 1, 0, 0])
    assert block_roundness(half, geometry.blocks, active=active[:1]).roundness == pytest.approx(0)


def test_a_cloud_of_fewer_dimensions_than_the_block_is_flat() -> None:
    found = block_roundness(BLOCKS[3].basis[:, :1], BLOCKS, active=[3])
    assert found.roundness.tolist() == [0.0]
    assert found.defect is None
    told = found.to_dict()
    assert told["defect"] is None
    json.dumps(told, allow_nan=False)


def test_bad_input() -> None:
    with pytest.raises(SpecError, match="at least one active block"):
        block_roundness(ROUND, BLOCKS, active=[])
    with pytest.raises(SpecError, match="frequency 1 holds nothing"):
        block_roundness(ROUND, BLOCKS, active=[0])
    with pytest.raises(SpecError, match="112 tokens"):
        block_roundness(ROUND[1:], BLOCKS, active=ACTIVE)
