from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from binomial import binomial_bounds
from numpy.typing import NDArray
from synthetic import cyclic_blocks, helix

from symtheory.analysis.statistics.nulls import haar_frame
from symtheory.analysis.symmetry.ablation import Operand, check_ablation
from symtheory.analysis.symmetry.scores import score_logits
from symtheory.errors import SpecError
from symtheory.records import Role
from symtheory.representations.isotypic import IsotypicBlock

N = 31
BLOCKS = cyclic_blocks(N)
ANSWERS = np.add.outer(np.arange(N), np.arange(N)) % N
HELD_OUT = np.random.default_rng(0).uniform(size=(N, N)) < 0.7
FREQUENCIES = (2, 7, 12)


def decoder(points: NDArray[np.float64], readout: NDArray[np.float64]) -> NDArray[np.float64]:
    """A network that reads frequency planes off the points by their first frame and multiplies."""
    a, b = (points @ readout[:3].T) * 1.0, points @ readout[3:].T
    wave = a + 1j * b
    products = wave[:, None] * wave[None]  # (n, n, frequencies)
    targets = np.exp(2j * np.pi * np.outer(np.arange(N), FREQUENCIES) / N)
    return 20 * (products @ targets.conj().T).real


@pytest.fixture
def network() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points and the frame in which the decoder reads them."""
    rng = np.random.default_rng(1)
    frame = np.linalg.qr(rng.standard_normal((16, 16)))[0][:6]
    angles = 2 * np.pi * np.outer(np.arange(N), FREQUENCIES) / N
    points = np.concatenate([np.cos(angles), np.sin(angles)], axis=1) @ frame
    return points + 0.02 * rng.standard_normal(points.shape) + 3 * frame[0], frame


def active(frequencies: tuple[int, ...]) -> list[int]:
    return [k - 1 for k in frequencies]


def test_predicted_functions_carry_the_network(network: tuple) -> None:
    points, frame = network
    mean = points.mean(axis=0)
    found = check_ablation(
        lambda e: decoder(e[Role.SHARED] - mean, frame),
        {Role.SHARED: Operand(points, BLOCKS, active(FREQUENCIES))},
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(2),
    )
    assert found.intact.accuracy == 1
    assert found.kept.accuracy == 1
    assert found.removed.accuracy < 0.2
    assert found.dimension == 6
    assert found.p_value == 1 / 40
    assert found.effect == min(found.necessity, 1.0) > 0.5
    control = np.median([score.accuracy for score in found.random_removed])
    assert found.necessity == pytest.approx(1 - found.removed.accuracy / control)
    assert found.removed.loss > found.intact.loss
    assert found.null_effects.max() < found.effect


def test_functions_that_it_does_not_use_do_nothing(network: tuple) -> None:
    points, frame = network
    mean = points.mean(axis=0)
    found = check_ablation(
        lambda e: decoder(e[Role.SHARED] - mean, frame),
        {Role.SHARED: Operand(points, BLOCKS, active((3, 8, 13)))},
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(3),
    )
    assert found.removed.accuracy == 1
    assert found.kept.accuracy < 0.2
    assert found.effect < 0.2
    assert found.p_value > 0.05


def test_powerful_but_useless_functions_fail_by_keeping(network: tuple) -> None:
    """Power in a plane that the readout ignores: removal changes nothing, keeping loses all."""
    points, frame = network
    mean = points.mean(axis=0)
    loud = points + 10 * helix(N, [5], d=16, rng=np.random.default_rng(4))
    blind = np.linalg.qr(frame.T, mode="complete")[0][:, 6:]
    loud = points + (loud - points) @ blind @ blind.T
    found = check_ablation(
        lambda e: decoder(e[Role.SHARED] - mean, frame),
        {Role.SHARED: Operand(loud, BLOCKS, active((5,)))},
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(5),
    )
    assert found.removed.accuracy == 1
    assert found.effect <= 0


def test_interventions_keep_the_mean_and_split_the_cloud() -> None:
    seen: list[NDArray[np.float64]] = []

    def record(embeddings: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.float64]:
        seen.append(embeddings[Role.SHARED])
        return np.zeros((N, N, N))

    points = np.random.default_rng(6).standard_normal((N, 5)) + 4
    check_ablation(
        record,
        {Role.SHARED: Operand(points, BLOCKS, [0, 3])},
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(7),
        n_draws=2,
    )
    assert len(seen) == 3 + 2 * 2
    mean = points.mean(axis=0)
    for removed, kept in (seen[0:2], seen[2:4], seen[4:6]):
        assert np.allclose(removed.mean(axis=0), mean)
        assert np.allclose(removed + kept - mean, points)
        assert np.linalg.matrix_rank(kept - mean) == 4
    basis = np.concatenate([BLOCKS[0].basis, BLOCKS[3].basis], axis=1)
    assert np.allclose(basis.T @ seen[0], 0, atol=1e-12)


def two_decoders(
    left: NDArray[np.float64], right: NDArray[np.float64], frame: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As `decoder`, with a table for each operand."""
    a, b = (points @ frame[:3].T + 1j * (points @ frame[3:].T) for points in (left, right))
    targets = np.exp(2j * np.pi * np.outer(np.arange(N), FREQUENCIES) / N)
    return 20 * ((a[:, None] * b[None]) @ targets.conj().T).real


