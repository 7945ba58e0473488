"""Specs: the shipped ones are as announced, and whatever is wrong is named with its path."""

import json
from dataclasses import replace

import pytest
from pretended import SPEC

from symtheory.errors import SpecError
from symtheory.experiments.config.tables import build_config, plain_settings, read_settings
from symtheory.experiments.config.training import (
    Auxiliary,
    MLPConfig,
    TrainingConfig,
    TransformerConfig,
)
from symtheory.experiments.sweeps.files import read_sweep, shipped_specs
from symtheory.experiments.sweeps.spec import parse_sweep
from symtheory.experiments.sweeps.sweep import TaskArguments

SIX = {"modadd", "modsub", "modsumsq", "modsumcube", "modmul", "modcircle"}


def configs_by_variant(name: str, *, quick: bool = False) -> dict[str, TrainingConfig]:
    return {point.variant: point.config for point in read_sweep(name, quick=quick).points}


@pytest.mark.parametrize("name", shipped_specs())
def test_every_shipped_spec_has_two_sizes(name):
    full, quick = read_sweep(name), read_sweep(name, quick=True)
    assert (full.name, full.size, quick.size) == (name, "full", "quick")
    assert quick.n_runs <= full.n_runs
    assert {point.variant for point in quick.points} <= {point.variant for point in full.points}
    for point in full.points:
        assert point.config.steps == 100_000
        assert point.config.log_every == 100
        assert point.config.optimizer.betas == (0.9, 0.98)
        assert point.task.p in (None, 113)
        if point.variant != "egd":
            assert point.config.optimizer.learning_rate == 1e-3
    for point in quick.points:
        assert point.config.steps <= 10_000
        assert point.task.p is None or 29 <= point.task.p <= 59
        assert 2 <= len(point.seeds) <= len(full.points[0].seeds)


def test_the_shipped_specs_say_what_they_are_for():
    assert {point.task.task for point in read_sweep("three_stages").points} == SIX
    stages = configs_by_variant("three_stages")
    assert stages["baseline"].auxiliaries == ()
    assert stages["prompted"].auxiliaries == (Auxiliary("consistency"),)
    assert {len(point.seeds) for point in read_sweep("criterion").points} == {20}
    for config in configs_by_variant("no_weight_decay").values():
        assert config.train_fraction == 0.8
        assert config.model == MLPConfig(one_hot=True)
        assert config.optimizer.weight_decay == 0
    quick = configs_by_variant("no_weight_decay", quick=True)
    assert quick["prompted"].optimizer.weight_decay == 0
    groups = read_sweep("groups")
    assert groups.verify
    assert {point.task.group for point in groups.points} == {
        "S5", "A5", "D59", "Q8 x Z3", "Z7 x Z7", "F(13,4)",
    }  # fmt: skip
    scales = {
        (config.model.init_scale, config.model.output_scale, bool(config.auxiliaries))
        for config in configs_by_variant("scales").values()
    }
    assert len(scales) == 18


def test_the_variants_of_the_acceleration_differ_in_one_thing_each():
    full = configs_by_variant("acceleration")
    assert {point.seeds for point in read_sweep("acceleration").points} == {(100, 200, 300)}
    baseline = plain_settings(full["baseline"])
    changed = {
        name: {k: v for k, v in plain_settings(config).items() if v != baseline.get(k)}
        for name, config in full.items()
    }
    consistency = {**baseline}
    del consistency["auxiliaries"]  # the default: prompted by all relations
    assert plain_settings(full["consistency"]) == consistency
    for name, auxiliary in (
        ("commutativity", "swap"), ("associativity", "composition"), ("entropy", "entropy"),
        ("nuclear norm", "nuclear norm"), ("lipschitz", "lipschitz"), ("placebo", "placebo"),
    ):  # fmt: skip
        assert full[name] == replace(full["baseline"], auxiliaries=(Auxiliary(auxiliary),))
    assert changed["augmentation"] == {"augmentation": ["consistency"]}
    for name in ("grokfast-ema", "grokfast-ma", "egd"):
        assert full[name].optimizer.name == name
        assert full[name].auxiliaries == ()
    assert full["equal step"].optimizer == replace(full["consistency"].optimizer, equal_step=True)
    assert full["equal step"].auxiliaries == full["consistency"].auxiliaries


