"""Formulas of the points of tokens, and of the decoder that reads the answer off.

For a cyclic group this is the table of embeddings that is usually given for modular arithmetic,
with the phases counted modulo the order of the group: n - 1 for multiplication mod a prime n, where
0 has a place of its own; and answers are read off by correlation, not by a complex logarithm.
"""

import re

from symtheory.geometry.operand import FACTORS, Family, OperandGeometry
from symtheory.records import Role
from symtheory.text.coordinate_forms import coordinate_form

__all__ = ["embedding_formula"]

_SYMBOLS = {
    Role.X: ("φ", r"\varphi"),
    Role.Y: ("ψ", r"\psi"),
    Role.READOUT: ("h⁻¹", "h^{-1}"),
    Role.SHARED: ("φ", r"\varphi"),
}


def embedding_formula(geometry: OperandGeometry) -> tuple[str, str]:
    """Return the points of an embedding and the decoder of the task, as text and as LaTeX.

    Empty where no group gives the points a formula.

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import predict
    >>> y = predict(modular_task("x - y", 7)).geometries[Role.Y]
    >>> print(embedding_formula(y)[0])
    E(t) = ⊕_k a_k·(cos(2π·k·(-t)/7), sin(2π·k·(-t)/7)); answer argmax_z Σ_k \
w_k·cos(2π·k·(φ(x) + ψ(y) − h⁻¹(z))/7)
    """
    group = geometry.group
    if group is None or geometry.family in {Family.PERMUTATION_ORBITS, Family.NONE}:
        return "", ""
    symbol, latex_symbol = _SYMBOLS[geometry.role]
    is_cyclic = group.order in group.element_orders
    n = group.order
    if not is_cyclic:
        return _by_irreps(geometry)
    if geometry.family is Family.COSET_SUMS:
        return (
            f"E(t) = ⊕_k a_k·Σ_{{h(s) = t}} (cos(2π·k·s/{n}), sin(2π·k·s/{n})); answer argmax_z "
            f"Σ_{{h(s) = z}} Σ_k w_k·cos(2π·k·(φ(x) + ψ(y) − s)/{n})",
            rf"E(t)=\bigoplus_k a_k\sum_{{h(s)=t}}\bigl(\cos\tfrac{{2\pi k s}}{{{n}}},"
            rf"\sin\tfrac{{2\pi k s}}{{{n}}}\bigr),\quad"
            rf"\operatorname*{{argmax}}_z\sum_{{h(s)=z}}\sum_k w_k"
            rf"\cos\tfrac{{2\pi k(\varphi(x)+\psi(y)-s)}}{{{n}}}",
        )
    form = coordinate_form(geometry.coordinate, geometry.tokens, n)
    argument, latex_argument = form or (f"{symbol}(t)", f"{latex_symbol}(t)")
    if form is not None and (argument[0] == "-" or " " in re.sub(r"\(.*\)", "", argument)):
        argument, latex_argument = f"({argument})", f"({latex_argument})"
    return (
        f"E(t) = ⊕_k a_k·(cos(2π·k·{argument}/{n}), sin(2π·k·{argument}/{n}))"
        f"{_outside(geometry)}; answer argmax_z Σ_k w_k·cos(2π·k·(φ(x) + ψ(y) − h⁻¹(z))/{n})",
        rf"E(t)=\bigoplus_k a_k\bigl(\cos\tfrac{{2\pi k\,{latex_argument}}}{{{n}}},"
        rf"\sin\tfrac{{2\pi k\,{latex_argument}}}{{{n}}}\bigr),\quad"
        rf"\operatorname*{{argmax}}_z\sum_k w_k"
        rf"\cos\tfrac{{2\pi k(\varphi(x)+\psi(y)-h^{{-1}}(z))}}{{{n}}}",
    )


def _by_irreps(geometry: OperandGeometry) -> tuple[str, str]:
    """Points of a group that is not cyclic; the factors are positive, √A_ρ the root of one."""
    symbol, latex_symbol = _SYMBOLS[geometry.role]
    rho, latex_rho = f"ρ({symbol}(t))", rf"\rho({latex_symbol}(t))"
    if geometry.family is Family.COSET_SUMS:
        return (
            "E(t) = ⊕_ρ √(w_ρ·d_ρ)·vec Σ_{h(s) = t} ρ(s); answer argmax_z Σ_{h(s) = z} Σ_ρ "
            "w_ρ·Re χ_ρ(φ(x)·ψ(y)·s⁻¹)",
            r"E(t)=\bigoplus_\rho\sqrt{w_\rho d_\rho}\operatorname{vec}\sum_{h(s)=t}\rho(s),\quad"
            r"\operatorname*{argmax}_z\sum_{h(s)=z}\sum_\rho w_\rho"
            r"\operatorname{Re}\chi_\rho(\varphi(x)\psi(y)s^{-1})",
        )
    decoder = "w_ρ·Re χ_ρ(φ(x)·ψ(y)·h⁻¹(z)⁻¹)"
    latex_decoder = r"w_\rho\operatorname{Re}\chi_\rho(\varphi(x)\psi(y)h^{-1}(z)^{-1})"
    if geometry.group is None or geometry.group.is_abelian:
        point = f"√(w_ρ·d_ρ)·vec {rho}"
        latex = rf"\sqrt{{w_\rho d_\rho}}\operatorname{{vec}}{latex_rho}"
    else:
        is_tied = geometry.role is Role.SHARED
        names = [("A", "B"), ("B'", "C")] if is_tied else [FACTORS[geometry.role]]
        point = " ⊕ ".join(f"vec(√{rows}_ρ·{rho}·√{columns}_ρ)" for rows, columns in names)
        latex = r"\oplus".join(
            rf"\operatorname{{vec}}({rows}_\rho^{{1/2}}{latex_rho}{columns}_\rho^{{1/2}})"
            for rows, columns in names
        )
        decoder = "w_ρ·tr(A_ρ·ρ(φ(x))·B_ρ·ρ(ψ(y))·C_ρ·ρ(h⁻¹(z))⁻¹)"
        latex_decoder = (
            r"w_\rho\operatorname{tr}\bigl(A_\rho\rho(\varphi(x))B_\rho\rho(\psi(y))C_\rho"
            r"\rho(h^{-1}(z))^{-1}\bigr)"
        )
    return (
        f"E(t) = ⊕_ρ {point}{_outside(geometry)}; answer argmax_z Σ_ρ {decoder}",
        rf"E(t)=\bigoplus_\rho {latex},\quad\operatorname*{{argmax}}_z\sum_\rho {latex_decoder}",
    )


def _outside(geometry: OperandGeometry) -> str:
    """Say where the tokens lie that carry no element."""
    outside = [t for t, g in zip(geometry.tokens, geometry.coordinate, strict=True) if g < 0]
    if not outside:
        return ""
    verb = "lies" if len(outside) == 1 else "lie"
    return f" for t other than {', '.join(outside)}, which {verb} on the axis of the cone"
