"""What `install` does for `pickle.load` and `torch.load`, so that files of vocabularies, transforms and fields load.

`torch.load` reads weights only since torch 2.6, and what it was told is safe: this package's own plain classes are,
under their own names and under those that pickles of the real torchtext have for them. None runs code of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from nlpseq.compat.torchtext.errors import UserRuntimeError

PACKAGE = __name__.rpartition(".")[0]
# By module below this package: the names whose objects may stand in a file.
SAFE = {
    "_torchtext": ("BERTEncoder", "CLIPEncoder", "Encoder", "GPT2BPEEncoder", "RegexTokenizer", "Vocab"),
    "byte_pairs": ("ByteSymbols", "CLIPTokenizer", "GPT2BPETokenizer"),
    "char_pairs": ("CharBPETokenizer", "CharacterSymbols"),
    "data.utils": ("RandomShuffler", "SpacyTokenizer", "_basic_english_normalize", "_split_tokenizer"),
    "legacy.data.dataset": ("Dataset", "TabularDataset"),
    "legacy.data.example": ("Example",),
    "legacy.data.field.nested": ("NestedField",),
    "legacy.data.field.plain": ("Field", "LabelField", "RawField"),
    "legacy.data.field.reversible": ("ReversibleField",),
    "legacy.data.pipeline": ("Pipeline",),
    "legacy.vocab": ("TokenIds", "Vocab"),
    "masking": ("MaskTransform",),
    "pair_merging": ("PairMerger",),
    "transforms": (
        "AddToken", "LabelToIndex", "PadTransform", "RegexTokenizer", "Sequential", "StrToIntTransform", "ToTensor",
        "Truncate", "VocabTransform",
    ),
    "vocab.vocab": ("Vocab",),
    "word_pieces": ("BERTTokenizer",),
}  # fmt: skip
# Where the real torchtext had them, if elsewhere; all of the older generation had no `legacy` before 0.9.
ORIGINAL_MODULES = {
    "byte_pairs": ("transforms",),
    "char_pairs": ("transforms",),
    "legacy.data.field.nested": ("data.field", "legacy.data.field"),
    "legacy.data.field.plain": ("data.field", "legacy.data.field"),
    "legacy.data.field.reversible": ("data.field", "legacy.data.field"),
    "masking": ("transforms",),
    "word_pieces": ("transforms",),
}


def allow_loading() -> None:
    """Let `torch.load` read files of this package's objects, and of the real torchtext's."""
    import torch

    from nlpseq.text import vocab as text

    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if version >= (2, 6):  # before, files were read in any case, and names could not be given
        torch.serialization.add_safe_globals([text.Vocab, *_named()])
    _explain_compiled_parts(torch._C.ScriptObject)


def _named() -> list[tuple[Any, str]]:
    """Each class with the full names it has in files."""
    named = []
    for inner, names in SAFE.items():
        module = import_module(f"{PACKAGE}.{inner}")
        originals = ORIGINAL_MODULES.get(inner, (inner, inner.removeprefix("legacy.")))
        places = [f"{PACKAGE}.{inner}", *(f"torchtext.{original}" for original in originals)]
        named += [(getattr(module, name), f"{place}.{name}") for name in names for place in places]
    return named


def _explain_compiled_parts(kind: Any) -> None:
    """Where a file of the real torchtext holds an object that its C++ library alone can make, say what to do."""
    load: Callable[[object, Any], None] = kind.__setstate__
    if getattr(load, "explains", False):
        return

    def load_or_explain(script_object: object, state: Any) -> None:
        if isinstance(state, tuple) and str(state[-1]).startswith("__torch__.torch.classes.torchtext."):
            raise UserRuntimeError(
                f"the file holds a {state[-1].rpartition('.')[2]} that only the C++ library of torchtext can load; "
                "make a LabelToIndex anew from its labels, a SentencePieceTokenizer or model from its .model file"
            )
        load(script_object, state)

    load_or_explain.explains = True  # type: ignore[attr-defined]
    kind.__setstate__ = load_or_explain
