"""The command line: reads the words, hands over to one verb, turns errors into exit codes.

Verbs import what they need when they run, so that ``--help`` answers at once.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from symtheory import __version__
from symtheory.cli import group, predict, tasks, train, verify
from symtheory.errors import SymtheoryError

__all__ = ["console", "main"]

_EPILOG = """\
exit codes:
  0  the predictions held
  1  a prediction was refuted
  2  wrong use or bad input
  3  inconclusive: did not generalize in the budget, or the test has no power
  130  interrupted; continue with --resume
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"symtheory: {message} (see {self.prog} --help)\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = _Parser(
        prog="symtheory",
        description="Derive from a task's symmetry what a network that learns it must look like "
        "inside, train it, and test the prediction.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symtheory {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for module in (predict, verify, train, group, tasks):
        module.add_parser(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; those of the process by default.
    """
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as stop:  # --help, --version, or a complaint already printed
        return int(stop.code or 0)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except SymtheoryError as error:
        if arguments.debug:
            raise
        print(f"symtheory: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("symtheory: interrupted; continue with --resume", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def console() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    sys.exit(main())
