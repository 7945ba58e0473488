"""What a training would cost in memory, said before anything is allocated."""

from pathlib import Path

from symtheory.errors import BudgetError
from symtheory.records import Role
from symtheory.theory import Theory

from .config import TrainingConfig

__all__ = ["check_budget", "estimate_memory"]


def estimate_memory(theory: Theory, config: TrainingConfig) -> int:
    """Return the bytes that a training needs at its peak, roughly and from above.

    Three things count: the vectors of tokens and answers, with gradients and moments; one step,
    whose cells each keep activations of the MLP and logits with their gradients; and a log row,
    which holds the logits of the whole table, cells without an answer included, about twice.
    """
    nx, ny = theory.task.table.shape
    n_answers = len(theory.task.z_labels)
    n_tokens = nx if Role.SHARED in theory.roles else nx + ny
    vectors = 4 * (n_tokens + n_answers) * config.model.d_model * 4
    cells = config.train_fraction * int((theory.task.table >= 0).sum())
    if config.loss == "symmetry":
        cells += 2 * config.tuples * len(config.relations)
    step = cells * (3 * config.model.d_mlp + 8 * config.model.d_model + 6 * n_answers) * 4
    row = 3 * nx * ny * n_answers * 4
    return int(vectors + max(step, row))


def check_budget(theory: Theory, config: TrainingConfig) -> None:
    """Refuse a training on the CPU that does not fit into the memory that is free.

    Raises
    ------
    BudgetError
        Says the estimate, what is free, and what to change.
    """
    if config.device != "cpu":
        return
    needed = estimate_memory(theory, config)
    free = _available()
    if free is not None and needed > free:
        raise BudgetError(
            f"training on {theory.task.formula} needs about {needed / 1e9:.1f} GB of memory and "
            f"{free / 1e9:.1f} GB are free; take a smaller task or --train-fraction"
        )


def _available() -> int | None:
    """Return the bytes that a process can still get, or None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        (line,) = (line for line in lines if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
