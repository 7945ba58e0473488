"""Decision rule of a claim: significance against its null, and an effect that reaches the floor."""

from symtheory.records import Outcome

__all__ = ["decide"]


def decide(effect: float, floor: float | None, p_value: float, alpha: float) -> tuple[Outcome, str]:
    """Return the outcome of a claim, and why it was refuted.

    Held iff p <= alpha and the effect reaches the floor.

    Examples
    --------
    >>> decide(0.95, 0.9, 0.001, 0.05)
    (<Outcome.HELD: 'held'>, '')
    >>> decide(0.3, 0.9, 0.001, 0.05)[1]
    'significant, but below the floor of 0.9'
    """
    if p_value > alpha:
        return Outcome.REFUTED, "not significant"
    if floor is not None and effect < floor:
        return Outcome.REFUTED, f"significant, but below the floor of {floor:g}"
    return Outcome.HELD, ""
