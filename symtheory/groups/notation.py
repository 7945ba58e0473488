"""The text notation for groups, read by our own parser; nothing in it is ever evaluated.

    group    = factor { "x" factor }                              direct product
    factor   = quotient [ ":" quotient "by" action ]              semidirect product
    quotient = power { "/" "<" elements ">" }                     by a normal subgroup
    power    = atom [ "^" number ]                                direct power
    atom     = "(" group ")" | name | "sub" "(" group ";" elements ")"
             | "<" generators "|" relations ">"                   presentation
             | "<" permutations ">"                               such as <(1 2 3), (1 2)>
             | "<" matrices ">" "mod" prime                       such as <[1 1; 0 1]> mod 5
    action   = b "->" "{" c "->" c' { "," c "->" c' } "}" { "," b "->" { ... } }

Names are those of `symtheory.groups.names`; elements are labels or products of them.
"""

import numpy as np

from symtheory.errors import GroupAxiomError, SpecError
from symtheory.groups.constructions import (
    direct_power,
    direct_product,
    homomorphism,
    quotient,
    semidirect_product,
    subgroup,
)
from symtheory.groups.group import Group
from symtheory.groups.matrices import matrix_group, parse_matrix
from symtheory.groups.names import NAMES, nearest_names
from symtheory.groups.permutations import parse_cycles, permutation_group
from symtheory.groups.presentation import read_presentation
from symtheory.groups.scanner import Scanner
from symtheory.groups.todd_coxeter import COSET_LIMIT

__all__ = ["parse_group"]

_MAX_DEPTH = 40


def parse_group(text: str, *, max_cosets: int = COSET_LIMIT) -> Group:
    """Return the group that a text in the notation names.

    Parameters
    ----------
    text : str
    max_cosets : int
        Bound on coset enumeration for presentations.

    Raises
    ------
    SpecError
        Says what cannot be read and at which column.
    GroupAxiomError
        If a quotient is taken by a subgroup that is not normal.
    BudgetError
        If the group is infinite or above the order limit.

    Examples
    --------
    >>> for text in ("Z4 x Z6", "Z7 : Z3 by 1 -> {1 -> 2}", "S4 / <(1 2)(3 4), (1 3)(2 4)>",
    ...              "<a, b | a^7, b^3, b^-1*a*b = a^2>", "sub(S5; (1 2 3 4 5), (2 5)(3 4))"):
    ...     print(parse_group(text).order)
    24
    21
    6
    21
    10
    """
    scanner = Scanner(text, "group")
    group = _product(scanner, max_cosets, 0)
    scanner.end()
    return group


def _product(scanner: Scanner, max_cosets: int, depth: int) -> Group:
    if depth > _MAX_DEPTH:
        scanner.fail(f"brackets are nested more than {_MAX_DEPTH} deep")
    factors = [_semidirect(scanner, max_cosets, depth)]
    while scanner.accept("x", "×"):
        factors.append(_semidirect(scanner, max_cosets, depth))
    return direct_product(*factors) if len(factors) > 1 else factors[0]


def _semidirect(scanner: Scanner, max_cosets: int, depth: int) -> Group:
    start = scanner.skip()
    normal = _quotient(scanner, max_cosets, depth)
    if not scanner.accept(":", "⋊"):
        return normal
    acting = _quotient(scanner, max_cosets, depth)
    scanner.expect("by", 'a semidirect product needs its action: "N : H by b -> {c -> c\'}"')
    images: dict[int, int] = {}
    automorphisms: list[dict[int, int]] = []
    while True:
        b = _element(scanner, acting, "-,{}")
        scanner.expect("->")
        scanner.expect("{")
        action: dict[int, int] = {}
        while True:
            c = _element(scanner, normal, "-,}")
            scanner.expect("->")
            action[c] = _element(scanner, normal, ",}")
            if not scanner.accept(","):
                break
        scanner.expect("}")
        images[b] = len(automorphisms)
        automorphisms.append(action)
        if not scanner.accept(","):
            break
    name = " ".join(scanner.text[start : scanner.position].split())
    try:
        return _by_generators(normal, acting, images, automorphisms, name)
    except SpecError as error:
        scanner.fail(str(error), start)


def _by_generators(
    normal: Group,
    acting: Group,
    images: dict[int, int],
    automorphisms: list[dict[int, int]],
    name: str,
) -> Group:
    """Semidirect product from the action of generators on generators."""
    maps = [homomorphism(normal, normal, action) for action in automorphisms]
    for b, which in images.items():
        if len(np.unique(maps[which])) < normal.order:
            raise SpecError(
                f"{acting.labels[b]} does not act on {normal.name} by an automorphism: two "
                "elements have one image"
            )
    action = np.full((acting.order, normal.order), -1, dtype=np.int64)
    action[acting.identity] = np.arange(normal.order)
    queue = [acting.identity]
    for x in queue:
        for b, which in images.items():
            product = int(acting.table[x, b])
            if action[product, 0] < 0:
                action[product] = action[x][maps[which]]
                queue.append(product)
    if len(queue) < acting.order:
        shown = ", ".join(acting.labels[b] for b in images)
        raise SpecError(
            f"the action is given on {shown}, which generate only {len(queue)} of the "
            f"{acting.order} elements of {acting.name}"
        )
    for b, which in images.items():
        bad = np.argwhere(action[acting.table[:, b]] != action[:, maps[which]])
        if len(bad):
            x, c = bad[0]
            raise SpecError(
                f"the action of {acting.name} on {normal.name} is no homomorphism: "
                f"({acting.labels[x]})*({acting.labels[b]}) moves {normal.labels[c]} otherwise "
                f"than {acting.labels[b]} followed by {acting.labels[x]}"
            )
    return semidirect_product(normal, acting, action=action, name=name)


