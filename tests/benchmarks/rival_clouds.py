"""Rivals: clouds that are not what a network of the group must be, each a function of a size.

A rival is drawn anew at every call, its own free numbers with it, as n points in d dimensions in
the order of the labels of Z_n; curves have noise of a twentieth of their energy.
`CONTROLS` are what the law allows, `LIKE_A_NETWORK` rivals which embeddings cannot tell from a
network, each with its reason.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.records import Role
from tests.benchmarks.calibration_cases import chosen_blocks, noisy, subject, template

__all__ = ["CONTROLS", "LIKE_A_NETWORK", "NETWORKS", "RIVALS", "Cloud", "other_groups"]

Cloud = NDArray[np.float64]
Rival = Callable[[int, int, np.random.Generator], Cloud]
NOISE = 0.05


def _curve(columns: Sequence[Cloud], d: int, rng: np.random.Generator) -> Cloud:
    points = np.column_stack(columns)
    return noisy(points - points.mean(axis=0), NOISE, d, rng=rng)


def _circle(turns: float, n: int, radius: Cloud | float = 1.0) -> Cloud:
    angles = 2 * np.pi * turns * np.arange(n) / n
    return np.column_stack([radius * np.cos(angles), radius * np.sin(angles)])


def _frequencies(n: int, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(np.arange(1, (n + 1) // 2), size=k, replace=False)


def line(n: int, d: int, rng: np.random.Generator) -> Cloud:
    return _curve([np.arange(float(n))], d, rng)


def parabola(n: int, d: int, rng: np.random.Generator) -> Cloud:
    t = np.linspace(-1, 1, n)
    return _curve([t, rng.uniform(0.5, 2) * t**2], d, rng)


def spiral(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """From the centre outwards, two to five turns."""
    return _curve([_circle(int(rng.integers(2, 6)), n, np.arange(n) / n)], d, rng)


def near_closed_spiral(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Whole turns, its radius growing by a third."""
    return _curve([_circle(int(rng.integers(2, 6)), n, 1 + np.arange(n) / n / 3)], d, rng)


