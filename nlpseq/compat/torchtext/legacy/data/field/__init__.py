"""Fields: how one column of a data set becomes tokens, and a batch of them a tensor."""

from __future__ import annotations

from nlpseq.compat.torchtext.legacy.data.field.nested import NestedField
from nlpseq.compat.torchtext.legacy.data.field.plain import Field, LabelField, RawField
from nlpseq.compat.torchtext.legacy.data.field.reversible import ReversibleField, SubwordField

__all__ = ["Field", "LabelField", "NestedField", "RawField", "ReversibleField", "SubwordField"]
