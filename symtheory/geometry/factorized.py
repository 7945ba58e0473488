"""Geometry of the embeddings of a task that factors through a group: h(phi(x) * psi(y)).

The left operand moves by translations from the left, phi(x) -> a phi(x), the right one from the
right, the answers by both. The factor in between, phi(x) c^-1 and c psi(y), is a symmetry too, but
networks break it: of networks on A5 that others trained [1]_ the Gram matrix of the left operand
is left-invariant to .98 and more and right-invariant to .15-.22. It is used only where outer
translations are no autotopisms and it is one, as for a readout that forgets.

References
----------
.. [1] B. Chughtai, L. Chan, N. Nanda, A Toy Model of Universality, arXiv:2302.03025.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import Side, token_pairs, translation_orbitals
from symtheory.combinatorics.partitions import renumbered
from symtheory.geometry.block_matching import equivalent_blocks
from symtheory.geometry.operand import Family, OperandGeometry, overlaps
from symtheory.geometry.token_blocks import apex_block, blocks_on_tokens, ranks_on_tokens
from symtheory.groups.constructions import generating_set, subgroup
from symtheory.groups.group import Group
from symtheory.groups.recognition import recognize
from symtheory.records import Role
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks
from symtheory.structure.factorization import Factorization

if TYPE_CHECKING:
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["FactorizedTask"]


@dataclass(frozen=True)
class _Carrier:
    """The group that some tokens carry: all of G, or a subgroup of which they fill one coset.

    None where they fill no coset. ``coordinate`` (n,) is -1 where a token has no element.
    """

    group: Group | None
    coordinate: NDArray[np.int64]


class FactorizedTask:
    """A factorization with what its three geometries have in common.

    Parameters
    ----------
    structure : Structure
        With a factorization.
    symmetries : Symmetries
    """

    def __init__(self, structure: "Structure", symmetries: "Symmetries") -> None:
        if structure.factorization is None:
            raise ValueError("the structure has no factorization")
        self.task, self.reduction = structure.task, structure.reduction
        self.factorization: Factorization = structure.factorization
        self.generators = symmetries.generators

    @cached_property
    def _blocks(self) -> tuple[IsotypicBlock, ...]:
        """Non-trivial blocks of the group."""
        return isotypic_blocks(self.factorization.group)[1:]

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """The task's table, unknown cells filled in."""
        known = self.task.table
        return np.where(known < 0, self.factorization.table(), known)

    def operand(self, role: Role) -> OperandGeometry:
        """Return the geometry of the left or of the right operand."""
        f = self.factorization
        is_left = role is Role.X
        coordinate = f.phi if is_left else f.psi
        sides = (Side.LEFT, Side.RIGHT) if is_left else (Side.RIGHT, Side.LEFT)
        protected = [side for side in sides if self._is_protected(role, side)]
        # An inner factor protects too, but the outer one is preferred; in an abelian group they
        # are the same.
        side = sides[0] if f.group.is_abelian else (*protected, *sides)[0]
        moves = self.generators.alphas if is_left else self.generators.betas
        return self._described(
            role,
            coordinate,
            tokens=self.task.x_labels if is_left else self.task.y_labels,
            rows=np.arange(len(coordinate)),
            twins=self.reduction.x_class if is_left else self.reduction.y_class,
            side=side,
            is_protected=bool(protected),
            moves=moves,
        )

    def readout(self) -> OperandGeometry:
        """Return the geometry of the answers that occur."""
        f, live = self.factorization, self.reduction.live
        reached = np.flatnonzero(f.h >= 0)
        if len(np.unique(f.h[reached])) < len(reached):
            return self._folded()
        element = np.full(len(self.task.z_labels), -1, dtype=np.int64)
        element[f.h[reached]] = reached
        place = np.full(len(self.task.z_labels), -1, dtype=np.int64)
        place[live] = np.arange(len(live))
        return self._described(
            Role.READOUT,
            element[live],
            tokens=tuple(self.task.z_labels[z] for z in live),
            rows=live,
            twins=np.arange(len(live)),
            side=Side.BOTH,
            is_protected=self._is_protected(Role.READOUT, Side.BOTH),
            moves=place[self.generators.gammas[:, live]],
        )

    def _described(
        self,
        role: Role,
        coordinate: NDArray[np.int64],
        *,
        tokens: tuple[str, ...],
        rows: NDArray[np.int64],
        twins: NDArray[np.int64],
        side: Side,
        is_protected: bool,
        moves: NDArray[np.int64],
    ) -> OperandGeometry:
        carrier = _carrier(self.factorization.group, coordinate, side)
        inside = coordinate >= 0
        group = carrier.group or self.factorization.group
        # Of a partial table only the factorization tells which tokens are twins.
        twins = renumbered(np.where(inside, coordinate, self.factorization.group.order + twins))
        orbitals = token_pairs(translation_orbitals(group, side), carrier.coordinate, twins)
        orbitals.setflags(write=False)
        blocks: tuple[IsotypicBlock, ...] = ()
        if carrier.group is None:
            family = Family.RESTRICTED
            images = np.eye(group.order)[coordinate[inside]]
            dimensions = ranks_on_tokens(self._blocks, images)[0]
        else:
            family = Family.GROUP_ORBIT if inside.all() else Family.ORBIT_WITH_FIXED_POINTS
            whole = carrier.group is self.factorization.group
            own = self._blocks if whole else isotypic_blocks(carrier.group)[1:]
            blocks = blocks_on_tokens(own, carrier.coordinate)
            dimensions = {block.name: block.dimension for block in own}
        multiplicities = [_multiplicity(block, side) for block in blocks]
        orbit = np.where(inside, -1, twins)
        apex = apex_block(np.unique(orbit, return_inverse=True)[1])
        if apex is not None:
            dimensions[apex.name] = apex.dimension
            if blocks:
                blocks += (apex,)
                multiplicities.append(apex.dimension)
        return OperandGeometry(
            role=role,
            family=family,
            group=group,
            coordinate=carrier.coordinate,
            tokens=tokens,
            rows=rows,
            orbitals=(orbitals,),
            n_parameters=int(orbitals.max()) + 1,
            blocks=blocks,
            equivalent_blocks=equivalent_blocks(blocks, moves),
            twins=twins,
            block_dimensions=dimensions,
            is_protected=is_protected and carrier.group is not None,
            side=side,
            multiplicities=tuple(multiplicities),
        )

    def _folded(self) -> OperandGeometry:
        """Every answer is the sum over the elements that h sends to it."""
        f = self.factorization
        rows = np.unique(f.h[f.h >= 0])
        images = (rows[:, None] == f.h).astype(np.float64)
        dimensions, spans = ranks_on_tokens(self._blocks, images)
        n = len(rows)
        return OperandGeometry(
            role=Role.READOUT,
            family=Family.COSET_SUMS,
            group=f.group,
            coordinate=np.full(n, -1, dtype=np.int64),
            tokens=tuple(self.task.z_labels[z] for z in rows),
            rows=rows,
            orbitals=(),
            n_parameters=n * (n + 1) // 2,
            blocks=(),
            equivalent_blocks=(),
            twins=np.arange(n),
            block_dimensions=dimensions,
            is_protected=False,
            coinciding=_coinciding(tuple(dimensions), spans),
        )

    def _is_protected(self, role: Role, side: Side) -> bool:
        """Whether the translations of the operand, or of the answers, come from autotopisms."""
        f = self.factorization
        x, y = (_members(f.group, values) for values in (f.phi, f.psi))
        if role is Role.READOUT:
            left = _stabilizer(f.group, x, Side.LEFT, f.phi)
            right = _stabilizer(f.group, y, Side.RIGHT, f.psi)
            if not (
                self._moves_answers(Side.LEFT, left) and self._moves_answers(Side.RIGHT, right)
            ):
                return False
            if f.group.is_abelian:  # either side moves the answers all the way
                together = f.group.table[np.ix_(left, right)]
                return len(np.unique(together)) == f.group.order
            return len(left) == len(right) == f.group.order
        outer = (role is Role.X) == (side is Side.LEFT)
        own, values = (x, f.phi) if role is Role.X else (y, f.psi)
        # Only translations that keep the set of elements that occur act on the tokens; they must
        # reach all of them.
        movers = _stabilizer(f.group, own, side, values)
        if len(movers) < len(own):
            return False
        # phi -> a phi changes the product, and the answers must follow; phi -> phi c^-1 does not if
        # the other operand makes up for it by psi -> c psi.
        if outer:
            return self._moves_answers(side, movers)
        other, others = (y, f.psi) if role is Role.X else (x, f.phi)
        opposite = Side.LEFT if side is Side.RIGHT else Side.RIGHT
        return bool(np.isin(movers, _stabilizer(f.group, other, opposite, others)).all())

    def _moves_answers(self, side: Side, movers: NDArray[np.int64]) -> bool:
        """Whether s -> a s (or s a) on products is a permutation of the answers, for all movers.

        Answers of absorbing tokens must stay.
        """
        f, table = self.factorization, self.table
        fixed = np.unique(np.concatenate([table[f.phi < 0].ravel(), table[:, f.psi < 0].ravel()]))
        fixed = fixed[fixed >= 0]
        products = np.flatnonzero(f.h >= 0)
        for a in generating_set(f.group, movers).tolist():
            moved = f.group.table[a] if side is Side.LEFT else f.group.table[:, a]
            source = np.concatenate([f.h[products], fixed])
            target = np.concatenate([f.h[moved[products]], fixed])
            # A permutation of the answers: no answer has two images, and no image two sources.
            pairs = np.unique(np.stack([source, target]), axis=1)
            if (target < 0).any() or any(len(np.unique(row)) < pairs.shape[1] for row in pairs):
                return False
        return True


