"""Verdicts of a sweep: one rule over seeds, as everywhere."""

from dataclasses import replace

import pytest
from claimed import claim
from sweep_records import failed, solved_at

from symtheory.analysis.sweeps.verdicts import verdicts_table
from symtheory.errors import SpecError
from symtheory.records import Json, Outcome, Role, Verdict


def verdict(effect: float) -> Verdict:
    about = replace(claim("L1", Role.X, 0.9), primary=True)
    outcome = Outcome.HELD if effect >= 0.9 else Outcome.REFUTED
    return Verdict(about, outcome, effect, 0.01, 0.02, 0.001, 999, "a note", {"share": 0.5})


def tried(effect: float, *, seed: int, variant: str = "baseline", step: int | None = 10):
    one = verdict(effect)
    outcome = one.outcome if step is not None else Outcome.INCONCLUSIVE
    more: dict[str, Json] = {"verdicts": [one.to_dict()], "outcome": str(outcome)}
    return {**solved_at(step, seed=seed, variant=variant), **more}


def cells(table: str, row: int) -> list[str]:
    return [text.strip() for text in table.splitlines()[2 + row].strip("|").split("|")]


def test_a_verdict_survives_its_record() -> None:
    one = verdict(0.95)
    again = Verdict.from_dict(one.to_dict())
    assert again.to_dict() == one.to_dict()
    assert again.prediction.key == "x/L1"
    with pytest.raises(SpecError, match="no record of a verdict"):
        Verdict.from_dict({"level": "L1"})
    with pytest.raises(SpecError, match="no record of a verdict"):
        Verdict.from_dict({**one.to_dict(), "outcome": "maybe"})


def test_one_seed_just_below_its_floor_does_not_refute_twenty() -> None:
    effects = [0.895, *(0.93 + 0.002 * k for k in range(19))]
    table = verdicts_table([tried(effect, seed=k) for k, effect in enumerate(effects)])
    row = cells(table, 0)
    assert row[:5] == ["modadd p=59", "baseline", "19", "1", "0"]
    assert row[6:] == ["held", "–"]


def test_variants_that_miss_the_floor_are_refuted_and_the_claim_is_named() -> None:
    good = [tried(0.95 + 0.01 * k, seed=k) for k in range(4)]
    bad = [tried(0.5 + 0.01 * k, seed=k, variant="placebo") for k in range(4)]
    mixed = [tried(0.85 + 0.05 * k, seed=k, variant="half") for k in range(3)]
    table = verdicts_table([*good, *bad, *mixed])
    assert cells(table, 0)[6:] == ["held", "–"]
    assert cells(table, 1)[6:] == ["refuted", "x/L1"]
    assert cells(table, 2)[6:] == ["inconclusive", "–"]


def test_networks_that_did_not_generalize_hold_nothing() -> None:
    runs = [tried(0.95, seed=0, step=None), tried(0.96, seed=1)]
    assert cells(verdicts_table(runs), 0)[2:7] == ["1", "0", "1", "0.03–1.00", "inconclusive"]


def test_a_sweep_that_tests_nothing_has_no_such_table() -> None:
    assert verdicts_table([solved_at(10), failed(seed=1)]) == ""
    assert verdicts_table([{**solved_at(10), "verdicts": [], "outcome": "inconclusive"}]) == ""
