"""Memory budget of a training, checked before anything is allocated."""

from pathlib import Path

from symtheory.errors import BudgetError
from symtheory.records import Role
from symtheory.theory import Theory

from ..architecture import embedding_roles
from ..config.training import TrainingConfig
from ..data import split_task
from ..objectives.selection import CONSISTENCY, PLACEBO
from ..prompting import prompting

__all__ = ["check_budget", "estimate_memory"]

_N_WORKERS = 4  # runs in a step at once, as far as the estimate goes


def estimate_memory(theory: Theory, config: TrainingConfig, n_runs: int = 1) -> int:
    """Return the bytes that a training needs at its peak, roughly and from above.

    Four things count: the parameters, with gradients and what the optimizer keeps of them, for all
    runs; one step, whose cells each keep activations and logits with their gradients; and a log
    row, which holds the logits of the whole table, cells without an answer included, about twice.
    On the CPU as many runs as there are cores are in a step at once.
    """
    nx, ny = theory.task.table.shape
    n_answers = len(theory.task.z_labels)
    n_questions = len(theory.task.questions)
    n_right = ny // n_questions if n_questions else ny
    n_tokens = n_questions + nx + (0 if Role.SHARED in embedding_roles(theory, config) else n_right)
    width, hidden, n_inner = config.model.sizes(4 if n_questions else 3)
    kept = 4 + (config.optimizer.window if config.optimizer.name == "grokfast-ma" else 2)
    parameters = ((n_tokens + n_answers) * width + n_inner) * kept * n_runs
    n_labeled = int((theory.task.table >= 0).sum())
    is_drawn = config.split in ("uniform", "stratified") and not config.augmentation
    cells = n_labeled * (config.train_fraction if is_drawn else 1.0)
    known = split_task(theory, config).known
    there = {relation.name for relation in prompting(theory, config, known).relations}
    n_usual = len(there & set(config.relations)) + 1  # and one that stands in for composition
    n_sums = 0
    for auxiliary in config.auxiliaries:
        usual = auxiliary.name in (CONSISTENCY, PLACEBO)
        cells += 3 * config.tuples * (n_usual if usual else 1)
        n_sums += "triangle" in there and (usual or auxiliary.name == "triangle")
    step = cells * (3 * hidden + 8 * width + 6 * n_answers)
    step += n_sums * (3 * config.tuples + n_answers) * n_answers**2
    row = 3 * nx * ny * n_answers
    at_once = min(n_runs, _N_WORKERS)
    return int(
        (parameters + at_once * max(step, row)) * (8 if config.precision == "float64" else 4)
    )


def check_budget(theory: Theory, config: TrainingConfig, n_runs: int = 1) -> None:
    """Refuse a training on the CPU that does not fit into the memory that is free.

    Raises
    ------
    BudgetError
        Says the estimate, what is free, and what to change.
    """
    if config.device != "cpu":
        return
    needed = estimate_memory(theory, config, n_runs)
    free = _available()
    if free is not None and needed > free:
        raise BudgetError(
            f"training on {theory.task.formula} needs about {needed / 1e9:.1f} GB of memory and "
            f"{free / 1e9:.1f} GB are free; take a smaller task, network or training fraction, or "
            "fewer seeds at a time"
        )


def _available() -> int | None:
    """Return the bytes that a process can still get, or None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        (line,) = (line for line in lines if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
