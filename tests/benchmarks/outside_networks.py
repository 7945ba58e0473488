"""The tables of docs/outside_networks.md, measured anew.

    python -m tests.benchmarks.outside_networks [FOLDER] [--only NETWORK ...] [--parts PART ...]

FOLDER holds the networks; without it they are looked for where the tests look. The text between
the marks ``<!-- NAME -->`` and ``<!-- end -->`` of the document is replaced. With ``--only`` the
tables are printed instead; ``--quick`` takes few draws, too few for L3, and prints.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "outside_networks.md"
sys.path.insert(0, str(ROOT / "tests" / "analysis"))

LADDER = ("L0", "L1", "L2", "L3")
SIDES = ("left", "right", "both", "sum")
ABLATION = "ablation"  # measured apart: it needs no evidence
OWN_LAW = {"x": "left", "y": "right", "readout": "both", "shared": "sum"}


@dataclass(frozen=True)
class Row:
    """One embedding of one network."""

    network: str
    accuracy: float
    role: str
    is_claimed: bool
    effects: Mapping[str, float | None]  # by level
    outcomes: Mapping[str, str]
    sides: Mapping[str, float]
    active: tuple[str, ...]
    power: Mapping[str, float]  # shares of the centered power by the authors' names
    white: Mapping[str, float]
    key: tuple[str, ...]

    @property
    def group(self) -> str:
        return self.network.split("_", maxsplit=1)[0]

    @property
    def reached(self) -> str:
        """The highest level up to which every claim held."""
        highest = "–"
        for level in LADDER:
            if self.outcomes.get(level) != "held":
                break
            highest = level
        return highest

    @property
    def hits(self) -> int:
        return len(set(self.active) & set(self.key))

    @property
    def missing(self) -> list[str]:
        return [irrep for irrep in self.key if irrep not in self.active]

    @property
    def extra(self) -> list[str]:
        return [irrep for irrep in self.active if irrep not in self.key]


def measure(name: str, *, quick: bool) -> list[Row]:
    from outside import active_irreps, judged, names_of_blocks, read_network

    from symtheory.analysis.claims.registry import TESTS
    from symtheory.analysis.symmetry.spectrum import SPECTRUM_TEST

    network = read_network(name)
    draws = {"n_permutations": 99, "n_haar": 1, "n_bootstrap": 1} if quick else {}
    evidence, verdicts = judged(network, **{"n_permutations": 999, **draws})
    rows = []
    for role, found in evidence.items():
        own = {str(level): v for (r, level), v in verdicts.items() if r == role}
        effects: dict[str, float | None] = {
            level: None if (made := found.measurement(TESTS[level])) is None else made.effect
            for level in ("L0", "L1", "L2", "L3")
        }
        spectrum = found.get(SPECTRUM_TEST)
        names = names_of_blocks(network.group_name, found.cloud.blocks)
        rows.append(
            Row(
                network=name,
                accuracy=network.accuracy,
                role=str(role),
                is_claimed=bool(own),
                effects=effects,
                outcomes={level: str(verdict.outcome) for level, verdict in own.items()},
                sides=found.description.sides,
                active=active_irreps(network, found),
                power=dict(zip(names, spectrum.power.tolist(), strict=True)),
                white=dict(zip(names, spectrum.white.tolist(), strict=True)),
                key=network.key_irreps,
            )
        )
    return rows


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def verdict_table(rows: Sequence[Row]) -> str:
    cells = []
    for row in rows:
        marks = {"held": "", "refuted": " ✗", "inconclusive": " ?"}
        shown = {
            level: "–" if value is None else f"{value:.3f}{marks.get(row.outcomes.get(level), '')}"
            for level, value in row.effects.items()
        }
        if not row.is_claimed:
            shown = {level: text if text == "–" else f"({text})" for level, text in shown.items()}
        sides = {side: f"{row.sides[side]:.3f}" if row.sides else "" for side in SIDES}
        cells.append(
            [
                row.network.replace("_", " "),
                f"{row.accuracy:.3f}",
                row.role,
                *(shown[level] for level in ("L0", "L1")),
                *(sides[side] for side in SIDES),
                *(shown[level] for level in ("L2", "L3")),
                row.reached if row.is_claimed else "not claimed",
            ]
        )
    return table(
        ["network", "accuracy", "embedding", "L0", "L1", *SIDES, "L2", "L3", "held up to"], cells
    )


def short(irreps: Sequence[str]) -> str:
    """Frequencies by number."""
    return ", ".join(irrep.removeprefix("freq_") for irrep in irreps) or "–"


def ratio(count: int, total: int) -> str:
    return f"{count / total:.2f}" if total else "–"


def irrep_table(rows: Sequence[Row]) -> str:
    cells, seen = [], ""
    for row in rows:
        cells.append(
            [
                row.network.replace("_", " ") if row.network != seen else "",
                short(row.key) if row.network != seen else "",
                row.role,
                short(row.active),
                ratio(row.hits, len(row.active)),
                ratio(row.hits, len(row.key)),
                f"{covered(row):.3f}",
            ]
        )
        seen = row.network
    head = ["network", "their key irreps", "embedding", "active", "precision", "recall"]
    return table([*head, "power of key irreps in active ones"], cells)


def covered(row: Row) -> float:
    """Share of the key irreps' power that the active ones among them hold."""
    of_key = sum(row.power[irrep] for irrep in row.key)
    return sum(row.power[irrep] for irrep in row.key if irrep in row.active) / of_key


