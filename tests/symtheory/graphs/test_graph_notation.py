"""Graphs from texts and files, and what is refused."""

import tracemalloc
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtheory.errors import BudgetError, SpecError
from symtheory.graphs.files import read_graph_file
from symtheory.graphs.graph import Graph
from symtheory.graphs.named_graphs import NAMED_GRAPHS
from symtheory.graphs.notation import read_graph
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.graphs import graph_task
from symtheory.tasks.read import read_task
from symtheory.tasks.task import Task

SIZES = {  # vertices, edges, diameter
    "path(64)": (64, 63, 63),
    "cycle(64)": (64, 64, 32),
    "complete(6)": (6, 15, 1),
    "star(6)": (7, 6, 2),
    "bipartite(2,3)": (5, 6, 2),
    "tree(2,5)": (63, 62, 10),
    "tree(3,2)": (13, 12, 4),
    "lattice(7,7)": (49, 84, 12),
    "lattice(7,7,7)": (343, 882, 18),
    "lattice(5)": (5, 4, 4),
    "cylinder(7,7)": (49, 91, 9),
    "torus(7,7)": (49, 98, 6),
    "hypercube(7)": (128, 448, 7),
    "hypercube(1)": (2, 1, 1),
    " cycle( 7 )  x path(7) ": (49, 91, 9),
    "cycle(3) × (path(2) x path(3))": (18, 39, 4),
    "cayley(Z12)": (12, 12, 6),
    "cayley(Z4 x Z6; (1, 0), (0, 1))": (24, 48, 5),
    "cayley(sub(S5; (1 2 3), (2 3)))": (6, None, None),
    "cayley(Q8) x path(2)": (16, 40, 3),
    "dodecahedron": (20, 30, 5),
}


@pytest.mark.parametrize("text", SIZES)
def test_graphs_have_the_size_they_should(text: str) -> None:
    graph = read_graph(text)
    found = len(graph), len(graph.edges), int(graph.distances.max())
    assert all(a == b for a, b in zip(found, SIZES[text], strict=True) if b is not None)
    assert read_graph(graph.name).edges.tolist() == graph.edges.tolist()


@pytest.mark.parametrize("name", NAMED_GRAPHS)
def test_named_graphs_are_those_of_networkx(name: str) -> None:
    graph = read_graph(name)
    of_networkx = getattr(nx, f"{NAMED_GRAPHS[name]}_graph")()
    lengths = dict(nx.all_pairs_shortest_path_length(of_networkx))
    expected = [[lengths[u][v] for v in of_networkx] for u in of_networkx]
    np.testing.assert_array_equal(graph.distances, expected)
    assert graph.is_unweighted


def test_vertices_of_products_are_named_row_by_row() -> None:
    assert read_graph("lattice(2,3)").vertices == (
        *("(0,0)", "(0,1)", "(0,2)"),
        *("(1,0)", "(1,1)", "(1,2)"),
    )
    assert read_graph("path(2) x lattice(2,2)").vertices[1] == "(0,0,1)"
    assert read_graph("lattice(3)").vertices == ("0", "1", "2")
    cylinder = read_graph("cylinder(5,3)")
    np.testing.assert_array_equal(cylinder.distances, read_graph("cycle(5) x path(3)").distances)


def test_cayley_graphs_have_left_translations() -> None:
    from symtheory.groups.notation import parse_group

    group, graph = parse_group("S4"), read_graph("cayley(S4; (1 2), (1 2 3 4))")
    for g in range(24):
        moved = group.table[g]
        np.testing.assert_array_equal(graph.distances[np.ix_(moved, moved)], graph.distances)


