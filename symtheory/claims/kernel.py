"""Claim that the answer kernel makes of an embedding, with its floor.

The kernel is exact; that networks follow it is a conjecture, which they obey from labels alone and
with relations in the loss (docs/answer_kernel.md has the networks), although these compare
predictions at other cells too, of which the kernel knows nothing. The claim is primary wherever the
kernel has power.
"""

from dataclasses import replace

from symtheory.claims.symmetry import LEAST_TOKENS
from symtheory.records import Claim, Prediction, Role
from symtheory.structure.answer_kernel import AnswerKernel

__all__ = ["KERNEL", "KERNEL_FLOOR", "kernel_claims"]

KERNEL_FLOOR = 0.6
"""Least Gini correlation. Networks that learned distances in the 7 x 7 lattice, tree(2,5) and the
5-cube from labels alone, three seeds each, have .86 or more, untrained ones .35 or less, and 95 %
of clouds without structure less than .5. Clouds of the predicted shares with isotropic noise of .3
of their power keep .65 in 95 of 100 cases where the eigenvalues differ least, and .9 on graphs."""

KERNEL = Claim(
    level="kernel",
    label="answer kernel: order of power",
    statistic=(
        "Gini correlation of the power in each dimension with the rank of its eigenvalue: their "
        "product over the largest one that any order of these powers has; the mean over fixed "
        "frames of the eigenspaces"
    ),
    null="permutation of the token labels",
    floor=KERNEL_FLOOR,
    least_tokens=LEAST_TOKENS,
    weakness="few dimensions have few orders",
)


def kernel_claims(kernel: AnswerKernel, role: Role) -> tuple[Prediction, ...]:
    """Return the claim about the embedding of an operand; none where the kernel is flat.

    Parameters
    ----------
    kernel : AnswerKernel
    role : Role
        SHARED, X or Y.

    Examples
    --------
    >>> from symtheory.structure.answer_kernel import answer_kernel
    >>> from symtheory.tasks.catalogue import named_task
    >>> kernel = answer_kernel(named_task("graph", graph="hypercube(4)"), Role.X)
    >>> [claim.statement for claim in kernel_claims(kernel, Role.X)]
    ['the larger the eigenvalue of the answer kernel, the more power (conjecture)']
    """
    if kernel.is_flat:
        return ()
    statement = "the larger the eigenvalue of the answer kernel, the more power (conjecture)"
    claim = KERNEL.about(role, statement)
    return (replace(claim, primary=kernel.has_power),)
