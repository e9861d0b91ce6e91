"""nlpseq: recurrent NLP on today's PyTorch, from raw text to an evaluated model in one command.

The names below are the public ones; each is imported when it is first used, so that `import nlpseq` is quick. A new one
is added twice: to `_HOMES`, and under `TYPE_CHECKING` for editors and type checkers.

>>> import nlpseq
>>> nlpseq.CharTokenizer().encode("ab")
['a', 'b']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    "nlpseq.data.tagged": ["load_tagged"],
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
    "nlpseq.models.tagger": ["TaggerModel"],
    "nlpseq.models.word_predictor": ["WordPredictor"],
    "nlpseq.models.translator": ["TranslatorModel"],
    "nlpseq.decoding": ["DecodingOptions", "beam_search", "greedy_search"],
    "nlpseq.decoding.processors": ["SamplingOptions"],
    "nlpseq.decoding.sampling": ["sample"],
    "nlpseq.answers.classification": ["Prediction"],
    "nlpseq.answers.continuation": ["Likelihood"],
    "nlpseq.answers.hypothesis": ["Hypothesis"],
    "nlpseq.answers.labels": ["LabelSet"],
    "nlpseq.answers.tagging": ["Entity", "Tagged"],
    "nlpseq.tasks.generate.char_rnn": ["CharRNN"],
    "nlpseq.tasks.classify.classifier": ["Classifier"],
    "nlpseq.tasks.multilabel.labeller": ["MultiLabelClassifier"],
    "nlpseq.tasks.summarize.summarizer": ["Summarizer"],
    "nlpseq.tasks.tag.tagger": ["Tagger"],
    "nlpseq.tasks.translate.translator": ["Translator"],
    "nlpseq.onnx.folder": ["load_export"],
    "nlpseq.evaluation.metric": ["as_metric"],
    "nlpseq.errors": ["UserError"],
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


if TYPE_CHECKING:  # the same names, for editors and type checkers
    from nlpseq.answers.classification import Prediction as Prediction
    from nlpseq.answers.continuation import Likelihood as Likelihood
    from nlpseq.answers.hypothesis import Hypothesis as Hypothesis
    from nlpseq.answers.labels import LabelSet as LabelSet
    from nlpseq.answers.tagging import Entity as Entity
    from nlpseq.answers.tagging import Tagged as Tagged
    from nlpseq.data.batch import PairBatch as PairBatch
    from nlpseq.data.batch import TextBatch as TextBatch
    from nlpseq.data.batch import collate_pairs as collate_pairs
    from nlpseq.data.batch import collate_texts as collate_texts
    from nlpseq.data.batch import pad_sequences as pad_sequences
    from nlpseq.data.characters import encode_files as encode_files
    from nlpseq.data.characters import text_splits as text_splits
    from nlpseq.data.encode import encode_dataset as encode_dataset
    from nlpseq.data.labelled import load_labelled as load_labelled
    from nlpseq.data.loader import BatchLoader as BatchLoader
    from nlpseq.data.parallel import load_parallel as load_parallel
    from nlpseq.data.partition import folds as folds
    from nlpseq.data.partition import hold_out as hold_out
    from nlpseq.data.rows import EncodedPairs as EncodedPairs
    from nlpseq.data.rows import EncodedTexts as EncodedTexts
    from nlpseq.data.sampler import BucketBatchSampler as BucketBatchSampler
    from nlpseq.data.sampler import row_lengths as row_lengths
    from nlpseq.data.tagged import load_tagged as load_tagged
    from nlpseq.data.windows import WindowStream as WindowStream
    from nlpseq.decoding import DecodingOptions as DecodingOptions
    from nlpseq.decoding import beam_search as beam_search
    from nlpseq.decoding import greedy_search as greedy_search
    from nlpseq.decoding.processors import SamplingOptions as SamplingOptions
    from nlpseq.decoding.sampling import sample as sample
    from nlpseq.errors import UserError as UserError
    from nlpseq.evaluation.metric import as_metric as as_metric
    from nlpseq.layers.attention import Attention as Attention
    from nlpseq.layers.dropout import LockedDropout as LockedDropout
    from nlpseq.layers.initialisation import initialise_recurrent as initialise_recurrent
    from nlpseq.layers.norm import TokenBatchNorm as TokenBatchNorm
    from nlpseq.layers.packing import pack as pack
    from nlpseq.layers.packing import pad as pad
    from nlpseq.layers.packing import unpad as unpad
    from nlpseq.layers.pooling import Pooling as Pooling
    from nlpseq.layers.recurrent import Recurrent as Recurrent
    from nlpseq.models.char_rnn import CharRNNModel as CharRNNModel
    from nlpseq.models.classifier import ClassifierModel as ClassifierModel
    from nlpseq.models.summarizer import SummarizerModel as SummarizerModel
    from nlpseq.models.tagger import TaggerModel as TaggerModel
    from nlpseq.models.translator import TranslatorModel as TranslatorModel
    from nlpseq.models.word_predictor import WordPredictor as WordPredictor
    from nlpseq.onnx.folder import load_export as load_export
    from nlpseq.tasks.classify.classifier import Classifier as Classifier
    from nlpseq.tasks.generate.char_rnn import CharRNN as CharRNN
    from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier as MultiLabelClassifier
    from nlpseq.tasks.summarize.summarizer import Summarizer as Summarizer
    from nlpseq.tasks.tag.tagger import Tagger as Tagger
    from nlpseq.tasks.translate.translator import Translator as Translator
    from nlpseq.text import BasicEnglishTokenizer as BasicEnglishTokenizer
    from nlpseq.text import CharTokenizer as CharTokenizer
    from nlpseq.text import SubwordTokenizer as SubwordTokenizer
    from nlpseq.text import TextPipeline as TextPipeline
    from nlpseq.text import Tokenizer as Tokenizer
    from nlpseq.text import Vocab as Vocab
    from nlpseq.text import WordTokenizer as WordTokenizer
    from nlpseq.text import build_pipeline as build_pipeline
    from nlpseq.text.alphabet import Alphabet as Alphabet
    from nlpseq.text.vectors import load_vectors as load_vectors
else:

    def __getattr__(name: str) -> Any:
        if name not in _HOME_OF:
            raise AttributeError(f"module 'nlpseq' has no attribute {name!r}")
        return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
