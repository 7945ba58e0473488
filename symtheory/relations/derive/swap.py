"""Derive the relation that exchanges the operands.

For an abelian group f(x, y) = h(phi(x) * psi(y)) = f(tau(y), sigma(x)) with tau = phi^-1 psi and
sigma = psi^-1 phi. Without commutativity inversion turns products round: with iota the permutation
of the answers that inversion induces, f(phi^-1(psi(y)^-1), psi^-1(phi(x)^-1)) = iota f(x, y).
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import NO_ANSWER_READ, Setting
from symtheory.relations.derive.coordinates import Coordinates, match_tokens
from symtheory.relations.invariances import Reversal, Swap
from symtheory.relations.wording.label_maps import LabelMap, definitions
from symtheory.structure.factorization import Kind

__all__ = ["swap_identity"]

_LISTED = 3  # operands named that a map leaves out


def swap_identity(setting: Setting) -> Swap | None:
    """Return the swap, or else the reversal, or None if the table has neither."""
    task = setting.task
    if task.x_labels == task.y_labels and np.array_equal(task.table, task.table.T):
        same = np.arange(len(task.x_labels))
        return _swap(setting, same, same)
    found = None
    if setting.coordinates is not None:
        found = _of_group(setting, setting.coordinates)
    if found is None and setting.symmetries.swap is not None:
        sigma, tau = setting.symmetries.swap
        found = _swap(setting, tau, sigma)
    if found is None and setting.symmetries.anti is not None:
        sigma, tau, gamma = setting.symmetries.anti
        found = _reversal(setting, tau, sigma, gamma)
    return found


def _of_group(setting: Setting, coordinates: Coordinates) -> Swap | None:
    swap = _swap(setting, *_exchange(setting, coordinates, coordinates.x, coordinates.y))
    # It holds for abelian groups, and also if h(a*b) = h(b*a) for another reason.
    if swap.n_instances(setting.task.table) and _is_obeyed(swap, setting.task.table):
        return swap
    factorization = coordinates.factorization
    if factorization.kind is Kind.ENVELOPE:
        return None
    group, h = factorization.group, factorization.h
    gamma = np.arange(len(setting.task.z_labels))
    gamma[h] = h[group.inverses]
    if not np.array_equal(gamma[h], h[group.inverses]):
        return None  # h tells inverses apart that have one answer
    # Absorbing operands are numbered from the order on, and stay.
    inverse = np.concatenate([group.inverses, group.order + np.arange(len(gamma)), [-1]])
    wanted = inverse[coordinates.x], inverse[coordinates.y]
    tau, sigma = _exchange(setting, coordinates, *wanted)
    found = _reversal(setting, tau, sigma, gamma)
    return found if _is_obeyed(found, setting.task.table) else None


def _exchange(
    setting: Setting, own: Coordinates, x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return tau and sigma that carry operands to those with the elements wanted."""
    task, modulus = setting.task, setting.modulus
    tau = match_tokens(y, own.x, task.y_labels, task.x_labels, modulus=modulus)
    sigma = match_tokens(x, own.y, task.x_labels, task.y_labels, modulus=modulus)
    return tau, sigma


def _is_obeyed(swap: Swap, table: NDArray[np.int64]) -> bool:
    x, y = np.indices(table.shape)
    to_x, to_y = np.broadcast_arrays(swap.tau[None, :], swap.sigma[:, None])
    image = np.where((to_x >= 0) & (to_y >= 0), table[to_x, to_y], -1)
    both = (image >= 0) & (table >= 0)
    gamma = np.arange(swap.n_answers) if swap.gamma is None else swap.gamma
    return np.array_equal(gamma[table[x, y][both]], image[both])


def _maps(
    setting: Setting, tau: NDArray[np.int64], sigma: NDArray[np.int64]
) -> tuple[LabelMap, LabelMap]:
    """Return the two maps; sigma is written as the inverse of tau where it is."""
    both = setting.y_to_x("τ", r"\tau", tau), setting.x_to_y("σ", r"\sigma", sigma)
    is_inverse = (tau >= 0).all() and np.array_equal(sigma[tau], np.arange(len(tau)))
    if is_inverse and len(tau) == len(sigma):
        return both[0], setting.x_to_y("τ⁻¹", r"\tau^{-1}", sigma)
    return both


def _where(tau: LabelMap, sigma: LabelMap, *others: LabelMap) -> tuple[str, ...]:
    """Return the tables of the maps, without that of an inverse, and where they are undefined."""
    shown = (tau, *others) if sigma.symbol == "τ⁻¹" else (tau, sigma, *others)
    return (*definitions(shown), *_exceptions("x", sigma), *_exceptions("y", tau))


def _exceptions(letter: str, one: LabelMap) -> tuple[str, ...]:
    left_out = [label for label, image in zip(one.source, one.images, strict=True) if image < 0]
    if not left_out:
        return ()
    if len(left_out) > _LISTED:
        kept = [one.source[i] for i in np.flatnonzero(one.images >= 0)]
        return (f"{letter} in {{{', '.join(kept)}}}",)
    return (f"{letter} ≠ {', '.join(left_out)}",)


def _swap(setting: Setting, tau: NDArray[np.int64], sigma: NDArray[np.int64]) -> Swap:
    to_x, to_y = _maps(setting, tau, sigma)
    return Swap(
        formula=f"f(x, y) = f({to_x.text('y')}, {to_y.text('x')})",
        latex=f"f(x,y) = f({to_x.latex('y')},{to_y.latex('x')})",
        where=_where(to_x, to_y),
        reads=(),
        evaluation=NO_ANSWER_READ,
        **setting.sizes,
        tau=tau,
        sigma=sigma,
    )


def _reversal(
    setting: Setting, tau: NDArray[np.int64], sigma: NDArray[np.int64], gamma: NDArray[np.int64]
) -> Reversal:
    to_x, to_y = _maps(setting, tau, sigma)
    iota = setting.on("z", "ι", r"\iota", gamma)
    factorization = setting.factorization
    if setting.is_associative and factorization and factorization.kind is Kind.ISOTOPE:
        formula, latex = "f(y⁻¹, x⁻¹) = f(x, y)⁻¹", "f(y^{-1},x^{-1}) = f(x,y)^{-1}"
        where: tuple[str, ...] = ()
    else:
        formula = f"f({to_x.text('y')}, {to_y.text('x')}) = {iota.text('f(x, y)')}"
        latex = f"f({to_x.latex('y')},{to_y.latex('x')}) = {iota.latex('f(x,y)')}"
        where = _where(to_x, to_y, iota)
    return Reversal(
        formula=formula,
        latex=latex,
        where=where,
        reads=(),
        evaluation=NO_ANSWER_READ,
        **setting.sizes,
        tau=tau,
        sigma=sigma,
        gamma=gamma,
    )
