"""`install` in a fresh interpreter each, with no torchtext, a broken one or a working one in its way."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
from pathlib import Path

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


def run(code: str, *, first_on_path: Path) -> str:
    """What `code` prints in an interpreter that looks for modules in this folder first."""
    code = f"import sys; sys.path.insert(0, {str(first_on_path)!r})\n{code}"
    done = subprocess.run([sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


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


def test_it_stands_in_for_a_missing_torchtext_under_every_path(tmp_path: Path) -> None:
    said = run(EVERY_PATH, first_on_path=tmp_path)
    assert said.count("nlpseq.compat.torchtext stands in for it") == 1
    assert "No module named 'torchtext.nowhere'" in said


@pytest.mark.parametrize("code", ["raise OSError('undefined symbol')", "import torchtext.gone", "1 / 0"])
def test_it_stands_in_for_a_broken_one(tmp_path: Path, code: str) -> None:
    write_torchtext(tmp_path, code)
    check = """
from nlpseq.compat.torchtext import install
print(install())
import torchtext
print(torchtext.__version__, 'torchtext.version' in sys.modules)
"""
    said = run(check, first_on_path=tmp_path)
    assert said.startswith("True\n0.18.0+nlpseq False\n") and said.count("stands in for it") == 1


def test_one_that_works_is_left_alone(tmp_path: Path) -> None:
    write_torchtext(tmp_path, "import warnings; warnings.warn('the end is near')\n")
    code = "from nlpseq.compat.torchtext import install\nprint(install(), install())\nimport torchtext\n"
    said = run(f"{code}print(torchtext.__version__)", first_on_path=tmp_path)
    assert said.split() == ["False", "False", "real"]


def test_importing_the_package_is_cheap_and_changes_nothing(tmp_path: Path) -> None:
    code = "import nlpseq.compat.torchtext\nprint({'torch', 'spacy', 'numpy', 'torchtext'} & set(sys.modules))"
    assert run(code, first_on_path=tmp_path) == "set()\n"


def test_a_vocabulary_pickled_by_the_real_torchtext_can_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "vocab.pkl").write_bytes(base64.b64decode(REAL_PICKLE))
    code = f"""
import pickle
from nlpseq.compat.torchtext import install
install()
with open({str(tmp_path / "vocab.pkl")!r}, "rb") as file:
    vocab = pickle.load(file)
print(vocab.get_itos(), vocab(["b", "zz"]), pickle.loads(pickle.dumps(vocab))(["b", "zz"]))
"""
    assert run(code, first_on_path=tmp_path).startswith("['<unk>', 'a', 'b'] [2, 0] [2, 0]\n")


def test_our_own_pickles_need_no_alias() -> None:
    from nlpseq.compat.torchtext.vocab import build_vocab_from_iterator

    v = build_vocab_from_iterator([["b", "a", "b"]])
    assert pickle.loads(pickle.dumps(v)).get_itos() == ["b", "a"]
    assert b"torchtext.vocab" in pickle.dumps(v) and b"_torchtext" not in pickle.dumps(v)
