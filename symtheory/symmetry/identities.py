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
    phi, psi, _ = coordinate_maps(task, isotopism)
    slopes = _slopes(isotopism, phi, psi)
    if slopes is None:
        formula = "f(φ⁻¹(φ(x)·c), y) = f(x, ψ⁻¹(c·ψ(y)))"
        latex = r"f(\varphi^{-1}(\varphi(x)\,c),y) = f(x,\psi^{-1}(c\,\psi(y)))"
    else:
        # phi(x) + a c = phi(x + c) for phi of slope a; the right operand then moves by (a/a') c.
        n = isotopism.group.order
        move = _term(slopes[0] * pow(slopes[1], -1, n), "c", n)
        formula = f"f(x + c, y) = f(x, y{move})"
        latex = f"f(x+c,y) = f(x,y{_latex(move)})"
    return Shift(
        formula=formula,
        latex=latex,
        where=_where(phi, psi) if slopes is None else (),
        reads=(),
        **_sizes(task),
        group=isotopism.group,
        phi=isotopism.phi,
        psi=isotopism.psi,
    )


def _equivariance(task: Task, isotopism: Isotopism) -> Equivariance:
    phi, psi, h = coordinate_maps(task, isotopism)
    slopes = _slopes(isotopism, phi, psi)
    answers = _slopes(isotopism, h)
    if slopes is None:
        formula = "f(φ⁻¹(a·φ(x)), ψ⁻¹(ψ(y)·b)) = h(a·h⁻¹(f(x, y))·b)"
        latex = r"f(\varphi^{-1}(a\,\varphi(x)),\psi^{-1}(\psi(y)\,b)) = h(a\,h^{-1}(f(x,y))\,b)"
    else:
        n = isotopism.group.order
        slope = 1 if answers is None else answers[0]
        move = _term(slopes[0] * slope, "a", n) + _term(slopes[1] * slope, "b", n)
        formula, latex = f"f(x, y){move}", f"f(x,y){_latex(move)}"
        if answers is None:
            formula, latex = f"h(h⁻¹(f(x, y)){move})", f"h(h^{{-1}}(f(x,y)){_latex(move)})"
        formula, latex = f"f(x + a, y + b) = {formula}", f"f(x+a,y+b) = {latex}"
    return Equivariance(
        formula=formula,
        latex=latex,
        where=_where(phi, psi, h) if slopes is None else _where(h),
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


def _slopes(isotopism: Isotopism, *maps: LabelMap) -> tuple[int, ...] | None:
    """Slopes of the maps where all are affine on residues and the group adds residues."""
    n = isotopism.group.order
    residues = np.arange(n)
    if not np.array_equal(isotopism.group.table, (residues[:, None] + residues) % n):
        return None
    forms = [one.affine for one in maps]
    slopes = tuple(form[0] for form in forms if form is not None)
    return slopes if len(slopes) == len(maps) else None


def _term(coefficient: int, symbol: str, modulus: int) -> str:
    """Write a summand with its sign, such as ``" + c"`` or ``" - 3*c"``."""
    value = signed_residue(coefficient, modulus)
    factor = "" if abs(value) == 1 else f"{abs(value)}*"
    return f" {'+' if value > 0 else '-'} {factor}{symbol}"


def _latex(terms: str) -> str:
    return terms.replace(" ", "").replace("*", "")


def _where(*maps: LabelMap) -> tuple[str, ...]:
    """Tables of the maps without formula, those with equal tables on one line."""
    alike: dict[bytes, list[LabelMap]] = {}
    for one in maps:
        if one.affine is None:
            alike.setdefault(one.images.tobytes(), []).append(one)
    return tuple(
        f"{' = '.join(one.symbol for one in group)}: {group[0].table}" for group in alike.values()
    )


def _sizes(task: Task) -> dict[str, int]:
    n_left, n_right = task.table.shape
    return {"n_left": n_left, "n_right": n_right, "n_answers": len(task.z_labels)}
