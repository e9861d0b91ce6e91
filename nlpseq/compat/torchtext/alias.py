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

from nlpseq.compat.torchtext.loading import allow_loading

ALIAS = "torchtext"
PACKAGE = __name__.rpartition(".")[0]
LEGACY = f"{PACKAGE}.legacy"


def install(*, legacy: bool = False) -> bool:
    """Let `import torchtext` and the import of any of its submodules find this package.

    `torchtext.legacy`, for code of 0.9 to 0.11, is there in any case. A torchtext that can be imported is left alone,
    version 0.6.0 included, which runs on a current torch: uninstall it to have 0.18's interface. Says once, as a
    warning, that it did something. Pickles of torchtext's own vocabularies, transforms and fields can be loaded from
    then on, and `torch.load` takes them and this package's for safe.

    Args:
        legacy: `torchtext` itself is the generation before 0.9, with `torchtext.data.Field` and what belongs to it;
            otherwise that of 0.12 to 0.18. A later call with the other value changes what is imported from then on.

    Returns:
        True if `import torchtext` finds this package, from this call or from an earlier one; False if the real
        torchtext works.
    """
    package = LEGACY if legacy else PACKAGE
    finder = next((finder for finder in sys.meta_path if isinstance(finder, AliasFinder)), None)
    if finder is not None:
        if finder.package != package:
            _forget()
            finder.package = package
        return True
    if (real := _real()) is not None:
        if not legacy and hasattr(getattr(real, "data", None), "Field"):
            warnings.warn(
                f"torchtext {real.__version__} works and is left alone; it has the names before 0.9 only: for later "
                "ones uninstall it, or import nlpseq.compat.torchtext",
                stacklevel=2,
            )
        return False
    _forget()
    sys.meta_path.insert(0, AliasFinder(package))
    allow_loading()
    warnings.warn(
        f"torchtext is missing or does not work with this torch; {package} stands in for it "
        "(see docs/torchtext-differences.md)",
        stacklevel=2,
    )
    return True


def _real() -> ModuleType | None:
    """The real torchtext, if it can be imported."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of its own end
            module = import_module(ALIAS)
    except Exception:  # OSError for another torch's library, ImportError where there is none, and more
        return None
    return module if getattr(module, "__file__", None) else None  # a folder that happens to be called so has none


def _forget() -> None:
    """Clear away what earlier imports, failed ones too, have left behind under torchtext's name."""
    for name in list(sys.modules):
        if name == ALIAS or name.startswith(f"{ALIAS}."):
            del sys.modules[name]


class AliasFinder(MetaPathFinder):
    """Finds `torchtext` and all below it in a package of ours.

    Args:
        package: what `torchtext` itself is; `torchtext.legacy` is always `LEGACY`.
    """

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module of the same name here, or None."""
        for alias, package in ((f"{ALIAS}.legacy", LEGACY), (ALIAS, self.package)):
            if fullname == alias or fullname.startswith(f"{alias}."):
                real = package + fullname.removeprefix(alias)
                return ModuleSpec(fullname, _AliasLoader(real)) if find_spec(real) else None
        return None


class _AliasLoader(Loader):
    """Gives the one module object a second name."""

    def __init__(self, real: str) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self._real)
        self._alias, self._spec = spec.name, module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has just put the alias there
        # A submodule imported later under its second name would overwrite what its package has under that name:
        # the function `vocab` in `torchtext.vocab`, say.
        for name in list(sys.modules):
            if name.startswith(f"{self._real}."):
                sys.modules.setdefault(self._alias + name.removeprefix(self._real), sys.modules[name])
