"""The theory of a task as plain JSON values."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.records import SCHEMA, Json
from symtheory.representations.characters import linear_characters
from symtheory.structure.answer_kernel import answer_kernel
from symtheory.text.diagram_recipes import diagram_recipe
from symtheory.text.geometry_formulas import embedding_formula
from symtheory.text.geometry_statements import fixed, free
from symtheory.theory import Theory

__all__ = ["theory_record"]


def theory_record(
    theory: Theory, known: NDArray[np.int64] | None = None, *, prompted: Collection[str] = ()
) -> dict[str, Json]:
    """Return a theory as plain JSON values.

    Parameters
    ----------
    theory : Theory
    known : (nx, ny) int64, optional
        Training answers, -1 where held out; with them closures are given.
    prompted : collection of str
        Names of the relations in the loss, as in `symtheory.theory.Theory.predictions`.
    """
    group = theory.group
    relations: list[Json] = []
    for relation in theory.relations:
        found = None if known is None else relation.closure(known).to_dict()
        relations.append({**relation.to_dict(), "closure": found})
    kernels: dict[str, Json] = {}
    for role, kernel in theory.kernels.items():
        kernels[str(role)] = kernel.to_dict()
        if known is not None:
            part = answer_kernel(theory.task, role, known=known >= 0)
            kernels[f"{role}, training cells"] = part.to_dict()
    return {
        "schema": SCHEMA,
        "task": theory.task.to_dict(),
        "group": None if group is None else group.name,
        "structure": theory.structure.to_dict(),
        "characters": None if group is None or not group.is_abelian else _characters(group),
        "symmetries": theory.symmetries.to_dict(),
        "relations": relations,
        "geometries": {
            str(role): {
                **geometry.to_dict(),
                "points": embedding_formula(geometry)[0],
                "fixed": list(fixed(geometry)),
                "free": list(free(geometry)),
                "shape": diagram_recipe(geometry),
            }
            for role, geometry in theory.geometries.items()
        },
        "metric": None if theory.metric is None else theory.metric.to_dict(),
        "order": None if theory.order is None else theory.order.to_dict(),
        "kernels": kernels,
        "caveats": list(theory.caveats),
        "prompted": list(prompted),
        "claims": [c.to_dict() for c in theory.predictions(theory.roles, prompted=prompted)],
    }


def _characters(group: Group) -> dict[str, Json]:
    """Phases of the characters of an abelian group at its generators, as multiples of 1/modulus."""
    characters, generators = linear_characters(group), list(group.generators)
    return {
        "modulus": characters.modulus,
        "generators": [int(generator) for generator in generators],
        "phases_at_generators": characters.phases[:, generators].tolist(),
    }
