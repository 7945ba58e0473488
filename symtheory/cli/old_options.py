"""Options of version 0.1 under their old names, which work until 0.3.

Words are rewritten before they are parsed, so that a parser and its help know the new names only.
"""

from collections.abc import Sequence
from itertools import pairwise

from symtheory.errors import SpecError

__all__ = ["rewritten"]

_RENAMED = {
    "--p": "--mod",
    "--width": "--d-model",
    "--hidden": "--d-mlp",
    "--auxiliary": "--relation",
    "--prompted": "--relation",
    "--key": "--array",
}

_SPLITS = {"--adjacent": "adjacent", "--stratified": "stratified"}
"""Old options without a value, for the values of ``--split`` that say the same now."""

_NONE = ("--relation", "none")

_ONCE = {"--mod", "--d-model", "--d-mlp", "--split"}
"""Options whose old and new name must not both be given: the later would win in silence."""


def rewritten(words: Sequence[str]) -> list[str]:
    """Return the words of a command with every old option under its new name.

    Raises
    ------
    SpecError
        If an option is given under its old and its new name, or one contradicts the other.

    Examples
    --------
    >>> rewritten(["verify", "modadd", "--p", "97", "--loss", "none", "--width=64"])
    ['verify', 'modadd', '--mod', '97', '--d-model=64', '--relation', 'none']
    >>> rewritten(["test", "net.npz", "--role", "x", "--key", "W"])
    ['test', 'net.npz', '--array', 'x=W']
    """
    end = words.index("--") if "--" in words else len(words)
    found: list[str] = []
    given: dict[str, str] = {}
    for word in _with_loss(_with_roles(list(words[:end]))):
        option, sign, value = word.partition("=")
        split = None if sign else _SPLITS.get(option)  # no flag takes a value
        name = _RENAMED.get(option, option) if split is None else "--split"
        if name in _ONCE and given.setdefault(name, option) != option:
            raise SpecError(f"{given[name]} and {option} both give {name}; leave one out")
        found += [name + sign + value] if split is None else [name, split]
    return [*found, *words[end:]]


def _with_roles(words: list[str]) -> list[str]:
    """Join ``--role ROLE`` with the one ``--key NAME`` beside it, into ``--array ROLE=NAME``."""
    roles = _take(words, "--role")
    if not roles:
        return words
    names = _take(words, "--key")
    if len(names) > 1 or any(word.partition("=")[0] == "--array" for word in words):
        raise SpecError("--role is for one array; for several give --array ROLE=NAME for each")
    return [*words, "--array", "=".join([roles[-1], *names])]


def _with_loss(words: list[str]) -> list[str]:
    """Say ``--loss none`` by ``--relation none``; ``--loss symmetry`` is the default."""
    *_, loss = _take(words, "--loss") or [""]
    if loss not in {"", "none", "symmetry"}:
        raise SpecError(f"--loss is symmetry or none, got {loss!r:.60}")
    if loss == "symmetry" and ("--relation=none" in words or _NONE in pairwise(words)):
        raise SpecError("--loss symmetry and --relation none contradict each other; leave one out")
    return [*words, *_NONE] if loss == "none" else words


def _take(words: list[str], option: str) -> list[str]:
    """Take an option out of the words; return its values, of which the last counts."""
    values, left = [], iter(words[:])
    words.clear()
    for word in left:
        name, sign, value = word.partition("=")
        given = value if sign else next(left, None) if name == option else None
        if name == option and given is not None:
            values.append(given)
        else:
            words.append(word)
    return values
