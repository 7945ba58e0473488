"""A theory for a paper and for a notebook: LaTeX and HTML of the same three tables."""

from collections.abc import Collection, Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from symtheory.structure.factorization import FactorizationKind
from symtheory.tasks.task import Task
from symtheory.text.geometry_formulas import embedding_formula
from symtheory.text.geometry_statements import fixed
from symtheory.text.geometry_text import caveats_by_text
from symtheory.text.theory_text import closure_text
from symtheory.theory import Theory

__all__ = ["theory_html", "theory_latex"]

_DECODER = r",\quad"  # what stands between the points and the decoder in a formula

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{character: "\\" + character for character in "&%$#_{}"},
    "<": "$<$",
    ">": "$>$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "⁻¹": "$^{-1}$",
    "²": "$^2$",
    "≤": r"$\leq$",
    "⊗": r"$\otimes$",
    "→": r"$\to$",
    "φ": r"$\varphi$",
    "ψ": r"$\psi$",
    "ρ": r"$\rho$",
    "χ": r"$\chi$",
    "Σ": r"$\sum$",
    "π": r"$\pi$",
    "√": r"$\surd$",
    "≠": r"$\neq$",
    "…": r"\dots{}",
    "⊕": r"$\oplus$",
    "θ": r"$\theta$",
    "γ": r"$\gamma$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "τ": r"$\tau$",
}


def theory_latex(
    theory: Theory,
    known: NDArray[np.int64] | None = None,
    *,
    prompted: Collection[str] = (),
) -> str:
    """Return a paragraph and three tables: relations, embeddings, claims.

    Needs the packages booktabs and amsmath.

    Parameters
    ----------
    theory : Theory
    known : (nx, ny) int64, optional
        Training answers, -1 where held out; with them the closure of each relation is given.
    """
    relations = [
        (
            _plain(relation.name),
            f"${relation.latex}$" + _plain("".join(f", {line}" for line in relation.where)),
            _plain(" and ".join(relation.reads) or "no answer"),
            _plain(closure_text(relation, known)),
        )
        for relation in theory.relations
    ]
    alike: dict[tuple[str, ...], list[str]] = {}
    for role, geometry in theory.geometries.items():
        points = embedding_formula(geometry)[1].partition(_DECODER)[0]
        said = (
            _plain(str(geometry.family)),
            f"${points}$" if points else "--",
            f"{geometry.n_parameters}",
            f"{geometry.sharpness:.3f}",
        )
        alike.setdefault(said, []).append(str(role))
    embeddings = [(", ".join(roles), *said) for said, roles in alike.items()]
    claims = [
        (
            str(claim.level),
            _plain(str(claim.role)),
            _plain(claim.statement),
            "--" if claim.floor is None else f"{claim.floor:g}",
        )
        for claim in theory.predictions(theory.roles, prompted=prompted)
    ]
    parts = [
        "% needs the packages amsmath, amssymb and booktabs",
        " ".join(_paragraph(theory)),
        _tabular(
            ("relation", "identity", "reads", "held-out cells settled"),
            relations,
            r"lp{0.45\linewidth}ll",
        ),
        _tabular(
            ("embedding", "family", "points", "free entries", "sharpness"), embeddings, "lllrr"
        ),
        _tabular(("level", "embedding", "claim", "least effect"), claims, r"llp{0.6\linewidth}r"),
    ]
    return "\n\n".join(part for part in parts if part)


def theory_html(theory: Theory) -> str:
    """Return the theory as HTML tables, for a notebook."""
    relations = [
        (r.name, ", ".join((r.formula, *r.where)), " and ".join(r.reads) or "no answer")
        for r in theory.relations
    ]
    embeddings = [
        (
            str(role),
            str(geometry.family),
            embedding_formula(geometry)[0],
            f"{geometry.sharpness:.3f}",
            "; ".join(fixed(geometry)),
        )
        for role, geometry in theory.geometries.items()
    ]
    claims = [(p.key, p.statement) for p in theory.predictions(theory.roles)]
    group, symmetries = theory.group, theory.symmetries
    title = f"{theory.task.formula}: {group.name if group else 'no group'}"
    return "\n".join(
        [
            f"<h4>{escape(title)}</h4>",
            f"<p>|Sym_f| = {symmetries.n_invariances}, |Atp| = {symmetries.n_autotopisms}</p>",
            *(f"<p>{escape(caveat)}</p>" for caveat in theory.caveats),
            _html_table(("relation", "identity", "reads"), relations),
            _html_table(("embedding", "family", "points", "sharpness", "fixed"), embeddings),
            _html_table(("claim", "statement"), claims),
        ]
    )


def _paragraph(theory: Theory) -> Iterator[str]:
    structure, symmetries = theory.structure, theory.symmetries
    group, factorization = theory.group, structure.factorization
    yield f"The task {_formula(theory.task)}"
    if group is None or factorization is None:
        yield f"is no group in disguise ({_plain(structure.reason)})."
    else:
        how = {
            FactorizationKind.ISOTOPE: "is the group",
            FactorizationKind.MANY_TO_ONE: "reads out the group",
            FactorizationKind.ENVELOPE: "has as its abelian envelope the group",
        }[factorization.kind]
        yield (
            rf"{how} {_plain(group.name)} of order {group.order}: "
            rf"$f(x,y)=h(\varphi(x)\cdot\psi(y))$."
        )
        formula = next(
            filter(None, (embedding_formula(g)[1] for g in theory.geometries.values())), ""
        )
        decoder = formula.partition(_DECODER)[2]
        if decoder:
            yield f"A network may answer ${decoder}$."
    yield (
        rf"It has $|\mathrm{{Sym}}_f|={symmetries.n_invariances}$ invariances and "
        rf"$|\mathrm{{Atp}}(f)|={symmetries.n_autotopisms}$ autotopisms."
    )
    for text, roles in caveats_by_text(theory).items():
        start = f"{', '.join(roles)}: " if roles else ""
        yield f"Caveat: {_plain(start + text)}."


def _formula(task: Task) -> str:
    return f"${task.latex}$" if task.latex else rf"\texttt{{{_plain(task.formula)}}}"


def _plain(text: str) -> str:
    """Escape text for LaTeX; superscripts are looked up before single characters."""
    escaped = text.replace("⁻¹", "\0")
    escaped = "".join(_SPECIAL.get(character, character) for character in escaped)
    return escaped.replace("\0", _SPECIAL["⁻¹"])


def _tabular(head: Sequence[str], rows: Sequence[Sequence[str]], columns: str) -> str:
    if not rows:
        return ""
    lines = [" & ".join(row) + r" \\" for row in rows]
    return "\n".join(
        [
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            " & ".join(head) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
        ]
    )


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
