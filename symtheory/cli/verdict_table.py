"""The table of verdicts on the terminal."""

from collections.abc import Sequence

from symtheory.records import Level, Outcome, Role, Verdict

__all__ = ["verdict_lines", "verdict_rows"]

HEADER = ("claim", "effect", "floor", "null mean", "null limit", "p", "verdict")

_NAMES = {
    Level.SPECTRUM: "spectrum: concentration",
    Level.GRAM: "Gram law: R²",
    Level.PROCRUSTES: "template: Procrustes R²",
    Level.HOMOLOGY: "topology: distance (small)",
    Level.ABLATION: "use: of the accuracy",
    Level.STAGES: "order of the stages",
}


def verdict_rows(verdicts: Sequence[Verdict]) -> list[tuple[str, ...]]:
    """Return a row of texts for each verdict, in the columns of the header."""

    def number(value: float | None, form: str = ".3f") -> str:
        return "-" if value is None else format(value, form)

    return [
        (
            f"{v.prediction.level:<6} {v.prediction.role:<8} {_NAMES[v.prediction.level]}",
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
        if verdict.note and (
            verdict.outcome is not Outcome.HELD or verdict.prediction.role is Role.NETWORK
        ):
            lines.append(f"       {verdict.note}")
    return lines
