"""``symtheory sweep SPEC``: many runs from a TOML file; tables and figures of what they show."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import add_output_arguments, integer

if TYPE_CHECKING:
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.sweeps.sweep import Sweep, SweepPoint
    from symtheory.experiments.training.runs import Run
    from symtheory.records import Json
    from symtheory.theory import Theory

__all__ = ["add_parser", "examine", "run"]

_FAILED = 3  # as where a verdict is inconclusive: the sweep says less than it set out to say
_SHOWN_ERRORS = 5


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "sweep",
        help="train many networks and compare them",
        description="Train every task of a spec with every variant and seed, print tables of "
        "what became of them, and draw figures. The same command continues a sweep that was "
        "stopped, and tries again what failed.",
    )
    parser.add_argument(
        "spec",
        metavar="SPEC",
        help="acceleration, criterion, graphs, groups, no_weight_decay, orders, scales or "
        "three_stages; or a file that ends in .toml",
    )
    parser.add_argument("--quick", action="store_true", help="take the spec's quick size")
    parser.add_argument("--list", action="store_true", help="print what would be trained")
    parser.add_argument(
        "--jobs",
        type=integer,
        default=1,
        metavar="N",
        help="how many batches of seeds to train at a time, each in a process with one thread (1)",
    )
    parser.add_argument(
        "--device", default="auto", metavar="D", help="auto, cpu, cuda or cuda:N (auto)"
    )
    parser.add_argument("--out", metavar="DIR", help="folder of the sweep (runs/sweep-NAME)")
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train what is still to be trained; write and print the tables, and draw the figures."""
    from symtheory.experiments.sweeps.files import read_sweep

    sweep = read_sweep(arguments.spec, quick=arguments.quick)
    return _list(sweep, arguments) if arguments.list else _run(sweep, arguments)


def _run(sweep: "Sweep", arguments: argparse.Namespace) -> int:
    from symtheory.cli.sweep_progress import sweep_progress
    from symtheory.cli.training import interruptible
    from symtheory.errors import SpecError
    from symtheory.experiments.device import resolve_device
    from symtheory.experiments.sweeps.run import run_sweep

    if not 1 <= arguments.jobs <= 1024:
        raise SpecError(f"--jobs must lie between 1 and 1024, got {arguments.jobs}")
    device = resolve_device(arguments.device)
    folder = _folder(sweep, arguments.out)
    with interruptible() as interrupted, sweep_progress() as progress:

        def on_start(points: "tuple[SweepPoint, ...]") -> None:
            """Say what begins: a refusal before that is one line."""
            print(f"sweep of {sweep.n_runs} runs on {device} into {folder}", file=sys.stderr)
            progress.on_start(points)

        records = run_sweep(
            sweep,
            folder,
            device=device,
            jobs=arguments.jobs,
            examine=examine if sweep.verify else None,
            on_start=on_start,
            on_point=progress.on_point,
            on_rows=progress.on_rows,
            interrupted=interrupted,
        )
    tables = _write_tables(sweep, folder, records)
    # The tables are on disk before anything is drawn or printed: a closed pipe loses nothing.
    figures = _draw_figures(folder, records)
    failed = [record for record in records if record["status"] == "failed"]
    if arguments.json:
        print(json.dumps(_summary(sweep, folder, records, figures), allow_nan=False))
    else:
        print(f"{sweep.name}: {sweep.claim}", tables, sep="\n\n")
        print("\n".join(["", *_closing(sweep, folder, failed, figures)]))
    return _FAILED if failed else 0


def examine(theory: "Theory", config: "TrainingConfig", run: "Run") -> "Mapping[str, Json]":
    """Test a trained network as ``symtheory verify`` does, but draw no figures.

    Returns
    -------
    mapping
        ``verdicts``, the list of verdicts as plain JSON values, and ``outcome``.
    """
    from symtheory import pipeline
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.records import Outcome

    prompted = prompting_relations(theory, config, split_task(theory, config).known)
    if not theory.predictions(theory.roles, prompted=prompted):
        return {"verdicts": [], "outcome": str(Outcome.INCONCLUSIVE)}
    found = pipeline.examine(theory, config, run)
    verdicts: list[Json] = [verdict.to_dict() for verdict in found.verdicts]
    return {"verdicts": verdicts, "outcome": str(found.outcome)}


