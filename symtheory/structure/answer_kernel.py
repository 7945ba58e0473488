"""Answer kernel: in how many contexts two tokens have the same answer.

For left operands of a table f, N(u, u') = #{v : f(u, v) = f(u', v)} over the cells known of both;
for right operands the same of columns; for a table that serves both operands their sum; for answers
N(z, z') counts the cells with both answers, so that it is diagonal. These are the Gram matrices of
the one-hot tensor T[u, v, z] = [f(u, v) = z] along its axes, in exact integers.

The *eigenspaces* are those of J N J on the functions of mean zero, with J = 1 - 11^T/n. An
autotopism relabels contexts and answers, so N commutes with it, and its eigenspaces are sums of
isotypic components. In a Latin square no two rows agree anywhere: N is a multiple of the identity,
the kernel is *flat*, and tells nothing.

Theorem. Among all factorizations T = E W of the unfolded tensor the least |E|^2 + |W|^2 is reached
exactly where E E^T = (T T^T)^(1/2) [1]_. So E then has the power sqrt(lambda) in every dimension of
an eigenspace of eigenvalue lambda. Two-layer linear networks that begin small and balanced learn
these modes in the order of sqrt(lambda) and end there [2]_. That embeddings of other networks
follow the order of the eigenvalues is a conjecture, see docs/answer_kernel.md.

References
----------
.. [1] N. Srebro, J. Rennie, T. Jaakkola, Maximum-Margin Matrix Factorization, 2004
.. [2] A. M. Saxe, J. L. McClelland, S. Ganguli, Exact solutions to the nonlinear dynamics of
   learning in deep linear neural networks, 2014, https://arxiv.org/abs/1312.6120
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError, SpecError
from symtheory.records import Json, Role
from symtheory.tasks.task import Task

__all__ = [
    "LEAST_ORDER",
    "LEAST_SPREAD",
    "MOST_TOKENS",
    "AnswerKernel",
    "Eigenspace",
    "answer_kernel",
]

MOST_TOKENS = 512
"""Of more tokens no kernel is made: counting takes n^2 steps for each context."""

LEAST_SPREAD = 0.1
"""Least distance between predicted and equal shares for the order to be tested: below it a cloud of
the predicted shares is hardly other than white. Of 31 tokens with isotropic noise of .3 of the
power 95 % of such clouds keep an effect of .65 where the spread is .108 (a random table with 5
answers), and about .3 where it is .038 (with 31 answers)."""

LEAST_ORDER = 0.3
"""Least share of the order of all dimensions that the eigenvalues fix. On a star of 12 leaves one
dimension leads eleven equal ones, .23: a twelfth of all relabeled clouds has it in front, too."""

TOLERANCE = 1e-6
"""Eigenvalues nearer than this share of the largest one (of 1, if that is less) count as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Eigenspace:
    """An eigenspace of a centered kernel.

    Parameters
    ----------
    eigenvalue : float
    basis : (n, dimension) float64
        Orthonormal functions of mean zero on the tokens.
    """

    eigenvalue: float
    basis: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"Eigenspace({self.eigenvalue:.6g}, dimension {self.dimension})"

    @property
    def dimension(self) -> int:
        """Number of its dimensions."""
        return int(self.basis.shape[1])


