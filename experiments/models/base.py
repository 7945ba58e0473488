"""What all networks have: tables of token vectors by role, and a readout."""

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
    so that a vector has squared length ``scale``^2 on average.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand.
    width : int
        Coordinates of a token vector.
    scale : float
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own.
    generator : torch.Generator

    Attributes
    ----------
    shared : (n_left, width)
        The table of both operands, where they are tied.
    left, right : (n_left, width), (n_right, width)
        The tables where they are not.
    readout : (n_answers, ...)
        One vector per answer; made by the architecture.

    Raises
    ------
    SpecError
        If operands of different sizes are to share a table.
    """

    readout: nn.Parameter

    def __init__(
        self,
        n_left: int,
        n_right: int,
        width: int,
        *,
        scale: float,
        is_tied: bool,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        if is_tied and n_left != n_right:
            raise SpecError(
                f"{n_left} left and {n_right} right operands cannot share one table of tokens"
            )
        self.is_tied = is_tied
        variance = scale**2 / width
        if is_tied:
            self.shared = normal(n_left, width, variance=variance, generator=generator)
        else:
            self.left = normal(n_left, width, variance=variance, generator=generator)
            self.right = normal(n_right, width, variance=variance, generator=generator)

    @property
    def operands(self) -> tuple[nn.Parameter, nn.Parameter]:
        """The tables that left and right operands are looked up in: one and the same if tied."""
        return (self.shared, self.shared) if self.is_tied else (self.left, self.right)

    @property
    def embeddings(self) -> dict[Role, nn.Parameter]:
        """The tables of vectors that tokens and answers have, by role."""
        if self.is_tied:
            return {Role.SHARED: self.shared, Role.READOUT: self.readout}
        return {Role.X: self.left, Role.Y: self.right, Role.READOUT: self.readout}

    @abstractmethod
    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell.

        Parameters
        ----------
        cells : (n_cells, 2) int64
            Pairs (x, y).

        Returns
        -------
        (n_cells, n_answers)
        """
