"""Several seeds in one program: the runs they would be alone, stopped and resumed at will."""

import signal
from dataclasses import replace

import numpy as np
import pytest
from killing import train_and_kill
from test_trainer import OBJECTIVES, WITH_MEMORY, same_run

from symtheory.errors import RunError, SpecError
from symtheory.experiments.config.training import TransformerConfig
from symtheory.experiments.training.runs import Run
from symtheory.experiments.training.trainer import load_network, train, train_batch

SEEDS = (0, 1, 2)


def batch(new_run, config, name):
    configs = [replace(config, seed=seed) for seed in SEEDS]
    return configs, [new_run(f"{name}{each.seed}", each) for each in configs]


@pytest.mark.parametrize("objective", ["consistency", "priors", *WITH_MEMORY])
def test_a_batch_trains_what_single_runs_train(theory, config, new_run, objective):
    """Up to rounding: after 20 steps parameters agree to a ten-thousandth."""
    config = replace(config, steps=20, **OBJECTIVES[objective])
    configs, together = batch(new_run, config, "together")
    train_batch(theory, configs, together)
    for each, run in zip(configs, together, strict=True):
        alone = new_run(f"alone{each.seed}", each)
        train(theory, each, alone)
        expected, found = alone.last_state()[1], run.last_state()[1]
        assert expected.keys() == found.keys()
        for key, value in expected.items():
            np.testing.assert_allclose(found[key], value, rtol=1e-3, atol=1e-4, err_msg=key)
        assert [row["step"] for row in run.metrics] == [row["step"] for row in alone.metrics]
        assert load_network(theory, each, run).logits().shape == (13, 13, 13)


def test_a_run_does_not_depend_on_the_runs_beside_it(theory, config, new_run):
    configs, three = batch(new_run, config, "three")
    train_batch(theory, configs, three)
    two = [new_run(f"two{each.seed}", each) for each in configs[1:]]
    train_batch(theory, configs[1:], two)
    assert all(same_run(a, b) for a, b in zip(three[1:], two, strict=True))


@pytest.mark.parametrize("objective", ["consistency", "GrokFast, window", "equal step"])
@pytest.mark.parametrize("stop", [20, 33])
def test_interrupted_and_resumed_is_bit_identical(theory, config, new_run, stop, objective):
    config = replace(config, **OBJECTIVES[objective])
    configs, whole = batch(new_run, config, "whole")
    train_batch(theory, configs, whole)
    _, parts = batch(new_run, config, "parts")
    asked = iter(range(1000))
    with pytest.raises(KeyboardInterrupt):
        train_batch(theory, configs, parts, interrupted=lambda: next(asked) >= stop)
    train_batch(theory, configs, parts)
    assert all(same_run(a, b) for a, b in zip(whole, parts, strict=True))


def test_runs_that_end_early_leave_the_others_as_they_are(theory, config, new_run):
    """One settles at once where settling asks for nothing; with another rule all go on."""
    loose = replace(
        config,
        model=TransformerConfig(),
        steps=120,
        settled_similarity=0.97,
        settled_violation=0.5,
    )
    configs, runs = batch(new_run, loose, "loose")
    train_batch(theory, configs, runs)
    ends = [run.finished["step"] for run in runs]
    assert len(set(ends)) > 1, ends
    last = int(np.argmax(ends))
    alone = new_run("alone", configs[last])
    train_batch(
        theory,
        [configs[last], replace(configs[last], seed=9)],
        [alone, new_run("other", replace(configs[last], seed=9))],
    )
    assert same_run(alone, runs[last])


def test_killed_while_states_are_written(theory, config, new_run):
    """States of one step may be there for some runs only: all go on from the step before."""
    configs, whole = batch(new_run, config, "whole")
    train_batch(theory, configs, whole)
    _, parts = batch(new_run, config, "parts")
    train_batch(theory, configs, parts)
    for run in parts:
        (run.folder / "finished.json").unlink()
    for run in parts[1:]:
        (run.folder / "snapshots" / "state-000060.safetensors").unlink()
    train_batch(theory, configs, parts)
    assert all(same_run(a, b) for a, b in zip(whole, parts, strict=True))


@pytest.mark.slow
def test_killed_at_any_moment_and_resumed_is_bit_identical(theory, config, new_run, tmp_path):
    config = replace(config, steps=200)
    configs, whole = batch(new_run, config, "whole")
    train_batch(theory, configs, whole)
    killed = [tmp_path / f"killed{each.seed}" for each in configs]
    ends = train_and_kill(configs, killed)
    assert ends[0] == signal.SIGKILL
    assert ends[-1] == 0
    for run, folder in zip(whole, killed, strict=True):
        assert same_run(run, Run.open(folder))


def test_a_batch_is_of_one_configuration(theory, config, new_run):
    configs, runs = batch(new_run, config, "a")
    with pytest.raises(SpecError, match=r"a seed of its own, got \[0, 0\]"):
        train_batch(theory, [configs[0]] * 2, runs[:2])
    other = replace(configs[1], tuples=33)
    with pytest.raises(SpecError, match="differ in their seeds only"):
        train_batch(theory, [configs[0], other], [runs[0], new_run("other", other)])


def test_a_second_process_is_refused_whichever_run_it_shares(theory, config, new_run):
    configs, runs = batch(new_run, config, "a")
    with runs[2].locked(), pytest.raises(RunError, match="another process is training into"):
        train_batch(theory, configs, runs)
    assert all(run.metrics == [] for run in runs)


def test_states_too_far_apart_are_refused(theory, config, new_run):
    configs, runs = batch(new_run, config, "a")
    train(theory, configs[0], runs[0])
    (runs[0].folder / "finished.json").unlink()
    asked = iter(range(1000))
    with pytest.raises(KeyboardInterrupt):
        train_batch(theory, configs[1:], runs[1:], interrupted=lambda: next(asked) >= 10)
    with pytest.raises(RunError, match="keeps no state of step 10"):
        train_batch(theory, configs, runs)
    assert runs[0].last_state()[0] == 60  # and nothing was lost


def test_a_run_that_never_began_takes_nothing_from_the_others(theory, config, new_run):
    configs, runs = batch(new_run, config, "a")
    train(theory, configs[0], runs[0])
    (runs[0].folder / "finished.json").unlink()
    with pytest.raises(RunError, match="a0 is at step 60 and another run of its batch has not"):
        train_batch(theory, configs, runs)
    assert runs[0].last_state()[0] == 60
    assert runs[0].metrics[-1]["step"] == 60
