"""The verb ``symtheory group``: everything that is known of a finite group."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import add_output_arguments
from symtheory.errors import SpecError

if TYPE_CHECKING:
    from symtheory.representations.description import GroupDescription

__all__ = ["add_parser", "run"]

_MANY_CLASSES = 40  # larger tables are printed on request only


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "group",
        help="order, classes, exact character table and irreps of a finite group",
        description="Everything that is known of a finite group.",
        epilog='Examples: "S5", "Z4 x Z6", "Z7 : Z3 by 1 -> {1 -> 2}", "S4 / <(1 2)(3 4)'
        ', (1 3)(2 4)>", "<a, b | a^7, b^3, b^-1*a*b = a^2>", "<(1 2 3), (1 2)>", '
        '"<[1 1; 0 1], [1 0; 1 1]> mod 5", table.csv, table.npy, group.toml',
    )
    parser.add_argument("group", help="a group in the notation, or a .csv, .npy or .toml file")
    parser.add_argument("--latex", action="store_true", help="print the character table in LaTeX")
    add_output_arguments(parser)
    parser.add_argument(
        "--full", action="store_true", help="print tables of any size and all classes of subgroups"
    )
    parser.add_argument(
        "--max-cosets",
        type=int,
        default=100_000,
        metavar="N",
        help="bound on coset enumeration for presentations (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the group; return the exit code.

    Raises
    ------
    SymtheoryError
        For a group that cannot be read or built; the command line prints it in one line.
    """
    from symtheory.groups.specfile import read_group
    from symtheory.representations.character_table import character_table
    from symtheory.representations.description import describe
    from symtheory.representations.rendering import table_latex

    if arguments.json and arguments.latex:
        raise SpecError("--json and --latex exclude each other; give one of them")
    if arguments.max_cosets < 1:
        raise SpecError(f"--max-cosets needs a positive number, got {arguments.max_cosets}")
    group = read_group(arguments.group, max_cosets=arguments.max_cosets)
    if arguments.latex:
        print(table_latex(character_table(group)))
        return 0
    description = describe(group)
    if arguments.json:
        print(json.dumps(description.to_dict(), ensure_ascii=False, allow_nan=False))
        return 0
    print("\n\n".join(_sections(description, full=arguments.full)))
    return 0


def _sections(d: "GroupDescription", *, full: bool) -> list[str]:
    return [
        _structure(d),
        _subgroups(d, full=full),
        _classes(d, full=full),
        _characters(d, full=full),
        _irreps(d, full=full),
    ]


def _structure(d: "GroupDescription") -> str:
    group = d.group
    words = ["abelian" if group.is_abelian else "non-abelian"]
    words += [
        word if holds else f"not {word}"
        for word, holds in (
            ("nilpotent", d.is_nilpotent),
            ("solvable", d.is_solvable),
            ("simple", d.is_simple),
        )
    ]
    quotient = _product(d.abelian_invariants)
    primary = _product(d.primary_invariants)
    lines = [f"{group.name}: a group of order {group.order}", ""]
    facts = [
        ("is", ", ".join(words)),
        ("isomorphic to", d.standard_name or "no group with a name here"),
        ("exponent", str(group.exponent)),
        ("centre", _members(d, d.center.tolist())),
        ("derived subgroup", _members(d, d.derived.tolist())),
        ("derived series", " > ".join(map(str, d.derived_orders))),
        ("abelianization", quotient if quotient == primary else f"{quotient} = {primary}"),
        ("|Aut(G)|", str(d.n_automorphisms)),
        ("generators", ", ".join(group.labels[g] for g in group.generators) or "none"),
    ]
    if d.standard_name is None:
        facts.insert(2, ("fingerprint", d.fingerprint))
    return "\n".join(lines + [f"  {name:<17} {value}" for name, value in facts])


