"""`install` in a fresh interpreter each, with no torchtext, a broken one or a working one in its way.

The real torchtext 0.6.0, which may be installed, is hidden from them but where a test says otherwise.
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

# `vocab(OrderedDict(a=3, b=2), specials=["<unk>"])` with default index 0, pickled by torchtext 0.18.0 on torch 2.3.1.
REAL_PICKLE = """
gASVXAIAAAAAAACMFXRvcmNodGV4dC52b2NhYi52b2NhYpSMBVZvY2FilJOUKYGUfZQojAh0cmFpbmluZ5SIjAtfcGFyYW1ldGVyc5SMC2NvbG
xlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpSMCF9idWZmZXJzlGgJKVKUjBtfbm9uX3BlcnNpc3RlbnRfYnVmZmVyc19zZXSUj5SME19iYWNr
d2FyZF9wcmVfaG9va3OUaAkpUpSMD19iYWNrd2FyZF9ob29rc5RoCSlSlIwWX2lzX2Z1bGxfYmFja3dhcmRfaG9va5ROjA5fZm9yd2FyZF9ob2
9rc5RoCSlSlIwaX2ZvcndhcmRfaG9va3Nfd2l0aF9rd2FyZ3OUaAkpUpSMHF9mb3J3YXJkX2hvb2tzX2Fsd2F5c19jYWxsZWSUaAkpUpSMEl9m
b3J3YXJkX3ByZV9ob29rc5RoCSlSlIweX2ZvcndhcmRfcHJlX2hvb2tzX3dpdGhfa3dhcmdzlGgJKVKUjBFfc3RhdGVfZGljdF9ob29rc5RoCS
lSlIwVX3N0YXRlX2RpY3RfcHJlX2hvb2tzlGgJKVKUjBpfbG9hZF9zdGF0ZV9kaWN0X3ByZV9ob29rc5RoCSlSlIwbX2xvYWRfc3RhdGVfZGlj
dF9wb3N0X2hvb2tzlGgJKVKUjAhfbW9kdWxlc5RoCSlSlIwFdm9jYWKUjBR0b3JjaHRleHQuX3RvcmNodGV4dJSMBVZvY2FilJOUKYGUKIwFMC
4wLjKUXZRLAGFdlCiMBTx1bms+lIwBYZSMAWKUZV2UdJRidWIu
"""

Python = Callable[..., str]


def write_torchtext(folder: Path, code: str) -> None:
    package = folder / "torchtext"
    package.mkdir()
    (package / "version.py").write_text("__version__ = 'real'\n")
    (package / "__init__.py").write_text(f"from torchtext.version import __version__\n{code}")


EVERY_PATH = """
from nlpseq.compat.torchtext import install
assert install() is True and install() is True
import torchtext
from torchtext.data.utils import get_tokenizer
from torchtext.vocab import build_vocab_from_iterator, vocab
import torchtext.vocab.vocab, torchtext.vocab.vocab_factory, torchtext.vocab.vectors
import torchtext.transforms as T, torchtext.functional, torchtext.data.metrics, torchtext.data.functional
import torchtext.datasets, torchtext.utils
from torchtext import data, datasets

import nlpseq.compat.torchtext as real
assert torchtext is real and torchtext.vocab is real.vocab and sys.modules["torchtext.utils"] is real.utils
assert torchtext.__spec__.name == torchtext.vocab.__spec__.name.rpartition(".")[0] == "nlpseq.compat.torchtext"
assert torchtext.vocab.vocab is vocab is real.vocab.vocab and callable(vocab)
assert isinstance(build_vocab_from_iterator([["a"]]), torchtext.vocab.Vocab)
assert torchtext.data.get_tokenizer is get_tokenizer is data.get_tokenizer
assert torchtext.__version__.startswith("0.18.0")
torchtext.disable_torchtext_deprecation_warning()
try:
    import torchtext.nowhere
except ModuleNotFoundError as error:
    print(error)
