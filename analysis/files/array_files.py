"""Arrays in files, read without pickle: .npy, .npz, .safetensors and .csv.

What a file claims to hold is read and checked before any of its numbers: the kind of number, and
the memory that they would take. So neither a cut-off file, nor objects that only a pickle could
bring back, nor an archive that unpacks to more than it says gets as far as being loaded.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError, SpecError

from .point_tables import read_point_table

__all__ = ["FORMATS", "ArrayFile", "ArrayHead", "open_arrays"]

FORMATS = (".npy", ".npz", ".safetensors", ".csv")

_MAX_BYTES = 2**28
"""Most memory for one array as float64: 1024 tokens of 32,768 coordinates."""

_MAX_HEADER = 10_000  # bytes; a header of .npy with one plain array has about a hundred
_SAFETENSORS_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "C64": "complex64",
    "BOOL": "bool",
    **{f"{kind}{size}": f"{word}{size}" for kind, word in (("I", "int"), ("U", "uint"))
       for size in (8, 16, 32, 64)},
}  # fmt: skip
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,  # encrypted
    NotImplementedError,  # packed by an unknown method
)
_PICKLES = {".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle"}


@dataclass(frozen=True, slots=True)
class ArrayHead:
    """Header of one array in a file: its shape and type.

    Parameters
    ----------
    shape : tuple of int
    dtype : str
        Such as ``"float32"``.
    """

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        size = " × ".join(map(str, self.shape)) or "one number"
        return f"{size:.60}, {self.dtype:.40}"


@dataclass(frozen=True, slots=True, eq=False)
class ArrayFile:
    """A file of named arrays; the one of a .npy or .csv file has the name of the file.

    Parameters
    ----------
    path : Path
    heads : mapping of str to ArrayHead
    labels : tuple of str or None
        Labels of the rows, where a CSV file has them.
    """

    path: Path
    heads: Mapping[str, ArrayHead]
    labels: tuple[str, ...] | None
    _load: Callable[[str], "NDArray[np.generic]"]

    @property
    def listing(self) -> str:
        """The arrays with their shapes, as a phrase."""
        names = list(self.heads)
        shown = ", ".join(f"{name!r:.60} ({self.heads[name]})" for name in names[:12])
        return f"it holds {shown or 'no array'}" + (
            f" and {len(names) - 12} more" * bool(names[12:])
        )

    def read(self, name: str) -> NDArray[np.float64]:
        """Return one matrix.

        Raises
        ------
        SpecError
            If there is no array of that name, it is no matrix of real numbers, or it is damaged.
        BudgetError
            If it is too large.
        """
        if name not in self.heads:
            raise SpecError(f"{self.path} has no array {name!r:.60}; {self.listing}")
        head = self.heads[name]
        self._check_kind(name, head)
        if len(head.shape) != 2:
            raise SpecError(
                f"{self.path}: the array {name!r:.60} has shape {head.shape}; an embedding is a "
                f"matrix with one row for each token; {self.listing}"
            )
        n_bytes = 8 * head.shape[0] * head.shape[1]
        if n_bytes > _MAX_BYTES:
            raise BudgetError(
                f"{self.path}: the array {name!r:.60} ({head}) would take {n_bytes / 1e6:.0f} MB, "
                f"the limit is {_MAX_BYTES / 1e6:.0f} MB; save the rows of the task's tokens alone"
            )
        return self._load(name).astype(np.float64)

    def _check_kind(self, name: str, head: ArrayHead) -> None:
        dtype = head.dtype
        if dtype in {"float16", "bfloat16", "float32", "float64", "float128", "longdouble"}:
            return
        if dtype == "object":
            problem = "holds Python objects, which could run code on loading; save plain numbers"
        elif dtype.startswith("complex"):
            problem = f"is complex ({dtype}); save real and imaginary parts side by side, as float"
        elif dtype.startswith(("int", "uint", "bool")):
            problem = f"holds {dtype}; an embedding is real numbers: if it is one, save it as float"
        else:
            problem = f"holds {dtype:.60}; save it as float32 or float64"
        raise SpecError(f"{self.path}: the array {name!r:.60} {problem}")


def open_arrays(path: Path) -> ArrayFile:
    """Return what a file holds; the numbers themselves are read later, those of a CSV file now.

    Raises
    ------
    SpecError
        If there is no such file, or it is none of the four formats or damaged.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise SpecError(f"there is no file {path}")
    if path.is_dir():
        raise SpecError(f"{path} is a folder; name a file of it ({', '.join(FORMATS)})")
    if suffix not in FORMATS:
        hint = "; it may be a pickle, which is not read: see docs/embeddings.md"
        raise SpecError(
            f"{path}: embeddings are read from {', '.join(FORMATS)} files, not "
            f"{suffix or 'a file without extension'}{hint if suffix in _PICKLES else ''}"
        )
    if not path.is_file():
        raise SpecError(f"{path} is no ordinary file")
    if not path.stat().st_size:
        raise SpecError(f"{path} is empty")
    readers = {".npy": _npy, ".npz": _npz, ".safetensors": _safetensors, ".csv": _csv}
    file = readers[suffix](path)
    if not file.heads:
        raise SpecError(f"{path} holds no array")
    return file


