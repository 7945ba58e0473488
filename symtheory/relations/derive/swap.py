"""Exchange of the operands of a task: commutativity (swap), or else by inverses (reversal).

For an abelian group f(x, y) = h(phi(x) * psi(y)) = f(tau(y), sigma(x)) with tau = phi^-1 psi and
sigma = psi^-1 phi. Without commutativity inversion turns products round: with iota the permutation
of the answers that inversion induces, f(phi^-1(psi(y)^-1), psi^-1(phi(x)^-1)) = iota f(x, y).
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import NO_ANSWER_READ, DerivationContext
from symtheory.relations.derive.coordinates import Coordinates, match_tokens
from symtheory.relations.invariances import Reversal, Swap
from symtheory.relations.wording.label_maps import LabelMap, definitions
from symtheory.structure.factorization import FactorizationKind

__all__ = ["swap_identity"]

_LISTED = 3  # operands named that a map leaves out


def swap_identity(context: DerivationContext) -> Swap | None:
    """Return the swap, or else the reversal, or None if the table has neither."""
    task = context.task
    if task.x_labels == task.y_labels and np.array_equal(task.table, task.table.T):
        same = np.arange(len(task.x_labels))
        return _swap(context, same, same)
    found = None
    if context.coordinates is not None:
        found = _of_group(context, context.coordinates)
    if found is None and context.symmetries.swap is not None:
        sigma, tau = context.symmetries.swap
        found = _swap(context, tau, sigma)
    if found is None and context.symmetries.anti is not None:
        sigma, tau, gamma = context.symmetries.anti
        found = _reversal(context, tau, sigma, gamma)
    return found


def _of_group(context: DerivationContext, coordinates: Coordinates) -> Swap | None:
    swap = _swap(context, *_exchange(context, coordinates, coordinates.x, coordinates.y))
    # It holds for abelian groups, and also if h(a*b) = h(b*a) for another reason.
    if swap.n_instances(context.task.table) and _is_obeyed(swap, context.task.table):
        return swap
    factorization = coordinates.factorization
    if factorization.kind is FactorizationKind.ENVELOPE:
        return None
    group, h = factorization.group, factorization.h
    gamma = np.arange(len(context.task.z_labels))
    gamma[h] = h[group.inverses]
    if not np.array_equal(gamma[h], h[group.inverses]):
        return None  # h tells inverses apart that have one answer
    # Absorbing operands are numbered from the order on, and stay.
    inverse = np.concatenate([group.inverses, group.order + np.arange(len(gamma)), [-1]])
    wanted = inverse[coordinates.x], inverse[coordinates.y]
    tau, sigma = _exchange(context, coordinates, *wanted)
    found = _reversal(context, tau, sigma, gamma)
    return found if _is_obeyed(found, context.task.table) else None


def _exchange(
    context: DerivationContext, own: Coordinates, x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return tau and sigma that carry operands to those with the elements wanted."""
    task, modulus = context.task, context.modulus
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
    context: DerivationContext, tau: NDArray[np.int64], sigma: NDArray[np.int64]
) -> tuple[LabelMap, LabelMap]:
    """Return the two maps; sigma is written as the inverse of tau where it is."""
    both = context.y_to_x("τ", r"\tau", tau), context.x_to_y("σ", r"\sigma", sigma)
    is_inverse = (tau >= 0).all() and np.array_equal(sigma[tau], np.arange(len(tau)))
    if is_inverse and len(tau) == len(sigma):
        return both[0], context.x_to_y("τ⁻¹", r"\tau^{-1}", sigma)
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


def _swap(context: DerivationContext, tau: NDArray[np.int64], sigma: NDArray[np.int64]) -> Swap:
    to_x, to_y = _maps(context, tau, sigma)
    return Swap(
        formula=f"f(x, y) = f({to_x.text('y')}, {to_y.text('x')})",
        latex=f"f(x,y) = f({to_x.latex('y')},{to_y.latex('x')})",
        where=_where(to_x, to_y),
        reads=(),
        evaluation=NO_ANSWER_READ,
        **context.sizes,
        tau=tau,
        sigma=sigma,
    )


def _reversal(
    context: DerivationContext,
    tau: NDArray[np.int64],
    sigma: NDArray[np.int64],
    gamma: NDArray[np.int64],
) -> Reversal:
    to_x, to_y = _maps(context, tau, sigma)
    iota = context.on("z", "ι", r"\iota", gamma)
    factorization = context.factorization
    if context.is_associative and factorization and factorization.kind is FactorizationKind.ISOTOPE:
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
        **context.sizes,
        tau=tau,
        sigma=sigma,
        gamma=gamma,
    )
