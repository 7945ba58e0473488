"""A sweep as a TOML file: which tasks, which variants of the training, which seeds.

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

Every task is trained with every variant; such a pair is a cell, and its seeds are one batch. Both
sizes are read and checked whichever is asked for, so that a mistake shows before hours of work.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from symtheory.errors import SpecError, SymtheoryError
from symtheory.records import Json
from symtheory.tasks.catalogue import CATALOGUE
from symtheory.tasks.sources import read_task
from symtheory.tasks.task import Task, file_name

from .config import TrainingConfig
from .setting_tables import (
    Layer,
    build_config,
    check_keys,
    plain_settings,
    read_settings,
    read_value,
)

__all__ = ["Cell", "Sweep", "TaskArguments", "parse_sweep", "read_sweep", "shipped_specs"]

_MAX_RUNS = 10_000
_MAX_BYTES = 1_000_000
_TOP: Mapping[str, Any] = {"name": str, "claim": str, "seeds": tuple[int, ...], "verify": bool}
_QUICK = ("seeds", "base", "tasks", "variants")
_TASK: Mapping[str, Any] = {
    "task": str,
    "p": int,
    "mod": int,
    "group": str,
    "graph": str,
    "levels": str,
    "order": str,
}


@dataclass(frozen=True, slots=True)
class TaskArguments:
    """The words that name a task, as on the command line.

    Parameters
    ----------
    task : str
    p, mod : int or None
    group, graph, levels, order : str or None
    """

    task: str
    p: int | None = None
    mod: int | None = None
    group: str | None = None
    graph: str | None = None
    levels: str | None = None
    order: str | None = None

    @property
    def text(self) -> str:
        """The words in one line, such as ``"modadd p=59"``."""
        given = [(key, getattr(self, key)) for key in _TASK if key != "task"]
        return " ".join([self.task, *(f"{key}={value}" for key, value in given if value)])

    @property
    def folder(self) -> str:
        """A name for folders; what a file name cannot hold is told apart by a hash."""
        parameter = str(self.p or self.group or self.graph or self.levels or self.order)
        if self.task in CATALOGUE and len(parameter) <= 40:
            return f"{self.task}-{file_name(parameter)}"
        return f"{file_name(self.task)}-{hashlib.sha256(self.text.encode()).hexdigest()[:6]}"

    def read(self) -> Task:
        """Return the task; the errors are those of `symtheory.tasks.sources.read_task`."""
        given = {key: getattr(self, key) for key in _TASK if key != "task"}
        return read_task(self.task, **given)


@dataclass(frozen=True, slots=True)
class Cell:
    """A task with a variant of the training: its seeds are trained as one batch.

    Parameters
    ----------
    task : TaskArguments
    variant : str
    config : TrainingConfig
        Seed and device are not those of any run.
    seeds : tuple of int
    """

    task: TaskArguments
    variant: str
    config: TrainingConfig
    seeds: tuple[int, ...]

    def run_folder(self, seed: int) -> Path:
        """Return where a run lies in the folder of the sweep."""
        return Path("runs", file_name(self.variant), f"{self.task.folder}-s{seed}")

    def to_dict(self) -> dict[str, Json]:
        """Return the cell as plain JSON values, with the settings that are not the defaults."""
        return {
            "task": self.task.text,
            "variant": self.variant,
            "seeds": list(self.seeds),
            "budget": self.config.steps,
            "settings": plain_settings(self.config),
        }


@dataclass(frozen=True, slots=True)
class Sweep:
    """Many runs that together speak about one claim.

    Parameters
    ----------
    name, claim : str
    size : {"full", "quick"}
    cells : tuple of Cell
        Task by task, and for each in the order of the variants.
    verify : bool
        Whether every trained network is tested.
    source : str
        The file itself.
    """

    name: str
    claim: str
    size: str
    cells: tuple[Cell, ...]
    verify: bool = False
    source: str = field(default="", repr=False)

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return sum(len(cell.seeds) for cell in self.cells)


def shipped_specs() -> tuple[str, ...]:
    """Return the names of the specs that come with the package.

    Examples
    --------
    >>> shipped_specs()[:4]
    ('acceleration', 'criterion', 'graphs', 'groups')
    """
    entries = (files(__package__) / "specs").iterdir()
    names = (entry.name for entry in entries)
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def read_sweep(text: str, *, quick: bool = False) -> Sweep:
    """Return the sweep of a shipped spec, given by its name, or of a file.

    Parameters
    ----------
    text : str
        A name that `shipped_specs` lists, or the path of a file that ends in .toml.
    quick : bool
        Whether the quick size is wanted.

    Raises
    ------
    SpecError
        Names the file and the path of the key.
    """
    names = shipped_specs()
    if text in names:
        source = (files(__package__) / "specs" / f"{text}.toml").read_text(encoding="utf-8")
        return parse_sweep(source, quick=quick, where=f"the spec {text}")
    if not text.lower().endswith(".toml"):
        near = get_close_matches(text, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise SpecError(
            f"there is no spec named {text!r:.60}; {hint} (a file of your own ends in .toml)"
        )
    return parse_sweep(_content(Path(text)), quick=quick, where=text)


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
    >>> sweep.n_runs, sweep.cells[1].task.text, sweep.cells[1].config.steps
    (8, 'modadd p=7', 20)
    >>> str(sweep.cells[2].run_folder(1))
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


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) <= _MAX_BYTES:
            return content.decode()
    except FileNotFoundError:
        raise SpecError(f"there is no file {path}") from None
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is no TOML: {error}") from None
    except ValueError:  # a name with a null byte
        raise SpecError(f"{str(path)!r:.60} can name no file") from None
    raise SpecError(f"{path} is larger than {_MAX_BYTES} bytes; that is no spec")


def _sweep(table: dict[str, object], source: str, *, quick: bool) -> Sweep:
    known = {**_TOP, "base": dict, "tasks": list, "variants": list, "quick": dict}
    check_keys(table, "", known, what="key of a spec")
    for key in ("name", "claim", "seeds", "tasks", "variants"):
        if key not in table:
            raise SpecError(f"{key} is missing")
    top = {key: read_value(table[key], kind, key) for key, kind in _TOP.items() if key in table}
    sizes = {"full": _cells(table, table, {})}
    if "quick" in table:
        sizes["quick"] = _quick_cells(table)
    size = "quick" if quick else "full"
    if size not in sizes:
        raise SpecError("there is no table [quick], so no quick size; leave out --quick")
    return Sweep(
        name=_name(top["name"], "name"),
        claim=_one_line(top["claim"], "claim"),
        size=size,
        cells=sizes[size],
        verify=top.get("verify", False),
        source=source,
    )


def _quick_cells(table: dict[str, object]) -> tuple[Cell, ...]:
    quick = check_keys(table["quick"], "quick", dict.fromkeys(_QUICK), what="key of quick")
    if not quick:
        raise SpecError("quick is empty; say what the quick size changes, or leave it out")
    return _cells(table, {**table, **quick}, quick)


def _cells(
    table: Mapping[str, object], chosen: Mapping[str, object], quick: Mapping[str, object]
) -> tuple[Cell, ...]:
    """Return the cells of one size.

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
        Cell(task, name, build_config([*base, layer, variant]), seeds)
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
        words, rest = _taken(table, path, _TASK, needed="task")
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
