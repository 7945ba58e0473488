"""Derive the relations of a group isotope, and write them in the task's own labels."""

import numpy as np

from symtheory.symmetry.composition import Composition
from symtheory.symmetry.invariances import Equivariance, Shift, Swap
from symtheory.symmetry.isotopism import Isotopism
from symtheory.symmetry.label_maps import LabelMap, signed_residue
from symtheory.symmetry.relations import Relation
from symtheory.tasks.task import Task

__all__ = ["coordinate_maps", "derive_relations"]


def derive_relations(task: Task, isotopism: Isotopism) -> tuple[Relation, ...]:
    """Return the relations that follow from f(x, y) = h(phi(x) * psi(y)), h bijective.

    In this order: swap (if the group is abelian), composition, shift, equivariance.

    Examples
    --------
    >>> from symtheory.symmetry.isotopism import find_isotopism
    >>> from symtheory.tasks.modular import modular_task
    >>> task = modular_task("x - y", 7)
    >>> for relation in derive_relations(task, find_isotopism(task)):
    ...     print(f"{relation.name}: {relation.formula}")
    swap: f(x, y) = f(-y, -x)
    composition: f(f(x, y), w) = f(x, -f(-y, w))
    shift: f(x + c, y) = f(x, y - c)
    equivariance: f(x + a, y + b) = f(x, y) + a - b
    """
    relations = (
        _composition(task, isotopism),
        _shift(task, isotopism),
        _equivariance(task, isotopism),
    )
    return (_swap(task, isotopism), *relations) if isotopism.group.is_abelian else relations


def coordinate_maps(task: Task, isotopism: Isotopism) -> tuple[LabelMap, LabelMap, LabelMap]:
    """Return phi, psi and h as maps between labels."""
    elements = isotopism.group.labels
    return (
        LabelMap("φ", r"\varphi", isotopism.phi, task.x_labels, elements),
        LabelMap("ψ", r"\psi", isotopism.psi, task.y_labels, elements),
        LabelMap("h", "h", isotopism.h, elements, task.z_labels),
    )


def _swap(task: Task, isotopism: Isotopism) -> Swap:
    tau = _tau(task, isotopism)
    back = LabelMap("τ⁻¹", r"\tau^{-1}", np.argsort(tau.images), task.x_labels, task.y_labels)
    return Swap(
        formula=f"f(x, y) = f({tau.text('y')}, {back.text('x')})",
        latex=f"f(x,y) = f({tau.latex('y')},{back.latex('x')})",
        where=_where(tau),
        reads=(),
        **_sizes(task),
        tau=tau.images,
    )


def _composition(task: Task, isotopism: Isotopism) -> Composition:
    tau = _tau(task, isotopism)
    element = np.argsort(isotopism.h)
    lam = LabelMap(
        "λ", r"\lambda", np.argsort(isotopism.phi)[element], task.z_labels, task.x_labels
    )
    mu = LabelMap("μ", r"\mu", np.argsort(isotopism.psi)[element], task.z_labels, task.y_labels)
    inner, latex_inner = f"f({tau.text('y')}, w)", f"f({tau.latex('y')},w)"
    return Composition(
        formula=f"f({lam.text('f(x, y)')}, w) = f(x, {mu.text(inner)})",
        latex=f"f({lam.latex('f(x,y)')},w) = f(x,{mu.latex(latex_inner)})",
        where=_where(lam, mu, tau),
        reads=("f(x, y)", inner),
        **_sizes(task),
        tau=tau.images,
        lam=lam.images,
        mu=mu.images,
        neutral=int(np.argmax(isotopism.psi == isotopism.group.identity)),
    )


def _shift(task: Task, isotopism: Isotopism) -> Shift:
    formula = "f(φ⁻¹(φ(x)·c), y) = f(x, ψ⁻¹(c·ψ(y)))"
    latex = r"f(\varphi^{-1}(\varphi(x)\,c),y) = f(x,\psi^{-1}(c\,\psi(y)))"
    slopes = _slopes(task, isotopism)
    if slopes is not None:
        # phi(x) + a c = phi(x + c) for phi of slope a; the right operand then moves by (a/a') c.
        n = isotopism.group.order
        ratio = slopes[0] * pow(slopes[1], -1, n)
        formula = f"f(x + c, y) = f(x, y{_term(ratio, 'c', n)})"
        latex = f"f(x+c,y) = f(x,y{_term(ratio, 'c', n)})".replace("*", r"\,")
    return Shift(
        formula=formula,
        latex=latex,
        where=() if slopes else _where(*coordinate_maps(task, isotopism)[:2]),
        reads=(),
        **_sizes(task),
        group=isotopism.group,
        phi=isotopism.phi,
        psi=isotopism.psi,
    )


def _equivariance(task: Task, isotopism: Isotopism) -> Equivariance:
    formula = "f(φ⁻¹(a·φ(x)), ψ⁻¹(ψ(y)·b)) = h(a·h⁻¹(f(x, y))·b)"
    latex = r"f(\varphi^{-1}(a\,\varphi(x)),\psi^{-1}(\psi(y)\,b)) = h(a\,h^{-1}(f(x,y))\,b)"
    slopes = _slopes(task, isotopism)
    if slopes is not None:
        n = isotopism.group.order
        by_a, by_b = slopes[0] * slopes[2], slopes[1] * slopes[2]
        answer = f"{_term(by_a, 'a', n)}{_term(by_b, 'b', n)}"
        formula = f"f(x + a, y + b) = f(x, y){answer}"
        latex = f"f(x+a,y+b) = f(x,y){answer}".replace("*", r"\,")
    return Equivariance(
        formula=formula,
        latex=latex,
        where=() if slopes else _where(*coordinate_maps(task, isotopism)),
        reads=(),
        **_sizes(task),
        group=isotopism.group,
        phi=isotopism.phi,
        psi=isotopism.psi,
        h=isotopism.h,
    )


def _tau(task: Task, isotopism: Isotopism) -> LabelMap:
    images = np.argsort(isotopism.phi)[isotopism.psi]
    return LabelMap("τ", r"\tau", images, task.y_labels, task.x_labels)


def _slopes(task: Task, isotopism: Isotopism) -> tuple[int, int, int] | None:
    """Slopes of phi, psi and h where all are affine on residues and the group adds residues."""
    n = isotopism.group.order
    residues = np.arange(n)
    if not np.array_equal(isotopism.group.table, (residues[:, None] + residues) % n):
        return None
    phi, psi, h = (label_map.affine for label_map in coordinate_maps(task, isotopism))
    return None if phi is None or psi is None or h is None else (phi[0], psi[0], h[0])


def _term(coefficient: int, symbol: str, modulus: int) -> str:
    """Write a summand with its sign, such as ``" + c"`` or ``" - 3*c"``."""
    value = signed_residue(coefficient, modulus)
    factor = "" if abs(value) == 1 else f"{abs(value)}*"
    return f" {'+' if value > 0 else '-'} {factor}{symbol}"


def _where(*maps: LabelMap) -> tuple[str, ...]:
    return tuple(one.definition for one in maps if one.definition)


def _sizes(task: Task) -> dict[str, int]:
    n_left, n_right = task.table.shape
    return {"n_left": n_left, "n_right": n_right, "n_answers": len(task.z_labels)}
