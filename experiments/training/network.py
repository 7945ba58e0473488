"""Trained network as the tests see it: embeddings, and logits with other embeddings put in."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from symtheory.records import Embedding, HiddenUnits, Role

from ..denormals import fast_arithmetic
from ..models.build import Network
from .ensemble import Workers

__all__ = ["TrainedNetwork", "table_logits"]

# Cells that go through the network at once where the whole table is evaluated: bounds memory.
_CHUNK = 16384


def table_logits(
    network: Network, shape: tuple[int, ...], with_workers: Workers | None = None
) -> torch.Tensor:
    """Return the logits of every cell of the table, (nx * ny, n_answers), without gradients.

    Parameters
    ----------
    network : Network
    shape : tuple of int
        (nx, ny).
    with_workers : Workers, optional
        They share the cells.
    """
    device = network.embeddings[Role.READOUT].device
    cells = torch.cartesian_prod(
        torch.arange(shape[0], device=device), torch.arange(shape[1], device=device)
    )
    if with_workers is None or with_workers.count == 1:
        with torch.no_grad():
            return torch.cat([network(part) for part in torch.split(cells, _CHUNK)])
    n_parts = max(with_workers.count, -(-len(cells) // _CHUNK))
    parts = cells.tensor_split(min(n_parts, len(cells)))

    def one(number: int) -> torch.Tensor:
        with torch.no_grad():  # a choice of each thread
            logits: torch.Tensor = network(parts[number])
        return logits

    return torch.cat(with_workers.each(one, range(len(parts))))


class TrainedNetwork:
    """Logits on the full table as a function of the embeddings.

    Parameters
    ----------
    network : Network
    shape : tuple of int
        (nx, ny) of the task's table.
    """

    def __init__(self, network: Network, shape: tuple[int, int]) -> None:
        self._network = network
        self._shape = shape

    @property
    def embeddings(self) -> dict[Role, Embedding]:
        """The learned embeddings, by role."""
        return {
            role: Embedding(tensor.detach().cpu().double().numpy(), role)
            for role, tensor in self._network.embeddings.items()
        }

    @property
    def units(self) -> HiddenUnits | None:
        """The hidden units by their sides; None where there is not one hidden layer of them."""
        readout = self._network.unit_readout
        if readout is None or self._network.n_questions:
            return None
        nx, ny = self._shape
        m = readout.shape[1]
        x, y = np.zeros((nx, m)), np.zeros((ny, m))
        right = torch.arange(ny, device=readout.device)
        step = max(1, _CHUNK // ny)
        with torch.no_grad():
            for start in range(0, nx, step):
                left = torch.arange(start, min(start + step, nx), device=readout.device)
                given = self._network.preactivations(torch.cartesian_prod(left, right))
                block = given.double().cpu().numpy().reshape(len(left), ny, m)
                x[start : start + step] = block.mean(axis=1)
                y += block.sum(axis=0) / nx
        return HiddenUnits(x.T, y.T, readout.detach().double().cpu().numpy().T)

    def logits(
        self, replaced: Mapping[Role, NDArray[np.float64]] | None = None
    ) -> NDArray[np.float32]:
        """Return the logits with the given embeddings in place of the learned ones.

        Parameters
        ----------
        replaced : mapping from Role to (n_tokens, d_model)
            Points to use instead of the learned ones; roles left out stay as learned.

        Returns
        -------
        (nx, ny, n_answers)
        """
        learned = self._network.embeddings
        kept = {role: learned[role].data for role in replaced or {}}
        try:
            for role, points in (replaced or {}).items():
                learned[role].data = torch.as_tensor(
                    points, dtype=kept[role].dtype, device=kept[role].device
                )
            with fast_arithmetic():
                flat = table_logits(self._network, self._shape)
        finally:
            for role, tensor in kept.items():
                learned[role].data = tensor
        return flat.view(*self._shape, -1).cpu().numpy()
