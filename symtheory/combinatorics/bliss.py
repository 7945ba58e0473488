"""Automorphisms and isomorphisms of colored graphs by BLISS, in a process of its own.

The search for automorphisms is exponential at worst and cannot be interrupted from Python, so it
runs in a child process that is ended after `TIME_LIMIT` seconds of its own time: what is refused
must not depend on what else the machine does. The child is started at the first question and serves
until this process ends. It loads igraph's compiled core alone: the package around it imports
Matplotlib to be ready to draw, which takes a hundred times as long. The two speak over plain pipes,
a length and then NumPy's own archive format without pickles, which work alike on every system.
"""

import atexit
import importlib.machinery
import importlib.util
import io
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping
from math import lcm
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError

__all__ = ["TIME_LIMIT", "automorphisms", "isomorphism"]

TIME_LIMIT = 9.0
"""Seconds of CPU time for one search; a task needs up to six."""

_HAS_TIMER = hasattr(signal, "setitimer")
_PATIENCE = 5 if _HAS_TIMER else 1  # so many times the limit by the clock, on a busy machine

_SPLITTING = "flm"
"""BLISS individualizes a vertex of the first largest cell, of those with most neighbor cells.

The default takes the first largest cell alone: on products mod 210 it needed 8 s instead of 1.5.
The smallest cells first never ended on cyclic groups of order 113.
"""

_Arrays = Mapping[str, NDArray[Any]]


def automorphisms(
    edges: NDArray[np.int64], colors: NDArray[np.int64], *, n_kept: int, is_counted: bool = True
) -> tuple[int, NDArray[np.int64]]:
    """Return the order of the automorphism group of a graph, and generators.

    Parameters
    ----------
    edges : (m, 2) int64
    colors : (n,) int64
        Color of every vertex; automorphisms respect them.
    n_kept : int
        Generators are returned on the first so many vertices, which they must not leave.
    is_counted : bool
        Whether the order is wanted: it may take as long again.

    Returns
    -------
    order : int
        Exactly; 0 if it is not wanted.
    generators : (k, n_kept) int64

    Raises
    ------
    BudgetError
        If the search takes too long.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
    >>> automorphisms(square, np.zeros(4, dtype=np.int64), n_kept=4)[0]
    8
    """
    answer = _ask({"edges": edges, "colors": colors, "is_counted": np.array(is_counted)})
    return int(str(answer["order"])), np.asarray(answer["generators"][:, :n_kept])