def test_both_operands_are_changed_at_once_each_by_its_own_blocks(network: tuple) -> None:
    points, frame = network
    mean = points.mean(axis=0)
    seen: list[Mapping[Role, NDArray[np.float64]]] = []

    def logits(embeddings: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.float64]:
        seen.append(embeddings)
        return two_decoders(embeddings[Role.X] - mean, embeddings[Role.Y] - mean, frame)

    found = check_ablation(
        logits,
        {
            Role.X: Operand(points, BLOCKS, active(FREQUENCIES)),
            Role.Y: Operand(points, BLOCKS, active(FREQUENCIES[:2])),
        },
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(8),
    )
    assert found.roles == (Role.X, Role.Y)
    assert found.dimension == 6 + 4
    assert found.dimension_share == 6 / 30
    assert found.intact.accuracy == 1
    assert found.effect > 0.5
    assert found.p_value == 1 / 40
    assert len(seen) == 3 + 2 * 39
    removed, kept = seen[:2]
    for role, rank in ((Role.X, 6), (Role.Y, 4)):
        assert np.allclose(removed[role] + kept[role] - mean, points)
        assert np.linalg.matrix_rank(kept[role] - mean, tol=1e-8) == rank
    # Random spaces of the two operands are drawn independently.
    assert not np.allclose(seen[2][Role.X], seen[2][Role.Y])


def test_an_operand_without_blocks_stays_as_it_is(network: tuple) -> None:
    points, frame = network
    mean = points.mean(axis=0)
    found = check_ablation(
        lambda e: two_decoders(e[Role.X] - mean, points - mean, frame),
        {Role.X: Operand(points, BLOCKS, active(FREQUENCIES))},
        answers=ANSWERS,
        held_out=HELD_OUT,
        rng=np.random.default_rng(9),
    )
    assert found.roles == (Role.X,)
    assert found.effect > 0.5


def test_scores_read_the_chosen_cells_only() -> None:
    logits = np.zeros((2, 2, 3))
    logits[0, 0, 1] = 50
    answers = np.array([[1, 0], [0, 2]])
    first = np.array([[True, False], [False, False]])
    assert score_logits(logits, answers, cells=first).accuracy == 1
    assert score_logits(logits, answers, cells=first).loss == pytest.approx(0, abs=1e-12)
    rest = score_logits(logits, answers, cells=~first)
    assert rest.loss == pytest.approx(np.log(3))
    assert np.isfinite(score_logits(1e4 * logits - 5e5, answers, cells=~first).loss)


def test_misuse_is_refused() -> None:
    options = {"answers": ANSWERS, "held_out": HELD_OUT, "rng": np.random.default_rng(0)}
    points = np.random.default_rng(0).standard_normal((N, 4))

    def logits(embeddings: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.zeros((N, N, N))

    def operands(active: Sequence[int]) -> dict[Role, Operand]:
        return {Role.SHARED: Operand(points, BLOCKS, active)}

    with pytest.raises(SpecError, match="nothing to ablate"):
        check_ablation(logits, {}, **options)
    with pytest.raises(SpecError, match="nothing to ablate"):
        check_ablation(logits, operands([]), **options)
    with pytest.raises(SpecError, match="fill all 30 functions"):
        check_ablation(logits, operands(range(15)), **options)
    with pytest.raises(SpecError, match="no cell is held out"):
        check_ablation(logits, operands([0]), **{**options, "held_out": HELD_OUT & False})


@pytest.mark.slow
@pytest.mark.parametrize("dimension", [4, 6])
def test_false_positive_rate_of_functions_that_mean_nothing(dimension: int) -> None:
    """Random networks that are right by definition; the "active" functions are drawn at random."""
    n, d, n_networks = 25, 12, 1000
    rng = np.random.default_rng(3)
    rejected = 0
    for _ in range(n_networks):
        points = rng.standard_normal((n, d)) / np.arange(1, d + 1) ** 0.5
        first, second = rng.standard_normal((2, d, 16))
        last = rng.standard_normal((16, n))

        def logits(
            embeddings: Mapping[Role, NDArray[np.float64]],
            first: NDArray[np.float64] = first,
            second: NDArray[np.float64] = second,
            last: NDArray[np.float64] = last,
        ) -> NDArray[np.float64]:
            e = embeddings[Role.SHARED]
            return np.asarray(np.maximum((e @ first)[:, None] + e @ second, 0) @ last)

        frame = haar_frame(n, dimension, rng=rng)
        found = check_ablation(
            logits,
            {Role.SHARED: Operand(points, [IsotypicBlock("random", 1, 1, frame)], [0])},
            answers=logits({Role.SHARED: points}).argmax(axis=2),
            held_out=np.ones((n, n), dtype=bool),
            rng=rng,
            n_draws=19,
        )
        rejected += found.p_value <= 0.05
    print(f"L4, {dimension} of {n - 1} dimensions: {rejected} of {n_networks}")
    assert rejected <= binomial_bounds(n_networks, 0.05)[1]