@dataclass(frozen=True, eq=False, repr=False)
class AnswerKernel:
    """The kernel of one role, and what it predicts.

    Parameters
    ----------
    role : Role
        SHARED, X, Y or READOUT.
    matrix : (n, n) int64
        N, symmetric and positive semidefinite, not centered.
    """

    role: Role
    matrix: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"AnswerKernel({self.role}, {len(self.matrix)} tokens)"

    @cached_property
    def eigenspaces(self) -> tuple[Eigenspace, ...]:
        """Eigenspaces on the functions of mean zero, the largest eigenvalue first."""
        n = len(self.matrix)
        centered = self.matrix - self.matrix.mean(axis=0)
        centered = centered - centered.mean(axis=1, keepdims=True)
        largest = max(float(np.trace(centered)), 1.0)
        # The constant function is put last, below all others.
        values, vectors = np.linalg.eigh(centered - (largest + 1) / n)
        values, vectors = values[:0:-1], vectors[:, :0:-1]
        least = TOLERANCE * values.max(initial=1)
        values = np.where(values > least, values, 0.0)
        gaps = np.flatnonzero(-np.diff(values) > least) + 1
        return tuple(
            Eigenspace(float(part.mean()), basis)
            for part, basis in zip(
                np.split(values, gaps), np.split(vectors, gaps, axis=1), strict=True
            )
            if len(part)
        )

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """Eigenvalue of each dimension of the functions of mean zero, descending, (n - 1,)."""
        return np.repeat([space.eigenvalue for space in self.eigenspaces], self.dimensions)

    @property
    def dimensions(self) -> NDArray[np.int64]:
        """Dimension of each eigenspace."""
        return np.array([space.dimension for space in self.eigenspaces], dtype=np.int64)

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the power that each eigenspace should have: dimension times sqrt(lambda)."""
        roots = np.sqrt([space.eigenvalue for space in self.eigenspaces]) * self.dimensions
        total = float(roots.sum())
        return np.asarray(roots / total if total else self.dimensions / self.dimensions.sum())

    @property
    def is_flat(self) -> bool:
        """Whether there is but one eigenvalue, so that nothing is predicted."""
        return len(self.eigenspaces) < 2

    @property
    def spread(self) -> float:
        """Total variation distance of the predicted shares from equal power in all dimensions."""
        equal = self.dimensions / self.dimensions.sum()
        return float((self.shares - equal).clip(min=0).sum())

    @property
    def order(self) -> float:
        """Variance of the ranks of the eigenvalues over that of as many different ones.

        0 where all are equal, 1 where no two are; the square of the largest rank correlation with
        different numbers that equal eigenvalues allow.
        """
        n, m = float(self.dimensions.sum()), self.dimensions
        return float(1 - (m**3 - m).sum() / (n**3 - n)) if n > 1 else 0.0

    @property
    def has_power(self) -> bool:
        """Whether the eigenvalues differ enough for their order to be tested.

        Where they hardly do, as on a path or an even cycle, whose kernels are flat but for the
        parity of the vertices, no order of the power can be expected. Decided from the table alone.
        """
        return self.spread >= LEAST_SPREAD and self.order >= LEAST_ORDER

    def to_dict(self) -> dict[str, Json]:
        """Return eigenvalues, dimensions and shares as plain JSON values."""
        return {
            "n_tokens": len(self.matrix),
            "eigenvalues": [space.eigenvalue for space in self.eigenspaces],
            "dimensions": self.dimensions.tolist(),
            "shares": self.shares.tolist(),
            "spread": self.spread,
            "order": self.order,
            "is_flat": self.is_flat,
            "has_power": self.has_power,
        }


def answer_kernel(
    task: Task, role: Role, *, known: NDArray[np.bool_] | None = None
) -> AnswerKernel:
    """Return the answer kernel of a role, duplicate tokens included.

    Parameters
    ----------
    task : Task
    role : Role
        SHARED serves both operands; of a task about an order, the entity on the left and that in
        the question.
    known : (nx, ny) bool, optional
        Cells to count, the training cells for one; by default all that the table has.

    Raises
    ------
    SpecError
        If the mask is not one of the table, the role is the network, or operands share no tokens.
    BudgetError
        If there are more than `MOST_TOKENS` tokens.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> cube = answer_kernel(named_task("graph", graph="hypercube(5)"), Role.X)
    >>> cube.eigenspaces
    (Eigenspace(252, dimension 1), Eigenspace(28, dimension 10), Eigenspace(12, dimension 20))
    >>> cube.shares.round(3).tolist()
    [0.115, 0.383, 0.502]
    >>> answer_kernel(named_task("modadd", p=7), Role.SHARED).is_flat
    True
    """
    table = task.table
    if known is not None:
        if known.shape != table.shape or known.dtype != np.bool_:
            raise SpecError(
                f"known marks cells of the {table.shape} table, got {known.dtype} of shape "
                f"{known.shape}"
            )
        table = np.where(known, table, -1)
    if role is Role.READOUT:
        counts = np.bincount(table[table >= 0], minlength=len(task.z_labels))
        _check_size(len(counts), role)
        return AnswerKernel(role, _frozen(np.diag(counts)))
    lines = _lines(task, table, role)
    _check_size(len(lines[0]), role)
    return AnswerKernel(role, _frozen(np.sum([_agreements(part) for part in lines], axis=0)))


def _lines(task: Task, table: NDArray[np.int64], role: Role) -> tuple[NDArray[np.int64], ...]:
    """Return tables with a row for each token, one for each operand that the role serves."""
    if role is Role.X:
        return (table,)
    if role is Role.Y:
        return (table.T,)
    if role is Role.SHARED:
        return (table, _second_operand(task, table))
    raise SpecError(f"no table of embeddings is that of the {role}, so it has no kernel")


def _second_operand(task: Task, table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a row for each token as the right operand, or as the entity of a question."""
    n = len(table)
    if task.questions:
        return table.reshape(n, -1, n).transpose(2, 0, 1).reshape(n, -1)
    if not task.shared_tokens:
        raise SpecError(f"the operands of {task.formula} share no tokens, so no table of them")
    return table.T


def _agreements(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of places where two lines hold the same known answer, (n, n) int64."""
    short = lines.astype(np.int16)  # tasks have at most 2,048 tokens and answers
    counts = np.zeros((len(lines), len(lines)), dtype=np.int16)
    for column in short.T:
        counts += (column[:, None] == column) & (column >= 0)
    return counts.astype(np.int64)


def _check_size(n: int, role: Role) -> None:
    if n > MOST_TOKENS:
        raise BudgetError(f"no kernel is made of {n} {role} tokens, the limit is {MOST_TOKENS}")


def _frozen(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    matrix.setflags(write=False)
    return matrix
