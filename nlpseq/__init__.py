"""nlpseq: recurrent NLP on today's PyTorch, from raw text to an evaluated model in one command.

The names below are the public ones; each is imported when it is first used, so that `import nlpseq` is quick.

>>> import nlpseq
>>> nlpseq.CharTokenizer().encode("ab")
['a', 'b']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "nlpseq.text": [
        "BasicEnglishTokenizer", "CharTokenizer", "SubwordTokenizer", "TextPipeline", "Tokenizer", "Vocab",
        "WordTokenizer", "build_pipeline",
    ],
    "nlpseq.text.alphabet": ["Alphabet"],
    "nlpseq.text.vectors": ["load_vectors"],
    "nlpseq.data.parallel": ["load_parallel"],
    "nlpseq.data.labelled": ["load_labelled"],
    "nlpseq.data.partition": ["folds", "hold_out"],
    "nlpseq.data.characters": ["encode_files", "text_splits"],
    "nlpseq.data.windows": ["WindowStream"],
    "nlpseq.data.encode": ["encode_dataset"],
    "nlpseq.data.rows": ["EncodedPairs", "EncodedTexts"],
    "nlpseq.data.batch": ["PairBatch", "TextBatch", "collate_pairs", "collate_texts", "pad_sequences"],
    "nlpseq.data.sampler": ["BucketBatchSampler", "row_lengths"],
    "nlpseq.data.loader": ["BatchLoader"],
    "nlpseq.layers.recurrent": ["Recurrent"],
    "nlpseq.layers.packing": ["pack", "pad", "unpad"],
    "nlpseq.layers.attention": ["Attention"],
    "nlpseq.layers.dropout": ["LockedDropout"],
    "nlpseq.layers.norm": ["TokenBatchNorm"],
    "nlpseq.layers.pooling": ["Pooling"],
    "nlpseq.layers.initialisation": ["initialise_recurrent"],
    "nlpseq.models.char_rnn": ["CharRNNModel"],
    "nlpseq.models.classifier": ["ClassifierModel"],
    "nlpseq.models.summarizer": ["SummarizerModel"],
    "nlpseq.models.word_predictor": ["WordPredictor"],
    "nlpseq.models.translator": ["TranslatorModel"],
    "nlpseq.decoding": ["DecodingOptions", "beam_search", "greedy_search"],
    "nlpseq.decoding.processors": ["SamplingOptions"],
    "nlpseq.decoding.sampling": ["sample"],
    "nlpseq.tasks.char_rnn": ["CharRNN", "Score"],
    "nlpseq.tasks.classifier": ["Classifier", "Prediction"],
    "nlpseq.tasks.summarizer": ["Summarizer"],
    "nlpseq.tasks.translator": ["Hypothesis", "Translator"],
    "nlpseq.evaluation.metric": ["as_metric"],
    "nlpseq.errors": ["UserError"],
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'nlpseq' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
