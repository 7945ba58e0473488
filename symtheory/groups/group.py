"""A finite group as a frozen value on an integer Cayley table.

Convention: ``table[a, b]`` is the product a*b; elements are the integers 0..n-1 in the user's
order, their names are ``labels``. Nothing assumes that element 0 is the identity.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import GroupAxiomError, SpecError
from symtheory.groups.axioms import check_axioms, find_identity, greedy_generators
from symtheory.groups.primes import prime_powers

__all__ = ["Group"]


@dataclass(frozen=True, eq=False)
class Group:
    """A finite group given by its Cayley table.

    Parameters
    ----------
    table : (n, n) int64
        ``table[a, b]`` is the index of a*b. Checked against the group axioms: Latin rows and
        columns, an identity, and associativity by Light's test on a generating set,
        O(n^2 log n) [1]_.
    labels : tuple of str, optional
        Names of the elements, in table order. Default ``"0", "1", ...``.
    name : str, optional
        What to call the group in text, such as ``"Z97"``.

    Raises
    ------
    GroupAxiomError
        Names the axiom that fails and the elements that show it.

    Examples
    --------
    >>> g = Group([[0, 1, 2], [1, 2, 0], [2, 0, 1]], name="Z3")
    >>> g.order, g.identity, g.is_abelian
    (3, 0, True)
    >>> int(g.multiply(1, 2)), g.element_orders.tolist()
    (0, [1, 3, 3])

    References
    ----------
    .. [1] A. H. Clifford, G. B. Preston, The Algebraic Theory of Semigroups I, 1961, section 1.2.
    """

    table: NDArray[np.int64]
    labels: tuple[str, ...]
    name: str

    def __init__(self, table: ArrayLike, labels: tuple[str, ...] = (), name: str = "") -> None:
        array = np.array(table)
        if array.ndim != 2 or array.shape[0] != array.shape[1] or array.shape[0] == 0:
            raise GroupAxiomError(
                f"a Cayley table is a non-empty square, this one has shape {array.shape}"
            )
        if not np.issubdtype(array.dtype, np.integer):
            raise GroupAxiomError(f"a Cayley table holds integers, not {array.dtype}")
        array = array.astype(np.int64)
        labels = _checked_labels(labels, len(array))
        self._set(array, labels, name, generators=check_axioms(array, labels))

    @classmethod
    def by_construction(
        cls, table: NDArray[np.int64], labels: tuple[str, ...] = (), name: str = ""
    ) -> "Group":
        """Return the group of a table that a theorem makes one; the axioms are not checked.

        For products, subgroups and groups of maps, of which many are built only to be compared.
        Any other table belongs in the constructor.

        Examples
        --------
        >>> Group.by_construction(np.array([[0, 1], [1, 0]]), name="Z2").generators
        (1,)
        """
        group = cls.__new__(cls)
        array = np.array(table, dtype=np.int64)
        group._set(array, _checked_labels(labels, len(array)), name)
        return group

    def _set(
        self,
        table: NDArray[np.int64],
        labels: tuple[str, ...],
        name: str,
        generators: tuple[int, ...] | None = None,
    ) -> None:
        table.setflags(write=False)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "name", name or f"group of order {len(table)}")
        if generators is not None:
            self.__dict__["generators"] = generators

    def __repr__(self) -> str:
        kind = "abelian" if self.is_abelian else "non-abelian"
        return f"Group({self.name}, order {self.order}, {kind})"

    @property
    def order(self) -> int:
        """Number of elements."""
        return int(self.table.shape[0])

    @cached_property
    def identity(self) -> int:
        """The neutral element."""
        return find_identity(self.table)

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """A generating set found greedily, at most log2(n) elements."""
        return greedy_generators(self.table, self.identity)

    @cached_property
    def inverses(self) -> NDArray[np.int64]:
        """Inverse of every element, (n,) int64."""
        return np.asarray(np.argmax(self.table == self.identity, axis=1), dtype=np.int64)

    @cached_property
    def is_abelian(self) -> bool:
        """Whether a*b = b*a for all a and b."""
        return bool(np.array_equal(self.table, self.table.T))

    @cached_property
    def element_orders(self) -> NDArray[np.int64]:
        """Order of every element, (n,) int64."""
        n = self.order
        orders = np.ones(n, dtype=np.int64)
        for p, q in prime_powers(n):
            # The p-part of the order is seen on the power by the other part of n.
            power = self._natural_power(np.arange(n), n // q)
            while (is_open := power != self.identity).any():
                orders[is_open] *= p
                power = self._natural_power(power, p)
        return orders

    @cached_property
    def exponent(self) -> int:
        """Least e > 0 with g^e = 1 for every g."""
        return int(np.lcm.reduce(self.element_orders))

    def multiply(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
        """Product a*b, elementwise on broadcast arrays of elements."""
        return np.asarray(self.table[np.asarray(a), np.asarray(b)])

    def inverse(self, a: ArrayLike) -> NDArray[np.int64]:
        """Inverse of each element of ``a``."""
        return np.asarray(self.inverses[np.asarray(a)])

    def power(self, a: ArrayLike, exponent: int) -> NDArray[np.int64]:
        """``exponent``-th power (of any sign) of each element of ``a``."""
        return self._natural_power(np.asarray(a, dtype=np.int64), exponent % self.exponent)

    def _natural_power(self, square: NDArray[np.int64], exponent: int) -> NDArray[np.int64]:
        result = np.full_like(square, self.identity)
        while exponent:
            if exponent & 1:
                result = self.table[result, square]
            exponent >>= 1
            if exponent:
                square = self.table[square, square]
        return np.asarray(result)

    @cached_property
    def _exact_positions(self) -> dict[str, int]:
        return {label: index for index, label in enumerate(self.labels)}

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {_squeezed(label): index for index, label in enumerate(self.labels)}

    def element(self, text: str) -> int:
        """Return the element that a label, or a product such as ``r^2*s``, names.

        Raises
        ------
        SpecError
            If a factor is no label of this group.
        """
        exact = self._exact_positions.get(text, self._positions.get(_squeezed(text)))
        if exact is not None:
            return exact
        product = self.identity
        for factor in text.split("*"):
            base, caret, exponent = factor.rpartition("^")
            signless = exponent.strip().removeprefix("-")
            label = _squeezed(factor)
            power = 1
            if label not in self._positions and caret and signless.isdecimal():
                if len(signless) > 1000:
                    raise SpecError(f"an exponent of {len(signless)} digits is too long")
                label, power = _squeezed(base), int(exponent)
            if label not in self._positions:
                shown = ", ".join(self.labels[:6]) + (", ..." if self.order > 6 else "")
                raise SpecError(
                    f"{factor.strip()!r} is no element of {self.name}; its elements are {shown}"
                )
            step = self.power(self._positions[label], power)
            product = int(self.table[product, step])
        return product

    def _repr_html_(self) -> str:
        from symtheory.groups.rendering import cayley_html

        return cayley_html(self)


def _checked_labels(labels: tuple[str, ...], n: int) -> tuple[str, ...]:
    labels = tuple(labels) or tuple(map(str, range(n)))
    if len(labels) != n or len(set(labels)) != n:
        raise GroupAxiomError(f"{n} elements need {n} distinct labels, got {len(set(labels))}")
    return labels


def _squeezed(label: str) -> str:
    """Label without spaces, so that "(1, 2)" and "(1,2)" are one element; cycles keep theirs."""
    return " ".join(label.replace(",", " , ").replace("(", "( ").replace(")", " )").split())
