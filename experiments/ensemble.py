"""Runs of one configuration as one program: parameters stacked, one optimizer step for all.

Every parameter has the run as its first axis. Where the runs' gradients come from depends on the
device. On the CPU each run is a network whose parameters are views of the stack, and threads
compute one run each: a product of matrices of this size keeps one core busy, but not several, so
threads side by side beat both one run after the other and one batched product. A run's numbers
then do not depend on the runs beside it. On a GPU one vectorized program computes all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from symtheory.records import Role

from .models.build import Network
from .objectives.objective import Draw, StepLoss, step_loss

__all__ = ["Ensemble", "Workers", "workers"]

Workers = Callable[[Callable[[int], object], range], Sequence[object]]
"""Calls a function for each number, perhaps side by side, and returns the results in order."""


@contextmanager
def workers(n_runs: int, device: torch.device) -> Iterator[Workers]:
    """Offer threads that compute one run each, with one thread of arithmetic; of one run, none."""
    n_threads = torch.get_num_threads()
    n_workers = min(n_runs, n_threads)
    if device.type != "cpu" or n_runs == 1:
        yield lambda function, runs: [function(run) for run in runs]
        return

    def begin() -> None:
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)

    with ThreadPoolExecutor(n_workers, initializer=begin) as pool:
        yield lambda function, runs: list(pool.map(function, runs))
    torch.set_num_threads(n_threads)


class Ensemble:
    """Networks of one architecture that are trained together.

    Parameters
    ----------
    networks : sequence of Network
        They become views of the stack.
    is_vectorized : bool, optional
        Whether one vectorized program computes all; by default on a GPU.

    Attributes
    ----------
    parameters : dict of str to nn.Parameter
        Stacked, (n_runs, ...), by the names of the architecture; their gradients exist always.
    networks : list of Network
    """

    def __init__(self, networks: Sequence[Network], *, is_vectorized: bool | None = None) -> None:
        self.networks = list(networks)
        named = [dict(network.named_parameters()) for network in self.networks]
        self.parameters = {
            name: nn.Parameter(torch.stack([each[name].detach() for each in named]))
            for name in named[0]
        }
        for name, stack in self.parameters.items():
            stack.grad = torch.zeros_like(stack)
            for run, each in enumerate(named):
                each[name].data, each[name].grad = stack.data[run], stack.grad[run]
        first = next(iter(self.parameters.values()))
        on_gpu = first.device.type != "cpu" and len(self.networks) > 1
        self._is_vectorized = on_gpu if is_vectorized is None else is_vectorized
        name_of = {id(parameter): name for name, parameter in named[0].items()}
        self._tables = {
            role: name_of[id(table)] for role, table in self.networks[0].embeddings.items()
        }

    def backward(
        self, draws: Sequence[Draw], *, in_order: Workers, labels_only: bool = False
    ) -> None:
        """Put the gradient of every run's loss in place of the gradients that are there.

        Parameters
        ----------
        draws : sequence of Draw
            One a run.
        in_order : Workers
        labels_only : bool
            Take the cross-entropy without any auxiliary.
        """
        for stack in self.parameters.values():
            stack.grad.zero_()  # type: ignore[union-attr]
        if self._is_vectorized:
            # Sums of independent losses: each run gets the gradient of its own.
            _chosen(self._losses(draws), labels_only=labels_only).sum().backward()  # type: ignore[no-untyped-call]
            return

        def one(run: int) -> None:
            network = self.networks[run]
            loss = step_loss(network(draws[run].cells), network.embeddings, draws[run])
            torch.autograd.backward(_chosen(loss, labels_only=labels_only))

        in_order(one, range(len(draws)))

    def _losses(self, draws: Sequence[Draw]) -> StepLoss:
        """Return the losses of all runs, (n_runs,) each, by one vectorized program."""
        skeleton, names = self.networks[0], self._tables
        n_cells = max(len(draw.cells) for draw in draws)
        # The rows that fill up are never read.
        cells = torch.stack([_filled(draw.cells, n_cells) for draw in draws])
        answers = torch.stack([draw.answers for draw in draws])
        pairs = tuple(
            tuple(torch.stack(parts) for parts in zip(*same, strict=True))
            for same in zip(*(draw.pairs for draw in draws), strict=True)
        )
        weights, priors = draws[0].weights, draws[0].priors

        def one(
            parameters: Mapping[str, Tensor],
            cells: Tensor,
            answers: Tensor,
            pairs: tuple[tuple[Tensor, ...], ...],
        ) -> tuple[Tensor, Tensor]:
            logits = functional_call(skeleton, dict(parameters), (cells,))
            tables: dict[Role, Tensor] = {role: parameters[name] for role, name in names.items()}
            draw = Draw(cells, answers, pairs, weights, priors)
            loss = step_loss(logits, tables, draw)
            return loss.total, loss.cross_entropy

        return StepLoss(*vmap(one)(self.parameters, cells, answers, pairs))


def _chosen(loss: StepLoss, *, labels_only: bool) -> Tensor:
    return loss.cross_entropy if labels_only else loss.total


def _filled(cells: Tensor, n_cells: int) -> Tensor:
    return torch.cat([cells, cells[:1].expand(n_cells - len(cells), 2)])
