"""Every setting of every recipe: its type, default, unit and check, one task a file.

A recipe is a YAML file with these keys; a dotted option (`--train.lr 1e-3`) overrides it. An unknown key is an
error that names the nearest known one. Sizes that follow from others are computed, not set.
"""

from nlpseq.config.classify import (
    ClassifierSettings,
    ClassifierTextSettings,
    ClassifySettings,
    ClassifyTrainSettings,
    LabelledDataSettings,
    PretrainSettings,
)
from nlpseq.config.generate import (
    CharacterSettings,
    CharRNNSettings,
    GenerateSettings,
    GenerateTrainSettings,
    PlainDataSettings,
    SampleSettings,
)
from nlpseq.config.summarize import (
    SummarizerSettings,
    SummarizeSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
    SummaryTextSettings,
)
from nlpseq.config.train import TrainSettings
from nlpseq.config.translate import (
    DecodeSettings,
    ParallelDataSettings,
    TextSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)

# What `task:` says in a recipe -> its settings. Each task has a module of the same name in `nlpseq.tasks`.
RECIPES: dict[str, type] = {
    "translate": TranslateSettings,
    "classify": ClassifySettings,
    "generate": GenerateSettings,
    "summarize": SummarizeSettings,
}
Settings = TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings

__all__ = [
    "RECIPES",
    "CharRNNSettings",
    "CharacterSettings",
    "ClassifierSettings",
    "ClassifierTextSettings",
    "ClassifySettings",
    "ClassifyTrainSettings",
    "DecodeSettings",
    "GenerateSettings",
    "GenerateTrainSettings",
    "LabelledDataSettings",
    "ParallelDataSettings",
    "PlainDataSettings",
    "PretrainSettings",
    "SampleSettings",
    "Settings",
    "SummarizeSettings",
    "SummarizeTrainSettings",
    "SummarizerSettings",
    "SummaryDataSettings",
    "SummaryDecodeSettings",
    "SummaryTextSettings",
    "TextSettings",
    "TrainSettings",
    "TranslateSettings",
    "TranslateTrainSettings",
    "TranslatorSettings",
]