def doubled(irrep: str, group: str) -> str | None:
    """The second harmonic of a frequency."""
    if not irrep.startswith("freq_"):
        return None
    n = int(group[1:])
    k = 2 * int(irrep.removeprefix("freq_")) % n
    k = min(k, n - k)
    return "sign" if 2 * k == n else f"freq_{k}"


def disagreements(rows: Sequence[Row]) -> dict[str, list[tuple[str, str, list[Row]]]]:
    """Network, irrep and rows of the network, sorted by what explains the disagreement."""
    found: dict[str, list[tuple[str, str, list[Row]]]] = {
        name: [] for name in ("harmonic", "some", "weak", "unread")
    }
    for name in dict.fromkeys(row.network for row in rows):
        mine = [row for row in rows if row.network == name]
        anywhere = {irrep for row in mine for irrep in row.active}
        operands = {irrep for row in mine if row.role != "readout" for irrep in row.active}
        harmonics = {doubled(irrep, mine[0].group) for irrep in operands}
        differing = {irrep for row in mine for irrep in (*row.missing, *row.extra)}
        for irrep in (i for i in mine[0].white if i in differing):
            if irrep not in mine[0].key:
                kind = "unread"
            elif irrep in harmonics and not any(
                irrep in r.active for r in mine if r.role != "readout"
            ):
                kind = "harmonic"
            else:
                kind = "some" if irrep in anywhere else "weak"
            found[kind].append((name, irrep, mine))
    return found


def disagreement_table(rows: Sequence[Row]) -> str:
    words = {
        "harmonic": "second harmonic of an active frequency",
        "some": "above the white share in some embeddings only",
        "weak": "below the white share everywhere",
        "unread": "active, not key: absent from the readout",
    }
    cells = []
    for kind, found in disagreements(rows).items():
        for name in dict.fromkeys(name for name, *_ in found):
            shown = []
            for _, irrep, mine in (item for item in found if item[0] == name):
                shares = "/".join(f"{100 * row.power[irrep]:.2f}" for row in mine)
                shown.append(f"{short([irrep])} ({shares})")
            mine = next(item[2] for item in found if item[0] == name)
            whites = sorted({mine[0].white[item[1]] for item in found if item[0] == name})
            white = ", ".join(f"{100 * value:.2f}" for value in whites)
            cells.append([words[kind], name.replace("_", " "), ", ".join(shown), white])
    return table(["why", "network", "irreps (% of the power in each embedding)", "white %"], cells)


def span(values: Sequence[float]) -> str:
    return f"{min(values):.3f}–{max(values):.3f}"


