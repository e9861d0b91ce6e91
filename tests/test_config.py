"""Each check names its key, defaults agree with the decoder's, and nothing is set that cannot be."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from nlpseq.config import (
    RECIPES,
    DecodeSettings,
    ParallelDataSettings,
    TextSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)
from nlpseq.decoding import DecodingOptions
from nlpseq.errors import UserError

POSITIVE = {
    ("data", ParallelDataSettings): ["validation_size", "test_size", "max_length"],
    ("text", TextSettings): ["vocab_size", "min_freq", "sampling_copies"],
    ("model", TranslatorSettings): ["embedding_dim", "hidden_size", "encoder_layers"],
    ("train", TranslateTrainSettings): [
        "max_epochs", "max_minutes", "batch_tokens", "accumulate", "lr", "keep_best", "resume_every_steps",
    ],
    ("decode", DecodeSettings): ["beam_size", "max_length_ratio", "batch_sentences"],
}  # fmt: skip
SHARES = {
    ("text", TextSettings): ["sampling_alpha"],
    ("model", TranslatorSettings): ["dropout", "recurrent_dropout", "word_dropout"],
    ("train", TranslateTrainSettings): ["label_smoothing", "ema_decay", "final_lr"],
}
NOT_NEGATIVE = {
    ("train", TranslateTrainSettings): [
        "warmup_steps", "weight_decay", "l1", "clip_norm", "consistency", "eval_every_steps", "patience",
    ],
    ("decode", DecodeSettings): ["alpha", "coverage_penalty", "min_length", "no_repeat_ngram_size"],
}  # fmt: skip


def each_setting(table: dict, *values: float):
    cases = [(*home, name, value) for home, names in table.items() for name in names for value in values]
    return pytest.mark.parametrize(("section", "settings", "name", "value"), cases)


def check_is_refused(section: str, settings: type, name: str, value: object) -> None:
    with pytest.raises(UserError, match=rf"^{section}\.{name} .*not {value}$"):
        settings(**{name: value})


@each_setting(POSITIVE, 0, -2)
def test_what_must_be_positive(section, settings, name, value) -> None:
    check_is_refused(section, settings, name, value)


@each_setting(SHARES, -0.1, 1.0, math.nan)
def test_what_is_a_share(section, settings, name, value) -> None:
    check_is_refused(section, settings, name, value)


@each_setting(NOT_NEGATIVE, -1, math.nan)
def test_what_must_not_be_negative(section, settings, name, value) -> None:
    check_is_refused(section, settings, name, value)


@each_setting(NOT_NEGATIVE | SHARES, 0)
def test_zero_switches_a_thing_off(section, settings, name, value) -> None:
    assert getattr(settings(**{name: value}), name) == 0


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ParallelDataSettings(src="de", tgt="de"), "data.src and data.tgt are both 'de'"),
        (lambda: TranslatorSettings(hidden_size=33), "model.hidden_size must be even, not 33"),
        (lambda: TextSettings(tokenizer="char", sampling_alpha=0.1), "text.sampling_alpha needs .* not char"),
        (
            lambda: TranslateSettings(text=TextSettings(joint=False), model=TranslatorSettings(tie_embeddings="all")),
            "model.tie_embeddings all needs a joint subword vocabulary",
        ),
        (
            lambda: TranslateSettings(
                text=TextSettings(tokenizer="word"), model=TranslatorSettings(tie_embeddings="all")
            ),
            "model.tie_embeddings all needs a joint subword vocabulary",
        ),
    ],
)
def test_settings_that_contradict_each_other(build, message) -> None:
    with pytest.raises(UserError, match=message):
        build()


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        TranslateTrainSettings().lr = 1.0  # type: ignore[misc]


def test_decoder_and_recipe_have_the_same_defaults() -> None:
    """One default, one place, where the two must each have one."""
    recipe, decoder = DecodeSettings(), DecodingOptions()
    shared = {field.name for field in fields(recipe)} & {field.name for field in fields(decoder)}
    assert shared >= {"beam_size", "length_penalty", "alpha", "coverage_penalty", "min_length", "no_repeat_ngram_size"}
    assert {name: getattr(recipe, name) for name in shared} == {name: getattr(decoder, name) for name in shared}


@pytest.mark.parametrize("task", RECIPES)
def test_every_setting_is_explained(task: str) -> None:
    """`--help` shows the lines under Args, those of the settings that a class takes over too."""
    settings = RECIPES[task]()
    sections = [getattr(settings, field.name) for field in fields(settings)]
    for part in [settings, *filter(is_dataclass, sections)]:
        names = {field.name for field in fields(part)} - {"task"}
        documents = "\n".join(home.__doc__ or "" for home in type(part).__mro__)
        explained = {line.strip().split(":")[0] for line in documents.splitlines() if ": " in line}
        assert names <= explained