def _csv(path: Path) -> ArrayFile:
    table = read_point_table(path)
    head = ArrayHead(table.points.shape, "float64")
    return ArrayFile(path, {path.stem: head}, table.labels, lambda _: table.points)


def _npy(path: Path) -> ArrayFile:
    with path.open("rb") as file:
        head, n_bytes = _npy_head(file, str(path))
        there = path.stat().st_size - file.tell()
    if head.dtype != "object" and there != n_bytes:
        what = "is cut off" if there < n_bytes else "has bytes behind its array"
        raise SpecError(f"{path} {what}: {head} are {n_bytes} bytes, the file has {there}")

    def load(_: str) -> "NDArray[np.generic]":
        with path.open("rb") as file:
            return _numbers(file, str(path))

    return ArrayFile(path, {path.stem: head}, None, load)


def _npz(path: Path) -> ArrayFile:
    heads: dict[str, ArrayHead] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                name = member.removesuffix(".npy")
                if name == member:
                    continue  # no array
                if name in heads:
                    raise SpecError(f"{path} holds two arrays named {name!r:.60}")
                with archive.open(member) as file:
                    heads[name] = _npy_head(file, f"{path}, array {name!r:.60}")[0]
    except _ZIP_ERRORS as error:
        raise SpecError(f"{path} is no whole .npz file: {error}") from None

    def load(name: str) -> "NDArray[np.generic]":
        where = f"{path}, array {name!r:.60}"
        try:
            with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as file:
                array = _numbers(file, where)
                if file.read(1):  # reading on to the end also compares the checksum
                    raise SpecError(f"{where}: the archive holds more bytes than the array has")
        except _ZIP_ERRORS as error:
            raise SpecError(f"{where} is damaged: {error}") from None
        return array

    return ArrayFile(path, heads, None, load)


def _npy_head(file: IO[bytes], where: str) -> tuple[ArrayHead, int]:
    """Return what a .npy stream says of its array, and the number of bytes that follow."""
    start = file.read(6)
    if start[:1] == b"\x80":
        raise SpecError(
            f"{where} is a pickle, which could run code on loading; save the array of numbers "
            "itself with numpy.save"
        )
    if start != b"\x93NUMPY":
        raise SpecError(f"{where} is no .npy file: it does not begin as one")
    version = file.read(2)
    width = 2 if version[:1] == b"\x01" else 4
    length = file.read(width)
    size = int.from_bytes(length, "little")
    if size > _MAX_HEADER:
        raise SpecError(f"{where}: a header of {size} bytes is no plain array's")
    stream = BytesIO(start + version + length + file.read(size))
    try:
        np.lib.format.read_magic(stream)
        reader = (
            np.lib.format.read_array_header_1_0
            if width == 2
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = reader(stream)
    except Exception as error:  # numpy's reader of headers lets errors of any kind through
        reason = str(error).partition(":")[0]  # what follows quotes the header, or is no help
        raise SpecError(f"{where} has no readable header: {reason:.80}") from None
    if any(isinstance(length, bool) or length < 0 for length in shape):
        raise SpecError(f"{where} has an impossible shape: {shape!s:.80}")
    head = ArrayHead(tuple(map(int, shape)), "object" if dtype.hasobject else dtype.name)
    return head, dtype.itemsize * math.prod(head.shape)


def _numbers(file: IO[bytes], where: str) -> "NDArray[np.generic]":
    try:
        array: NDArray[np.generic] = np.lib.format.read_array(file, allow_pickle=False)
    except ValueError as error:
        raise SpecError(f"{where} is cut off: {error!s:.80}") from None
    return array


def _safetensors(path: Path) -> ArrayFile:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            slices = {name: file.get_slice(name) for name in sorted(file.keys())}
            heads = {name: _safetensors_head(part) for name, part in slices.items()}
    except (SafetensorError, OSError, ValueError) as error:
        raise SpecError(f"{path} is no whole .safetensors file: {error!s:.120}") from None

    def load(name: str) -> "NDArray[np.generic]":
        if heads[name].dtype == "bfloat16":  # numpy has no such type, so the library cannot
            return _bfloat16(path, name).reshape(heads[name].shape)
        with safe_open(path, framework="np") as file:
            array: NDArray[np.generic] = file.get_tensor(name)
            return array

    return ArrayFile(path, heads, None, load)


def _safetensors_head(part: object) -> ArrayHead:
    shape, kind = part.get_shape(), str(part.get_dtype())  # type: ignore[attr-defined]
    return ArrayHead(tuple(map(int, shape)), _SAFETENSORS_TYPES.get(kind, kind))


def _bfloat16(path: Path, name: str) -> "NDArray[np.float32]":
    """Return numbers whose 16 bits are the upper half of those of a float32.

    The library has checked the header: its length in 8 bytes, then JSON with the place of each
    array behind it.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        first, last = json.loads(file.read(length))[name]["data_offsets"]
        file.seek(8 + length + first)
        halves = np.frombuffer(file.read(last - first), dtype="<u2")
    return (halves.astype(np.uint32) << 16).view(np.float32)