"""


def test_it_stands_in_for_a_missing_torchtext_under_every_path(python: Python) -> None:
    said = python(EVERY_PATH)
    assert said.count("nlpseq.compat.torchtext stands in for it") == 1
    assert "No module named 'torchtext.nowhere'" in said


@pytest.mark.parametrize("code", ["raise OSError('undefined symbol')", "import torchtext.gone", "1 / 0"])
def test_it_stands_in_for_a_broken_one(python: Python, tmp_path: Path, code: str) -> None:
    write_torchtext(tmp_path, code)
    check = """
try:
    import torchtext
except Exception:
    pass
from nlpseq.compat.torchtext import install
print(install())
import torchtext
print(torchtext.__version__, 'torchtext.version' in sys.modules)
"""
    said = python(check, hide=False)
    assert said.startswith("True\n0.18.0+nlpseq False\n") and said.count("stands in for it") == 1


def test_a_folder_of_that_name_is_no_torchtext(python: Python, tmp_path: Path) -> None:
    (tmp_path / "torchtext").mkdir()
    code = """
import types
sys.modules["torchtext"] = types.ModuleType("torchtext")  # what Python makes of a folder without files
sys.modules["torchtext"].__file__ = None
from nlpseq.compat.torchtext import install
print(install())
import torchtext
print(torchtext.__version__)
"""
    assert python(code).startswith("True\n0.18.0+nlpseq\n")


def test_one_that_works_is_left_alone(python: Python, tmp_path: Path) -> None:
    write_torchtext(tmp_path, "import warnings; warnings.warn('the end is near')\n")
    code = "from nlpseq.compat.torchtext import install\nprint(install(), install(legacy=True))\nimport torchtext\n"
    said = python(f"{code}print(torchtext.__version__)", hide=False)
    assert said.split() == ["False", "False", "real"]


def test_one_of_the_older_generation_is_left_alone_and_its_age_told(python: Python, tmp_path: Path) -> None:
    write_torchtext(tmp_path, "import types; data = types.SimpleNamespace(Field=1)\n")
    code = "from nlpseq.compat.torchtext import install\nprint(install(legacy=True))\nprint(install())"
    said = python(code, hide=False)
    assert said.startswith("False\nFalse\n") and said.count("Warning") == 1
    assert "torchtext real works and is left alone; it has the names before 0.9 only" in said


def test_the_real_torchtext_is_left_alone(python: Python, original: ModuleType) -> None:
    code = """
from nlpseq.compat.torchtext import install
print(install(legacy=True), install())
import torchtext
print(torchtext.__version__, torchtext.data.Field.__module__)
"""
    said = python(code, hide=False)
    assert said.startswith("False False\n0.6.0 torchtext.data.field\n")
    assert "torchtext 0.6.0 works and is left alone" in said


OLD_PATHS = """
from nlpseq.compat.torchtext import install
assert install(legacy=True) is True and install(legacy=True) is True
import torchtext
import torchtext.data as data
from torchtext.data import BucketIterator, Field, batch
from torchtext.data.field import LabelField
from torchtext.datasets import IMDB, text_classification
from torchtext.vocab import GloVe, Vocab
import torchtext.data.batch, torchtext.datasets.imdb, torchtext.utils
import torchtext.legacy.data.field
from torchtext.legacy import data as data_of_0_9
from torchtext.legacy.datasets import Multi30k

import nlpseq.compat.torchtext.legacy as ours
assert torchtext is torchtext.legacy is ours and torchtext.data is data is data_of_0_9 is ours.data
assert Field is ours.data.Field and data.LabelField is LabelField and callable(batch) and batch is data.batch
assert torchtext.datasets.IMDB is IMDB is ours.datasets.IMDB and Vocab is torchtext.vocab.Vocab is ours.vocab.Vocab
assert sys.modules["torchtext.legacy.data.field"] is sys.modules["torchtext.data.field"] is ours.data.field
assert torchtext.__version__.startswith("0.6.0")
for name in ("torchtext.transforms", "torchtext.data.to_map_style_dataset", "torchtext.experimental.vocab"):
    module, _, attribute = name.rpartition(".")
    try:
        exec(f"from {module} import {attribute}")
    except ImportError as error:
        print(error)
