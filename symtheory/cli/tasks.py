"""``symtheory tasks``: the catalogue of named tasks."""

import argparse
import json
from typing import Any

from symtheory.cli.arguments import add_output_arguments

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("tasks", help="list the named tasks")
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the catalogue."""
    from symtheory.layout import aligned
    from symtheory.records import SCHEMA
    from symtheory.tasks.catalogue import CATALOGUE

    if arguments.json:
        entries = {
            name: {
                "expression": entry.expression,
                "parameters": list(entry.parameters),
                "summary": entry.summary,
            }
            for name, entry in CATALOGUE.items()
        }
        print(json.dumps({"schema": SCHEMA, "tasks": entries}))
        return 0
    values = {
        "p": "--mod N",
        "group": "--group G",
        "graph": "--graph G",
        "levels": "--levels N,N",
        "order": "--order FILE",
    }
    rows = [
        (
            name,
            entry.operation,
            " | ".join(map(values.__getitem__, entry.parameters)),
            entry.summary,
        )
        for name, entry in CATALOGUE.items()
    ]
    print("\n".join(aligned(rows)))
    return 0
