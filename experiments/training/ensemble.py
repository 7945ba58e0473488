"""Stacked networks: the gradients of several runs of one configuration as one program.

Every parameter has the run as its first axis, and one optimizer step moves all. Where the runs'
gradients come from depends on the device. On the CPU each run is a network whose parameters are
views of the stack, and threads compute one run each: a product of matrices of this size keeps one
core busy, but not several, so threads side by side beat one batched product, and a run's numbers do
not depend on the runs beside it. A single run is shared out by cells. On a GPU one program
vectorized by `torch.func.vmap` computes all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.func import functional_call, vmap

from symtheory.records import Role

from ..denormals import use_fast_arithmetic
from ..models.build import Network
from ..objectives.objective import Draw, StepLoss, step_loss

__all__ = ["Ensemble", "Workers", "workers"]


@dataclass(frozen=True, slots=True)
class Workers:
    """Threads that work side by side.

    Parameters
    ----------
    each : callable
        Calls a function for each number and returns the results in order.
    count : int
        How many threads there are.
    """

    each: Callable[[Callable[[int], Any], range], list[Any]]
    count: int


@contextmanager
def workers(device: torch.device) -> Iterator[Workers]:
    """Offer as many threads as torch has, each with one thread of arithmetic; on a GPU none."""
    n_threads = torch.get_num_threads()
    if device.type != "cpu" or n_threads == 1:
        yield Workers(lambda function, numbers: [function(number) for number in numbers], 1)
        return

    def begin() -> None:
        torch.set_num_threads(1)
        use_fast_arithmetic()

    # Threads of arithmetic that wait for the next product would keep cores from the workers:
    # those of torch, and those of NumPy, which measures the rows.
    torch.set_num_threads(1)
    try:
        with (
            threadpool_limits(1, user_api="blas"),
            ThreadPoolExecutor(n_threads, initializer=begin) as pool,
        ):
            yield Workers(lambda function, numbers: list(pool.map(function, numbers)), n_threads)
    finally:
        torch.set_num_threads(n_threads)


class Ensemble:
    """Networks of one architecture that are trained together.

    Parameters
    ----------
    networks : sequence of Network
        They become views of the stack.
    is_shared_out : bool
        Whether the cells of a run are shared out among workers, so that a single run uses all
        cores.
    is_vectorized : bool, optional
        Whether one vectorized program computes all, where their draws have the same shapes; by
        default on a GPU.

    Attributes
    ----------
    parameters : dict of str to nn.Parameter
        Stacked, (n_runs, ...), by the names of the architecture; their gradients exist always.
    networks : list of Network
    """

    def __init__(
        self,
        networks: Sequence[Network],
        *,
        is_shared_out: bool = False,
        is_vectorized: bool | None = None,
    ) -> None:
        self.networks = list(networks)
        named = [dict(network.named_parameters()) for network in self.networks]
        self.parameters = {
            name: nn.Parameter(torch.stack([each[name].detach() for each in named]))
            for name in named[0]
        }
        # Parameters and gradients of each network are views of the stack: what a thread computes
        # for its run stands where the one optimizer looks for it.
        for name, stack in self.parameters.items():
            stack.grad = torch.zeros_like(stack)
            for run, each in enumerate(named):
                each[name].data, each[name].grad = stack.data[run], stack.grad[run]
        self._is_shared_out = is_shared_out
        first = next(iter(self.parameters.values()))
        on_gpu = first.device.type != "cpu" and len(self.networks) > 1
        self._is_vectorized = on_gpu if is_vectorized is None else is_vectorized
        for network in self.networks:
            network.is_vectorized = self._is_vectorized
        # Under vmap a network is called with tensors in place of its parameters, so an embedding
        # is found again by the name of the parameter that it is.
        name_of = {id(parameter): name for name, parameter in named[0].items()}
        self._tables = {
            role: name_of[id(table)] for role, table in self.networks[0].embeddings.items()
        }

    def backward(
        self, draws: Sequence[Draw], *, with_workers: Workers, labels_only: bool = False
    ) -> None:
        """Put the gradient of every run's loss in place of the gradients that are there.

        Parameters
        ----------
        draws : sequence of Draw
            One a run.
        with_workers : Workers
        labels_only : bool
            Take the cross-entropy without any auxiliary.
        """
        for stack in self.parameters.values():  # in place: the networks' gradients are views
            stack.grad.zero_()  # type: ignore[union-attr]
        if self._is_vectorized and _are_alike(draws):
            # Sums of independent losses: each run gets the gradient of its own.
            _chosen(self._losses(draws), labels_only=labels_only).sum().backward()  # type: ignore[no-untyped-call]
            return

        if self._is_shared_out and with_workers.count > 1:
            for network, draw in zip(self.networks, draws, strict=True):
                _shared_backward(network, draw, with_workers, labels_only=labels_only)
            return

        def one(run: int) -> None:
            network = self.networks[run]
            loss = step_loss(network(draws[run].cells), network.embeddings, draws[run])
            torch.autograd.backward(_chosen(loss, labels_only=labels_only))

        with_workers.each(one, range(len(draws)))

    def _losses(self, draws: Sequence[Draw]) -> StepLoss:
        """Return the losses of all runs, (n_runs,) each, by one vectorized program."""
        skeleton, names = self.networks[0], self._tables
        n_cells = max(len(draw.cells) for draw in draws)
        # vmap wants equal shapes; the cells that fill up are answered and never read.
        cells = torch.stack([_filled(draw.cells, n_cells) for draw in draws])
        answers = torch.stack([draw.answers for draw in draws])
        instances = tuple(
            tuple(torch.stack(parts) for parts in zip(*same, strict=True))
            for same in zip(*(draw.instances for draw in draws), strict=True)
        )
        rules, weights, priors = draws[0].rules, draws[0].weights, draws[0].priors

        def one(
            parameters: Mapping[str, Tensor],
            cells: Tensor,
            answers: Tensor,
            instances: tuple[tuple[Tensor, ...], ...],
        ) -> tuple[Tensor, Tensor]:
            logits = functional_call(skeleton, dict(parameters), (cells,))
            tables: dict[Role, Tensor] = {role: parameters[name] for role, name in names.items()}
            draw = Draw(cells, answers, instances, rules, weights, priors)
            loss = step_loss(logits, tables, draw)
            return loss.total, loss.cross_entropy

        return StepLoss(*vmap(one)(self.parameters, cells, answers, instances))


def _shared_backward(
    network: Network, draw: Draw, with_workers: Workers, *, labels_only: bool
) -> None:
    """Add to the gradients of one run, its cells shared out among the workers."""
    parts = draw.cells.tensor_split(min(with_workers.count, len(draw.cells)))
    numbers = range(len(parts))
    logits = with_workers.each(lambda part: network(parts[part]), numbers)
    # The loss joins all cells: it is differentiated by itself, down to the logits of each part.
    leaves = [part.detach().requires_grad_() for part in logits]
    loss = step_loss(torch.cat(leaves), network.embeddings, draw)
    torch.autograd.backward(_chosen(loss, labels_only=labels_only))
    parameters = list(network.parameters())
    # Each thread gets gradients of its own, added in the order of the parts: the sum does not
    # depend on which thread was first.
    gradients = with_workers.each(
        lambda part: torch.autograd.grad(logits[part], parameters, leaves[part].grad), numbers
    )
    for parameter, *terms in zip(parameters, *gradients, strict=True):
        for term in terms:
            parameter.grad += term


def _chosen(loss: StepLoss, *, labels_only: bool) -> Tensor:
    return loss.cross_entropy if labels_only else loss.total


def _are_alike(draws: Sequence[Draw]) -> bool:
    """Whether runs differ in numbers only, so that one program can compute them.

    Closures of augmentation differ in size, and a split may lack a relation that another has.
    """
    shapes = {
        (len(draw.answers), draw.rules, tuple(tuple(p.shape for p in i) for i in draw.instances))
        for draw in draws
    }
    return len(shapes) == 1


def _filled(cells: Tensor, n_cells: int) -> Tensor:
    return torch.cat([cells, cells[:1].expand(n_cells - len(cells), 2)])
