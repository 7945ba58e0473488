"""Command line: reads the words, hands over to one verb, turns errors into exit codes.

Verbs import what they need when they run, so that ``--help`` answers at once.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from symtheory import __version__
from symtheory.cli import group, predict, sweep, tasks, test, train, verify
from symtheory.cli.old_options import rewritten
from symtheory.errors import SpecError, SymtheoryError

__all__ = ["console", "main"]

_EPILOG = """\
exit codes:
  0  the predictions held
  1  a prediction was refuted
  2  wrong use or bad input
  3  inconclusive: did not generalize in the budget, or the test has no power; some runs of a sweep
     failed
  70  internal error: please report it
  130  interrupted; --resume continues a training, the same command a sweep
  141  the reader of the output went away
"""

_CONTINUED = dict.fromkeys(("train", "verify"), "; --resume continues a training")
_CONTINUED["sweep"] = "; the same command continues the sweep"


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, and that takes no shortened option."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        line = _shown(" ".join(message.split()))
        self.exit(2, f"symtheory: {line} (see {self.prog} --help)\n")


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
    for module in (predict, verify, train, sweep, test, group, tasks):
        module.add_parser(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; those of the process by default.
    """
    _accept_any_symbol()
    try:
        arguments = _parsed(sys.argv[1:] if argv is None else argv)
    except SystemExit as stop:  # --help, --version, or a complaint already printed
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    try:
        code: int = arguments.run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _say("interrupted" + _CONTINUED.get(arguments.verb, ""), 130)
    except BrokenPipeError:
        return _stop_writing()
    except Exception as error:
        if arguments.debug:
            raise
        return _explain(error)
    return code


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """Read the words of a command, whichever names its options have."""
    parser = build_parser()
    try:
        return parser.parse_args(rewritten(words))
    except SpecError as error:
        parser.error(str(error))


def _accept_any_symbol() -> None:
    """Let no symbol, such as φ on a terminal that lacks it, end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _explain(error: Exception) -> int:
    """Say in one line what went wrong: bad input, or a mistake of ours."""
    if isinstance(error, SymtheoryError | OSError):
        return _say(str(error), 2)
    what = f"{type(error).__name__}: {error}"
    return _say(f"internal error, please report it: {what} (--debug shows where)", 70)


def _say(message: str, code: int) -> int:
    with suppress(OSError):
        print(f"symtheory: {_shown(message)}", file=sys.stderr)
    return code


def _shown(message: str) -> str:
    """Keep a message to one line of bearable length, whatever the user's words were.

    A caret keeps the line that it points at.
    """
    lines = message.splitlines()
    is_pointing = len(lines) >= 3 and lines[-1].strip() == "^"
    pointer = lines[-2:] if is_pointing else []
    line = " ".join(lines[:-2] if is_pointing else lines)
    line = line if len(line) <= 1000 else f"{line[:500]} … {line[-300:]}"
    return "\n".join([line, *pointer])


def _stop_writing() -> int:
    """Make sure that nothing is written at exit to a pipe whose reader has gone."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return 141


def console() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    sys.exit(main())