def isomorphism(
    first: NDArray[np.int64], second: NDArray[np.int64], colors: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return a color-preserving isomorphism between two graphs, or None if there is none.

    Parameters
    ----------
    first, second : (m, 2) int64
        Edges, none of them twice.
    colors : (n,) int64
        Color of every vertex, in both graphs.

    Returns
    -------
    (n,) int64 or None
        Image in the second graph of each vertex of the first.

    Raises
    ------
    BudgetError
        If the search takes too long.

    Examples
    --------
    >>> import numpy as np
    >>> path, other = np.array([[0, 1], [1, 2]]), np.array([[1, 0], [0, 2]])
    >>> int(isomorphism(path, other, np.zeros(3, dtype=np.int64))[1])  # the middle
    0
    """
    if len(first) != len(second):
        return None
    image = np.asarray(_ask({"edges": first, "second": second, "colors": colors})["image"])
    return image if len(image) else None


class _Child:
    """The process that searches."""

    def __init__(self) -> None:
        # -P: a folder "symtheory" where the user happens to be must not be imported there.
        package = Path(__file__).resolve().parents[2]
        paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603  # our own code, nothing of it the user's
            [sys.executable, "-P", "-c", f"from {__name__} import _serve; _serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def answer(self, question: bytes, seconds: float) -> bytes | None:
        """Return the answer, or None if it did not come in time."""
        pipes, box = self._process, list[bytes | None]()
        if pipes.stdin is None or pipes.stdout is None:
            return None
        try:
            _write(pipes.stdin, question)
        except BrokenPipeError:
            return None
        # A pipe cannot be read with a time limit everywhere; a thread can be waited for.
        reader = Thread(target=lambda: box.append(_read(self._process.stdout)), daemon=True)
        reader.start()
        reader.join(seconds)
        return box[0] if box else None

    def end(self) -> None:
        """End the process, whatever it does."""
        if self.owner == os.getpid():
            self._process.kill()
            self._process.communicate()


_lock = Lock()
_children: list[_Child] = []  # none or one


def _ask(question: _Arrays) -> _Arrays:
    with _lock:
        if _children and _children[0].owner != os.getpid():
            _children.clear()  # we are a fork; the child answers to our parent
        if not _children:
            _children.append(_Child())
        limited = {**question, "limit": np.array(TIME_LIMIT)}
        answer = _children[0].answer(_packed(limited), _PATIENCE * TIME_LIMIT)
        if answer is None:
            _end()
            raise BudgetError(
                f"the symmetries of this table were not found within {TIME_LIMIT:g} s of work (its "
                f"graph has {len(question['colors'])} vertices); take a smaller one"
            )
    return _unpacked(answer)


@atexit.register
def _end() -> None:
    while _children:
        _children.pop().end()


def _serve() -> None:
    """Answer questions from standard input until it ends; runs in the child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's business
    core = _igraph_core()
    while (question := _read(sys.stdin.buffer)) is not None:
        arrays = _unpacked(question)
        _end_after(float(arrays["limit"]))
        answer = _searched(core, arrays)
        _end_after(0)
        _write(sys.stdout.buffer, _packed(answer))


def _end_after(seconds: float) -> None:
    """End this process when it has worked so long; 0 takes that back."""
    if _HAS_TIMER:
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _searched(core: Any, question: _Arrays) -> _Arrays:
    palette = question["colors"].tolist()
    graph = core.GraphBase(len(palette), question["edges"].tolist())
    if "second" in question:
        other = core.GraphBase(len(palette), question["second"].tolist())
        options = {"color1": palette, "color2": palette, "sh1": _SPLITTING, "sh2": _SPLITTING}
        is_one, image, _ = graph.isomorphic_bliss(other, return_mapping_12=True, **options)
        return {"image": np.array(image if is_one else [], dtype=np.int64)}
    found = graph.automorphism_group(sh=_SPLITTING, color=palette)
    if not question["is_counted"]:
        order = 0
    elif len(found) > 1:
        order = int(graph.count_automorphisms(sh=_SPLITTING, color=palette))
    else:  # a cyclic group, whose order its generator tells; counting would search once more
        order = lcm(*(_cycle_lengths(found[0]) if found else ()))
    generators = np.array(found, dtype=np.int64).reshape(len(found), len(palette))
    # Beyond 64 bits only text holds it.
    return {"order": np.array(str(order)), "generators": generators}


def _cycle_lengths(permutation: list[int]) -> set[int]:
    lengths: set[int] = set()
    rest = set(range(len(permutation)))
    while rest:
        point, length = rest.pop(), 1
        while (point := permutation[point]) in rest:
            rest.remove(point)
            length += 1
        lengths.add(length)
    return lengths


def _igraph_core() -> Any:
    """Load igraph's compiled module without the package around it."""
    name = "igraph._igraph"
    package = importlib.util.find_spec("igraph")
    folders = package.submodule_search_locations if package is not None else None
    spec = importlib.machinery.PathFinder.find_spec(name, list(folders or []))
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} was not found; install igraph")
    core = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(core)
    return core


def _packed(arrays: _Arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **dict(arrays))
    return stream.getvalue()


def _unpacked(data: bytes) -> _Arrays:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _write(stream: IO[bytes], data: bytes) -> None:
    stream.write(struct.pack("<Q", len(data)) + data)
    stream.flush()


def _read(stream: IO[bytes] | None) -> bytes | None:
    """Return the next message, None at the end of the stream."""
    head = b"" if stream is None else stream.read(8)
    if stream is None or len(head) < 8:
        return None
    (length,) = struct.unpack("<Q", head)
    data = stream.read(length)
    return data if len(data) == length else None
