"""The text notation for graphs, read by our own parser; nothing in it is ever evaluated.

    graph   = factor { "x" factor }                        Cartesian product
    factor  = "(" graph ")" | family "(" numbers ")" | name
            | "cayley" "(" group [ ";" elements ] ")"      by default the group's own generators
    numbers = number { "," number }

Families are those of `symtheory.graphs.families`, names those of `symtheory.graphs.named_graphs`,
groups are written as in `symtheory.groups.notation`. A text that ends in .graphml, .edges,
.edgelist, .txt or .csv is the path of a file, see `symtheory.graphs.files`.
"""

import re
from difflib import get_close_matches
from pathlib import Path

from symtheory.errors import BudgetError, GroupAxiomError, SpecError
from symtheory.graphs.families import FAMILIES, cartesian_product
from symtheory.graphs.files import SUFFIXES, read_graph_file
from symtheory.graphs.graph import Graph
from symtheory.graphs.named_graphs import NAMED_GRAPHS, cayley_graph, named_graph
from symtheory.groups.notation import parse_group
from symtheory.groups.scanner import Scanner

__all__ = ["read_graph"]

_MAX_DEPTH = 40


def read_graph(text: str) -> Graph:
    """Return the graph that a text names, in the notation or as the path of a file.

    Raises
    ------
    SpecError
        Says what cannot be read and where, or which rule for graphs is broken.
    BudgetError
        If the graph is too large.

    Examples
    --------
    >>> read_graph("cycle(7) x path(7)")
    Graph(cycle(7) x path(7): 49 vertices, 91 edges, diameter 9)
    >>> read_graph("cayley(S4; (1 2), (2 3), (3 4))")
    Graph(cayley(S4; (1 2), (2 3), (3 4)): 24 vertices, 36 edges, diameter 6)
    >>> read_graph("petersen x path(2)").vertices[:3]
    ('(0,0)', '(0,1)', '(1,0)')
    """
    text = text.strip()
    if len(text) < 1000 and Path(text).suffix.lower() in SUFFIXES:
        return read_graph_file(Path(text))
    if re.search(r"[/\\]|\.[A-Za-z]\w*$", text):
        raise SpecError(
            f"files of graphs end in {', '.join(sorted(SUFFIXES))}, got {text!r:.60}; write the "
            "graph as such a file, or by its name, such as cycle(64)"
        )
    scanner = Scanner(text, "graph")
    factors, names = _product(scanner, 0)
    scanner.end()
    return cartesian_product(factors, " x ".join(names))


def _product(scanner: Scanner, depth: int) -> tuple[list[Graph], list[str]]:
    """Read factors, those of inner products among them, and the names that were written."""
    if depth > _MAX_DEPTH:
        scanner.fail(f"brackets are nested more than {_MAX_DEPTH} deep")
    factors: list[Graph] = []
    names: list[str] = []
    while True:
        at = scanner.skip()
        if scanner.accept("("):
            more, inner = _product(scanner, depth + 1)
            scanner.expect(")", f'the bracket "(" of column {at + 1} is not closed here')
        else:
            more, inner = _factor(scanner, at)
        factors += more
        names += inner
        if not scanner.accept("x", "×"):
            return factors, names


def _factor(scanner: Scanner, at: int) -> tuple[list[Graph], list[str]]:
    word = scanner.name()
    if not word:
        scanner.fail(f'expected a graph such as cycle(64) or "(", found {scanner.found()}')
    try:
        if word == "cayley":
            found = _cayley(scanner, at)
            return [found], [found.name]
        if word in NAMED_GRAPHS:
            return [named_graph(word)], [word]
    except SpecError as error:
        if str(error).startswith("cannot read the graph"):
            raise
        scanner.fail(str(error), at)
    family = FAMILIES.get(word)
    if family is None:
        known = [*FAMILIES, "cayley", *NAMED_GRAPHS]
        near = get_close_matches(word, known, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
        scanner.fail(f'no graph is called "{word:.40}"; {hint}', at)
    scanner.expect("(", f'"{word}" takes numbers in brackets, as in {family.example}')
    sizes = [scanner.integer("a number")]
    while scanner.accept(","):
        sizes.append(scanner.integer("a number"))
    scanner.expect(")")
    fewest, most = family.n_parameters
    if not fewest <= len(sizes) <= most:
        count = str(fewest) if fewest == most else f"{fewest} to {most}"
        scanner.fail(
            f'"{word}" takes {count} number(s), as in {family.example}; got {len(sizes)}', at
        )
    try:
        return family.build(tuple(sizes)), [f"{word}({','.join(map(str, sizes))})"]
    except SpecError as error:
        scanner.fail(str(error), at)


def _cayley(scanner: Scanner, at: int) -> Graph:
    scanner.expect("(", "a Cayley graph is written cayley(S4) or cayley(S4; (1 2), (2 3))")
    start = scanner.skip()
    text = scanner.raw(";)", "a group")
    try:
        group = parse_group(text)
    except (GroupAxiomError, SpecError, BudgetError) as error:
        raise type(error)(f"the group of the graph: {error}") from None
    generators = list(group.generators)
    if scanner.accept(";"):
        generators = []
        while True:
            where = scanner.skip()
            element = scanner.raw(",)", f"an element of {group.name}")
            try:
                generators.append(group.element(element))
            except SpecError as error:
                scanner.fail(str(error), where)
            if not scanner.accept(","):
                break
    scanner.expect(")", f"the Cayley graph of column {at + 1} is not closed here")
    name = f"cayley({' '.join(scanner.text[start : scanner.position - 1].split())})"
    return cayley_graph(group, generators, name)
