"""The training objective: cross-entropy on the training cells plus relation losses.

All cells that one step needs, for the cross-entropy and for every relation instance drawn, are
collected without repeats and go through the network once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import nll_loss

from symtheory.symmetry.relations import CellPairs, Relation

from ..config import TrainingConfig
from ..data import Split
from ..seeds import generator
from .relations import symmetric_divergence

__all__ = ["Objective", "StepLoss"]


@dataclass(frozen=True, slots=True)
class StepLoss:
    """Loss of one step: the total to differentiate, and its parts as scalars on the device."""

    total: Tensor
    cross_entropy: Tensor
    relation: Tensor


class Objective:
    """Cross-entropy plus ``relation_weight`` times the mean violation of each relation.

    Parameters
    ----------
    relations : sequence of Relation
        Used as losses. Only training answers reach them.
    split : Split
    config : TrainingConfig
    device : torch.device
    """

    def __init__(
        self,
        relations: Sequence[Relation],
        split: Split,
        config: TrainingConfig,
        device: torch.device,
    ) -> None:
        self._samplers = [(relation.name, relation.bind(split.known)) for relation in relations]
        self._config = config
        self._device = device
        self._n_columns = split.known.shape[1]
        cells = split.train_cells
        self._train_cells = cells
        self._answers = torch.as_tensor(split.known[split.known >= 0], device=device)
        self._cells_on_device = torch.as_tensor(cells, device=device)
        # Row of every cell in the batch; -1 where the cell is not among the training cells.
        self._row = np.full(split.known.size, -1, dtype=np.int64)
        self._row[self._key(cells)] = np.arange(len(cells))

    def __call__(self, network: nn.Module, step: int) -> StepLoss:
        """Return the loss of one step; its random instances depend on seed and step only."""
        drawn = [
            sampler.sample(
                self._config.tuples, rng=generator(self._config.seed, f"tuples {stream}", step)
            )
            for stream, sampler in self._samplers
        ]
        cells, rows = self._collect(drawn)
        logarithm = network(cells).log_softmax(dim=1)
        cross_entropy = nll_loss(logarithm[: len(self._answers)], self._answers)
        relation = torch.zeros((), device=self._device)
        for pairs, (left, right) in zip(drawn, rows, strict=True):
            answer_map = pairs.answer_map
            relation = (
                relation
                + symmetric_divergence(
                    logarithm.index_select(0, left),
                    logarithm.index_select(0, right),
                    None
                    if answer_map is None
                    else torch.as_tensor(answer_map, device=self._device),
                ).mean()
            )
        total = cross_entropy + self._config.relation_weight * relation
        return StepLoss(total, cross_entropy.detach(), relation.detach())

    def _key(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(cells[:, 0] * self._n_columns + cells[:, 1])

    def _collect(self, drawn: Sequence[CellPairs]) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """Return the cells of the step and, for each relation, the rows of its two sides."""
        if not drawn:
            return self._cells_on_device, []
        keys = [(self._key(pairs.left), self._key(pairs.right)) for pairs in drawn]
        every = np.concatenate([side for pair in keys for side in pair])
        row = self._row.copy()
        new = np.unique(every[row[every] < 0])
        row[new] = len(self._train_cells) + np.arange(len(new))
        extra = np.stack([new // self._n_columns, new % self._n_columns], axis=1)
        cells = torch.cat([self._cells_on_device, torch.as_tensor(extra, device=self._device)])
        rows = [
            (
                torch.as_tensor(row[left], device=self._device),
                torch.as_tensor(row[right], device=self._device),
            )
            for left, right in keys
        ]
        return cells, rows
