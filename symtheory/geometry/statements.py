"""What the theory fixes about a point cloud and what it leaves free, in sentences."""

from symtheory.geometry.operand import OperandGeometry

__all__ = ["fixed", "free"]


def fixed(geometry: OperandGeometry) -> tuple[str, ...]:
    """Return what holds of an exact orbit, whatever its active blocks and radii a_1..a_D.

    A learned cloud is no exact orbit; how near it comes is what L1 and L2 measure.

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import derive
    >>> fixed(derive(modular_task("x + y", 6)).geometries[Role.X])[0]
    'dimension 2 per frequency, 1 for frequency 3; so even without and odd with frequency 3'
    """
    n = geometry.group.order
    lines = [block.name for block in geometry.blocks if block.dimension == 1]
    dimension = "dimension 2 per frequency"
    if lines:
        dimension += f", 1 for {lines[0]}; so even without and odd with {lines[0]}"
    else:
        dimension += ", so even"
    return (
        dimension,
        "all points have the norm √(Σ a_j²)",
        "each frequency is a round circle; planes of different frequencies are orthogonal",
        f"elements that differ by s are at the squared distance Σ 4·a_j²·sin²(π·k_j·s/{n})",
        f"distinct tokens have distinct points exactly if gcd(k_1, …, k_D, {n}) = 1",
    )


def free(geometry: OperandGeometry) -> tuple[str, ...]:
    """Return what the theory does not predict."""
    orbits = len(geometry.equivalent_blocks)
    within = "" if orbits == 1 else f"within each of the {orbits} classes "
    return (
        f"the active set k_1..k_D; {within}every frequency is equally frequent over seeds",
        "the radii a_j, for each embedding its own",
        "one rotation of the whole cloud",
    )
