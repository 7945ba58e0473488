"""``symtheory test FILE --task TASK``: a verdict on embeddings that were trained elsewhere."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import (
    add_homology_argument,
    add_output_arguments,
    add_task_arguments,
    integer,
    read_task,
)
from symtheory.cli.role_arguments import (
    add_role_arguments,
    check_roles_of_options,
    chosen_arrays,
    chosen_labels,
    chosen_rows,
)

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination
    from symtheory.analysis.files.embedding_files import NetworkFile
    from symtheory.analysis.several import OverSeeds
    from symtheory.records import Json
    from symtheory.theory import Theory

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "test",
        help="test embeddings of a network of your own",
        description="Test whether the embeddings that a file holds have the geometry that theory "
        "claims of networks that learned the task. Each file is one network; several are seeds of "
        "one configuration. The exit code is the verdict. A network of your own: "
        "docs/embeddings.md.",
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help=".npy, .npz, .safetensors or .csv; no pickles"
    )
    add_task_arguments(parser, as_option=True)
    add_role_arguments(parser)
    parser.add_argument(
        "--units",
        action="store_true",
        help="columns of the arrays are hidden units: what each token adds to each of them, and "
        "each of them to each answer; their law is tested as well",
    )
    parser.add_argument(
        "--accuracy",
        type=float,
        action="append",
        metavar="A",
        help="held-out accuracy of the network, or one for each FILE; without it the verdict is "
        "conditional",
    )
    parser.add_argument(
        "--relation",
        action="append",
        default=[],
        metavar="NAME",
        help="a relation that was in the network's loss, such as triangle, on which it depends "
        "what is expected of distances; may be given several times",
    )
    parser.add_argument(
        "--layers",
        type=integer,
        metavar="L",
        help="hidden layers of the network (as the names of the arrays say, or 1): what is derived "
        "for one refutes no deeper network",
    )
    parser.add_argument(
        "--permutations", type=integer, default=999, metavar="N", help="relabelings (999)"
    )
    add_homology_argument(parser)
    parser.add_argument("--seed", type=integer, default=0, help="root of all random streams (0)")
    parser.add_argument("--out", metavar="DIR", help="write result.json, figures and a report")
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine every network and return the exit code of their verdict."""
    from symtheory.analysis.claims.judge import exit_code
    from symtheory.analysis.examination import examine
    from symtheory.analysis.files.embedding_checks import oddities
    from symtheory.analysis.files.hidden_units import units_of_columns
    from symtheory.analysis.several import over_seeds
    from symtheory.cli.examination_text import examination_record
    from symtheory.cli.progress import waiting
    from symtheory.errors import SpecError
    from symtheory.experiments.seeds import generator
    from symtheory.theory import predict

    accuracies = _accuracies(arguments)
    if arguments.layers is not None and arguments.layers < 1:
        raise SpecError(f"--layers is 1 or more, got {arguments.layers}")
    out = _out_folder(arguments)
    theory = predict(read_task(arguments))
    prompted = [] if arguments.relation == ["none"] else arguments.relation
    for name in prompted:
        theory.relation(name)  # or an error that names those there are
    networks = _read(arguments, theory)
    units = [units_of_columns(n.embeddings) if arguments.units else None for n in networks]
    warnings = [oddities(network.embeddings, theory.geometries) for network in networks]
    for network, lines in zip(networks, warnings, strict=True):
        for line in lines:
            print(f"warning: {network.path}: {line}", file=sys.stderr)
    found: list[Examination] = []
    for i, (network, accuracy) in enumerate(zip(networks, accuracies, strict=True)):
        number = f" ({i + 1} of {len(networks)})" if len(networks) > 1 else ""
        with waiting(f"testing {network.path.name:.60}{number}"):
            found.append(
                examine(
                    theory,
                    network.embeddings,
                    rng=generator(arguments.seed, "nulls", i),
                    accuracy=accuracy,
                    units=units[i],
                    n_permutations=arguments.permutations,
                    prompted=prompted,
                    homology=arguments.homology,
                    layers=arguments.layers or network.layers,
                )
            )
    records = [examination_record(*parts) for parts in zip(networks, found, warnings, strict=True)]
    together = over_seeds(found, rng=generator(arguments.seed, "usage"))
    record = _record(arguments, found, records, together)
    pages = [] if out is None else _write(out, record, networks, found)
    if arguments.json:
        print(json.dumps(record, allow_nan=False))
    else:
        for line in _text(theory, networks, found, together):
            print(line)
        for page in pages:
            print(f"{'report':<9}{page}")
    return exit_code(together.outcome)


