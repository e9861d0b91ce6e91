"""A trained summariser: documents in, summaries out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from nlpseq.answers.summaries import Origin, Summaries, pairs_of_texts
from nlpseq.config import SummarizerSettings, SummaryDecodeSettings
from nlpseq.data.batch import PairBatch, collate_summaries, pad_sequences
from nlpseq.decoding import Decoded, DecodingOptions, beam_search, greedy_search
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.decoding.sampling import collect, sample
from nlpseq.layers.recurrent import State
from nlpseq.models.inference import inference
from nlpseq.models.summarizer import SummarizerModel
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, check_count
from nlpseq.runs.size_batches import size_batches
from nlpseq.tasks.trained import Trained, TrainOptions
from nlpseq.text.copy_alphabet import CopyAlphabet, CopySource, one_line
from nlpseq.text.texts import Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, repr=False)
class Summarizer(Summaries, Trained):
    """A model with its alphabet and the length of the longest summary that it writes, in characters.

    >>> import numpy as np
    >>> from nlpseq.text.alphabet import Alphabet
    >>> _ = torch.manual_seed(0)
    >>> letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "to be or not"]))
    >>> settings = SummarizerSettings(embedding_dim=6, hidden_size=8, encoder_layers=1)
    >>> summarizer = Summarizer.untrained(CopyAlphabet(letters, "same", 80), settings, max_length=5)
    >>> summarizer.summarize(["", "not to be"])[0], len(summarizer.summarize("or to be")) <= 5
    ('', True)
    """

    task: ClassVar[str] = "summarize"

    model: SummarizerModel
    alphabet: CopyAlphabet
    settings: SummarizerSettings
    max_length: int
    decode: SummaryDecodeSettings = SummaryDecodeSettings()
    folder: Path | None = None

    @classmethod
    def untrained(
        cls,
        alphabet: CopyAlphabet,
        settings: SummarizerSettings,
        *,
        max_length: int,
        decode: SummaryDecodeSettings | None = None,
    ) -> Summarizer:
        """A summariser with new random weights."""
        model = SummarizerModel(len(alphabet), **asdict(settings))
        return cls(model, alphabet, settings, max_length, decode or SummaryDecodeSettings())

    @classmethod
    def train(
        cls, data: Any, *, document: str | None = None, summary: str | None = None, **options: Unpack[TrainOptions]
    ) -> Summarizer:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: a data frame, a list of tuples (document, summary) or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            document: column of the document; default: found by its name.
            summary: column of the summary; default: found by its name.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data, {"document": document, "summary": summary}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> Summarizer:
        alphabet = CopyAlphabet.load(saved.folder / TEXT_FOLDER)
        settings = saved.settings("model", SummarizerSettings)
        decode = saved.settings("decode", SummaryDecodeSettings)
        max_length = check_count("max_length", saved.config["max_length"])
        build = partial(SummarizerModel, len(alphabet), **asdict(settings))
        model = saved.network(build, layers=settings.encoder_layers, device=device)
        return cls(model, alphabet, settings, max_length, decode, saved.folder)

    def _save_text(self, folder: Path) -> None:
        self.alphabet.save(folder / TEXT_FOLDER)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {
            "task": self.task,
            "max_length": self.max_length,
            "model": asdict(self.settings),
            "decode": asdict(self.decode),
        }

    def score(self, documents: Texts, summaries: Texts) -> Tensor:
        """Log-probability (N,) of each summary given its document, natural logarithm, the end of it included.

        Raises:
            UserError: an item that is no text.
            ValueError: unequal numbers of documents and summaries.
        """
        documents, summaries = pairs_of_texts(documents, summaries)
        scores = torch.empty(len(documents))
        for rows, batch in self._pairs(documents, [one_line(summary) for summary in summaries]):
            assert batch.copies is not None
            with inference(self.model):
                log_probs = self.model.log_probs(
                    batch.src, batch.copies, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths
                )
            scores[rows] = log_probs.float().cpu()
        return scores

    def origins(self, documents: Texts, summaries: Texts) -> list[Origin]:
        """Where the characters of each summary of a document come from, whoever wrote it.

        Raises:
            UserError: an item that is no text.
            ValueError: the network cannot copy, or unequal numbers of documents and summaries.
        """
        documents, summaries = pairs_of_texts(documents, summaries)
        found: list[Origin] = [Origin([], [])] * len(documents)
        for rows, batch in self._pairs(documents, summaries):
            assert batch.copies is not None
            with inference(self.model):
                shares = self.model.copied_from(
                    batch.src, batch.copies, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths
                )  # (B, T, S)
            for row, index in enumerate(rows):
                characters = shares[row, : int(batch.tgt_lengths[row]) - 1]  # without the end
                copied, places = characters.sum(1).clamp(max=1).tolist(), characters.argmax(1).tolist()
                likely = [place if share > 0.5 else None for share, place in zip(copied, places, strict=True)]
                found[index] = Origin(copied, likely)
        return found

    def _pairs(self, documents: list[str], summaries: list[str]) -> Iterator[tuple[list[int], PairBatch]]:
        """Batches of pairs, and the number of each of their rows."""
        lengths = [
            (len(summary) + 1, min(len(document), self.alphabet.max_characters) + 1)
            for document, summary in zip(documents, summaries, strict=True)
        ]
        size = len(self.alphabet)
        # What may be copied is compared with every character written, several tensors of it.
        batches = size_batches(
            lengths, lambda target, source: target * (4 * source + size), most_rows=self.decode.batch_documents
        )
        for rows in batches:
            sources = [self.alphabet.source(documents[index]) for index in rows]
            encoded = [
                (source.src, source.copies, self.alphabet.summary(summaries[index], source.extra))
                for index, source in zip(rows, sources, strict=True)
            ]
            yield rows, collate_summaries(encoded, self.alphabet.pad_id, self.alphabet.bos_id).to(self._device)

    def _start(self, sources: Sequence[CopySource]) -> tuple[State, State]:
        src, lengths = pad_sequences([source.src for source in sources], self.alphabet.pad_id)
        copies, _ = pad_sequences([source.copies for source in sources], self.alphabet.pad_id)
        return self.model.start(src.to(self._device), copies.to(self._device), lengths)

    def _decode(self, sources: Sequence[CopySource], *, n_best: int, decode: SummaryDecodeSettings) -> Decoded:
        find = greedy_search if decode.beam_size == 1 else beam_search
        with inference(self.model):
            return find(
                self.model, *self._start(sources),
                bos_id=self.alphabet.bos_id, eos_id=self.alphabet.eos_id, pad_id=self.alphabet.pad_id,
                max_lengths=decode.max_length or self.max_length, options=DecodingOptions.of(decode, n_best=n_best),
                forbidden_ids=(self.alphabet.unk_id,), separator=self.alphabet.blank_id,
            )  # fmt: skip

    def _sample(
        self, sources: Sequence[CopySource], *, options: SamplingOptions, seed: int, numbers: Sequence[int]
    ) -> list[list[int]]:
        with inference(self.model):
            steps = sample(
                self.model, *self._start(sources),
                tokens=torch.full((len(sources),), self.alphabet.bos_id, device=self._device),
                max_lengths=self.decode.max_length or self.max_length, options=options, seed=seed, numbers=numbers,
                eos_id=self.alphabet.eos_id,
                forbidden_ids=(self.alphabet.pad_id, self.alphabet.unk_id, self.alphabet.bos_id),
                separator=self.alphabet.blank_id,
            )  # fmt: skip
            return collect(steps)