def test_settings_merge_base_then_task_then_variant():
    sweep = parse_sweep(SPEC)
    assert [(c.task.text, c.variant, c.config.steps) for c in sweep.points] == [
        ("modadd p=7", "baseline", 40), ("modadd p=7", "swapped", 40),
        ("x + 2*y mod=5", "baseline", 60), ("x + 2*y mod=5", "swapped", 60),
    ]  # fmt: skip
    assert sweep.points[1].config.auxiliaries == (Auxiliary("swap"),)
    assert sweep.n_runs == 12
    quick = parse_sweep(SPEC, quick=True)
    assert [(c.variant, c.config.steps, c.seeds) for c in quick.points] == [
        ("swapped", 20, (4,)), ("swapped", 60, (4,)),
    ]  # fmt: skip
    assert quick.points[0].config.optimizer.learning_rate == 0.003


def test_sub_tables_merge_and_another_kind_drops_what_it_lacks():
    layers = [
        read_settings({"model": {"n_layers": 2, "activation": "gelu"}, "optimizer":
                       {"weight_decay": 0.5, "betas": [0.9, 0.95]}}, "base"),
        read_settings({"model": {"init_scale": 2}, "optimizer": {"learning_rate": 1e-3}}, "t"),
        read_settings({"model": {"kind": "mlp", "one_hot": True}}, "v"),
    ]  # fmt: skip
    tall = build_config(layers[:2])
    assert tall.model == TransformerConfig(n_layers=2, activation="gelu", init_scale=2.0)
    assert (tall.optimizer.weight_decay, tall.optimizer.learning_rate) == (0.5, 1e-3)
    assert tall.optimizer.betas == (0.9, 0.95)
    assert build_config(layers).model == MLPConfig(activation="gelu", init_scale=2, one_hot=True)


def test_an_auxiliary_is_a_name_or_a_table():
    read = read_settings({"auxiliaries": ["swap", {"name": "shift", "weight": 2, "stop": 9}]}, "b")
    assert read.settings["auxiliaries"] == (Auxiliary("swap"), Auxiliary("shift", 2.0, stop=9))


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(),
        TrainingConfig(seed=3, device="cuda", steps=7),
        TrainingConfig(auxiliaries=(), model=MLPConfig(), augmentation=("swap",)),
        TrainingConfig(auxiliaries=(Auxiliary("swap", 0.5, stop=70),), model=MLPConfig(tied=True)),
        TrainingConfig(split="mask", mask=("01", "10")),
    ],
)
def test_plain_settings_can_be_read_again(config):
    plain = json.loads(json.dumps(plain_settings(config)))
    assert not {"seed", "device"} & plain.keys()
    for auxiliary in plain.get("auxiliaries", []):
        if auxiliary["stop"] is None:
            del auxiliary["stop"]
    assert build_config([read_settings(plain, "")]) == replace(config, seed=0, device="cpu")


