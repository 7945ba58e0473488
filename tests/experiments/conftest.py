"""Small theories and configurations that train in a second or two."""

from pathlib import Path

import pytest
import torch

from symtheory.experiments.config.training import TrainingConfig, TransformerConfig
from symtheory.experiments.training.runs import Run
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict


@pytest.fixture(autouse=True)
def _one_thread():
    """Keep small products from fighting over the cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def theory() -> Theory:
    return predict(named_task("modadd", p=13))


@pytest.fixture
def config() -> TrainingConfig:
    return TrainingConfig(
        steps=60,
        tuples=32,
        checkpoint_every=20,
        train_fraction=0.5,
        model=TransformerConfig(d_model=32, d_mlp=64),
    )


@pytest.fixture
def new_run(tmp_path: Path, theory: Theory):
    """Return a function that makes a fresh run folder for a configuration and a task."""

    def make(name: str, config: TrainingConfig, task: Task | None = None) -> Run:
        return Run.create(tmp_path / name, task or theory.task, config)

    return make