def open_helix(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """One to three circles, all of which have a quarter to three quarters of a turn too many."""
    rest = rng.uniform(0.25, 0.75)
    turns = _frequencies(n, int(rng.integers(1, 4)), rng) + rest
    return _curve([_circle(k, n) for k in turns], d, rng)


def ramp_helix(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Two to four circles and a line as long as their diameter."""
    turns = _frequencies(n, int(rng.integers(2, 5)), rng)
    return _curve([*(_circle(int(k), n) for k in turns), np.linspace(-1, 1, n)], d, rng)


@cache
def _root(n: int, scale: float) -> Cloud:
    t = np.arange(n) / n
    covariance = np.exp(-((t[:, None] - t) ** 2) / (2 * scale**2))
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(values.clip(min=0)))


def gaussian_process(scale: float) -> Rival:
    """Smooth random curves of this length scale, as a share of the range."""

    def draw(n: int, d: int, rng: np.random.Generator) -> Cloud:
        return _root(n, scale) @ rng.standard_normal((n, d))

    return draw


def process_of_any_scale(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Length scale from one token to the range, each order of magnitude alike."""
    exponents = np.linspace(-np.log(n), 0, 12)
    return gaussian_process(float(np.exp(rng.choice(exponents))))(n, d, rng)


def power_noise(exponent: float) -> Rival:
    """Noise whose power falls with the frequency, a quarter of its period, so that it is open."""

    def draw(n: int, d: int, rng: np.random.Generator) -> Cloud:
        frequencies = np.fft.rfftfreq(4 * n)
        amplitudes = np.zeros(len(frequencies))
        amplitudes[1:] = frequencies[1:] ** (-exponent / 2)
        shape = (len(frequencies), d)
        waves = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
        return np.asarray(np.fft.irfft(amplitudes[:, None] * waves, n=4 * n, axis=0)[:n])

    return draw


def white(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Also what a network is that looks its answers up: tokens need only be told apart."""
    return rng.standard_normal((n, d))


def heavy_tailed(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Independent entries of Student's t with one and a half degrees of freedom."""
    return rng.standard_t(1.5, size=(n, d))


def one_token_far(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """White noise, one token ten times as far as the others."""
    cloud = rng.standard_normal((n, d))
    cloud[rng.integers(n)] *= 10
    return cloud


def closed_curve(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Periodic Gaussian processes: circles of low frequencies, an exact solution."""
    frequencies = np.minimum(np.arange(n), n - np.arange(n)) / n
    power = np.exp(-2 * (np.pi * frequencies * n * rng.uniform(0.02, 0.1)) ** 2)
    power[0] = 0
    waves = np.fft.fft(rng.standard_normal((n, d)), axis=0)
    return np.asarray(np.fft.ifft(np.sqrt(power)[:, None] * waves, axis=0).real)


def own_orbit(group: str, role: Role) -> Rival:
    """The orbit that is predicted, of up to three irreps."""

    def draw(n: int, d: int, rng: np.random.Generator) -> Cloud:
        law = subject(group, role)
        return noisy(template(law, chosen_blocks(law, rng=rng), rng=rng), NOISE, d, rng=rng)

    return draw


def circles(n: int, d: int, turns: Sequence[int], rng: np.random.Generator) -> Cloud:
    return _curve([_circle(k, n) for k in turns], d, rng)


def disjoint_sets(n: int, d: int, rng: np.random.Generator) -> tuple[Cloud, Cloud, Cloud]:
    """x, y and readout are exact circles, of frequencies that no two share."""
    k = 3 if n > 20 else 1
    turns = _frequencies(n, 3 * k, rng).tolist()
    x, y, z = (circles(n, d, turns[i * k : (i + 1) * k], rng) for i in range(3))
    return x, y, z


def unfaithful_set(n: int, d: int, rng: np.random.Generator) -> tuple[Cloud, Cloud, Cloud]:
    """The same three frequencies in all, all multiples of one factor of n: tokens coincide."""
    factor = int(rng.choice([f for f in (2, 3, 4, 5, 6, 8, 10) if n % f == 0]))
    turns = factor * rng.choice(np.arange(1, n // 2 // factor), size=3, replace=False)
    x, y, z = (circles(n, d, turns.tolist(), rng) for _ in range(3))
    return x, y, z


RIVALS: Mapping[str, Rival] = {
    "line": line,
    "parabola": parabola,
    "spiral": spiral,
    "near-closed spiral": near_closed_spiral,
    "open helix": open_helix,
    "ramp helix": ramp_helix,
    "Gaussian process, any scale": process_of_any_scale,
    "Gaussian process, 0.02": gaussian_process(0.02),
    "Gaussian process, 0.05": gaussian_process(0.05),
    "Gaussian process, 0.1": gaussian_process(0.1),
    "Gaussian process, 0.3": gaussian_process(0.3),
    "1/f noise": power_noise(1),
    "1/f^2 noise": power_noise(2),
    "white noise (look-up)": white,
    "heavy-tailed noise": heavy_tailed,
    "one token x 10": one_token_far,
    "closed curve": closed_curve,
}

NETWORKS: Mapping[str, Callable[[int, int, np.random.Generator], tuple[Cloud, Cloud, Cloud]]] = {
    "disjoint sets": disjoint_sets,
    "unfaithful set": unfaithful_set,
}

CONTROLS = ("its own orbit",)

LIKE_A_NETWORK: Mapping[str, str] = {
    "closed curve": "an exact solution of low frequencies",
    "near-closed spiral": "its gap is below that of a floor that networks need",
    "Z60 x Z2 in the order of D60": "its functions are those of D60 with a broken translation",
    "Z120 as D60": "so are those of even frequencies, and one set in eight has no others",
}


def other_groups(group: str) -> dict[str, Rival]:
    """Orbits of the other groups of this order, their elements in their own order."""
    orders = {
        "Z120": ("D60", "S5", "Z60 x Z2", "Z12 x Z10"),
        "D60": ("Z120", "S5", "Z60 x Z2"),
        "S5": ("Z120", "D60", "Z60 x Z2"),
    }
    found: dict[str, Rival] = {
        f"{other} as {group}": own_orbit(other, Role.X) for other in orders.get(group, ())
    }
    if group == "D60":
        found["Z60 x Z2 in the order of D60"] = _of_rotations
    return found


def _of_rotations(n: int, d: int, rng: np.random.Generator) -> Cloud:
    """Z_m x Z_2 with (i, j) at the place of r^i s^j: two circles for each frequency of Z_m."""
    m = n // 2
    columns = []
    for k in _frequencies(m, 3, rng):
        circle = _circle(int(k), m)
        sign = 1 if rng.integers(2) else -1
        columns.append(np.vstack([circle, sign * circle]))
    return _curve(columns, d, rng)
