"""Options of version 0.1 under their old names, which work until 0.3.

Words are rewritten before they are parsed, so that a parser and its help know the new names only.
"""

from collections.abc import Sequence

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

# An old option, with its value where it has one, for the words that say the same now.
_REPLACED = {
    ("--adjacent",): ("--split", "adjacent"),
    ("--stratified",): ("--split", "stratified"),
    ("--loss", "none"): ("--relation", "none"),
    ("--loss", "symmetry"): (),
}

_ONCE = {"--mod", "--d-model", "--d-mlp", "--split"}
"""Options whose old and new name must not both be given: the later would win in silence."""


def rewritten(words: Sequence[str]) -> list[str]:
    """Return the words of a command with every old option under its new name.

    Raises
    ------
    SpecError
        If an option is given under its old and its new name.

    Examples
    --------
    >>> rewritten(["verify", "modadd", "--p", "97", "--loss", "none", "--width=64"])
    ['verify', 'modadd', '--mod', '97', '--relation', 'none', '--d-model=64']
    >>> rewritten(["test", "net.npz", "--role", "x", "--key", "W"])
    ['test', 'net.npz', '--array', 'x=W']
    """
    end = words.index("--") if "--" in words else len(words)
    left, found = _with_roles(list(words[:end])), list[str]()
    given: dict[str, str] = {}
    while left:
        option, sign, value = left[0].partition("=")
        pair = (option, value) if sign else (option, *left[1:2])
        old = next((o for o in (pair, pair[:1]) if o in _REPLACED), None)
        if old is not None:
            new = _REPLACED[old]
            left = left[1:] if sign else left[len(old) :]
        else:
            new = (_RENAMED.get(option, option) + sign + value,)
            left = left[1:]
        name = new[0].partition("=")[0] if new else ""
        if name in _ONCE and given.setdefault(name, option) != option:
            raise SpecError(f"{given[name]} and {option} both give {name}; leave one out")
        found += new
    return [*found, *words[end:]]


def _with_roles(words: list[str]) -> list[str]:
    """Join ``--role ROLE`` with the one ``--key NAME`` beside it, into ``--array ROLE=NAME``."""
    role = _take(words, "--role")
    if role is None:
        return words
    key = _take(words, "--key")
    if any(word.partition("=")[0] in {"--role", "--key", "--array"} for word in words):
        raise SpecError("--role is for one array; for several give --array ROLE=NAME for each")
    return [*words, "--array", role if key is None else f"{role}={key}"]


def _take(words: list[str], option: str) -> str | None:
    """Take an option and its value out of the words; return the value."""
    for i, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name == option and (sign or i + 1 < len(words)):
            taken = value if sign else words[i + 1]
            del words[i : i + (1 if sign else 2)]
            return taken
    return None
