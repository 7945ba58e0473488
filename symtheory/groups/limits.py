"""The largest group that is built: a Cayley table of n elements takes 8 n^2 bytes."""

from symtheory.errors import BudgetError

__all__ = ["ORDER_LIMIT", "check_order"]

ORDER_LIMIT = 2520


def check_order(order: int, what: str) -> None:
    """Refuse an order above `ORDER_LIMIT`.

    Raises
    ------
    BudgetError
    """
    if order > ORDER_LIMIT:
        digits = len(str(order)) if order < 10**300 else 300
        shown = str(order) if digits <= 12 else f"at least 10^{digits - 1}"
        raise BudgetError(
            f"{what} has order {shown}, above the limit of {ORDER_LIMIT}; take a smaller "
            "group, a quotient or a subgroup"
        )
