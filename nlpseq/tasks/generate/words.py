"""How a character model is spoken of: on its card, and at the end of its run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording
from nlpseq.report.scores import interval_in_words
from nlpseq.tasks.generate.stages import load
from nlpseq.tasks.task import Words

SAMPLES, LENGTH, TEMPERATURE = 2, 300, 0.8


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The figures, those of models that only count, and samples."""
    from nlpseq.decoding.processors import SamplingOptions

    around = interval_in_words(metrics["nats_per_character_interval"], 4)
    unknown = metrics.get("unknown_share") or ""
    lines = [
        f"\n{metrics['split']} split, {counted(metrics['characters'], 'character')}"
        f"{unknown and f', {unknown:.2%} of them unknown to the model'}",
        f"  nats per character  {metrics['nats_per_character']:.4f}  ({around})",
        f"  bits per character  {metrics['bits_per_character']:.4f}    perplexity {metrics['perplexity']:.3f}",
    ]
    lines += [f"  {base['name']:<18}  {base['nats_per_character']:.4f}" for base in metrics["baselines"]]
    if "dynamic" in metrics:
        lines.append(f"  with dynamic evaluation  {metrics['dynamic']['nats_per_character']:.4f} nats")
    writer, options = load(run_dir), SamplingOptions(temperature=TEMPERATURE)
    for number in range(SAMPLES):
        text = "".join(writer.generate(length=LENGTH, options=options, number=number))
        lines.append(f"\n--- sample {number + 1}, temperature {TEMPERATURE}\n{text}")
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What its card says."""
    model = config["model"]
    layers = model["num_layers"]
    return Wording(
        title="A character language model",
        about=f"A recurrent network ({counted(layers, 'layer')} of {CELL_NAMES[model['cell']]} cells) that "
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


WORDS = Words(
    card=CardWords(
        pipeline_tag="text-generation",
        unit="characters",
        counted=("characters", "characters"),
        hub_metrics={"bits_per_character": "bits_per_character", "perplexity": "perplexity"},
        wording=wording,
    ),
    last_lines=last_lines,
)
