"""Base class of networks: tables of token vectors (W_E) and a readout (unembedding W_U).

A cell (x, y) of a task's table is two tokens x, y, unless the task asks questions about entities:
then y stands for question y // n_right about entity y % n_right, and the cell is three tokens
(x, question, entity), so that one table can serve both entities.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from symtheory.errors import SpecError
from symtheory.records import Role

__all__ = ["Network", "normal"]


def normal(*shape: int, variance: float, generator: torch.Generator) -> nn.Parameter:
    """Return a parameter with independent normal entries of mean zero."""
    return nn.Parameter(torch.randn(*shape, generator=generator) * variance**0.5)


class Network(nn.Module, ABC):
    """Logits of the answers at cells (x, y) of a task's table.

    Token vectors are drawn first: independent normal entries of variance ``scale``^2 / ``width``,
    so that a vector has squared length ``scale``^2 on average; those of questions come last.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand; of right entities where there are questions.
    width : int
        Coordinates of a token vector.
    scale : float
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own.
    generator : torch.Generator
    n_questions : int
        Number of questions that may be asked of two entities; 0 if the right operand is one token.

    Attributes
    ----------
    shared : (n_left, width)
        The table of both operands, where they are tied.
    left, right : (n_left, width), (n_right, width)
        The tables where they are not.
    question : (n_questions, width)
        The table of questions, where there are any: a parameter that serves no role.
    readout : (n_answers, ...)
        One vector per answer; made by the architecture.
    is_vectorized : bool
        Whether `torch.func.vmap` maps the network over the parameters of several runs: it then
        takes no way that only single runs can take.

    Raises
    ------
    SpecError
        If operands of different sizes are to share a table.
    """

    readout: nn.Parameter
    is_vectorized = False

    def __init__(
        self,
        n_left: int,
        n_right: int,
        width: int,
        *,
        scale: float,
        is_tied: bool,
        generator: torch.Generator,
        n_questions: int = 0,
    ) -> None:
        super().__init__()
        if is_tied and n_left != n_right:
            raise SpecError(
                f"{n_left} left and {n_right} right operands cannot share one table of tokens"
            )
        self.is_tied = is_tied
        self.n_questions = n_questions
        variance = scale**2 / width
        if is_tied:
            self.shared = normal(n_left, width, variance=variance, generator=generator)
        else:
            self.left = normal(n_left, width, variance=variance, generator=generator)
            self.right = normal(n_right, width, variance=variance, generator=generator)
        if n_questions:
            self.question = normal(n_questions, width, variance=variance, generator=generator)

    @property
    def operands(self) -> tuple[nn.Parameter, nn.Parameter]:
        """The tables that left and right operands are looked up in: one and the same if tied."""
        return (self.shared, self.shared) if self.is_tied else (self.left, self.right)

    @property
    def tables(self) -> tuple[nn.Parameter, ...]:
        """The tables that the tokens of a cell are looked up in, in the order of its tokens."""
        left, right = self.operands
        return (left, self.question, right) if self.n_questions else (left, right)

    def tokens(self, cells: Tensor) -> tuple[Tensor, ...]:
        """Return which row of each of `tables` belongs to which cell, (n_cells,) int64 each."""
        x, y = cells.unbind(1)
        if not self.n_questions:
            return x, y
        n_right = len(self.operands[1])
        return x, y // n_right, y % n_right

    @property
    def embeddings(self) -> dict[Role, nn.Parameter]:
        """The tables of vectors that tokens and answers have, by role."""
        if self.is_tied:
            return {Role.SHARED: self.shared, Role.READOUT: self.readout}
        return {Role.X: self.left, Role.Y: self.right, Role.READOUT: self.readout}

    @property
    def unit_readout(self) -> Tensor | None:
        """What every hidden unit adds to each logit, (n_answers, n_units).

        None where the network has not one hidden layer whose units add to the logits.
        """
        return None

    def preactivations(self, cells: Tensor) -> Tensor:
        """Return what every hidden unit is given at every cell, (n_cells, n_units).

        Raises
        ------
        SpecError
            If the network has not one hidden layer, see `unit_readout`.
        """
        raise SpecError(f"{type(self).__name__} has no single hidden layer, asked at {len(cells)}")

    @abstractmethod
    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell.

        Parameters
        ----------
        cells : (n_cells, 2) int64
            Pairs (x, y); with questions y = question * n_right + entity.

        Returns
        -------
        (n_cells, n_answers)
        """
