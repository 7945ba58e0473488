"""Formulas in LaTeX, from the text in which they are printed."""

import re

__all__ = ["to_latex"]

_COMMANDS = {
    "φ": r"\varphi",
    "ψ": r"\psi",
    "λ": r"\lambda",
    "μ": r"\mu",
    "τ": r"\tau",
    "σ": r"\sigma",
    "ι": r"\iota",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "⁻¹": "^{-1}",
    "·": r"\,",
    "*": "",
    " if ": r"\text{ if }",
    " and ": r"\text{ and }",
}


def to_latex(text: str) -> str:
    r"""Return a formula in LaTeX.

    Examples
    --------
    >>> to_latex("f(u^2*x, y) = f(x, ψ⁻¹(c·ψ(y)))")
    'f(u^{2}x,y) = f(x,\\psi^{-1}(c\\,\\psi(y)))'
    """
    raised = re.sub(r"\^\(([^)]*)\)|\^(-?\w+)", lambda m: f"^{{{m[1] or m[2]}}}", text)
    for plain, command in _COMMANDS.items():
        raised = raised.replace(plain, command)
    # Inside a side of an equation spaces only separate arguments and terms.
    parts = re.split(r"( = |\\text\{[^}]*\})", raised)
    return "".join(part if index % 2 else part.replace(" ", "") for index, part in enumerate(parts))
