"""Graphs from files: lists of edges and GraphML.

A list of edges (.edges, .edgelist, .txt, .csv) has a line ``u v`` or ``u v length`` for every edge,
separated by commas or blanks; ``#`` begins a comment, and a first line ``source,target`` or
``source,target,weight`` is a heading. Of GraphML [1]_ the vertices, the edges and an attribute of
edges called ``weight`` are read, which all edges have or none; other data are passed over. Lengths
are positive whole numbers.

Vertices are ordered by number if all names are whole numbers; otherwise as they first occur.

References
----------
.. [1] U. Brandes, M. Eiglsperger, I. Herman, M. Himsolt, M. S. Marshall, GraphML progress report:
   structural layer proposal, Graph Drawing 2001, doi:10.1007/3-540-45848-4_59.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from symtheory.errors import SpecError
from symtheory.graphs.graph import Graph
from symtheory.graphs.limits import check_graph_size

__all__ = ["SUFFIXES", "read_graph_file"]

_LISTS = frozenset({".edges", ".edgelist", ".txt", ".csv"})

SUFFIXES = _LISTS | {".graphml"}
"""What the names of files with graphs end in."""

_MAX_BYTES = 20_000_000
_LENGTH = re.compile(r"0*([0-9]{1,9})(?:\.0*)?")
_TAGS = frozenset({"graphml", "key", "default", "desc", "graph", "node", "edge", "data"})

_Edge = tuple[str, str, str, str]
"""Both ends, the length, and where the file says so."""


def read_graph_file(path: Path) -> Graph:
    """Return the graph that a file holds.

    Raises
    ------
    SpecError
        Names the file, and the line or the edge that cannot be read; or if the graph is directed,
        has loops, edges given twice, lengths that are no positive whole numbers, or is not
        connected.
    BudgetError
        If the graph is too large.
    """
    text = _text(path)
    if path.suffix.lower() == ".graphml":
        vertices, edges = _graphml(text, path)
    else:
        vertices, edges = [], list(_listed(text, path))
    if not edges:
        how = "" if path.suffix.lower() == ".graphml" else "; write one a line, as in: a b"
        raise SpecError(f"{path} has no edges{how}")
    number = {name: i for i, name in enumerate(_ordered([*vertices, *_ends(edges)]))}
    check_graph_size(str(path), n_vertices=len(number), n_edges=len(edges))
    seen: dict[tuple[int, int], str] = {}
    for u, v, _, where in edges:
        if u == v:
            raise SpecError(f"{path}, {where}: {u} is joined to itself; leave loops out")
        pair = min(number[u], number[v]), max(number[u], number[v])
        if pair in seen:
            raise SpecError(
                f"{path}, {where}: the edge {u} - {v} was given before, in {seen[pair]}; edges "
                "have no direction, give each of them once"
            )
        seen[pair] = where
    lengths = [_length(edge, path) for edge in edges]
    try:
        return Graph(path.stem, tuple(number), np.array(list(seen)), np.array(lengths))
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from None


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise SpecError(f"{path} is a folder" if path.is_dir() else f"there is no file {path}")
        if path.stat().st_size > _MAX_BYTES:
            raise SpecError(f"{path} has more than {_MAX_BYTES} bytes; that is no small graph")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{path} is no text in UTF-8 (byte {error.start}); save it as such"
        ) from None


def _ends(edges: list[_Edge]) -> Iterator[str]:
    for u, v, _, _ in edges:
        yield u
        yield v


def _ordered(names: list[str]) -> list[str]:
    """Return names once each, by number if they are whole numbers."""
    found = list(dict.fromkeys(names))
    if all(re.fullmatch("-?[0-9]{1,18}", name) for name in found):
        found.sort(key=int)
    return found


def _length(edge: _Edge, path: Path) -> int:
    u, v, text, where = edge
    match = _LENGTH.fullmatch(text)
    if match is None or not int(match[1]):
        raise SpecError(
            f"{path}, {where}: the length of {u} - {v} is {text!r:.40}; lengths are whole numbers "
            "of at least 1 with at most 9 digits"
        )
    return int(match[1])


def _listed(text: str, path: Path) -> Iterator[_Edge]:
    is_first = True
    for number, whole in enumerate(text.splitlines(), start=1):
        line = whole.partition("#")[0].strip()
        if not line:
            continue
        if "->" in line:
            raise SpecError(
                f"{path}, line {number}: {line!r:.60} has a direction; only undirected graphs are "
                "read, write u v"
            )
        words = [w.strip() for w in line.split(",")] if "," in line else line.split()
        is_heading = is_first and [w.lower() for w in words[:2]] == ["source", "target"]
        is_first = False
        if is_heading:
            continue
        if len(words) not in {2, 3} or not all(words):
            raise SpecError(
                f"{path}, line {number}: {line!r:.60} is no edge; write u v, or u v length"
            )
        if not line.replace("\t", " ").isprintable():
            raise SpecError(
                f"{path}, line {number}: {line!r:.60} holds a control character; remove it"
            )
        yield words[0], words[1], words[2] if len(words) == 3 else "1", f"line {number}"


def _graphml(text: str, path: Path) -> tuple[list[str], list[_Edge]]:
    root = _xml(text, path)
    key, default = "", "1"
    graphs = []
    for child in _children(root, path):
        if _tag(child) == "graph":
            graphs.append(child)
        elif child.get("attr.name") == "weight" and child.get("for", "all") in {"edge", "all"}:
            if key:
                raise SpecError(f"{path} declares the weight of edges twice; keep one")
            key = child.get("id", "")
            values = [e.text or "" for e in _children(child, path) if _tag(e) == "default"]
            default = values[0].strip() if values else ""
    if len(graphs) != 1:
        raise SpecError(f"{path} holds {len(graphs)} graphs; give one")
    if graphs[0].get("edgedefault") == "directed":
        raise SpecError(
            f'{path}: the graph is directed (edgedefault="directed"); only undirected graphs are '
            "read"
        )
    children = _children(graphs[0], path)
    vertices = [child.get("id", "") for child in children if _tag(child) == "node"]
    joins = [child for child in children if _tag(child) == "edge"]
    if key and not default and not any(_weights(join, key, path) for join in joins):
        key, default = "", "1"
    edges = [_edge(join, f"edge {i + 1}", path, key, default) for i, join in enumerate(joins)]
    _check_nodes(vertices, edges, path)
    return vertices, edges


def _xml(text: str, path: Path) -> ET.Element:
    """Return the outermost element of GraphML."""
    # Entities are the one dangerous part of XML, and they need a declaration.
    if re.search("<!(?!--)", text):
        raise SpecError(
            f"{path} holds a document type or a section (<!...); remove it, none is needed"
        )
    try:
        root = ET.fromstring(text)  # noqa: S314  # without declarations it is harmless
    except (ET.ParseError, RecursionError, ValueError) as error:
        raise SpecError(f"{path} is no XML: {error}") from None
    if _tag(root) != "graphml":
        raise SpecError(f"{path} is no GraphML: its outermost element is {_tag(root)!r:.40}")
    return root


def _edge(element: ET.Element, where: str, path: Path, key: str, default: str) -> _Edge:
    u, v = element.get("source", ""), element.get("target", "")
    if element.get("directed", "false").strip() not in {"false", "0"}:
        raise SpecError(f"{path}, {where}: {u} - {v} is directed; only undirected graphs are read")
    weights = _weights(element, key, path)
    if len(weights) > 1 or not (weights or default):
        raise SpecError(
            f"{path}, {where}: {u} - {v} has {'two weights' if weights else 'no weight'}; give "
            "every edge one, or the key a default"
        )
    return u, v, weights[0] if weights else default, where


def _weights(element: ET.Element, key: str, path: Path) -> list[str]:
    return [
        (child.text or "").strip()
        for child in _children(element, path)
        if key and _tag(child) == "data" and child.get("key") == key
    ]


def _check_nodes(vertices: list[str], edges: list[_Edge], path: Path) -> None:
    known = set(vertices)
    if len(known) < len(vertices) or "" in known:
        twice = next(v for v in vertices if not v or vertices.count(v) > 1)
        raise SpecError(f"{path}: a node has the id {twice!r:.40}; ids are different and not empty")
    for u, v, _, where in edges:
        for name in (u, v):
            if name not in known:
                raise SpecError(f"{path}, {where}: {name!r:.40} is the id of no node")


def _children(element: ET.Element, path: Path) -> list[ET.Element]:
    """Return the children of an element; a kind that changes what the graph is is refused."""
    for child in element:
        if _tag(child) not in _TAGS or (_tag(child) == "graph" and _tag(element) != "graphml"):
            raise SpecError(
                f"{path}: <{_tag(child):.40}> inside of <{_tag(element)}> is not read; plain nodes "
                "and edges are"
            )
    return list(element)


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
