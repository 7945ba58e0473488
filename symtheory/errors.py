"""The one family of errors; every message says what is wrong, the value seen, and what to do.

The command line turns any of them into one line on stderr and exit code 2.
"""

__all__ = [
    "BudgetError",
    "GroupAxiomError",
    "PredictionError",
    "RunError",
    "SpecError",
    "SymtheoryError",
]


class SymtheoryError(Exception):
    """Base of every error that this package raises on purpose."""


class SpecError(SymtheoryError, ValueError):
    """A user's text, number or array cannot be read as what it should be."""


class GroupAxiomError(SymtheoryError, ValueError):
    """A table breaks a group axiom; the message names the axiom and the elements."""


class PredictionError(SymtheoryError, ValueError):
    """The theory makes no prediction of the kind that was asked for."""


class RunError(SymtheoryError):
    """A run folder cannot be read, written, resumed or trusted."""


class BudgetError(SymtheoryError):
    """The request needs more time or memory than allowed; names the limit and the remedy."""
