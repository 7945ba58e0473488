"""The names of the notation, such as ``Z12`` and ``SL(2,3)``, and the families behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from symtheory.groups import families, linear_groups
from symtheory.groups.group import Group

__all__ = ["NAMES", "Name", "nearest_names"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the notation.

    Parameters
    ----------
    build : callable
        Takes the parameters.
    n_parameters : int
    bracketed : bool
        Written ``SL(2,3)`` rather than ``S5``.
    example, meaning : str
        For help texts and error messages.
    """

    build: Callable[..., Group]
    n_parameters: int
    bracketed: bool
    example: str
    meaning: str


NAMES: dict[str, Name] = {
    "Z": Name(families.cyclic, 1, False, "Z12", "cyclic group, residues mod 12"),
    "C": Name(families.cyclic, 1, False, "C12", "the same as Z12"),
    "D": Name(families.dihedral, 1, False, "D59", "dihedral group of order 118"),
    "Dic": Name(families.dicyclic, 1, False, "Dic5", "dicyclic group of order 20"),
    "Q": Name(families.quaternion, 1, False, "Q8", "quaternion group of order 8, 16, ..."),
    "S": Name(families.symmetric, 1, False, "S5", "all permutations of 5 points"),
    "A": Name(families.alternating, 1, False, "A5", "even permutations of 5 points"),
    "GL": Name(linear_groups.general_linear, 2, True, "GL(2,3)", "invertible matrices mod 3"),
    "SL": Name(linear_groups.special_linear, 2, True, "SL(2,3)", "matrices of determinant 1"),
    "PSL": Name(
        linear_groups.projective_special_linear, 2, True, "PSL(2,7)", "SL(2,7) up to scalars"
    ),
    "Heis": Name(linear_groups.heisenberg, 1, True, "Heis(5)", "Heisenberg group of order 125"),
    "F": Name(linear_groups.frobenius, 2, True, "F(7,3)", "maps x -> ax+b mod 7 with a^3 = 1"),
    "AGL": Name(linear_groups.affine, 2, True, "AGL(1,7)", "maps x -> ax+b mod 7"),
    "U": Name(families.units, 1, True, "U(15)", "units mod 15"),
}


def nearest_names(word: str) -> str:
    """Return a sentence that offers the names closest to an unknown one.

    Examples
    --------
    >>> nearest_names("PLS")
    'did you mean PSL (as in PSL(2,7))?'
    """
    spoken = {name.lower(): name for name in NAMES}
    spoken |= {
        "sym": "S",
        "alt": "A",
        "dihedral": "D",
        "cyclic": "Z",
        "symmetric": "S",
        "alternating": "A",
        "heisenberg": "Heis",
        "quaternion": "Q",
        "frobenius": "F",
        "dih": "D",
        "units": "U",
    }
    close = get_close_matches(word.lower(), spoken, n=3, cutoff=0.6)
    names = list(dict.fromkeys(spoken[match] for match in close))
    if not names:
        return "known names are " + ", ".join(name.example for name in NAMES.values())
    offers = ", ".join(f"{name} (as in {NAMES[name].example})" for name in names)
    return f"did you mean {offers}?"
