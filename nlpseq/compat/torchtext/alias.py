"""Make `import torchtext` find this package, where there is no torchtext that works."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

ALIAS = "torchtext"
PACKAGE = __name__.rpartition(".")[0]


def install() -> bool:
    """Let `import torchtext` and the import of any of its submodules find this package.

    A torchtext that can be imported is left alone, version 0.6.0 included, which runs on a current torch: uninstall
    it to have 0.18's interface. Says once, as a warning, that it did something. Pickles of torchtext's own
    vocabularies can be loaded from then on.

    Returns:
        True if `import torchtext` finds this package, from this call or from an earlier one; False if the real
        torchtext works.
    """
    if _installed():
        return True
    if _works():
        return False
    sys.meta_path.insert(0, AliasFinder())
    warnings.warn(
        "torchtext is missing or does not work with this torch; nlpseq.compat.torchtext stands in for it "
        "(see docs/torchtext-differences.md)",
        stacklevel=2,
    )
    return True


def _installed() -> bool:
    return any(isinstance(finder, AliasFinder) for finder in sys.meta_path)


def _works() -> bool:
    """Whether the real torchtext can be imported; what a failed try leaves behind is cleared away."""
    before = set(sys.modules)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of its own end
            import_module(ALIAS)
    except Exception:  # OSError for another torch's library, ImportError where there is none, and more
        for name in set(sys.modules) - before:
            if name == ALIAS or name.startswith(f"{ALIAS}."):
                del sys.modules[name]
        return False
    return True


class AliasFinder(MetaPathFinder):
    """Finds `torchtext` and all below it in this package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module of the same name here, or None."""
        if fullname != ALIAS and not fullname.startswith(f"{ALIAS}."):
            return None
        real = PACKAGE + fullname.removeprefix(ALIAS)
        return ModuleSpec(fullname, _AliasLoader(real)) if find_spec(real) else None


class _AliasLoader(Loader):
    """Gives the one module object a second name."""

    def __init__(self, real: str) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self._real)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has just put the alias there
        # A submodule imported later under its second name would overwrite what its package has under that name:
        # the function `vocab` in `torchtext.vocab`, say.
        for name in list(sys.modules):
            if name.startswith(f"{self._real}."):
                sys.modules.setdefault(ALIAS + name.removeprefix(PACKAGE), sys.modules[name])
