import numpy as np
import pytest
from synthetic import helix

from symtheory.analysis.homology.cocycles import Loop, longest_loops, match_order
from symtheory.analysis.homology.diagrams import distance_matrix
from symtheory.errors import SpecError
from symtheory.geometry.lattice import lattice_picture
from symtheory.records import Role
from symtheory.tasks.modular import modular_task
from symtheory.theory import predict


def loops(cloud: np.ndarray, n_loops: int = 1) -> tuple[Loop, ...]:
    return longest_loops(distance_matrix(cloud), n_loops=n_loops)


def test_the_order_of_a_shuffled_circle_is_found() -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(40)
    cloud = np.empty((40, 3))
    cloud[order] = helix(40, [1], d=3, rng=rng)
    (loop,) = loops(cloud)
    match = match_order(loop, order)
    assert match.is_same_order
    assert match.agreement == pytest.approx(1)
    assert match.coverage == 1
    # Equal steps around the circle, one of them over the edge that closes the loop.
    assert np.diff(loop.turns) == pytest.approx(1 / 40)


def test_frequency_k_runs_in_steps_of_its_inverse() -> None:
    (loop,) = loops(helix(97, [40], rng=np.random.default_rng(1)))
    step = pow(40, -1, 97)
    assert match_order(loop, np.arange(97) * step % 97).is_same_order
    assert not match_order(loop, np.arange(97)).is_same_order


@pytest.mark.parametrize(
    ("frequencies", "steps"), [((5, 23), (0.188, 0.985)), ((3, 17), (0.292, 0.682))]
)
def test_two_frequencies_wind_in_the_steps_of_the_lattice(
    frequencies: tuple[int, ...], steps: tuple[float, float]
) -> None:
    geometry = predict(modular_task("x + y", 97)).geometries[Role.X]
    picture = lattice_picture(geometry, [k - 1 for k in frequencies], [0.5**0.5] * 2)
    assert (picture.shortest, picture.second) == pytest.approx(steps, abs=1e-3)
    (loop,) = loops(helix(97, frequencies, rng=np.random.default_rng(2)))
    assert loop.birth == pytest.approx(picture.shortest)
    assert len(picture.curves) == 1
    match = match_order(loop, picture.curves[0])
    assert match.is_same_order
    assert match.agreement == pytest.approx(1)


def test_noise_leaves_the_order_recognizable() -> None:
    cloud = helix(97, [5, 23], noise=0.002, d=4, rng=np.random.default_rng(3))
    geometry = predict(modular_task("x + y", 97)).geometries[Role.X]
    curve = lattice_picture(geometry, [4, 22], [1, 1]).curves[0]
    (loop,) = loops(cloud)
    match = match_order(loop, curve)
    assert match.coverage > 0.9
    assert match.agreement > 0.95


def test_a_gaussian_cloud_has_no_predicted_order() -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        (loop,) = loops(rng.standard_normal((97, 4)))
        match = match_order(loop, np.arange(97))
        assert match.agreement * match.coverage < 0.4
        assert not match.is_same_order


def test_a_line_has_no_loop() -> None:
    assert loops(np.arange(30.0)[:, None]) == ()


def test_points_that_hang_on_the_loop_are_not_of_it() -> None:
    circle = helix(12, [1], d=2, rng=np.random.default_rng(5))
    branch = circle[0] * np.array([[1.3], [1.6]])
    far = np.array([[9.0, 9.0], [9.1, 9.0]])
    (loop,) = loops(np.concatenate([branch, circle, far]))
    assert sorted(loop.tokens.tolist()) == list(range(2, 14))
    assert match_order(loop, np.arange(2, 14)).is_same_order


def test_two_circles_give_two_loops() -> None:
    rng = np.random.default_rng(6)
    first, second = helix(20, [1], d=2, rng=rng), 2 * helix(20, [1], d=2, rng=rng) + 9
    found = loops(np.concatenate([first, second]), 2)
    assert [min(loop.tokens) for loop in found] == [20, 0]
    assert all(len(loop.tokens) == 20 for loop in found)


def test_coinciding_points_are_met_once() -> None:
    (loop,) = loops(helix(60, [6], d=2, rng=np.random.default_rng(7)))
    assert sorted(loop.tokens.tolist()) == list(range(10))


def test_an_order_that_repeats_a_token_is_refused() -> None:
    (loop,) = loops(helix(12, [1], d=2, rng=np.random.default_rng(8)))
    with pytest.raises(SpecError, match="passes each token once"):
        match_order(loop, [0, 1, 0])
