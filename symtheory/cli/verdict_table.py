"""The table of verdicts on the terminal."""

from collections.abc import Sequence

from symtheory.layout import wrapped
from symtheory.records import Outcome, Role, Verdict

__all__ = ["verdict_lines", "verdict_rows"]

HEADER = ("claim", "effect", "floor", "null mean", "critical", "p", "verdict")

_INDENT = 7  # of notes


def verdict_rows(verdicts: Sequence[Verdict]) -> list[tuple[str, ...]]:
    """Return a row of texts for each verdict, in the columns of the header."""

    def number(value: float | None, form: str = ".3f") -> str:
        return "-" if value is None else format(value, form)

    levels = max((len(v.prediction.level) for v in verdicts), default=0)
    roles = max((len(v.prediction.role) for v in verdicts), default=0)
    return [
        (
            f"{v.prediction.level:<{levels}} {v.prediction.role:<{roles}} "
            f"{v.prediction.claim.label}",
            number(v.effect),
            number(v.prediction.floor, ".2f"),
            number(v.null_mean),
            number(v.null_quantile),
            number(v.p_value, ".2g"),
            str(v.outcome) + ("" if v.prediction.primary else " (secondary)"),
        )
        for v in verdicts
    ]


def verdict_lines(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the aligned table, with a line for each note below its row.

    Notes of embedding claims that held are left to the report. Without claims there is no table.
    """
    if not verdicts:
        return []
    rows = [HEADER, *verdict_rows(verdicts)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]

    def line(row: Sequence[str]) -> str:
        cells = [
            text.ljust(width) if i in (0, len(row) - 1) else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    lines = [line(HEADER), line(["-" * width for width in widths])]
    for row, verdict in zip(rows[1:], verdicts, strict=True):
        lines.append(line(row))
        if verdict.note and _needs_words(verdict):
            lines += wrapped(" " * _INDENT, verdict.note, indent=_INDENT)
    return lines


def _needs_words(verdict: Verdict) -> bool:
    """Whether the row alone would puzzle; those that held as claimed do not."""
    effect, floor = verdict.effect, verdict.prediction.floor
    is_low = effect is not None and floor is not None and effect < floor
    is_plain = verdict.outcome is Outcome.HELD and verdict.prediction.role is not Role.NETWORK
    return is_low or not is_plain
