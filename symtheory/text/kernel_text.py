"""The answer kernels of a theory in the printout: leading eigenspaces, and the share of each."""

from collections.abc import Iterator

import numpy as np

from symtheory.layout import wrapped
from symtheory.records import Role
from symtheory.structure.answer_kernel import AnswerKernel
from symtheory.theory import Theory

__all__ = ["kernel_lines"]

_MOST_EIGENSPACES = 4
_LEADING = (1, 2, 4, 8, 16)


def kernel_lines(theory: Theory) -> Iterator[str]:
    """Yield a line for each operand's embedding whose kernel is not flat, below one that explains.

    Nothing is said of a readout: networks do not follow its kernel (docs/answer_kernel.md).
    """
    operands = [role for role in theory.roles if role is not Role.READOUT]
    told = [
        (role, theory.kernels[role])
        for role in operands
        if role in theory.kernels and not theory.kernels[role].is_flat
    ]
    if not told:
        return
    yield from wrapped(
        "kernel       ",
        "N(u, u') counts where tokens u and u' have the same answer; from labels, embeddings take "
        "power in the order of its eigenvalues λ, at first dimension times √λ (conjecture)",
        indent=13,
    )
    for role, kernel in told:
        yield from wrapped(f"  {role:10} ", kernel_sentence(kernel), indent=13)


def kernel_sentence(kernel: AnswerKernel) -> str:
    """Say what share of the power the leading eigenspaces should take.

    Examples
    --------
    >>> from symtheory.structure.answer_kernel import answer_kernel
    >>> from symtheory.tasks.catalogue import named_task
    >>> print(kernel_sentence(answer_kernel(named_task("graph", graph="hypercube(5)"), Role.X)))
    λ = 252, 28, 12 in 1, 10, 20 dimensions; shares .115, .383, .502
    """
    dimensions = np.cumsum(kernel.dimensions)
    weak = "" if kernel.has_power else "; nearly flat: its order cannot be tested"
    if len(dimensions) <= _MOST_EIGENSPACES:
        values = ", ".join(f"{space.eigenvalue:.4g}" for space in kernel.eigenspaces)
        sizes = ", ".join(map(str, kernel.dimensions))
        shares = ", ".join(map(_share, kernel.shares))
        return f"λ = {values} in {sizes} dimensions; shares {shares}{weak}"
    # The first eigenspaces that together have so many dimensions.
    ends = dict.fromkeys(
        end for n in _LEADING if (end := int(np.searchsorted(dimensions, n))) < len(dimensions) - 1
    )
    leading = ", ".join(str(dimensions[end]) for end in ends)
    shares = ", ".join(_share(float(kernel.shares[: end + 1].sum())) for end in ends)
    first = ", ".join(f"{space.eigenvalue:.4g}" for space in kernel.eigenspaces[:4])
    return (
        f"λ = {first}, …; the leading {leading} of {dimensions[-1]} dimensions should take "
        f"{shares}{weak}"
    )


def _share(share: float) -> str:
    return f"{share:.3f}".removeprefix("0")