BAD = {
    "": 'expected a graph such as cycle(64) or "("',
    "cylce(8)": 'did you mean "cycle"',
    "cycle": '"cycle" takes numbers in brackets, as in cycle(64)',
    "cycle()": "expected a number",
    "cycle(2)": "cycle needs numbers of at least 3, got 2",
    "path(1)": "path needs numbers of at least 2, got 1",
    "lattice(7,1)": "path needs numbers of at least 2, got 1",
    "cycle(7,7)": '"cycle" takes 1 number(s)',
    "cylinder(7)": '"cylinder" takes 2 number(s)',
    "cycle(-3)": "at least 3, got -3",
    "cycle(3.5)": 'expected ")", found "."',
    "cycle(7) path(3)": "expected the end of the text",
    "cycle(7) x": "expected a graph",
    "(cycle(7)": 'the bracket "(" of column 1 is not closed',
    "(" * 50 + "path(2)" + ")" * 50: "nested more than 40 deep",
    "cayley(S4; 1)": "cannot read the graph",
    "cayley(S4; ())": "is the identity, which would make loops",
    "cayley(S4; (1 2))": "is not connected: it has 12 components",
    "cayley(Nope)": 'the group of the graph: cannot read the group "Nope"',
    "cayley(Z1)": "has one element",
    "__import__('os')": "expected a graph such as cycle(64)",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_texts_are_one_clear_error(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_graph(text)
    assert BAD[text] in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("path(2049)", "cycle(999999999)", "complete(999999999)", "hypercube(12)", "tree(9,9)"),
        *("hypercube(999999999)", "lattice(50,50)", "complete(1000)", "cayley(Z2500)"),
        *("bipartite(900,900)", "tree(1,999999999)", "lattice(2000) x lattice(2000) x path(2)"),
    ],
)
def test_too_large_is_refused_before_it_is_built(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(BudgetError, match="the limit is"):
        read_graph(text)
    assert tracemalloc.get_traced_memory()[1] < 200e6
    tracemalloc.stop()


@given(st.text(alphabet="cyclepathx() ,;0123456789<>^", max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_graph_or_one_error(text: str) -> None:
    try:
        graph = read_graph(text)
    except (SpecError, BudgetError):
        return
    assert isinstance(graph, Graph)


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("g.txt", "a b\nb c\nc a 2\n"),
        ("g.edges", "# a triangle\n\na b 1 # short\nb\tc\n  c a 2.0\n"),
        ("g.csv", "source,target,weight\r\na,b,1\r\nb, c,1\r\nc,a,2\r\n"),
        ("g.edgelist", "\ufeffa,b\nb,c\nc,a,02"),
    ],
)
def test_lists_of_edges(tmp_path: Path, name: str, text: str) -> None:
    graph = read_graph(str(written(tmp_path, name, text)))
    assert (graph.name, graph.vertices) == ("g", ("a", "b", "c"))
    assert graph.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert graph.weights.tolist() == [1, 2, 1]


def test_whole_numbers_are_ordered_as_numbers(tmp_path: Path) -> None:
    graph = read_graph_file(written(tmp_path, "g.txt", "10 9\n9 2\n"))
    assert graph.vertices == ("2", "9", "10")


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"><default>3</default></key>
  <key id="d1" for="node" attr.name="color" attr.type="string"/>
  <graph edgedefault="undirected">
    <node id="u"><data key="d1">red</data></node><node id="v"/><node id="w"/>
    <edge source="w" target="v"><data key="d0">2.0</data></edge>
    <edge source="u" target="v"/>
  </graph>
</graphml>"""


def test_graphml(tmp_path: Path) -> None:
    graph = read_graph(str(written(tmp_path, "g.GraphML", GRAPHML)))
    assert graph.vertices == ("u", "v", "w")
    assert (graph.edges.tolist(), graph.weights.tolist()) == ([[0, 1], [1, 2]], [3, 2])
    for declared in ('for="all"', ""):  # what GraphML means where it says nothing
        text = GRAPHML.replace('for="edge"', declared)
        other = read_graph(str(written(tmp_path, "h.graphml", text)))
        assert other.weights.tolist() == [3, 2]
    bare = GRAPHML.replace("<default>3</default>", "").replace('<data key="d0">2.0</data>', "")
    assert read_graph(str(written(tmp_path, "b.graphml", bare))).is_unweighted
    nx.write_graphml(nx.petersen_graph(), tmp_path / "p.graphml", named_key_ids=True)
    read = read_graph(str(tmp_path / "p.graphml"))
    np.testing.assert_array_equal(read.distances, read_graph("petersen").distances)


BAD_FILES = [
    ("g.txt", "", "has no edges"),
    ("g.txt", "# nothing\n", "has no edges"),
    ("g.txt", "a b\nc\n", "line 2: 'c' is no edge"),
    ("g.txt", "a b c d\n", "line 1: 'a b c d' is no edge"),
    ("g.csv", "a,,1\n", "line 1"),
    ("g.txt", "a b\nb b\n", "line 2: b is joined to itself; leave loops out"),
    ("g.txt", "a b\n\nb a\n", "line 3: the edge b - a was given before, in line 1"),
    ("g.txt", "a -> b\n", "line 1: 'a -> b' has a direction"),
    ("g.txt", "a b -1\n", "line 1: the length of a - b is '-1'; lengths are whole numbers"),
    ("g.txt", "a b 0.5\n", "the length of a - b is '0.5'"),
    ("g.txt", "a b 0\n", "the length of a - b is '0'"),
    ("g.txt", "a b nan\n", "the length of a - b is 'nan'"),
    ("g.txt", "a b 12345678901\n", "at most 9 digits"),
    ("g.txt", "a b\nc d\n", "is not connected: it has 2 components, one of them a, b"),
    ("g.txt", b"a b\n\xff\xfe\n", "is no text in UTF-8 (byte 4)"),
    ("g.graphml", "a b\n", "is no XML"),
    ("g.graphml", "<html/>", "is no GraphML: its outermost element is 'html'"),
    ("g.graphml", "<graphml/>", "holds 0 graphs"),
    ("g.graphml", GRAPHML.replace("undirected", "directed"), "the graph is directed"),
    ("g.graphml", GRAPHML.replace('target="v"/>', 'target="v" directed="true"/>'), "u - v is dir"),
    ("g.graphml", GRAPHML.replace('target="v"/>', 'target="x"/>'), "edge 2: 'x' is the id of no"),
    ("g.graphml", GRAPHML.replace("2.0", "-2"), "edge 1: the length of w - v is '-2'"),
    ("g.graphml", GRAPHML.replace('id="w"', 'id="u"'), "a node has the id 'u'"),
    ("g.graphml", GRAPHML.replace("<node", "<hyperedge/><node"), "<hyperedge> inside of <graph>"),
    ("g.graphml", '<!DOCTYPE x [<!ENTITY a "b">]>' + GRAPHML[38:], "holds a document type"),
    ("g.graphml", GRAPHML[:200], "is no XML"),
    ("g.graphml", GRAPHML.replace('target="v"/>', 'target="v" directed="1"/>'), "u - v is dir"),
    ("g.graphml", GRAPHML.replace("<default>3</default>", ""), "u - v has no weight"),
    ("g.txt", b"a\x00 b\n", "line 1: 'a\\x00 b' holds a control character"),
    ("g.txt", "\x1b[31ma b\n", "holds a control character"),
]


@pytest.mark.parametrize(("name", "text", "words"), BAD_FILES)
def test_bad_files_say_what_is_wrong_and_where(
    tmp_path: Path, name: str, text: str | bytes, words: str
) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(SpecError) as caught:
        read_graph(str(path))
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_files_that_are_missing_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no file"):
        read_graph(str(tmp_path / "none.csv"))
    path = written(tmp_path, "g.txt", "".join(f"0 {i + 1}\n" for i in range(3000)))
    with pytest.raises(BudgetError, match="3001 vertices; the limit is 2048"):
        read_graph(str(path))


def test_the_task_of_a_graph() -> None:
    task = named_task("graph", graph="cycle(7) x path(7)")
    assert task.name == "graph-cycle-7-x-path-7"
    assert isinstance(task.answer_structure, Graph)
    assert task.z_labels == tuple(map(str, range(10)))
    np.testing.assert_array_equal(task.table, task.answer_structure.distances)
    assert (task.shared_tokens, task.questions) == (True, ())
    again = Task.from_dict(task.to_dict())
    assert again.to_dict() == task.to_dict()
    assert read_task("graph", graph="cycle(7) x path(7)").to_dict() == task.to_dict()
    assert named_task("graph", graph=task.answer_structure).to_dict() == task.to_dict()


def test_answers_of_a_weighted_graph_are_the_distances_that_occur() -> None:
    graph = Graph("g", "abc", [[0, 1], [1, 2]], [5, 2])
    task = graph_task(graph)
    assert task.z_labels == ("0", "2", "5", "7")
    assert task.table.tolist() == [[0, 2, 3], [2, 0, 1], [3, 1, 0]]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("graph", {}, 'graph needs a graph, such as graph = "cycle(64)"'),
        ("graph", {"p": 7}, "the task graph does not take --mod; it takes --graph"),
        ("graph", {"graph": 7}, "given as a Graph or as text"),
        ("modadd", {"graph": "petersen"}, "does not take --graph; it takes --mod"),
        ("comparison", {}, "needs the levels of its attributes or the file of an order"),
        ("comparison", {"levels": "7,7", "order": "x"}, "takes one of levels and order"),
        ("comparison", {"levels": "7,x"}, "levels are whole numbers separated by commas"),
        ("comparison", {"levels": "7,,7"}, "levels are whole numbers"),
        ("comparison", {"levels": 7.5}, "levels are numbers such as 7,7"),
        ("comparison", {"p": 7}, "does not take --mod; it takes --levels or --order"),
    ],
)
def test_parameters_of_the_new_tasks(name: str, given: dict[str, object], words: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_task(name, **given)
    assert words in str(caught.value)