def _record(
    arguments: argparse.Namespace,
    found: "Sequence[Examination]",
    records: "Sequence[dict[str, Json]]",
    together: "OverSeeds",
) -> "dict[str, Json]":
    """Return everything as plain JSON values."""
    from symtheory import __version__
    from symtheory.analysis.claims.judge import exit_code
    from symtheory.cli.examination_text import cannot_tell
    from symtheory.records import SCHEMA

    theory = found[0].theory
    return {
        "schema": SCHEMA,
        "task": theory.task.name,
        "formula": theory.task.formula,
        "group": None if theory.group is None else theory.group.name,
        "outcome": str(together.outcome),
        "exit_code": exit_code(together.outcome),
        "conditional": any(one.accuracy is None for one in found),
        "networks": list(records),
        "over_seeds": together.to_dict() if len(found) > 1 else None,
        "cannot_tell": list(cannot_tell(found)),
        "seed": arguments.seed,
        "permutations": arguments.permutations,
        "version": __version__,
    }


def _accuracies(arguments: argparse.Namespace) -> list[float | None]:
    """Return the accuracy of each network, None where it is not known."""
    from symtheory.errors import SpecError

    n, given = len(arguments.files), arguments.accuracy or [None]
    if len(given) not in {1, n}:
        raise SpecError(f"--accuracy is given {len(given)} times for {n} files; once, or for each")
    return list(given) * n if len(given) == 1 else list(given)


def _read(arguments: argparse.Namespace, theory: "Theory") -> "list[NetworkFile]":
    """Read all files before anything is tested; refuse one network in two of them."""
    from symtheory.analysis.files.embedding_checks import check_embeddings
    from symtheory.analysis.files.embedding_files import read_network
    from symtheory.errors import SpecError

    task = theory.task
    roles = chosen_arrays(arguments, task)
    rows, labels = chosen_rows(arguments, task), chosen_labels(arguments, task)
    networks: list[NetworkFile] = []
    seen: dict[bytes, Path] = {}
    for name in arguments.files:
        network = read_network(name, roles=roles, task=task, rows=rows, labels=labels)
        check_embeddings(theory, network.embeddings)
        check_roles_of_options(arguments, list(network.embeddings))
        networks.append(network)
        content = b"".join(e.points.tobytes() for e in network.embeddings.values())
        first = seen.setdefault(content, network.path)
        if first is not network.path:
            raise SpecError(
                f"{network.path} holds the same network as {first}; files are independent seeds"
            )
        if set(network.embeddings) != set(networks[0].embeddings):
            raise SpecError(
                f"{network.path} has the embeddings {', '.join(network.embeddings)}, "
                f"{networks[0].path} has {', '.join(networks[0].embeddings)}; name those that all "
                "have with --array"
            )
    return networks


def _out_folder(arguments: argparse.Namespace) -> Path | None:
    """Return the folder to write into, before anything is tested."""
    from symtheory.cli.training import is_path
    from symtheory.errors import RunError, SpecError

    if arguments.out is None:
        return None
    if not is_path(arguments.out):
        raise SpecError(f"--out must name a folder, got {arguments.out!r}")
    folder = Path(arguments.out)
    try:
        there = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        if "config.json" in there or (there and "result.json" not in there):
            raise RunError(f"{folder} holds other things ({there[0]}); choose another --out")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot write {folder}: {error.strerror}; choose another --out") from error
    return folder


def _text(
    theory: "Theory",
    networks: "Sequence[NetworkFile]",
    found: "Sequence[Examination]",
    together: "OverSeeds",
) -> Iterator[str]:
    """Yield what was read, tested and found, and what cannot be told."""
    from symtheory.cli.examination_text import (
        cannot_tell,
        embedding_lines,
        labeled,
        read_line,
    )
    from symtheory.cli.seed_text import seed_lines
    from symtheory.cli.verdict_table import verdict_lines

    group = f", which is composition in {theory.group.name}" if theory.group else ""
    yield from labeled("task", f"{theory.task.formula}{group}")
    for network, one in zip(networks, found, strict=True):
        yield from labeled("read", read_line(network))
        yield ""
        yield from verdict_lines(one.verdicts)
        yield ""
        yield from embedding_lines(one)
        yield from labeled("verdict", one.sentence)
        yield ""
    if len(found) > 1:
        yield from seed_lines(together)
        yield from labeled("together", together.sentence)
        yield ""
    for i, sentence in enumerate(cannot_tell(found)):
        yield from labeled("" if i else "not told", sentence)


def _write(
    out: Path,
    record: "dict[str, Json]",
    networks: "Sequence[NetworkFile]",
    found: "Sequence[Examination]",
) -> list[Path]:
    """Write the result, and figures and a page for each network; return the pages."""
    from symtheory.cli.examination_text import cannot_tell, embedding_summary, read_line
    from symtheory.cli.progress import waiting
    from symtheory.cli.reporting import write_page
    from symtheory.files import write_atomic

    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomic(out / "result.json", text.encode())
    pages = []
    for i, (network, one) in enumerate(zip(networks, found, strict=True)):
        folder = out if len(networks) == 1 else out / f"network-{i + 1}"
        closing = [
            ("read", read_line(network)),
            *embedding_summary(one),
            ("verdict", one.sentence),
            *(("not told", sentence) for sentence in cannot_tell([one])),
        ]
        with waiting("drawing the figures"):
            pages.append(write_page(one, folder, closing=closing, text=one.theory.text()))
    return pages