def summary(rows: Sequence[Row]) -> str:
    general = [row for row in rows if row.accuracy >= 0.99]
    claimed = [row for row in general if row.is_claimed]
    lines = []
    for level in LADDER:
        outcomes = [row.outcomes[level] for row in claimed]
        lines.append(
            f"- {level}: {outcomes.count('held')} of {len(outcomes)} claims held, "
            f"{outcomes.count('refuted')} refuted, {outcomes.count('inconclusive')} inconclusive."
        )
    operands = [r for r in general if r.role in "xy" and r.sides]
    if operands:
        own = [row.sides[OWN_LAW[row.role]] for row in operands]
        other = [row.sides["right" if row.role == "x" else "left"] for row in operands]
        lines.append(
            f"- The {len(operands)} untied operands of non-abelian groups: {span(own)} on their "
            f"own side, {span(other)} on the other."
        )
    for role, what in (("shared", "tied tables"), ("readout", "readouts")):
        for is_tied in (True, False):
            chosen = [
                r for r in general if r.role == role and r.sides and ("_T_" in r.network) == is_tied
            ]
            if chosen:
                shares = [row.sides[OWN_LAW[role]] for row in chosen]
                kind = "" if role == "shared" else "tied: " if is_tied else "untied: "
                lines.append(
                    f"- {len(chosen)} {what} of non-abelian groups, {kind}{OWN_LAW[role]} law "
                    f"{span(shares)}."
                )
    for what, chosen in (
        ("all embeddings", rows),
        ("tables of operands", [row for row in rows if row.role != "readout"]),
        ("readouts", [row for row in rows if row.role == "readout"]),
        ("tied networks", [row for row in rows if "_T_" in row.network]),
        ("untied networks", [row for row in rows if "_MLP_" in row.network]),
    ):
        if not chosen:
            continue
        hits = sum(row.hits for row in chosen)
        n_active = sum(len(row.active) for row in chosen)
        n_key = sum(len(row.key) for row in chosen)
        lines.append(
            f"- Key irreps, {what}: precision {ratio(hits, n_active)} ({hits} of {n_active}), "
            f"recall {ratio(hits, n_key)} ({hits} of {n_key}); the active ones hold at least "
            f"{min(map(covered, chosen)):.3f} of the key irreps' power."
        )
    return "\n".join(lines)


def finite_width(rows: Sequence[Row]) -> str:
    """Random coefficients with the power of each untied network, beside the network itself."""
    from outside import theory_of
    from random_coefficients import irreps_of, mean_shares

    cells = []
    for row in rows:
        if "_MLP_" not in row.network or not row.sides:
            continue
        group = theory_of(row.group).group
        power = np.array(list(row.power.values()))
        assert len(power) == len(irreps_of(group))
        random = mean_shares(group, power=power / power.sum())
        sided = mean_shares(group, power=power / power.sum(), is_one_sided=True)
        own, other = ("left", "right") if row.role != "y" else ("right", "left")
        cells.append(
            [
                row.network.replace("_", " "),
                row.role,
                *(f"{row.sides[side]:.2f}" for side in (own, other, "both")),
                *(f"{random[side]:.2f}" for side in ("left", "both")),
                *(f"{sided[side]:.2f}" for side in ("left", "right")),
            ]
        )
    head = ["network", "embedding", "own side", "other", "both", "random: one side", "random: both"]
    return table([*head, "one-sided: own", "one-sided: other"], cells)


def ablation_table(names: Sequence[str]) -> str:
    from outside import ablated, read_network

    from symtheory.analysis.symmetry.ablation import MOST_ABLATED_SHARE

    cells = []
    for name in (name for name in names if "_MLP_" in name):
        found = ablated(read_network(name))
        is_open = found.dimension_share > MOST_ABLATED_SHARE
        cells.append(
            [
                name.replace("_", " "),
                f"{found.effect:.3f}{' ?' if is_open else ''}",
                f"{found.necessity:.3f}",
                f"{found.sufficiency:.3f}",
                f"{found.p_value:.3f}",
                f"{found.dimension_share:.2f}",
            ]
        )
    return table(
        ["network", "L4", "necessity", "sufficiency", "p", "share of all functions"], cells
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--only", nargs="+", metavar="NETWORK")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=[*PARTS, ABLATION], help="by default all")
    options = parser.parse_args()
    if options.folder:
        os.environ["SYMTHEORY_GROUP_NETS"] = options.folder
    from outside import IS_HERE, NETWORKS, WHERE

    if not IS_HERE:
        sys.exit(WHERE)
    names = options.only or NETWORKS
    wanted = options.parts or [*PARTS, ABLATION]
    rows = []
    for name in names if set(wanted) != {ABLATION} else ():
        rows += measure(name, quick=options.quick)
        print(name, file=sys.stderr)
    parts = {
        part: ablation_table(names) if part == ABLATION else PARTS[part](rows) for part in wanted
    }
    if options.only or options.quick:
        print("\n\n".join(parts.values()))
        return
    text = PAGE.read_text()
    for name, part in parts.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        text, count = re.subn(
            pattern, lambda m, p=part: f"{m[1]}{p}\n{m[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            sys.exit(f"{PAGE} has {count} places for the {name}")
    PAGE.write_text(text)


PARTS: dict[str, Callable[[Sequence[Row]], str]] = {
    "summary": summary,
    "verdicts": verdict_table,
    "irreps": irrep_table,
    "disagreements": disagreement_table,
    "finite width": finite_width,
}


if __name__ == "__main__":
    main()
