"""What a card says of each task: what such a model is, how it is used, what it is bad at, and how the hub calls it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.report.classification import SCORES as CLASSIFICATION_SCORES
from nlpseq.report.generation import SCORES as GENERATION_SCORES
from nlpseq.report.scores import Score
from nlpseq.report.summarization import SCORES as SUMMARY_SCORES
from nlpseq.report.translation import SCORES as TRANSLATION_SCORES

# More labels than these would bury the sentence.
NAMED_LABELS = 20


@dataclass(frozen=True)
class Wording:
    """The words for a model: `config` is its config.json, `settings` are those of its run, empty if unknown.

    Attributes:
        title, about: of the model.
        use: Python that runs in the model's folder.
        command: the same on the command line.
        limits: sentences.
        languages: codes, as far as they are known.
    """

    title: str
    about: str
    use: str
    command: str
    limits: Sequence[str]
    languages: Sequence[str] = ()


@dataclass(frozen=True)
class Kind:
    """What all models of a task share.

    Attributes:
        pipeline_tag: the hub's name of the task.
        unit: what the data is counted in.
        counted: the key of the number of test items in the metrics, and what they are.
        scores: those of the report, the most telling one first.
        hub_metrics: key of a score -> the hub's name of the metric.
        words: the wording for a config and settings.
    """

    pipeline_tag: str
    unit: str
    counted: tuple[str, str]
    scores: Sequence[Score]
    hub_metrics: Mapping[str, str]
    words: Callable[[Mapping[str, Any], Mapping[str, Any]], Wording]


def _translation(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    src, tgt, model = config["src"], config["tgt"], config["model"]
    attention = "no attention" if model["attention"] == "none" else f"{model['attention']} attention"
    limits = [
        "It reads one sentence at a time and does not know what was said before: a pronoun or a word of two meanings "
        "may come out wrong.",
        "Fluent output can be wrong. Check names, numbers and negations, and do not rely on it where a mistake does "
        "harm.",
        "A word that is rare in the training text is guessed, left out or copied.",
    ]
    if longest := _setting(settings, "data", "max_length"):
        limits.append(f"No training sentence was longer than {longest} tokens; longer ones suffer.")
    return Wording(
        title=f"Translation from {src} to {tgt}",
        about=f"A recurrent encoder-decoder ({CELL_NAMES[model['cell']]} cells, {attention}) that translates "
        f"sentences from {src} to {tgt}.",
        use="from nlpseq import Translator\n\n"
        'translator = Translator.from_pretrained(".")\n'
        'print(translator.translate(["A sentence to translate."]))',
        command="echo 'A sentence to translate.' | nlpseq translate .",
        limits=limits,
        languages=[code for code in (src, tgt) if re.fullmatch(r"[a-z]{2,3}", code)],
    )


def _classification(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    labels, model = config["labels"], config["model"]
    named = ", ".join(labels[:NAMED_LABELS]) + (", ..." if len(labels) > NAMED_LABELS else "")
    ways = "both ways" if model["bidirectional"] else "forward"
    ensemble = ", with a linear model over word n-grams (NB-SVM) added" if config.get("ngram_weight") else ""
    reads = {
        "head": "the first {} tokens are read",
        "tail": "the last {} tokens are read",
        "both": "{} tokens are read, half of them at its start and half at its end",
    }[config["truncate"]]
    # The recipe's language is that of the word tokenizer; the others know none.
    lang = str(_setting(settings, "text", "lang")) if _setting(settings, "text", "tokenizer") == "word" else ""
    return Wording(
        title="Text classification",
        about=f"A recurrent classifier ({CELL_NAMES[model['cell']]} cells read {ways}, {model['pooling']} "
        f"pooling{ensemble}) that gives a text one of {len(labels)} labels, with a probability: {named}.",
        use="from nlpseq import Classifier\n\n"
        'classifier = Classifier.from_pretrained(".")\n'
        'prediction = classifier.predict("A text to classify.")\n'
        "print(prediction.label, prediction.probability)",
        command="echo 'A text to classify.' | nlpseq classify .",
        limits=[
            "Any text gets one of the labels, even where none fits, such as one in another language.",
            "The probabilities were calibrated on the validation split; they mean little for text unlike it.",
            f"Of a long text, {reads.format(config['max_length'])}.",
            "It knows words, not people: decide nothing about a person by its label alone.",
        ],
        languages=[lang] if re.fullmatch(r"[a-z]{2,3}", lang) else [],
    )


def _generation(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    model = config["model"]
    layers = model["num_layers"]
    return Wording(
        title="A character language model",
        about=f"A recurrent network ({layers} layer{'s' * (layers != 1)} of {CELL_NAMES[model['cell']]} cells) that "
        "goes on from a prompt, character by character, in the manner of the text it was trained on.",
        use="from nlpseq import CharRNN\n\n"
        'writer = CharRNN.from_pretrained(".")\n'
        'print("".join(writer.generate("A", length=200, seed=1)))',
        command="nlpseq generate . --prompt 'A' --length 200 --temperature 0.8",
        limits=[
            "It imitates the sound of its text and knows nothing: what it says of the world is invented.",
            "It follows no instructions and answers no questions.",
            "It may repeat passages of its training text word for word; search for them before you publish.",
            "A character that the training text does not hold is read as an unknown one.",
        ],
    )


def _summarization(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    model = config["model"]
    copying = " and can copy from it" if model["copy"] else ""
    limits = [
        "A summary can name the wrong person, number or outcome: compare it with the document.",
        "ROUGE counts the words shared with a reference; whether a summary is true it cannot tell.",
    ]
    if read := _setting(settings, "text", "max_source_characters"):
        limits.append(f"Of a document, the first {read} characters are read; what stands behind them is never told.")
    return Wording(
        title="Summaries of short documents",
        about=f"A recurrent encoder-decoder over characters ({CELL_NAMES[model['cell']]} cells, {model['attention']} "
        f"attention) that writes a line about a document{copying}, {config['max_length']} characters at most.",
        use="from nlpseq import Summarizer\n\n"
        'summarizer = Summarizer.from_pretrained(".")\n'
        'print(summarizer.summarize("A document to summarise, all on one line."))',
        command="echo 'A document to summarise, all on one line.' | nlpseq summarize .",
        limits=limits,
    )


def _setting(settings: Mapping[str, Any], section: str, name: str) -> Any:
    found = settings.get(section)
    return found.get(name) if isinstance(found, Mapping) else None


KINDS = {
    "translate": Kind(
        "translation", "sentence pairs", ("sentences", "sentences"), TRANSLATION_SCORES,
        {"bleu": "bleu", "chrf2": "chrf", "ter": "ter"}, _translation,
    ),
    "classify": Kind(
        "text-classification", "texts", ("texts", "texts"), CLASSIFICATION_SCORES,
        {"accuracy": "accuracy", "macro_f1": "f1"}, _classification,
    ),
    "generate": Kind(
        "text-generation", "characters", ("characters", "characters"), GENERATION_SCORES,
        {"bits_per_character": "bits_per_character", "perplexity": "perplexity"}, _generation,
    ),
    "summarize": Kind(
        "summarization", "documents", ("documents", "documents"), SUMMARY_SCORES,
        {"rouge1": "rouge", "rouge2": "rouge", "rougeL": "rouge"}, _summarization,
    ),
}  # fmt: skip
