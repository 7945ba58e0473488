"""Specification files of sweeps: those that come with the package, or one of your own."""

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from symtheory.errors import SpecError

from .spec import parse_sweep
from .sweep import Sweep

__all__ = ["read_sweep", "shipped_specs"]

_MAX_BYTES = 1_000_000


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