for module, attribute in ((torchtext, "functional"), (torchtext.vocab, "vocab"), (torchtext.datasets, "SST2")):
    try:
        getattr(module, attribute)
    except AttributeError as error:
        print(error)
"""


def test_the_older_generation_stands_at_its_old_places(python: Python) -> None:
    said = python(OLD_PATHS).splitlines()
    later = "is of torchtext from 0.9 on; call nlpseq.compat.torchtext.install() without legacy, or import it from"
    assert said[:2] == [
        f"torchtext.transforms {later} nlpseq.compat.torchtext",
        f"torchtext.data.to_map_style_dataset {later} nlpseq.compat.torchtext.data",
    ]
    assert said[2].startswith("torchtext.experimental is not offered; use nlpseq.compat.torchtext.vocab")
    assert said[3:6] == [
        f"torchtext.functional {later} nlpseq.compat.torchtext",
        f"torchtext.vocab.vocab {later} nlpseq.compat.torchtext.vocab",
        f"torchtext.datasets.SST2 {later} nlpseq.compat.torchtext.datasets",
    ]
    assert "\n".join(said).count("nlpseq.compat.torchtext.legacy stands in for it") == 1


def test_the_generation_can_be_changed(python: Python) -> None:
    code = """
from nlpseq.compat.torchtext import install
for legacy in (False, True, False):
    assert install(legacy=legacy)
    try:
        from torchtext.data import Field
    except ImportError as error:
        print(error)
    import torchtext.vocab
    print(torchtext.__version__, hasattr(torchtext, "transforms"), hasattr(torchtext.vocab, "vocab"))
"""
    refused, new, old, again, last, *warned = python(code).splitlines()
    assert refused == again
    assert refused.startswith("torchtext.data.Field is of torchtext before 0.9; call ") and "legacy=True" in refused
    assert new == last == "0.18.0+nlpseq True True" and old == "0.6.0+nlpseq False False"
    assert "".join(warned).count("stands in for it") == 1


def test_a_library_that_imports_torchtext_works_after_install(python: Python, tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("from torchtext.vocab import Vocab, vocab\nclass Genes(Vocab): pass\n")
    code = """
from nlpseq.compat.torchtext import install
install()
from library import Genes, vocab
print(Genes(vocab({"a": 1, "b": 1}).vocab)(["b"]))
"""
    assert python(code).startswith("[1]\n")


def test_importing_the_package_is_cheap_and_changes_nothing(python: Python) -> None:
    code = "import nlpseq.compat.torchtext\nprint({'torch', 'spacy', 'numpy', 'torchtext'} & set(sys.modules))"
    assert python(code) == "set()\n"


def test_a_vocabulary_pickled_by_the_real_torchtext_can_be_loaded(python: Python, tmp_path: Path) -> None:
    (tmp_path / "vocab.pkl").write_bytes(base64.b64decode(REAL_PICKLE))
    code = """
import pickle
from nlpseq.compat.torchtext import install
install()
with open("vocab.pkl", "rb") as file:
    vocab = pickle.load(file)
print(vocab.get_itos(), vocab(["b", "zz"]), pickle.loads(pickle.dumps(vocab))(["b", "zz"]))
"""
    assert python(code).startswith("['<unk>', 'a', 'b'] [2, 0] [2, 0]\n")


def test_our_own_pickles_need_no_alias() -> None:
    from nlpseq.compat.torchtext.vocab import build_vocab_from_iterator

    v = build_vocab_from_iterator([["b", "a", "b"]])
    assert pickle.loads(pickle.dumps(v)).get_itos() == ["b", "a"]
    assert b"torchtext.vocab" in pickle.dumps(v) and b"_torchtext" not in pickle.dumps(v)