def changed(old: str, new: str) -> str:
    assert old in SPEC
    return SPEC.replace(old, new)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("name = ", "is no TOML"),
        ("a = " + "[" * 5000, "TOML|nested"),
        ("steps = " + "9" * 5000, "is no TOML"),
        ("", "name is missing"),
        (changed("[base]", "[bas]"), r"bas is no key of a spec; did you mean base\?"),
        (changed('name = "small"', "name = 3"), "name must be a text in quotes, got 3"),
        (changed('name = "small"', 'name = "*"'), "name needs a letter or a digit"),
        (changed('name = "small"', f'name = "{"a" * 41}"'), "41 characters, the limit is 40"),
        (changed('claim = "Nothing is claimed"', 'claim = " "'), "claim must say something"),
        (changed('claim = "Nothing is claimed"', ""), "claim is missing"),
        (changed('claim = "Nothing is claimed"', 'claim = "a"\nverify = 1'), "true or false"),
        (changed("[1, 2, 3]", "[]"), "seeds is empty"),
        (changed("[1, 2, 3]", "3"), "seeds must be a list, got 3"),
        (changed("[1, 2, 3]", "[1, 2.0]"), r"seeds\[1\] must be an integer, got 2.0"),
        (changed("[1, 2, 3]", "[1, true]"), r"seeds\[1\] must be an integer, got True"),
        (changed("[1, 2, 3]", "[1, -2]"), r"seeds\[1\] must not be negative, got -2"),
        (changed("[1, 2, 3]", "[1, 2, 1]"), r"seeds\[2\] is 1 again"),
        (changed("[1, 2, 3]", "[0xfffffffffffffffffffffff]"), r"seeds\[0\] must not be larger"),
        (changed("[1, 2, 3]", str(list(range(2501)))), "make 10004 runs, the limit is 10000"),
        (changed("steps = 40", "step = 40"), r"base.step is no setting; did you mean steps\?"),
        (changed("steps = 40", "zzz = 40"), "base.zzz is no setting; known are steps"),
        (changed("steps = 40", "steps = 4.5"), "base.steps must be an integer, got 4.5"),
        (changed("steps = 40", "steps = 0"), "base: steps must be at least 1, got 0"),
        (changed("steps = 40", "seed = 4"), "base.seed is no setting of one run; give it in the"),
        (changed("steps = 40", 'device = "cpu"'), "base.device .* give it as --device"),
        (changed("steps = 40", "model = 4"), "base.model must be a table, got 4"),
        (changed("steps = 40", 'model = {kind = "cnn"}'), "base.model.kind is one of transformer"),
        (changed("steps = 40", "model = {one_hot = true}"),
         "base.model.one_hot is no setting of a model of kind transformer; it has activation"),
        (changed("steps = 40", "model = {d_mode = 8}"),
         r"base.model.d_mode is no setting; did you mean d_model\?"),
        (changed("steps = 40", "split = 3"), "base.split must be a text"),
        (changed("steps = 40", 'precision = "float16"'), "base: precision is one of"),
        (changed("steps = 40", "settled_similarity = nan"), "settled_similarity must be finite"),
        (changed("auxiliaries = []", 'auxiliaries = "swap"'), "base.auxiliaries must be a list"),
        (changed("auxiliaries = []", "auxiliaries = [3]"), r"base.auxiliaries\[0\] must be a name"),
        (changed("auxiliaries = []", "auxiliaries = [{weight = 1}]"), r"\[0\] has no name"),
        (changed("auxiliaries = []", 'auxiliaries = [{name = "a", weigh = 1}]'),
         r"base.auxiliaries\[0\].weigh is no setting; did you mean weight\?"),
        (changed("auxiliaries = []", 'auxiliaries = [{name = "a", weight = -1}]'),
         r"base.auxiliaries\[0\]: the weight of a must be positive"),
        (changed("auxiliaries = []", 'auxiliaries = ["a", "a"]'), "base: the auxiliary 'a' is"),
        (changed("auxiliaries = []", "augmentation = [1]"), r"base.augmentation\[0\] must be a te"),
        (changed("auxiliaries = []", "optimizer = {betas = [0.9]}"), "betas needs 2 values, got 1"),
        (changed("[[tasks]]", "[tasks]").replace('[tasks]\ntask = "x', '[other]\ntask = "x'),
         "other is no key"),
        (changed("p = 7", 'p = "7"'), r"tasks\[0\].p must be an integer, got '7'"),
        (changed("p = 7", "p = 7\nmod = 11"), r"tasks\[0\]: p and mod are both the modulus"),
        (changed("p = 7", ""), r"tasks\[0\]: modadd needs a modulus"),
        (changed('"modadd"', '"modad"'), r"tasks\[0\]: .* did you mean 'modadd'\?"),
        (changed('task = "modadd"', ""), r"tasks\[0\].task is missing"),
        (changed('"x + 2*y"\nmod = 5', '" modadd"\np = 7'), r"tasks\[1\] is the task of tasks\[0"),
        (changed("p = 7", "p = 7\nstepss = 4"), r"tasks\[0\].stepss is no setting; did you mean"),
        (changed('name = "swapped"', 'name = "baseline"'), r"variants\[1\].name 'baseline' is tha"),
        (changed('name = "swapped"', 'name = "Baseline!"'), "or shares its folder"),
        (changed('name = "swapped"', ""), r"variants\[1\].name is missing"),
        (changed("learning_rate =", "learning_rat ="),
         r"variants\[1\].optimizer.learning_rat is no setting; did you mean learning_rate\?"),
        (changed("learning_rate = 0.003", "learning_rate = -1"),
         r"variants\[1\]: learning_rate must be a positive number, got -1"),
        (changed("seeds = [4]", "seeds = []"), "quick.seeds is empty"),
        (changed("seeds = [4]", "seed = [4]"), r"quick.seed is no key of quick; did you mean see"),
        (changed("base = {steps = 20}", "base = {stepz = 20}"), "quick.base.stepz is no setting"),
        (changed("base = {steps = 20}", "base = {steps = 0}"), "quick.base: steps must be at lea"),
        (changed("base = {steps = 20}", "tasks = []"), "quick.tasks is empty"),
        (changed("base = {steps = 20}", "tasks = [3]"), r"quick.tasks\[0\] must be a table, got 3"),
        (changed("base = {steps = 20}", 'tasks = [{task = "modadd", p = 2}]'),
         r"quick.tasks\[0\]: p, the modulus of modadd, must be at least 5"),
        (changed('variants = ["swapped"]', 'variants = ["swaped"]'),
         r"quick.variants\[0\] 'swaped' is the name of no variant; did you mean 'swapped'\?"),
        (changed('variants = ["swapped"]', "variants = []"), "quick.variants is empty"),
        (changed('variants = ["swapped"]', 'variants = ["swapped", "swapped"]'), "'swapped' again"),
        (SPEC[: SPEC.index("seeds = [4]")], "quick is empty"),
        (SPEC[: SPEC.index("[[variants]]")], "variants is missing"),
        (SPEC[: SPEC.index("[base]")] + "tasks = []\nvariants = []", "tasks is empty"),
        (SPEC[: SPEC.index("[base]")] + "tasks = 3\nvariants = []", "tasks must be a list of tab"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_path(spec, said):
    with pytest.raises(SpecError, match=said) as caught:
        parse_sweep(spec, where="mine.toml")
    assert str(caught.value).startswith("mine.toml")
    assert "\n" not in str(caught.value)


def test_a_spec_without_a_quick_size_says_so():
    spec = SPEC[: SPEC.index("[quick]")]
    assert parse_sweep(spec).n_runs == 12
    with pytest.raises(SpecError, match="leave out --quick"):
        parse_sweep(spec, quick=True)


def test_files_and_names(tmp_path):
    (tmp_path / "mine.toml").write_text(SPEC)
    assert read_sweep(str(tmp_path / "mine.toml")).source == SPEC
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    (tmp_path / "large.toml").write_text("#" * 1_000_001)
    for name, said in (
        ("acelleration", "did you mean acceleration"),
        ("zzz", "there are acceleration, criterion"),
        (str(tmp_path / "absent.toml"), "there is no file"),
        (str(tmp_path / "latin.toml"), "is no TOML"),
        (str(tmp_path / "large.toml"), "larger than 1000000 bytes"),
        ("\0.toml", "can name no file"),
        ("a" * 300 + ".toml", "cannot read|there is no file"),
    ):
        with pytest.raises(SpecError, match=said):
            read_sweep(name)


def test_folders_tell_tasks_apart():
    folders = {
        TaskArguments(*words).folder
        for words in (
            ("modadd", 7), ("modadd", 11), ("x + y", None, 7), ("x - y", None, 7),
            ("x + y", None, 11), ("compose", None, None, "S4"), ("compose", None, None, "A4"),
            ("x*y", None, None, "S4"), ("a/b.csv",), ("a-b.csv",),
        )
    }  # fmt: skip
    assert len(folders) == 10
    assert TaskArguments("modadd", 7).folder == "modadd-7"
    assert all("/" not in folder for folder in folders)
