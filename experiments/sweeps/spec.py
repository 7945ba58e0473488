"""Sweep specification as a TOML file: tasks, variants of the training, seeds.

::

    name = "acceleration"
    claim = "Adding relations to the loss shortens the time to generalization"
    seeds = [100, 200, 300]
    verify = false                # whether every trained network is tested, if wanted

    [base]                        # settings of every run: fields of TrainingConfig
    steps = 20000
    auxiliaries = ["consistency"]
    optimizer = {learning_rate = 0.001}
    model = {kind = "transformer"}

    [[tasks]]                     # p, mod, group, graph, levels, order as on the command line
    task = "modadd"
    p = 113
    train_fraction = 0.3          # further keys are settings, over those of base

    [[variants]]                  # settings over those of base and task
    name = "baseline"
    auxiliaries = []

    [quick]                       # what the quick size changes
    seeds = [100, 200]
    base = {steps = 2000}         # over base, key by key
    tasks = [{task = "modadd", p = 59}]      # instead of the tasks
    variants = ["baseline"]       # the names of those to keep

Every task is trained with every variant; such a pair is a sweep point, and its seeds are trained
as one program. Both sizes are read and checked whichever is asked for, so that a mistake shows
before hours of work.
"""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from symtheory.errors import SpecError, SymtheoryError
from symtheory.tasks.task import file_name

from ..config.tables import Layer, build_config, check_keys, read_settings, read_value
from .sweep import TASK_WORDS, Sweep, SweepPoint, TaskArguments

__all__ = ["parse_sweep"]

_MAX_RUNS = 10_000
_TOP: Mapping[str, Any] = {"name": str, "claim": str, "seeds": tuple[int, ...], "verify": bool}
_QUICK = ("seeds", "base", "tasks", "variants")


def parse_sweep(source: str, *, quick: bool = False, where: str = "the spec") -> Sweep:
    """Return the sweep that a text in TOML describes.

    Parameters
    ----------
    source : str
    quick : bool
        Whether the quick size is wanted.
    where : str
        What the text is called in messages.

    Raises
    ------
    SpecError
        Names the path of the key.

    Examples
    --------
    >>> text = '''
    ... name = "mine"
    ... claim = "More steps are no worse"
    ... seeds = [1, 2]
    ... tasks = [{task = "modadd", p = 7}, {task = "x + 2*y", mod = 7}]
    ... variants = [{name = "few", steps = 10}, {name = "many", steps = 20}]
    ... '''
    >>> sweep = parse_sweep(text)
    >>> sweep.n_runs, sweep.points[1].task.text, sweep.points[1].config.steps
    (8, 'modadd p=7', 20)
    >>> str(sweep.points[2].run_folder(1))
    'runs/few/x-2-y-398a20-s1'
    """
    try:
        table = tomllib.loads(source)
    except RecursionError:
        raise SpecError(f"{where} is nested too deep for a spec") from None
    except ValueError as error:  # no TOML, or an integer of thousands of digits
        raise SpecError(f"{where} is no TOML: {error}") from None
    try:
        return _sweep(table, source, quick=quick)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


def _sweep(table: dict[str, object], source: str, *, quick: bool) -> Sweep:
    known = {**_TOP, "base": dict, "tasks": list, "variants": list, "quick": dict}
    check_keys(table, "", known, what="key of a spec")
    for key in ("name", "claim", "seeds", "tasks", "variants"):
        if key not in table:
            raise SpecError(f"{key} is missing")
    top = {key: read_value(table[key], kind, key) for key, kind in _TOP.items() if key in table}
    sizes = {"full": _points(table, table, {})}
    if "quick" in table:
        sizes["quick"] = _quick_points(table)
    size = "quick" if quick else "full"
    if size not in sizes:
        raise SpecError("there is no table [quick], so no quick size; leave out --quick")
    return Sweep(
        name=_name(top["name"], "name"),
        claim=_one_line(top["claim"], "claim"),
        size=size,
        points=sizes[size],
        verify=top.get("verify", False),
        source=source,
    )


def _quick_points(table: dict[str, object]) -> tuple[SweepPoint, ...]:
    quick = check_keys(table["quick"], "quick", dict.fromkeys(_QUICK), what="key of quick")
    if not quick:
        raise SpecError("quick is empty; say what the quick size changes, or leave it out")
    return _points(table, {**table, **quick}, quick)


