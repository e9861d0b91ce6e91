"""The model card: README.md of a saved model, with the metadata that the Hugging Face hub reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpseq.tasks.translator import Translator

CARD_FILE = "README.md"

BODY = """\
# {src}-{tgt} translation with nlpseq

A recurrent encoder-decoder ({cell} cells, {attention} attention, {parameters:.1f} million parameters) over
`{signature}` tokens.

```python
from nlpseq import Translator

Translator.from_pretrained("this folder or its hub name").translate("...")
```
"""

SCORES = """
## Scores

On {sentences} sentences of the split `{split}`, beam {beam}, detokenised text:

| metric | score | 95% interval | signature |
|---|---|---|---|
| BLEU | {bleu:.1f} | {low:.1f} to {high:.1f} | {bleu_signature} |
| chrF2 | {chrf2:.1f} | {chrf2_interval[0]:.1f} to {chrf2_interval[1]:.1f} | {chrf2_signature} |
"""


def model_card(translator: Translator, metrics: Mapping[str, Any] | None = None) -> str:
    """The text of the card; with `metrics` (as in `metrics.json`), the scores too."""
    import yaml

    src, tgt = translator.languages
    metadata: dict[str, Any] = {
        "language": [src, tgt],
        "pipeline_tag": "translation",
        "library_name": "nlpseq",
        "tags": ["rnn", translator.settings.cell, "translation"],
    }
    scores = ""
    if metrics is not None:
        metadata["metrics"] = ["bleu", "chrf"]
        low, high = metrics["bleu_interval"]
        scores = SCORES.format(**metrics, low=low, high=high, beam=metrics["decode"]["beam_size"])
    body = BODY.format(
        src=src,
        tgt=tgt,
        cell=translator.settings.cell,
        attention=translator.settings.attention,
        parameters=sum(weight.numel() for weight in translator.model.parameters()) / 1e6,
        signature=translator.tgt.tokenizer.signature(),
    )
    return f"---\n{yaml.safe_dump(metadata, sort_keys=False)}---\n\n{body}{scores}"
