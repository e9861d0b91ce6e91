"""`from torchtext.x import *` brings the names of the original and none of what its module needs itself."""

from __future__ import annotations

import pytest

import nlpseq.compat.torchtext as package
import nlpseq.compat.torchtext.transforms as T

# What 0.18.0, and 0.6.0 under `legacy`, give: their `__all__`, or the classes and functions defined there.
NAMES = {
    "data": "bleu_score get_tokenizer interleave_keys generate_sp_model load_sp_model sentencepiece_numericalizer "
    "sentencepiece_tokenizer custom_replace simple_space_split numericalize_tokens_from_iterator filter_wikipedia_xml "
    "to_map_style_dataset",
    "data.functional": "generate_sp_model load_sp_model sentencepiece_numericalizer sentencepiece_tokenizer "
    "numericalize_tokens_from_iterator filter_wikipedia_xml to_map_style_dataset",
    "data.metrics": "bleu_score",
    "data.utils": "get_tokenizer is_tokenizer_serializable interleave_keys get_torch_version dtype_to_attr "
    "ngrams_iterator RandomShuffler",
    "functional": "to_tensor truncate add_token str_to_int",
    "transforms": "SentencePieceTokenizer VocabTransform ToTensor LabelToIndex Truncate AddToken PadTransform "
    "StrToIntTransform GPT2BPETokenizer CharBPETokenizer RegexTokenizer Sequential",
    "utils": "LOCK_TIMEOUT get_lock_dir reporthook validate_file download_from_url extract_archive "
    "get_asset_local_path",
    "vocab": "Vocab vocab build_vocab_from_iterator GloVe FastText CharNGram pretrained_aliases Vectors",
    "vocab.vectors": "Vectors GloVe FastText CharNGram pretrained_aliases",
    "vocab.vocab": "Vocab",
    "vocab.vocab_factory": "vocab build_vocab_from_iterator",
    "legacy.data.batch": "Batch",
    "legacy.data.example": "Example",
    "legacy.data.functional": "generate_sp_model load_sp_model sentencepiece_numericalizer sentencepiece_tokenizer "
    "numericalize_tokens_from_iterator",
    "legacy.data.pipeline": "Pipeline",
    "legacy.datasets.imdb": "IMDB",
    "legacy.datasets.language_modeling": "LanguageModelingDataset WikiText2 WikiText103 PennTreebank",
    "legacy.datasets.nli": "ShiftReduceField ParsedTextField NLIDataset SNLI MultiNLI XNLI",
    "legacy.datasets.sequence_tagging": "SequenceTaggingDataset UDPOS CoNLL2000Chunking",
    "legacy.datasets.sst": "SST",
    "legacy.datasets.text_classification": "TextClassificationDataset AG_NEWS SogouNews DBpedia YelpReviewPolarity "
    "YelpReviewFull YahooAnswers AmazonReviewPolarity AmazonReviewFull DATASETS LABELS URLS",
    "legacy.datasets.translation": "TranslationDataset Multi30k IWSLT WMT14",
    "legacy.datasets.trec": "TREC",
}


@pytest.mark.parametrize("module", NAMES)
def test_a_star_brings_the_originals_names(module: str) -> None:
    scope = {"T": T, "io": None, "re": None}
    exec(f"from {package.__name__}.{module} import *", scope)
    assert (scope.pop("T"), scope.pop("io"), scope.pop("re")) == (T, None, None)
    assert set(scope) - {"__builtins__"} == set(NAMES[module].split())
