"""Posets from files: products of chains, dimension 2, and what is neither."""

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from symtheory.errors import BudgetError, SpecError
from symtheory.orders.files import read_poset
from symtheory.orders.order import Order
from symtheory.orders.poset import Poset, chain_coordinates, poset_order
from symtheory.orders.realizers import find_realizer, is_rigid
from symtheory.tasks.orders import poset_task


def write(folder: Path, text: str, name: str = "order.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def of_ranks(ranks: np.ndarray, name: str = "made") -> Poset:
    """Poset of entities below one another in all coordinates."""
    lower = (ranks[:, None] <= ranks[None]).all(axis=2)
    return Poset(name, [str(i) for i in range(len(ranks))], lower & ~lower.T)


def test_a_chain_is_read_with_comments_and_repeats(tmp_path: Path) -> None:
    path = write(tmp_path, "# sizes\nmouse < cat < horse  # known\n\ncat < cow\ncow < horse\n")
    task = poset_task(path)
    assert task.x_labels == ("mouse", "cat", "horse", "cow")
    assert task.answer_structure.levels == (4,)
    assert task.answer_structure.ranks.ravel().tolist() == [0, 1, 3, 2]
    assert task.y_labels[0] == "a < mouse"


@pytest.mark.parametrize("levels", [(2, 2), (3, 4), (2, 3, 2), (2, 2, 2, 2), (5,)])
def test_shuffled_products_of_chains_are_recognized(levels) -> None:
    rng = np.random.default_rng(0)
    ranks = rng.permutation(np.array(list(product(*map(range, levels)))))
    poset = of_ranks(ranks)
    order = poset_order(poset)
    assert not order.is_joint
    assert sorted(order.levels) == sorted(levels)
    # Attributes may come in another order; their comparisons do not.
    assert sorted(map(tuple, order.ranks.T.tolist())) == sorted(map(tuple, ranks.T.tolist()))


def test_a_product_without_one_entity_is_no_product() -> None:
    ranks = np.array(list(product(range(3), range(3))))
    assert chain_coordinates(of_ranks(ranks)) is not None
    assert chain_coordinates(of_ranks(np.delete(ranks, 4, axis=0))) is None
    assert poset_order(of_ranks(np.delete(ranks, 4, axis=0))).is_joint


def test_random_orders_of_dimension_two_are_realized() -> None:
    rng = np.random.default_rng(0)
    for n in (4, 6, 9, 15, 60):
        for _ in range(5):
            ranks = np.stack([np.arange(n), rng.permutation(n)], axis=1)
            below = of_ranks(ranks).below
            realizer = find_realizer(below)
            assert realizer is not None
            lower = (realizer[:, None] < realizer[None]).all(axis=2)
            assert np.array_equal(lower, below)
            assert (np.sort(realizer, axis=0) == np.arange(n)[:, None]).all()


def standard_example(n: int) -> np.ndarray:
    """The order of dimension n on 2n entities: a_i < b_j iff i is not j."""
    below = np.zeros((2 * n, 2 * n), dtype=bool)
    below[:n, n:] = ~np.eye(n, dtype=bool)
    return below


def test_the_standard_examples_have_the_dimension_of_their_name() -> None:
    assert find_realizer(standard_example(2)) is not None
    for n in (3, 4, 6):
        assert find_realizer(standard_example(n)) is None
    with pytest.raises(SpecError, match="order dimension is above 2"):
        poset_order(Poset("standard", [str(i) for i in range(6)], standard_example(3)))


def test_the_cube_is_a_product_though_its_dimension_is_three() -> None:
    cube = of_ranks(np.array(list(product(range(2), repeat=3))))
    assert find_realizer(cube.below) is None
    assert poset_order(cube).levels == (2, 2, 2)


def linear_extensions(below: np.ndarray) -> list[tuple[int, ...]]:
    n = len(below)
    pairs = np.argwhere(below).tolist()
    return [p for p in permutations(range(n)) if all(p[a] < p[b] for a, b in pairs)]


def test_an_order_is_rigid_iff_it_has_one_pair_of_extensions() -> None:
    rng = np.random.default_rng(1)
    seen = set()
    for _ in range(40):
        ranks = np.stack([np.arange(5), rng.permutation(5)], axis=1)
        below = of_ranks(ranks).below
        extensions = [np.array(p) for p in linear_extensions(below)]
        n_realizers = sum(
            np.array_equal((p[:, None] < p) & (q[:, None] < q), below)
            for i, p in enumerate(extensions)
            for q in extensions[i:]
        )
        order = Order("made", list("vwxyz"), ranks, is_joint=True)
        assert is_rigid(order) == (n_realizers == 1)
        seen.add(is_rigid(order))
    assert seen == {True, False}


def test_an_order_of_dimension_two_becomes_a_task_about_itself(tmp_path: Path) -> None:
    task = poset_task(write(tmp_path, "x < y\nx < z\n", "vee.txt"))
    assert task.name == "comparison-vee"
    assert task.questions == ("<", "=", ">")
    table = task.table.reshape(3, 3, 3)
    assert table[:, 0].tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert np.array_equal(table[:, 1], np.eye(3, dtype=int))
    assert np.array_equal(table[:, 2], table[:, 0].T)


def test_a_name_alone_is_an_entity(tmp_path: Path) -> None:
    poset = read_poset(write(tmp_path, "a < b\nc\n"))
    assert poset.entities == ("a", "b", "c")
    assert poset.below.sum() == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a < b < c\nc < d\nd < b\n", r"'order' is no order, it has the cycle b < c < d < b"),
        ("a < a\n", r"the cycle a < a"),
        ("a < b\na <\n", r"line 2: 'a <' is no comparison"),
        ("a < b\nb > a\n", r"line 2: 'b > a'"),
        ("a = b\n", r"line 1: 'a = b'"),
        ("a <= b\n", r"line 1"),
        ("a << b\n", r"line 1"),
        ("a\nb\n", r"no two entities of 'order' are comparable"),
        ("a\n", r"has 1 entities"),
        ("# nothing\n", r"has 0 entities"),
        ("", r"has 0 entities"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        poset_task(write(tmp_path, text))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot read"):
        poset_task(tmp_path / "none.txt")
    with pytest.raises(SpecError, match="cannot read"):
        poset_task(tmp_path)
    path = tmp_path / "bytes.txt"
    path.write_bytes(b"a < b\xff\n")
    with pytest.raises(SpecError, match="no text in UTF-8"):
        poset_task(path)


def test_long_cycles_and_long_chains(tmp_path: Path) -> None:
    names = [f"e{i}" for i in range(40)]
    with pytest.raises(SpecError, match=r"e0 < e1 < .* < … < e0$"):
        poset_task(write(tmp_path, " < ".join([*names, names[0]])))
    names = [f"e{i}" for i in range(1000)]
    with pytest.raises(BudgetError, match="3000 questions"):
        poset_task(write(tmp_path, " < ".join(names)))
    with pytest.raises(BudgetError, match="2000 entities"):
        poset_task(write(tmp_path, "\n".join(map(str, range(2000)))))


def test_what_is_no_text_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="it is no file"):
        read_poset(tmp_path)
    with pytest.raises(SpecError, match="it is no file"):
        read_poset(Path("/dev/zero"))  # has no size, and no end
    with pytest.raises(SpecError, match=r"line 2: .* holds a control character"):
        read_poset(write(tmp_path, "a < b\nb < c\0\n"))