def _quotient(scanner: Scanner, max_cosets: int, depth: int) -> Group:
    group = _power(scanner, max_cosets, depth)
    while scanner.accept("/"):
        at = scanner.position
        scanner.expect("<", 'a quotient is written "G / <elements that generate N>"')
        elements = _elements(scanner, group, ">")
        scanner.expect(">")
        try:
            group = quotient(group, elements)
        except GroupAxiomError as error:
            raise GroupAxiomError(f'column {at + 1} of "{scanner.text}": {error}') from None
    return group


def _power(scanner: Scanner, max_cosets: int, depth: int) -> Group:
    at = scanner.skip()
    group = _atom(scanner, max_cosets, depth)
    if scanner.accept("^"):
        exponent = scanner.integer("the number of factors")
        if exponent < 1:
            scanner.fail(f"a direct power needs an exponent of at least 1, got {exponent}", at)
        group = direct_power(group, exponent)
    return group


def _atom(scanner: Scanner, max_cosets: int, depth: int) -> Group:
    at = scanner.skip()
    if scanner.accept("("):
        group = _product(scanner, max_cosets, depth + 1)
        scanner.expect(")", f'the bracket "(" of column {at + 1} is not closed here')
        return group
    if scanner.accept("<"):
        return _angled(scanner, max_cosets)
    word = scanner.word()
    if not word:
        scanner.fail(f'expected a group such as S5, "(" or "<", found {scanner.found()}')
    if word == "sub":
        scanner.expect("(", 'a subgroup is written "sub(G; elements)"')
        group = _product(scanner, max_cosets, depth + 1)
        scanner.expect(";", 'a subgroup is written "sub(G; elements)"')
        elements = _elements(scanner, group, ")")
        scanner.expect(")")
        return subgroup(group, elements)
    return _named(scanner, word, at)


def _named(scanner: Scanner, word: str, at: int) -> Group:
    family = NAMES.get(word)
    if family is None:
        scanner.fail(f'no group is called "{word}"; {nearest_names(word)}', at)
    bracketed = scanner.accept("(")
    if family.bracketed and not bracketed:
        scanner.fail(f'"{word}" takes parameters in brackets, as in {family.example}')
    values = [scanner.integer("a parameter")]
    while bracketed and scanner.accept(","):
        values.append(scanner.integer("a parameter"))
    if bracketed:
        scanner.expect(")")
    if len(values) != family.n_parameters:
        scanner.fail(
            f'"{word}" takes {family.n_parameters} parameter(s), as in {family.example}; '
            f"got {len(values)}",
            at,
        )
    try:
        return family.build(*values)
    except SpecError as error:
        scanner.fail(str(error), at)


def _angled(scanner: Scanner, max_cosets: int) -> Group:
    """Read what follows an opening angle: permutations, matrices, or a presentation."""
    at = scanner.position - 1
    reader = {"(": parse_cycles, "[": parse_matrix}.get(scanner.text[scanner.skip() :][:1])
    if reader is None:
        return read_presentation(scanner, max_cosets=max_cosets)
    pieces = []
    while True:
        start = scanner.skip()
        piece = scanner.raw(",>", "a generator")
        try:
            pieces.append(reader(piece))
        except SpecError as error:
            scanner.fail(str(error), start)
        if not scanner.accept(","):
            break
    scanner.expect(">", f'the bracket "<" of column {at + 1} is not closed here')
    try:
        if reader is parse_cycles:
            return permutation_group(pieces)  # type: ignore[arg-type]
        scanner.expect("mod", "matrix generators need their prime: <[1 1; 0 1]> mod 5")
        return matrix_group(pieces, modulus=scanner.integer("the modulus"))  # type: ignore[arg-type]
    except SpecError as error:
        if str(error).startswith("cannot read the group"):
            raise
        scanner.fail(str(error), at)


def _elements(scanner: Scanner, group: Group, stop: str) -> list[int]:
    elements = [_element(scanner, group, "," + stop)]
    while scanner.accept(","):
        elements.append(_element(scanner, group, "," + stop))
    return elements


def _element(scanner: Scanner, group: Group, stops: str) -> int:
    at = scanner.skip()
    text = scanner.raw(stops, f"an element of {group.name}")
    try:
        return group.element(text)
    except SpecError as error:
        scanner.fail(str(error), at)