def _multiplicity(block: IsotypicBlock, side: Side) -> int:
    """How often the real irrep of a block of R[G] occurs under translations of that side."""
    if side is Side.BOTH:
        return 1
    return block.degree // 2 if block.indicator == -1 else block.degree


def _members(group: Group, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Elements that occur among the values."""
    return np.flatnonzero(np.bincount(values[values >= 0], minlength=group.order))


def _stabilizer(
    group: Group, members: NDArray[np.int64], side: Side, values: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Elements whose translation carries the values into themselves, as often as they occur."""
    counts = np.bincount(values[values >= 0], minlength=group.order)
    if (counts == counts[0]).all():
        return np.arange(group.order)
    products = group.table[:, members] if side is Side.LEFT else group.table[members].T
    return np.flatnonzero((counts[products] == counts[members]).all(axis=1))


def _carrier(group: Group, coordinate: NDArray[np.int64], side: Side) -> _Carrier:
    """Return the group that the tokens carry with their coordinates in it."""
    inside = coordinate >= 0
    members = _members(group, coordinate)
    if len(members) == group.order:
        return _Carrier(group, coordinate)
    # H s for left translations, s H for right ones; where both act, H must be normal.
    at = members[0]
    quotients = (
        group.table[group.inverses[at]]
        if side is Side.RIGHT
        else group.table[:, group.inverses[at]]
    )
    moved = np.sort(quotients[members])
    is_subgroup = np.isin(group.table[np.ix_(moved, moved)], moved).all()
    if not is_subgroup or len(members) == 1 or (side is Side.BOTH and not group.is_abelian):
        return _Carrier(None, coordinate)
    known = recognize(subgroup(group, moved.tolist()))
    place = np.full(group.order, -1, dtype=np.int64)
    place[moved] = known.isomorphism
    own = np.where(inside, place[quotients[coordinate]], -1)
    return _Carrier(known.group, own)


def _coinciding(
    names: Sequence[str], spans: list[NDArray[np.float64]]
) -> tuple[tuple[str, ...], ...]:
    """Group the names of blocks whose functions on the tokens span one space."""
    shown = [i for i, span in enumerate(spans) if span.shape[1]]
    if not shown:
        return ()
    bases = [spans[i] for i in shown]
    shared = overlaps(bases, bases)
    ranks = np.array([basis.shape[1] for basis in bases])
    is_same = (np.abs(shared - ranks) < 1e-6) & (ranks[:, None] == ranks)
    groups = dict.fromkeys(tuple(np.flatnonzero(row).tolist()) for row in is_same)
    return tuple(tuple(names[shown[i]] for i in group) for group in groups)