def _subgroups(d: "GroupDescription", *, full: bool) -> str:
    if d.subgroups is None:
        return f"Subgroups\n\n  not listed: {d.subgroups_note}"
    total = sum(c.n_conjugates for c in d.subgroups)
    normal = [c.order for c in d.subgroups if c.is_normal]
    from symtheory.groups.recognition import counted

    lines = [
        f"Subgroups: {total}, in {len(d.subgroups)} classes; {len(normal)} normal",
        "",
        f"  orders of the classes   {counted([c.order for c in d.subgroups])}",
        f"  normal subgroups        {counted(normal)}",
    ]
    if full:
        rows = [["order", "conjugates", "elements"]]
        rows += [
            [str(c.order), str(c.n_conjugates), _members(d, c.elements.tolist())]
            for c in d.subgroups
        ]
        lines += ["", _indented(rows)]
    return "\n".join(lines)


def _classes(d: "GroupDescription", *, full: bool) -> str:
    classes = d.table.classes
    if classes.count > _MANY_CLASSES and not full:
        return f"Conjugacy classes: {classes.count} (--full lists them)"
    maps = classes.power_maps
    rows = [["class", "size", "order", *(f"{p}-power" for p in maps), "representative"]]
    for k, name in enumerate(classes.names):
        powers = [classes.names[images[k]] for images in maps.values()]
        label = d.group.labels[classes.representatives[k]]
        rows.append([name, str(classes.sizes[k]), str(classes.element_orders[k]), *powers, label])
    return f"Conjugacy classes: {classes.count}\n\n{_indented(rows)}"


def _characters(d: "GroupDescription", *, full: bool) -> str:
    from symtheory.representations.rendering import table_text

    table = d.table
    if table.count <= _MANY_CLASSES or full:
        text = table_text(table)
        return "Character table\n\n" + "\n".join(f"  {line}".rstrip() for line in text.split("\n"))
    e = d.group.exponent
    if d.group.is_abelian and len(d.abelian_invariants) == 1:
        formula = f"χ of row k + 1 takes ζ{e}^(k j) on the j-th power of the generator"
    elif d.group.is_abelian:
        formula = "row (k_1, k_2, ...) takes exp(2πi Σ k_i x_i / d_i) on the basis powers x"
    else:
        from symtheory.groups.recognition import counted

        formula = f"degrees {counted(table.degrees.tolist())}"
    return f"Character table: {table.count} x {table.count} (--full prints it)\n\n  {formula}"


def _irreps(d: "GroupDescription", *, full: bool) -> str:
    from symtheory.representations.isotypic import block_names

    table = d.table
    blocks = list(zip(table.real_classes, block_names(table), d.formulas, strict=True))
    orbit_of = {row: number + 1 for number, orbit in enumerate(d.orbits) for row in orbit}
    rows = [
        ["irrep over R", "degree", "type", "dimension", "block", "kernel", "Aut-orbit", ""],
    ]
    shown = blocks if full or len(blocks) <= _MANY_CLASSES else blocks[:_MANY_CLASSES]
    for characters, name, formula in shown:
        first = characters[0]
        degree, real = int(table.degrees[first]), table.type_of(first) == "real"
        kernel = len(table.kernel(first))
        rows.append(
            [
                name,
                str(degree),
                table.type_of(first),
                str(degree if real else 2 * degree),
                str(degree**2 * len(characters)),
                "faithful" if kernel == 1 else f"order {kernel}",
                str(orbit_of[first]),
                formula,
            ]
        )
    title = (
        f"Irreducible representations over the reals: {len(blocks)} "
        "(block: dimension of the isotypic functions on G)"
    )
    more = "" if len(shown) == len(blocks) else f"\n  ... {len(blocks) - len(shown)} more (--full)"
    return f"{title}\n\n{_indented(rows)}{more}"


def _product(orders: tuple[int, ...]) -> str:
    return " x ".join(f"Z{d}" for d in orders) or "trivial"


def _members(d: "GroupDescription", elements: list[int]) -> str:
    shown = ", ".join(d.group.labels[g] for g in elements[:8])
    return f"order {len(elements)}: {shown}{', ...' if len(elements) > 8 else ''}"


def _indented(rows: list[list[str]]) -> str:
    from symtheory.layout import aligned

    return "\n".join(f"  {line}" for line in aligned(rows))
