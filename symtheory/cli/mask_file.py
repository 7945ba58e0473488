"""Training cells that the user chose: a file of zeros and ones in the shape of the table."""

from pathlib import Path

import numpy as np

from symtheory.errors import SpecError
from symtheory.groups.table_files import read_array

__all__ = ["read_mask"]

_MOST_BYTES = 1 << 26


def read_mask(text: str) -> tuple[str, ...]:
    """Read a mask, 1 for a training cell: a ``.npy`` array, or lines of 0 and 1 with commas.

    Returns
    -------
    tuple of str
        One string of digits per left operand.

    Raises
    ------
    SpecError
        If the file cannot be read or holds anything else.
    """
    path = Path(text)
    try:
        # A pipe or a device, such as /dev/zero, might never end.
        if not path.is_file():
            raise SpecError(f"cannot read the mask {text!r}: there is no such file")
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise SpecError(f"the mask {path} has {size} bytes, more than {_MOST_BYTES}")
        rows = _from_array(path) if path.suffix == ".npy" else _from_lines(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SpecError(f"cannot read the mask {text!r}: {reason}") from error
    if not rows or not rows[0]:
        raise SpecError(f"the mask {path} is empty; give a row of 0 and 1 for each left operand")
    return rows


def _from_lines(path: Path) -> tuple[str, ...]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        digits = [cell.strip() for cell in line.split(",")]
        if set(digits) - {"0", "1"}:
            wrong = next(cell for cell in digits if cell not in ("0", "1"))
            raise SpecError(f"{path} line {number}: a mask holds 0 and 1, not {wrong!r}")
        rows.append("".join(digits))
    return tuple(rows)


def _from_array(path: Path) -> tuple[str, ...]:
    try:
        array = read_array(path)
    except SpecError as error:
        raise SpecError(f"cannot read the mask {path}: it is no array of numbers") from error
    if array.ndim != 2 or array.dtype.kind not in "bui" or not np.isin(array, (0, 1)).all():
        raise SpecError(
            f"the mask {path} should be a table of 0 and 1, got {array.dtype} of shape "
            f"{array.shape}"
        )
    return tuple("".join(map(str, row)) for row in array.astype(int).tolist())
