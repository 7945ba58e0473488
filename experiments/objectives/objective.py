"""Training objective: cross-entropy on the training cells plus auxiliary losses.

What a step needs is drawn first, on the host; what it costs is then a function of tensors alone.
So a run can be computed by itself or many in one program. All cells of a step, for the
cross-entropy and for every relation instance drawn, are collected without repeats and go through
the network once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import nll_loss

from symtheory.records import Role
from symtheory.relations.cells import Instances, Rule
from symtheory.relations.relation import RelationSampler

from ..config.training import TrainingConfig
from ..data import Split
from ..seeds import generator
from .priors import PRIORS
from .relations import violation
from .selection import Term

__all__ = ["Draw", "Objective", "StepLoss", "step_loss"]


@dataclass(frozen=True, slots=True)
class StepLoss:
    """Loss of one step: the total to differentiate, and its part from labels."""

    total: Tensor
    cross_entropy: Tensor


@dataclass(frozen=True, slots=True)
class Draw:
    """Input of one step of one run.

    Parameters
    ----------
    cells : (n_cells, 2) int64
        Labeled cells first, then all others that an instance needs.
    answers : (n_labeled,) int64
    instances : tuple of tuple of Tensor
        For every relation loss: rows of ``cells``, (n_instances,) int64, two or three of them as
        its rule has it, and what else the rule needs, where it needs something.
    rules : tuple of Rule
        Of each relation loss.
    weights : tuple of float
        Factor of each relation loss; equal in all runs of a configuration.
    priors : tuple of (str, float)
        Names of the priors in force with their factors.
    """

    cells: Tensor
    answers: Tensor
    instances: tuple[tuple[Tensor, ...], ...]
    rules: tuple[Rule, ...]
    weights: tuple[float, ...]
    priors: tuple[tuple[str, float], ...]


class Objective:
    """Source of the inputs of all steps of one run.

    Parameters
    ----------
    terms : sequence of Term
        From `symtheory.experiments.objectives.selection.auxiliary_terms`.
    split : Split
        Only training answers reach the terms.
    labels : (nx, ny) int64
        Answers that the cross-entropy learns, -1 elsewhere: the training answers, with
        augmentation also those that follow from them.
    config : TrainingConfig
    device : torch.device
    """

    def __init__(
        self,
        terms: Sequence[Term],
        split: Split,
        labels: NDArray[np.int64],
        config: TrainingConfig,
        device: torch.device,
    ) -> None:
        self._terms: list[tuple[Term, list[RelationSampler]]] = [
            (term, [relation.bind(split.known) for relation in term.relations]) for term in terms
        ]
        self._config = config
        self._device = device
        self._n_columns = labels.shape[1]
        cells = np.argwhere(labels >= 0)
        self._n_labeled = len(cells)
        self._answers = torch.as_tensor(labels[labels >= 0], device=device)
        self._cells = torch.as_tensor(cells, device=device)
        # Row of every cell in the batch; -1 where the cell is not among the labeled ones.
        self._row = np.full(labels.size, -1, dtype=np.int64)
        self._row[self._key(cells)] = np.arange(len(cells))

    def draw(self, step: int) -> Draw:
        """Return what a step is computed from; its instances depend on seed and step only."""
        drawn: list[Instances] = []
        weights: list[float] = []
        priors: list[tuple[str, float]] = []
        for term, samplers in self._terms:
            factor = term.auxiliary.factor(step)
            if factor == 0:
                continue
            if term.auxiliary.name in PRIORS:
                priors.append((term.auxiliary.name, factor))
            for sampler in samplers:
                # A stream of its own for each relation and step: what is drawn depends neither on
                # the other terms nor on the steps before, so resuming needs no generator's state.
                stream = f"tuples {sampler.relation.name}"
                rng = generator(self._config.seed, stream, step)
                drawn.append(sampler.sample(self._config.tuples, rng=rng))
                weights.append(factor)
        cells, instances = self._collect(drawn)
        rules = tuple(each.rule for each in drawn)
        return Draw(cells, self._answers, instances, rules, tuple(weights), tuple(priors))

    def _key(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(cells[:, 0] * self._n_columns + cells[:, 1])

    def _collect(self, drawn: Sequence[Instances]) -> tuple[Tensor, tuple[tuple[Tensor, ...], ...]]:
        """Return the cells of the step and, for each relation loss, the rows of its instances."""
        if not drawn:
            return self._cells, ()
        keys = [[self._key(cells) for cells in each.cells] for each in drawn]
        every = np.concatenate([side for sides in keys for side in sides])
        # A cell that several instances share, or that is labeled, goes through the network once:
        # the new ones are numbered behind the labeled ones.
        row = self._row.copy()
        new = np.unique(every[row[every] < 0])
        row[new] = self._n_labeled + np.arange(len(new))
        extra = np.stack([new // self._n_columns, new % self._n_columns], axis=1)
        cells = torch.cat([self._cells, torch.as_tensor(extra, device=self._device)])
        return cells, tuple(
            tuple(
                torch.as_tensor(part, device=self._device)
                for part in (*(row[side] for side in sides), each.extra)
                if part is not None
            )
            for each, sides in zip(drawn, keys, strict=True)
        )


def step_loss(logits: Tensor, tables: Mapping[Role, Tensor], draw: Draw) -> StepLoss:
    """Return the loss of one step of one run.

    Parameters
    ----------
    logits : (n_cells, n_answers)
        Of ``draw.cells``; rows beyond those that the draw names are not read.
    tables : mapping of Role to (n_tokens, d)
        The embeddings; priors are taken of those of operands.
    draw : Draw
    """
    logarithm = logits.log_softmax(dim=1)
    cross_entropy = nll_loss(logarithm[: draw.answers.shape[0]], draw.answers)
    total = cross_entropy
    for parts, rule, weight in zip(draw.instances, draw.rules, draw.weights, strict=True):
        n_sides = 2 if rule is Rule.EQUAL else 3
        sides = [logarithm.index_select(0, rows) for rows in parts[:n_sides]]
        # A mean, not a sum: the weight of a relation does not depend on how many are drawn.
        total = total + weight * violation(rule, sides, *parts[n_sides:]).mean()
    for name, weight in draw.priors:
        operands = [table for role, table in tables.items() if role is not Role.READOUT]
        total = total + weight * torch.stack([PRIORS[name](table) for table in operands]).sum()
    return StepLoss(total, cross_entropy)
