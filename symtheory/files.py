"""Files that are whole or absent."""

import os
from pathlib import Path

from symtheory.errors import RunError

__all__ = ["write_atomic"]


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that no reader ever sees half of it.

    Raises
    ------
    RunError
        If it cannot be written; the draft is removed.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RunError(
            f"cannot write {path}: {error.strerror}; mend that, then continue with --resume"
        ) from error
