"""Coordinates of the operands and answers of a table in few generators.

The three members of a cell sum to 0, so two that have coordinates give the third. Rounds of that
follow each other; where nothing follows any more, the operand that helps most becomes a further
generator. Counts of what each cell and operand has are kept up to date instead of being taken
again: a table such as max(x, y) needs as many rounds as it has operands.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import stable_order

__all__ = ["spread_coordinates"]

_LARGE = 1 << 40  # coordinates beyond this are carried on as Python integers

_Values = NDArray[np.int64] | NDArray[np.object_]


def spread_coordinates(
    cells: NDArray[np.int64], n_operands: int, n_nodes: int
) -> tuple[_Values, NDArray[np.bool_]]:
    """Return coordinates of all nodes in few generators, and which nodes have any.

    Parameters
    ----------
    cells : (m, 3) int64
        Left operand, right operand and answer of each known cell, as nodes.
    n_operands, n_nodes : int
        Nodes are the operands and then the answers.

    Returns
    -------
    values : (n_nodes, k) int64 or object
        The three nodes of a cell sum to 0, up to the relations between the k generators.
    is_known : (n_nodes,) bool

    Examples
    --------
    >>> cells = np.array([[x, 2 + y, 4 + x + y] for x in range(2) for y in range(2)])
    >>> values, is_known = spread_coordinates(cells, 4, 7)  # the integers 0 and 1 added
    >>> values.ravel().tolist(), bool(is_known.all())
    ([0, 1, 0, 1, 0, -1, -2], True)
    """
    spreading = _Spreading(cells, n_operands, n_nodes)
    spreading.learn(cells[:1, :2].ravel())  # both free directions: the first cell's operands are 0
    while spreading.n_open:
        if len(spreading.settled):
            spreading.settle()
        else:
            spreading.add_generator()
    return spreading.values[:, : spreading.n_generators], spreading.is_known


class _Spreading:
    """Coordinates found so far.

    ``settled`` are the cells of which exactly one member has no coordinates yet.
    """

    def __init__(self, cells: NDArray[np.int64], n_operands: int, n_nodes: int) -> None:
        self.cells, self.n_operands = cells, n_operands
        self.values: _Values = np.zeros((n_nodes, 4), dtype=np.int64)
        self.n_generators = 0
        self.is_known = np.zeros(n_nodes, dtype=bool)
        self.n_open = len(cells)
        self.settled = np.zeros(0, dtype=np.int64)
        self._n_known = np.zeros(len(cells), dtype=np.int8)  # members of each cell
        self._helps = np.zeros(n_nodes, dtype=np.int64)  # cells that a node would settle
        nodes = cells.ravel()
        self._of_node = stable_order(nodes) // 3  # the cells of each node, node by node
        self._ends = np.cumsum(np.bincount(nodes, minlength=n_nodes))

    def learn(self, nodes: NDArray[np.int64]) -> None:
        """Note that these nodes, which are different, have coordinates now."""
        if not len(nodes):
            return
        self.is_known[nodes] = True
        starts = np.where(nodes > 0, self._ends[nodes - 1], 0)
        ranges = zip(starts.tolist(), self._ends[nodes].tolist(), strict=True)
        cells = np.concatenate([self._of_node[start:end] for start, end in ranges])
        if 16 * len(cells) < len(self.cells):
            touched, n_new = np.unique(cells, return_counts=True)
        else:  # without sorting
            counts = np.bincount(cells)
            touched = np.flatnonzero(counts)
            n_new = counts[touched]
        before = self._n_known[touched]
        after = self._n_known[touched] = before + n_new.astype(np.int8)
        # Of a cell with one member known the other two help each other.
        members = self.cells[touched]
        np.add.at(self._helps, members[after == 1].ravel(), 1)
        np.add.at(self._helps, members[(before == 1) & (after > 1)].ravel(), -1)
        self.settled = touched[after == 2]
        self.n_open -= int((after == 3).sum())

    def settle(self) -> None:
        """Give the third member of the settled cells its coordinates."""
        members = self.cells[self.settled]
        third = np.argmin(self.is_known[members], axis=1)
        target = members[np.arange(len(members)), third]
        # Where several cells settle a node the last one does.
        nodes, last = np.unique(target[::-1], return_index=True)
        used = members[len(members) - 1 - last]
        self.values[nodes] = -self.values[used].sum(axis=1)
        if self.values.dtype != object and np.abs(self.values[nodes]).max(initial=0) > _LARGE:
            self.values = self.values.astype(object)
        self.learn(nodes)

    def add_generator(self) -> None:
        """Make the operand a generator that settles most cells."""
        helps = np.where(self.is_known, 0, self._helps)[: self.n_operands]
        generator = int(np.argmax(helps))
        if not helps.any():  # one of a cell of its own
            operands = self.cells[np.argmax(self._n_known < 3), :2]
            generator = int(operands[~self.is_known[operands]][0])
        if self.n_generators == self.values.shape[1]:
            self.values = np.concatenate([self.values, np.zeros_like(self.values)], axis=1)
        self.values[generator, self.n_generators] = 1
        self.n_generators += 1
        self.learn(np.array([generator]))
