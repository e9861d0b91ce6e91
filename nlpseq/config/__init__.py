"""Every setting of every recipe: its type, default, unit and check, one task a file.

A recipe is a YAML file with these keys; a dotted option (`--train.lr 1e-3`) overrides it. An unknown key is an
error that names the nearest known one. Sizes that follow from others are computed, not set.
"""

from typing import get_args

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
from nlpseq.config.multilabel import MultiLabelDataSettings, MultiLabelSettings, MultiLabelTrainSettings
from nlpseq.config.summarize import (
    SummarizerSettings,
    SummarizeSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
    SummaryTextSettings,
)
from nlpseq.config.tag import TaggedDataSettings, TaggerSettings, TaggerTextSettings, TagSettings, TagTrainSettings
from nlpseq.config.train import TrainSettings
from nlpseq.config.translate import (
    DecodeSettings,
    ParallelDataSettings,
    TextSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)

Settings = (
    TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings | TagSettings | MultiLabelSettings
)
# What `task:` says in a recipe -> its settings.
RECIPES: dict[str, type] = {settings.task: settings for settings in get_args(Settings)}

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
    "MultiLabelDataSettings",
    "MultiLabelSettings",
    "MultiLabelTrainSettings",
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
    "TagSettings",
    "TagTrainSettings",
    "TaggedDataSettings",
    "TaggerSettings",
    "TaggerTextSettings",
    "TextSettings",
    "TrainSettings",
    "TranslateSettings",
    "TranslateTrainSettings",
    "TranslatorSettings",
]
