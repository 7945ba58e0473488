"""Find the two sister layers when the package is imported straight from a checkout.

Installed, ``symtheory.analysis`` and ``symtheory.experiments`` lie inside the package and nothing
here acts. In a checkout they are the folders ``analysis/`` and ``experiments/`` beside it; the
finder below answers for those two names only, and only where ``pyproject.toml`` shows a checkout.
It is appended to ``sys.meta_path``, so an installed copy is never overridden, and a user's own
``./analysis`` never shadows ours.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

__all__: list[str] = []

_ROOT = Path(__file__).resolve().parent.parent
_LAYERS = {f"symtheory.{layer}": _ROOT / layer for layer in ("analysis", "experiments")}


class _CheckoutFinder:
    """Answer for the two layer names with the folders of the checkout."""

    @staticmethod
    def find_spec(
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG004
        target: ModuleType | None = None,  # noqa: ARG004
    ) -> importlib.machinery.ModuleSpec | None:
        folder = _LAYERS.get(fullname)
        if folder is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )


if (_ROOT / "pyproject.toml").is_file() and all(
    (folder / "__init__.py").is_file() for folder in _LAYERS.values()
):
    sys.meta_path.append(_CheckoutFinder)
