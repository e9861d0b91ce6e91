"""A module for each data set, as torchtext has them: `torchtext.datasets.imdb` with `IMDB`, `URL`, `MD5`, `NUM_LINES`.

Programs import the data set from there, and write links of their own into `URL`; here those are not used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from nlpseq.compat.torchtext.datasets.origins import ORIGINS
from nlpseq.compat.torchtext.notices import say_once

PACKAGE = __name__.rpartition(".")[0]


class Links(dict[str, str]):
    """Links by split; knows whether a program wrote one, be it the one that stood there."""

    written = False

    def __setitem__(self, split: str, link: str) -> None:
        self.written = True
        super().__setitem__(split, link)


def add_module(name: str, data_set: Callable[..., Any]) -> ModuleType:
    """The module of a data set, to be imported from now on."""
    full = f"{PACKAGE}.{name.lower()}"
    module = ModuleType(full, data_set.__doc__)
    module.__spec__ = ModuleSpec(full, None)
    facts = deepcopy(ORIGINS[name])
    if isinstance(facts["URL"], dict):
        facts["URL"] = Links(facts["URL"])
    vars(module).update({name: data_set, "DATASET_NAME": name, **facts})
    sys.modules[full] = module
    return module


def say_if_links_were_written(name: str) -> None:
    """Say, once, that the links that stand in the module of a data set are not used, if a program wrote them there."""
    module = sys.modules.get(f"{PACKAGE}.{name.lower()}")
    links, original = getattr(module, "URL", None), ORIGINS[name]["URL"]
    if links != original or getattr(links, "written", isinstance(links, dict)):
        say_once(
            f"{name}: the links written to torchtext.datasets.{name.lower()}.URL are not used; its files are taken "
            f"from the folder datasets/{name} of root, or its rows from the Hugging Face hub"
        )
