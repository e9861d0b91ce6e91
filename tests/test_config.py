"""Each check names its key, defaults agree with the decoder's, and nothing is set that cannot be."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from nlpseq.config import (
    RECIPES,
    CharacterSettings,
    CharRNNSettings,
    ClassifierSettings,
    ClassifierTextSettings,
    ClassifySettings,
    ClassifyTrainSettings,
    DecodeSettings,
    GenerateSettings,
    GenerateTrainSettings,
    LabelledDataSettings,
    ParallelDataSettings,
    PlainDataSettings,
    PretrainSettings,
    SampleSettings,
    SummarizerSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
    SummaryTextSettings,
    TextSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)
from nlpseq.config.types import options_of, setting_types
from nlpseq.decoding import DecodingOptions, SamplingOptions
from nlpseq.errors import UserError

POSITIVE = {
    ("data", ParallelDataSettings): ["validation_size", "test_size", "max_length"],
    ("text", TextSettings): ["vocab_size", "min_freq", "sampling_copies"],
    ("model", TranslatorSettings): ["embedding_dim", "hidden_size", "encoder_layers"],
    ("train", TranslateTrainSettings): [
        "max_epochs", "max_minutes", "batch_tokens", "accumulate", "lr", "keep_best", "resume_every_steps",
    ],
    ("decode", DecodeSettings): ["beam_size", "max_length_ratio", "batch_sentences"],
    ("data", LabelledDataSettings): ["validation_size", "test_size"],
    ("text", ClassifierTextSettings): ["vocab_size", "min_freq", "max_length"],
    ("model", ClassifierSettings): ["embedding_dim", "hidden_size", "num_layers"],
    ("pretrain", PretrainSettings): ["batch_tokens"],
    ("train", ClassifyTrainSettings): ["max_epochs", "lr", "batch_size", "batch_tokens"],
    ("text", CharacterSettings): ["min_freq"],
    ("model", CharRNNSettings): ["embedding_dim", "hidden_size", "num_layers"],
    ("train", GenerateTrainSettings): ["max_epochs", "lr", "batch_size", "window"],
    ("sample", SampleSettings): ["length"],
    ("data", SummaryDataSettings): ["validation_size", "test_size"],
    ("text", SummaryTextSettings): ["min_freq", "max_source_characters", "max_summary_characters"],
    ("model", SummarizerSettings): ["embedding_dim", "hidden_size", "encoder_layers", "reduction"],
    ("train", SummarizeTrainSettings): ["max_epochs", "lr", "batch_tokens", "validation_documents"],
    ("decode", SummaryDecodeSettings): ["beam_size", "batch_documents"],
}  # fmt: skip
SHARES = {
    ("text", TextSettings): ["sampling_alpha"],
    ("model", TranslatorSettings): ["dropout", "recurrent_dropout", "word_dropout"],
    ("train", TranslateTrainSettings): ["label_smoothing", "ema_decay", "final_lr"],
    ("model", ClassifierSettings): ["dropout", "embedding_dropout", "recurrent_dropout", "word_dropout"],
    ("train", ClassifyTrainSettings): ["label_smoothing", "ema_decay"],
    ("data", PlainDataSettings): ["test_share"],
    ("model", CharRNNSettings): ["dropout", "embedding_dropout", "recurrent_dropout"],
    ("train", GenerateTrainSettings): ["ema_decay", "final_lr"],
    ("model", SummarizerSettings): ["dropout", "recurrent_dropout", "word_dropout"],
    ("train", SummarizeTrainSettings): ["label_smoothing", "ema_decay"],
}
NOT_NEGATIVE = {
    ("train", TranslateTrainSettings): [
        "warmup_steps", "weight_decay", "l1", "clip_norm", "consistency", "eval_every_steps", "patience",
    ],
    ("decode", DecodeSettings): ["alpha", "coverage_penalty", "min_length", "no_repeat_ngram_size"],
    ("model", ClassifierSettings): ["chunk_length"],
    ("pretrain", PretrainSettings): ["max_epochs", "window", "sampled_words"],
    ("train", ClassifyTrainSettings): ["warmup_steps", "patience", "adversarial"],
    ("train", GenerateTrainSettings): ["warmup_steps", "patience"],
    ("sample", SampleSettings): ["top_k"],
    ("train", SummarizeTrainSettings): ["warmup_steps", "patience"],
    ("decode", SummaryDecodeSettings): ["alpha", "max_length", "min_length", "no_repeat_ngram_size"],
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
        (lambda: LabelledDataSettings(folds=1), r"data.folds must be 2 or more \(0 is off\), not 1"),
        (lambda: ClassifierTextSettings(freeze_vectors=True), "text.freeze_vectors needs text.vectors; name a file"),
        (
            lambda: ClassifySettings(
                text=ClassifierTextSettings(vectors="glove.txt"), pretrain=PretrainSettings(max_epochs=1)
            ),
            "text.vectors and pretrain.max_epochs both give the embeddings their start",
        ),
        (lambda: PlainDataSettings(validation_share=0.0), "data.validation_share must be above 0"),
        (lambda: PlainDataSettings(validation_share=0.5, test_share=0.5), "must be below 1 together, not 1.0"),
        (
            lambda: CharRNNSettings(cell="min_gru", recurrent_dropout=0.1),
            "model.cell min_gru has no hidden-to-hidden weights for model.recurrent_dropout; set that to 0",
        ),
        (lambda: SummaryDataSettings(document="text", summary="text"), "are both 'text'; name two columns"),
        (lambda: SummaryDecodeSettings(max_length=5, min_length=6), r"at most decode.max_length \(5\), not 6"),
        (lambda: ClassifyTrainSettings(average="best"), "set train.keep_best to 2 or more, not 1"),
        (lambda: PretrainSettings(max_epochs=1, average="best"), "set pretrain.keep_best to 2 or more, not 1"),
        (
            lambda: TranslateSettings(
                model=TranslatorSettings(attention="none"), decode=DecodeSettings(coverage_penalty=0.2)
            ),
            "model.attention is none; set decode.coverage_penalty to 0",
        ),
        (
            lambda: ClassifySettings(model=ClassifierSettings(num_layers=2), pretrain=PretrainSettings(max_epochs=1)),
            "pretrain.max_epochs needs model.num_layers 1",
        ),
        (lambda: GenerateSettings(run_dir=" "), "run_dir is empty; name a folder, such as runs/generate"),
        (lambda: SummarizerSettings(hidden_size=33), "model.hidden_size must be even, not 33"),
    ],
)
def test_settings_that_contradict_each_other(build, message) -> None:
    with pytest.raises(UserError, match=message):
        build()


@pytest.mark.parametrize("name", ["accumulate", "lr", "final_lr", "warmup_steps", "max_minutes", "batch_tokens"])
def test_errors_name_the_section_that_a_setting_stands_in(name: str) -> None:
    """Pretraining has the settings of the training, in a section of its own."""
    with pytest.raises(UserError, match=rf"^pretrain\.{name} must .*not -1$"):
        PretrainSettings(max_epochs=1, **{name: -1})
    with pytest.raises(UserError, match=rf"^train\.{name} must .*not -1$"):
        ClassifyTrainSettings(**{name: -1})


@pytest.mark.parametrize("temperature", [-1.0, 1e-4, math.inf, math.nan])
def test_a_report_takes_the_temperatures_that_the_sampler_takes(temperature: float) -> None:
    with pytest.raises(UserError, match="sample.temperatures must each be 0, or 0.001 or more, not"):
        SampleSettings(temperatures=(0.5, temperature))
    with pytest.raises(UserError, match="temperature: must be 0, or 0.001 or more, not"):
        SamplingOptions(temperature=temperature)
    for fine in (0.0, 1e-3, 9.0):
        assert SampleSettings(temperatures=(fine,)).temperatures == (SamplingOptions(temperature=fine).temperature,)


@pytest.mark.parametrize("lr", [-0.1, math.inf, math.nan])
def test_the_learning_rate_of_dynamic_evaluation(lr: float) -> None:
    with pytest.raises(UserError, match=f"dynamic_lr must be 0 or more, not {lr}"):
        GenerateSettings(dynamic_lr=lr)


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


def every_setting() -> list[tuple[str, type, str, object]]:
    """(section, its class, name, type) of every setting of every recipe."""
    found = []
    for recipe in RECIPES.values():
        for name, kind in setting_types(recipe).items():
            if is_dataclass(kind):
                found += [(name, kind, inner, of) for inner, of in setting_types(kind).items()]
            else:
                found.append(("", recipe, name, kind))
    return found


NUMBERS = [setting for setting in every_setting() if {int, float} & set(options_of(setting[3]))]
OTHERS = [setting for setting in every_setting() if setting not in NUMBERS]


def label(setting: object) -> str | None:
    return f"{setting[1].__name__}.{setting[2]}" if isinstance(setting, tuple) else None


def build(settings: type, **values: object) -> object:
    """The settings, with a pretraining switched on, which is what its other settings are for."""
    if settings is PretrainSettings and "max_epochs" not in values:
        values["max_epochs"] = 1
    return settings(**values)


@pytest.mark.parametrize("setting", NUMBERS, ids=label)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e30, 2**80, "x", [], {}, True, b"", (1,)], ids=repr)
def test_every_number_has_bounds_and_a_type(setting, value) -> None:
    """What recipes, code and strangers may hold is one sentence each, and no number goes without an upper bound."""
    section, settings, name, _ = setting
    with pytest.raises(UserError, match=rf"^{section and section + '.'}{name}\b"):
        build(settings, **{name: value})


@pytest.mark.parametrize("setting", [s for s in every_setting() if type(None) not in options_of(s[3])], ids=label)
def test_nothing_is_no_value(setting) -> None:
    section, settings, name, _ = setting
    with pytest.raises(UserError, match=rf"^{section and section + '.'}{name} must be .*, not None$"):
        build(settings, **{name: None})


@pytest.mark.parametrize("setting", OTHERS, ids=label)
@pytest.mark.parametrize("value", [7, 0.5, [None], {"a": 1}, "\0", "\udcff"], ids=ascii)
def test_every_word_and_switch_has_a_type(setting, value) -> None:
    section, settings, name, _ = setting
    with pytest.raises(UserError, match=rf"^{section and section + '.'}{name}\b"):
        build(settings, **{name: value})


def test_a_step_has_no_more_batches_than_an_epoch() -> None:
    train = ClassifyTrainSettings(accumulate=3)
    assert [train.steps_per_epoch(batches) for batches in (3, 5, 6)] == [1, 1, 2]
    assert ClassifyTrainSettings().steps_per_epoch(0) == 1  # a text shorter than a batch
    with pytest.raises(UserError, match="^train.accumulate is 3, more than the 2 batches of an epoch; lower it$"):
        train.steps_per_epoch(2)
    with pytest.raises(UserError, match="^pretrain.accumulate is 9,"):
        PretrainSettings(max_epochs=1, accumulate=9).steps_per_epoch(8)


@pytest.mark.parametrize("kind", [ParallelDataSettings, LabelledDataSettings, SummaryDataSettings])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"validation_size": 1.5},
            r"data\.validation_size must be a whole number, or a share of the rows below 1, not 1\.5",
        ),
        ({"test_size": -0.1}, r"data\.test_size must be above 0, not -0\.1"),
        ({"test_size": "a"}, r"data\.test_size must be"),
        ({"test_size": True}, r"data\.test_size must be"),
        ({"encoding": "utf-9"}, r"data\.encoding: no encoding is called 'utf-9'; try cp1252 or utf-16"),
        ({"encoding": "base64"}, r"data\.encoding: no encoding is called 'base64'"),
        ({"separator": "ab"}, r"data\.separator must be a single character or one of comma, semicolon, tab"),
        ({"separator": "x"}, r"data\.separator must be"),
        ({"separator": '"'}, r"data\.separator must be"),
    ],
)
def test_held_out_sizes_and_text_formats(kind: type, given: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        kind(**given)
    kind(validation_size=0.1, test_size=7, encoding="cp1252", separator="tab")
    kind(validation_size=None, encoding="UTF-16", separator=";")