def _points(
    table: Mapping[str, object], chosen: Mapping[str, object], quick: Mapping[str, object]
) -> tuple[SweepPoint, ...]:
    """Return the points of one size.

    Seeds and tasks come from ``chosen``, base and variants from the file itself; what ``quick``
    has of these two is a change.
    """

    def path(key: str) -> str:
        return f"quick.{key}" if key in quick else key

    seeds = _seeds(chosen["seeds"], path("seeds"))
    base = [read_settings(table.get("base", {}), "base")]
    if "base" in quick:
        base.append(read_settings(quick["base"], "quick.base"))
    tasks = _tasks(chosen["tasks"], path("tasks"))
    variants = _variants(table["variants"])
    if "variants" in quick:
        kept = _kept(quick["variants"], variants)
        variants = {name: layer for name, layer in variants.items() if name in kept}
    n_runs = len(tasks) * len(variants) * len(seeds)
    if n_runs > _MAX_RUNS:
        raise SpecError(
            f"{len(tasks)} tasks, {len(variants)} variants and {len(seeds)} seeds make {n_runs} "
            f"runs, the limit is {_MAX_RUNS}"
        )
    return tuple(
        SweepPoint(task, name, build_config([*base, layer, variant]), seeds)
        for task, layer in tasks.items()
        for name, variant in variants.items()
    )


def _seeds(value: object, where: str) -> tuple[int, ...]:
    seeds: tuple[int, ...] = read_value(value, tuple[int, ...], where)
    _refuse_empty(seeds, where)
    for i, seed in enumerate(seeds):
        if seed < 0:
            raise SpecError(f"{where}[{i}] must not be negative, got {seed}")
        if seed in seeds[:i]:
            raise SpecError(f"{where}[{i}] is {seed} again")
    return seeds


def _tasks(value: object, where: str) -> dict[TaskArguments, Layer]:
    read: dict[TaskArguments, Layer] = {}
    folders: dict[str, str] = {}
    for path, table in _tables(value, where):
        words, rest = _taken(table, path, TASK_WORDS, needed="task")
        task = TaskArguments(**{**words, "task": words["task"].strip()})
        if len(task.text) > 200 or not task.text.isprintable():
            raise SpecError(f"{path}.task must be one line of at most 200 characters")
        try:
            task.read()
        except SymtheoryError as error:
            raise SpecError(f"{path}: {error}") from None
        earlier = folders.setdefault(task.folder.casefold(), path)
        if earlier != path:
            raise SpecError(f"{path} is the task of {earlier} again")
        read[task] = read_settings(rest, path)
    return read


def _variants(value: object) -> dict[str, Layer]:
    read: dict[str, Layer] = {}
    folders: dict[str, str] = {}
    for path, table in _tables(value, "variants"):
        words, rest = _taken(table, path, {"name": str}, needed="name")
        name = _name(words["name"], f"{path}.name")
        earlier = folders.setdefault(file_name(name).casefold(), path)
        if earlier != path:
            raise SpecError(
                f"{path}.name {name!r} is that of {earlier} again, or shares its folder"
            )
        read[name] = read_settings(rest, path)
    return read


def _kept(value: object, variants: Mapping[str, object]) -> tuple[str, ...]:
    where = "quick.variants"
    names: tuple[str, ...] = read_value(value, tuple[str, ...], where)
    _refuse_empty(names, where)
    for i, name in enumerate(names):
        if name not in variants:
            near = get_close_matches(name, variants, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(variants)}"
            raise SpecError(f"{where}[{i}] {name!r:.60} is the name of no variant; {hint}")
        if name in names[:i]:
            raise SpecError(f"{where}[{i}] is {name!r} again")
    return names


def _tables(value: object, where: str) -> list[tuple[str, dict[str, object]]]:
    """Return the tables of a list with their paths."""
    if not isinstance(value, list):
        raise SpecError(f"{where} must be a list of tables such as [[{where}]], got {value!r:.60}")
    _refuse_empty(value, where)
    paths = [f"{where}[{i}]" for i in range(len(value))]
    for path, table in zip(paths, value, strict=True):
        if not isinstance(table, dict):
            raise SpecError(f"{path} must be a table, got {table!r:.60}")
    return list(zip(paths, value, strict=True))


def _taken(
    table: dict[str, object], where: str, kinds: Mapping[str, Any], *, needed: str
) -> tuple[dict[str, Any], dict[str, object]]:
    """Return the keys of these types and the rest."""
    if needed not in table:
        raise SpecError(f"{where}.{needed} is missing")
    taken = {
        key: read_value(table[key], kind, f"{where}.{key}")
        for key, kind in kinds.items()
        if key in table
    }
    return taken, {key: value for key, value in table.items() if key not in kinds}


def _refuse_empty(values: Sequence[object], where: str) -> None:
    if not values:
        raise SpecError(f"{where} is empty; give at least one")


def _name(text: str, where: str) -> str:
    if not any(c.isalnum() and c.isascii() for c in text) or not text.isprintable():
        raise SpecError(f"{where} needs a letter or a digit and fits one line, got {text!r:.60}")
    if len(text) > 40:
        raise SpecError(f"{where} has {len(text)} characters, the limit is 40")
    return text


def _one_line(text: str, where: str) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise SpecError(f"{where} must say something, got {text!r:.60}")
    return line