def _folder(sweep: "Sweep", out: str | None) -> Path:
    from symtheory.cli.training import is_path
    from symtheory.errors import SpecError
    from symtheory.tasks.task import file_name

    if out is None:
        size = "" if sweep.size == "full" else f"-{sweep.size}"
        return Path("runs", f"sweep-{file_name(sweep.name)}{size}")
    if not is_path(out):
        raise SpecError(f"--out must name a folder, got {out!r}")
    return Path(out)


def _list(sweep: "Sweep", arguments: argparse.Namespace) -> int:
    """Print the points of a sweep."""
    if arguments.json:
        points: list[Json] = [point.to_dict() for point in sweep.points]
        print(json.dumps({**_head(sweep), "cells": points}, allow_nan=False))
        return 0
    rows = [("task", "variant", "seeds", "budget")]
    rows += [
        (
            point.task.text,
            point.variant,
            ", ".join(map(str, point.seeds)),
            f"{point.config.steps} steps",
        )
        for point in sweep.points
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    print(f"{sweep.name} ({sweep.size} size, {sweep.n_runs} runs): {sweep.claim}", end="\n\n")
    for row in rows:
        padded = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        print("  ".join([*padded, row[3]]))
    return 0


def _write_tables(sweep: "Sweep", folder: Path, records: "Sequence[Mapping[str, Json]]") -> str:
    """Write what the records show into the folder, and return it."""
    from symtheory.analysis.sweeps.tables import criteria_table, stages_table, times_table
    from symtheory.analysis.sweeps.verdicts import verdicts_table
    from symtheory.experiments.seeds import generator
    from symtheory.files import write_atomic

    drawn = (
        times_table(records, rng=generator(0, "times of a sweep")),
        verdicts_table(records),
        stages_table(records),
        criteria_table(records, rng=generator(0, "criteria of a sweep")),
    )
    tables = "\n\n".join(table.strip("\n") for table in drawn if table.strip())
    page = f"# {sweep.name}\n\n{sweep.claim}\n\n{tables}\n"
    write_atomic(folder / "tables.md", page.encode())
    return tables


def _draw_figures(folder: Path, records: "Sequence[Mapping[str, Json]]") -> list[str]:
    """Draw what the records show into the folder; return the paths of the PDFs.

    They are none where every run failed.
    """
    from symtheory.analysis.figures.sweep_figures import SweepFigures
    from symtheory.experiments.seeds import generator

    if all(record["status"] == "failed" for record in records):
        return []
    print("drawing the figures", file=sys.stderr)
    figures = SweepFigures(records, generator(0, "figures of a sweep"))
    return [str(folder / "figures" / f"{name}.pdf") for name in figures.write(folder / "figures")]


def _head(sweep: "Sweep") -> "dict[str, Json]":
    from symtheory.records import SCHEMA

    return {
        "schema": SCHEMA,
        "sweep": sweep.name,
        "claim": sweep.claim,
        "size": sweep.size,
        "n_runs": sweep.n_runs,
    }


def _summary(
    sweep: "Sweep",
    folder: Path,
    records: "Sequence[Mapping[str, Json]]",
    figures: Sequence[str],
) -> "dict[str, Json]":
    """Return the records with only the last row of each log."""
    runs: list[Json] = []
    for record in records:
        rows = record["rows"]
        last = rows[-1] if isinstance(rows, list) and rows else None
        runs.append({**{k: v for k, v in record.items() if k != "rows"}, "last": last})
    n_failed = sum(record["status"] == "failed" for record in records)
    return {
        **_head(sweep),
        "n_failed": n_failed,
        "folder": str(folder),
        "figures": list(figures),
        "runs": runs,
    }


def _closing(
    sweep: "Sweep",
    folder: Path,
    failed: "Sequence[Mapping[str, Json]]",
    figures: Sequence[str],
) -> list[str]:
    lines = [f"trained  {sweep.n_runs - len(failed)} of {sweep.n_runs} runs"]
    lines += [
        f"failed   {record['task']}, {record['variant']}, seed {record['seed']}: {record['error']}"
        for record in failed[:_SHOWN_ERRORS]
    ]
    if len(failed) > _SHOWN_ERRORS:
        lines.append(f"failed   and {len(failed) - _SHOWN_ERRORS} more, see results.jsonl")
    lines += [f"figure   {path}" for path in figures]
    if not figures:
        lines.append("figures  none: every run failed")
    return [*lines, f"folder   {folder}"]
