"""Write one corpus in the form that all three toolkits read.

A joint BPE model of 8,000 pieces is trained on the training side with identity normalisation. Every text
becomes a file of pieces separated by spaces, so that no toolkit tokenises anything itself, and the pieces
become one plain vocabulary file, to which each toolkit adds its own special symbols. Any Python that has
sentencepiece runs this, for instance that of an environment made by setup.sh.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sentencepiece

SPLITS = {"train": "train", "valid": "val", "test": "test_2016_flickr"}
LANGUAGES = {"src": "en", "tgt": "de"}
VOCAB_SIZE = 8000


def train_subwords(corpus: Path, data: Path) -> sentencepiece.SentencePieceProcessor:
    """Train the joint model into `data` and write its vocabulary, one piece a line."""
    sentencepiece.SentencePieceTrainer.train(
        input=[str(corpus / f"{SPLITS['train']}.{language}") for language in LANGUAGES.values()],
        model_prefix=str(data / "joint"),
        model_type="bpe",
        vocab_size=VOCAB_SIZE,
        character_coverage=1.0,
        normalization_rule_name="identity",
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_file=str(data / "joint.model"))
    pieces = [model.id_to_piece(i) for i in range(len(model)) if not (model.is_unknown(i) or model.is_control(i))]
    (data / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    return model


def prepare(directory: Path, *, corpus: Path) -> None:
    """Fill `directory`/data with the subword model, the vocabulary and the six tokenised files."""
    data = directory / "data"
    data.mkdir(parents=True, exist_ok=True)
    model = train_subwords(corpus, data)
    for split, stem in SPLITS.items():
        for side, language in LANGUAGES.items():
            lines = (corpus / f"{stem}.{language}").read_text(encoding="utf-8").splitlines()
            pieces: list[list[str]] = model.encode(lines, out_type=str)
            text = "".join(" ".join(sentence) + "\n" for sentence in pieces)
            (data / f"{split}.{side}").write_text(text, encoding="utf-8")
            mean = sum(map(len, pieces)) / len(pieces)
            print(f"{split}.{side}: {len(pieces)} sentences, {mean:.1f} pieces a sentence")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR", help="where the data are written, under data/")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of train.en, train.de and so on")
    arguments = parser.parse_args()
    prepare(arguments.directory, corpus=arguments.corpus)


if __name__ == "__main__":
    main()
