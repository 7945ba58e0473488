"""Worker processes: several sweep points at a time, each in one of its own."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TypeVar

from symtheory.errors import RunError
from symtheory.files import write_atomic

__all__ = ["in_processes"]

_W = TypeVar("_W")
_R = TypeVar("_R")


def in_processes(
    works: Sequence[_W],
    do: Callable[[_W, Callable[[], bool]], _R],
    *,
    jobs: int,
    folder: Path,
    interrupted: Callable[[], bool],
) -> Iterator[_R]:
    """Do several pieces of work at a time, each in a process with one thread.

    Parameters
    ----------
    works : sequence
        What can be sent to another process.
    do : callable
        Called with a piece of work and a function that says whether to stop; of a module.
    jobs : int
    folder : Path
        Where a file stands as long as the processes shall go on.
    interrupted : callable
        Asked ten times a second.

    Yields
    ------
    What ``do`` returns, in the order in which it ends.

    Raises
    ------
    RunError
        If a process was killed.
    """
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with _running(folder, interrupted) as flag:
        here = os.getpid(), Path.cwd()
        calls = (delayed(_in_process)(do, work, flag, *here) for work in works)
        try:
            with ExitStack() as opened:
                opened.enter_context(parallel_config(backend="loky", inner_max_num_threads=1))
                with _deaf_to_interrupts():
                    parallel = opened.enter_context(
                        Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
                    )
                    list(parallel(delayed(os.getpid)() for _ in range(jobs)))
                yield from parallel(calls)
        except TerminatedWorkerError as error:
            raise RunError(
                "a process of the sweep was killed, perhaps for want of memory; give the same "
                "command again, with fewer --jobs"
            ) from error


def _in_process(
    do: Callable[[_W, Callable[[], bool]], _R], work: _W, flag: Path, parent: int, place: Path
) -> _R:
    """Do a piece of work in a process of its own, as long as it is wanted."""
    import torch

    os.chdir(place)  # a process that is used again stands where it was started
    torch.set_num_threads(1)
    return do(work, lambda: os.getppid() != parent or not flag.exists())


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let the processes that are started here never hear of Ctrl-C, from their birth on.

    It reaches all processes of a terminal, but the parent passes it on in its own way. What it
    hears meanwhile it is told afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - not on every system
        yield
        return
    resource_tracker.ensure_running()  # starting it undoes what follows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _running(folder: Path, interrupted: Callable[[], bool]) -> Iterator[Path]:
    """Keep a file that is there as long as the processes shall go on.

    Taking a file away works on a full disk, too.
    """
    flag, over = folder / ".running", threading.Event()
    write_atomic(flag, b"")

    def watch() -> None:
        while not over.wait(0.1):
            if interrupted():
                flag.unlink(missing_ok=True)
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield flag
    finally:
        over.set()
        watcher.join()
        flag.unlink(missing_ok=True)
