"""Groups for property tests: named ones, and random products, quotients and relabelings."""

from functools import cache

import numpy as np
from hypothesis import strategies as st

from symtheory.groups.constructions import direct_product, quotient
from symtheory.groups.direct_splits import small_normal_subgroups
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group

SMALL = (
    "Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z2^2", "Z2 x Z4", "S3", "D4", "Q8", "D5", "A4", "Dic3",
    "F(7,3)", "S4", "SL(2,3)", "Heis(3)", "F(5,4)",
)  # fmt: skip
SECTION_5_2 = (
    "Z12", "Z4 x Z6", "D7", "D8", "Q8", "Dic5", "A4", "S4", "A5", "S5", "SL(2,3)", "Heis(3)",
    "Heis(5)", "F(7,3)", "F(13,4)", "PSL(2,7)",
)  # fmt: skip


@cache
def named(text: str) -> Group:
    return parse_group(text)


def relabeled(group: Group, order: np.ndarray) -> Group:
    """The same group with element order[i] in place i."""
    place = np.argsort(order)
    return Group(place[group.table[np.ix_(order, order)]], name=f"relabeled {group.name}")


@st.composite
def groups(draw: st.DrawFn, max_order: int = 100) -> Group:
    """A product of named groups, divided by a normal subgroup, in a random order."""
    group = named(draw(st.sampled_from(SMALL)))
    second = named(draw(st.sampled_from(SMALL)))
    if group.order * second.order <= max_order:
        group = direct_product(group, second)
    if draw(st.booleans()):
        normal = list(small_normal_subgroups(group, group.order))
        chosen = normal[draw(st.integers(0, len(normal) - 1))]
        group = quotient(group, chosen.tolist())
    seed = draw(st.integers(0, 2**32 - 1))
    return relabeled(group, np.random.default_rng(seed).permutation(group.order))
