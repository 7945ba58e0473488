"""Structure, characters and irreps of a finite group in one record with plain JSON values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.abelian import primary_decomposition
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.constructions import direct_product
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.recognition import fingerprint, recognize
from symtheory.groups.series import (
    abelianization,
    center,
    derived_series,
    is_simple,
    lower_central_series,
)
from symtheory.groups.subgroups import SubgroupClass, subgroup_classes
from symtheory.records import SCHEMA, Json
from symtheory.representations.automorphism_orbits import character_orbits
from symtheory.representations.character_table import CharacterTable, character_table
from symtheory.representations.closed_forms import closed_form_texts
from symtheory.representations.cyclotomic_text import to_text
from symtheory.representations.isotypic import block_names

__all__ = ["GroupDescription", "describe"]


@dataclass(frozen=True, slots=True, eq=False)
class GroupDescription:
    """Structure and characters of a finite group.

    Parameters
    ----------
    group : Group
    table : CharacterTable
    standard_name : str or None
        Name of the standard group that it is isomorphic to.
    fingerprint : str
        What distinguishes the group, in one line.
    center, derived : (k,) int64
        Elements of the centre and of the derived subgroup.
    derived_orders, central_orders : tuple of int
        Orders along the derived and the lower central series.
    abelian_invariants, primary_invariants : tuple of int
        Invariant factors and prime powers of G/G' (of G itself if it is abelian).
    is_simple : bool
    n_automorphisms : int
        |Aut(G)|.
    orbits : tuple of tuple of int
        Orbits of Aut(G) on the irreducible characters.
    subgroups : tuple of SubgroupClass or None
        Subgroups up to conjugacy; None where they are too many to list.
    subgroups_note : str
        Why they are not listed.
    formulas : tuple of str
        Closed form of every real irrep, "" where there is none.
    """

    group: Group
    table: CharacterTable
    standard_name: str | None
    fingerprint: str
    center: NDArray[np.int64]
    derived: NDArray[np.int64]
    derived_orders: tuple[int, ...]
    central_orders: tuple[int, ...]
    abelian_invariants: tuple[int, ...]
    primary_invariants: tuple[int, ...]
    is_simple: bool
    n_automorphisms: int
    orbits: tuple[tuple[int, ...], ...]
    subgroups: tuple[SubgroupClass, ...] | None
    subgroups_note: str
    formulas: tuple[str, ...]

    @property
    def is_solvable(self) -> bool:
        """Whether the derived series reaches 1."""
        return self.derived_orders[-1] == 1

    @property
    def is_nilpotent(self) -> bool:
        """Whether the lower central series reaches 1."""
        return self.central_orders[-1] == 1

    def to_dict(self) -> dict[str, Json]:
        """Return everything as plain JSON values."""
        group, table = self.group, self.table
        return {
            "schema": SCHEMA,
            "kind": "group",
            "name": group.name,
            "standard_name": self.standard_name,
            "fingerprint": self.fingerprint,
            "order": group.order,
            "exponent": group.exponent,
            "is_abelian": group.is_abelian,
            "is_nilpotent": self.is_nilpotent,
            "is_solvable": self.is_solvable,
            "is_simple": self.is_simple,
            "elements": list(group.labels),
            "generators": [group.labels[g] for g in group.generators],
            "center": [group.labels[g] for g in self.center],
            "derived_subgroup": [group.labels[g] for g in self.derived],
            "derived_series_orders": list(self.derived_orders),
            "lower_central_series_orders": list(self.central_orders),
            "abelianization": list(self.abelian_invariants),
            "abelianization_primary": list(self.primary_invariants),
            "n_automorphisms": self.n_automorphisms,
            "automorphism_orbits_on_characters": [list(orbit) for orbit in self.orbits],
            "subgroup_classes": self._subgroups(),
            "subgroups_note": self.subgroups_note,
            "classes": self._classes(),
            "power_maps": {str(p): list(m) for p, m in table.classes.power_maps.items()},
            "palette": [
                {
                    "text": to_text(value),
                    "conductor": value.conductor,
                    "numerators": list(value.numerators),
                }
                for value in table.palette
            ],
            "character_table": table.entries.tolist(),
            "characters": self._characters(),
            "real_irreps": self._real_irreps(),
        }

    def _subgroups(self) -> Json:
        if self.subgroups is None:
            return None
        return [
            {
                "order": c.order,
                "n_conjugates": c.n_conjugates,
                "is_normal": c.is_normal,
                "elements": [self.group.labels[g] for g in c.elements],
            }
            for c in self.subgroups
        ]

    def _classes(self) -> list[Json]:
        classes = self.table.classes
        return [
            {
                "name": classes.names[k],
                "size": int(classes.sizes[k]),
                "element_order": int(classes.element_orders[k]),
                "representative": self.group.labels[classes.representatives[k]],
            }
            for k in range(classes.count)
        ]

    def _characters(self) -> list[Json]:
        table = self.table
        return [
            {
                "name": table.names[i],
                "degree": int(table.degrees[i]),
                "indicator": int(table.indicators[i]),
                "type": table.type_of(i),
                "kernel_order": len(table.kernel(i)),
                "kernel_classes": [table.classes.names[k] for k in table.kernel_classes(i)],
                "is_faithful": table.is_faithful(i),
            }
            for i in range(table.count)
        ]

    def _real_irreps(self) -> list[Json]:
        table = self.table
        irreps: list[Json] = []
        names = block_names(table)
        for rows, name, formula in zip(table.real_classes, names, self.formulas, strict=True):
            degree, indicator = int(table.degrees[rows[0]]), int(table.indicators[rows[0]])
            irreps.append(
                {
                    "name": name,
                    "characters": list(rows),
                    "type": table.type_of(rows[0]),
                    "dimension": degree if indicator == 1 else 2 * degree,
                    "block_dimension": degree**2 * len(rows),
                    "formula": formula or None,
                }
            )
        return irreps


def describe(group: Group) -> GroupDescription:
    """Work out the structure and the characters of a group.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> d = describe(parse_group("SL(2,3)"))
    >>> d.standard_name, d.n_automorphisms, d.derived_orders, d.is_nilpotent
    ('SL(2,3)', 24, (24, 8, 2, 1), False)
    """
    table = character_table(group)
    known = recognize(group)
    series = derived_series(group)
    derived = series[1] if len(series) > 1 else series[0]
    invariants = abelianization(group).orders
    model = direct_product(*map(cyclic, invariants or (1,)))
    automorphisms = automorphism_group(group)
    subgroups, note = None, ""
    try:
        subgroups = subgroup_classes(group)
    except BudgetError as error:
        note = str(error)
    return GroupDescription(
        group=group,
        table=table,
        standard_name=known.group.name if known.is_named else None,
        fingerprint=fingerprint(group),
        center=center(group),
        derived=derived,
        derived_orders=tuple(map(len, series)),
        central_orders=tuple(map(len, lower_central_series(group))),
        abelian_invariants=invariants,
        primary_invariants=primary_decomposition(model),
        is_simple=is_simple(group),
        n_automorphisms=automorphisms.order,
        orbits=character_orbits(table, automorphisms),
        subgroups=subgroups,
        subgroups_note=note,
        formulas=closed_form_texts(table) or ("",) * len(table.real_classes),
    )
