"""Training in processes that are killed at moments that nobody chose."""

import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from symtheory.experiments.config.training import TrainingConfig

ROOT = Path(__file__).resolve().parents[2]


def train_and_kill(configs: Sequence[TrainingConfig], folders: Sequence[Path]) -> list[int]:
    """Train addition mod 13 in four processes, one after another; the first three get a SIGKILL.

    All start from the same state of memory, in which everything is imported and nothing was
    trained; what one knows of the others is on the disk.

    Returns
    -------
    list of int
        What ended each: 0, or the number of the signal.
    """
    moments = np.random.default_rng(os.getpid()).uniform(0.0, 0.4, 3)
    script = textwrap.dedent(
        f"""
        import os, pickle, signal, time, traceback
        from pathlib import Path
        import torch
        torch.set_num_threads(1)
        from symtheory.experiments.training.runs import Run
        from symtheory.experiments.training.trainer import train_batch
        from symtheory.tasks.catalogue import named_task
        from symtheory.theory import predict
        torch.optim.AdamW([torch.zeros(1)])  # imports what the first optimizer does
        configs = pickle.loads({pickle.dumps(list(configs))!r})
        folders = {[str(folder) for folder in folders]!r}
        theory = predict(named_task("modadd", p=13))

        def train(on_rows):
            try:
                runs = [Run.create(Path(folder), theory.task, config)
                        for folder, config in zip(folders, configs)]
                train_batch(theory, configs, runs, on_rows=on_rows)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)

        for moment in {[*moments.tolist(), None]!r}:
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                train(lambda rows: os.write(writing, b"."))
            os.close(writing)
            os.read(reading, 1)  # it has begun
            if moment is not None:
                time.sleep(moment)
                os.kill(child, signal.SIGKILL)
            print(abs(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
            os.close(reading)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ends = [int(line) for line in done.stdout.split()]
    assert 1 not in ends, done.stderr
    return ends
