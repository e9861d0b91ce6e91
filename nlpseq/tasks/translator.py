"""A trained translator: text in, text out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import overload

import numpy as np
import torch
from torch import Tensor

from nlpseq.config import DecodeSettings, TranslatorSettings
from nlpseq.data.batch import collate_pairs, pad_sequences
from nlpseq.decoding import Decoded, DecodingOptions, beam_search, greedy_search
from nlpseq.models.translator import TranslatorModel
from nlpseq.models.weights import MODEL_FILE, load_network, own_weights, save_weights
from nlpseq.tasks.saved_model import check_names, damaged, model_folder, read_config, seal, settings_of, write_config
from nlpseq.text import SubwordTokenizer, TextPipeline

# A line is cut here: attention and memory grow with it, and no training sentence is nearly as long.
MAX_SOURCE_TOKENS = 1000


@dataclass(frozen=True)
class Hypothesis:
    """One translation: its text, its ranking `score`, log-probability, tokens on both sides and attention (T, S).

    >>> weights = np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]])
    >>> Hypothesis("Hund da", -0.5, -1.0, ["Hund", "da"], ["there", "dog", "</s>"], weights).alignment()
    [1, 0]
    """

    text: str
    score: float
    log_prob: float
    tokens: list[str]
    source_tokens: list[str]
    attention: np.ndarray | None

    def alignment(self) -> list[int] | None:
        """For each output token, the place of the source token that had most of its attention."""
        return None if self.attention is None else self.attention.argmax(axis=1).tolist()


@dataclass(frozen=True)
class Translator:
    """A model with the text pipelines of both its sides, and the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> _ = torch.manual_seed(0)
    >>> letters = build_pipeline(["abc"], kind="char", vocab_size=9)
    >>> settings = TranslatorSettings(embedding_dim=6, hidden_size=8)
    >>> translator = Translator.untrained(letters, letters, settings, languages=("en", "de"))
    >>> translator.translate(["", "abc"])[0], isinstance(translator.translate("cab"), str)
    ('', True)
    """

    model: TranslatorModel
    src: TextPipeline
    tgt: TextPipeline
    settings: TranslatorSettings
    languages: tuple[str, str]
    decode: DecodeSettings = DecodeSettings()
    origin: Path | None = None

    @classmethod
    def untrained(
        cls,
        src: TextPipeline,
        tgt: TextPipeline,
        settings: TranslatorSettings,
        *,
        languages: tuple[str, str],
        decode: DecodeSettings | None = None,
    ) -> Translator:
        """A translator with new random weights."""
        model = TranslatorModel(len(src.vocab), len(tgt.vocab), **asdict(settings))
        return cls(model, src, tgt, settings, languages, decode or DecodeSettings())

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path, *, device: str = "cpu") -> Translator:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """
        folder = model_folder(name_or_path)
        config = read_config(folder, "translate")
        try:
            src, tgt = (TextPipeline.load(folder / "text", side) for side in ("src", "tgt"))
            settings = settings_of(TranslatorSettings, config["model"])
            decode = settings_of(DecodeSettings, config["decode"])
            source, target = check_names("src, tgt", [config["src"], config["tgt"]])
            build = partial(TranslatorModel, len(src.vocab), len(tgt.vocab), **asdict(settings))
            model = load_network(
                build, folder / MODEL_FILE, layers=settings.encoder_layers, sha256=config["sha256"].get(MODEL_FILE)
            )
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(folder, error) from error
        return cls(model.to(device).eval(), src, tgt, settings, (source, target), decode, folder)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabularies and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.model_card import write_card

        folder = Path(folder)
        self.save_settings(folder)
        write_card(folder, self.model, origin=self.origin)
        save_weights(own_weights(self.model), folder / MODEL_FILE)
        seal(folder)

    def save_settings(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the weights, the card and the seal."""
        self.src.save(folder / "text", "src")
        self.tgt.save(folder / "text", "tgt")
        config = {
            "task": "translate",
            "src": self.languages[0],
            "tgt": self.languages[1],
            "model": asdict(self.settings),
            "decode": asdict(self.decode),
        }
        write_config(folder, config)

    @overload
    def translate(  # type: ignore[overload-overlap]  # a str is a sequence of str
        self, texts: str, *, decode: DecodeSettings | None = None
    ) -> str: ...
    @overload
    def translate(self, texts: Sequence[str], *, decode: DecodeSettings | None = None) -> list[str]: ...
    def translate(self, texts: str | Sequence[str], *, decode: DecodeSettings | None = None) -> str | list[str]:
        """The best translation of each text; an empty or blank text gives an empty one."""
        if isinstance(texts, str):
            return self.translate([texts], decode=decode)[0]
        return [hypotheses[0].text if hypotheses else "" for hypotheses in self.search(texts, decode=decode)]

    def search(
        self,
        texts: Sequence[str],
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """The `n_best` translations of each text, best first; none for a blank text.

        Args:
            texts: what to translate.
            n_best: translations a text; the beam is as wide at least.
            decode: other search settings than the model's own.
            attention: keep the attention of every output token.
            prefixes: how the translation of each text must begin.
        """
        results: list[list[Hypothesis]] = [[] for _ in texts]
        batches = self.search_batches(texts, n_best=n_best, decode=decode, attention=attention, prefixes=prefixes)
        for index, hypotheses in batches:
            results[index] = hypotheses
        return results

    def search_batches(
        self,
        texts: Sequence[str],
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Sequence[str] | None = None,
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """(index, hypotheses) of each text that has tokens, as they come: batches of like lengths, short first."""
        decode = decode or self.decode
        if n_best > decode.beam_size:
            decode = replace(decode, beam_size=n_best)
        ids = self.src.encode_batch(list(texts))
        # A tokenizer may find nothing in a text that is not blank, such as basic_english in a quotation mark.
        order = sorted((i for i, text in enumerate(texts) if text.strip() and ids[i]), key=lambda i: len(ids[i]))
        if prefixes is not None and len(prefixes) != len(texts):
            raise ValueError(f"{len(texts)} texts need as many prefixes, not {len(prefixes)}")
        begins = None if prefixes is None else self.tgt.encode_batch(list(prefixes))
        for first in range(0, len(order), decode.batch_sentences):
            rows = order[first : first + decode.batch_sentences]
            sources = [[*ids[i][:MAX_SOURCE_TOKENS], self.src.eos_id] for i in rows]
            prefix = None if begins is None else [begins[i] for i in rows]
            found = self._decode(sources, prefix, n_best=n_best, decode=decode, attention=attention)
            for row, index in enumerate(rows):
                begin = "" if prefixes is None else prefixes[index]
                yield index, self._hypotheses(found, row, texts[index], sources[row], decode, begin)

    @torch.inference_mode()
    def score(self, sources: Sequence[str], targets: Sequence[str], *, batch_sentences: int = 64) -> Tensor:
        """Log-probability (N,) of each target given its source, natural logarithm, the sentence's end included."""
        was_training = self.model.training
        self.model.eval()
        device = next(self.model.parameters()).device
        pairs = [
            ([*src, self.src.eos_id], [*tgt, self.tgt.eos_id])
            for src, tgt in zip(self.src.encode_batch(list(sources)), self.tgt.encode_batch(list(targets)), strict=True)
        ]
        scores = torch.empty(len(pairs))
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][1]))
        for first in range(0, len(order), batch_sentences):
            rows = order[first : first + batch_sentences]
            batch = collate_pairs([pairs[i] for i in rows], self.tgt.pad_id, self.tgt.bos_id).to(device)
            log_probs = self.model.log_probs(
                batch.src, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths
            )
            scores[rows] = log_probs.float().cpu()
        self.model.train(was_training)
        return scores

    @torch.inference_mode()
    def _decode(
        self,
        sources: list[list[int]],
        prefix: list[list[int]] | None,
        *,
        n_best: int,
        decode: DecodeSettings,
        attention: bool,
    ) -> Decoded:
        was_training = self.model.training
        self.model.eval()
        src, lengths = pad_sequences(sources, self.src.pad_id)
        device = next(self.model.parameters()).device
        hidden, memory = self.model.start(src.to(device), lengths)
        has_attention = self.model.attention is not None
        replaces = decode.replace_unk and has_attention and not isinstance(self.tgt.tokenizer, SubwordTokenizer)
        options = DecodingOptions(
            beam_size=decode.beam_size,
            n_best=n_best,
            min_length=decode.min_length,
            length_penalty=decode.length_penalty,
            alpha=decode.alpha,
            coverage_penalty=decode.coverage_penalty,
            no_repeat_ngram_size=decode.no_repeat_ngram_size,
            return_attention=has_attention and (attention or replaces),
        )
        limits = (lengths * decode.max_length_ratio).long() + 10
        begin = None
        if prefix is not None:
            begin, begin_lengths = pad_sequences(prefix, self.tgt.pad_id)
            begin, limits = begin.to(device), limits + begin_lengths  # however long, it is not cut
        search = greedy_search if decode.beam_size == 1 else beam_search
        found = search(
            self.model, hidden, memory,
            bos_id=self.tgt.bos_id, eos_id=self.tgt.eos_id, pad_id=self.tgt.pad_id,
            max_lengths=limits,
            options=options,
            prefix=begin,
            # <unk> is only worth writing where the source word can take its place.
            forbidden_ids=() if replaces else (self.tgt.unk_id,),
        )  # fmt: skip
        self.model.train(was_training)
        return found

    def _hypotheses(
        self, found: Decoded, row: int, text: str, source: list[int], decode: DecodeSettings, prefix: str
    ) -> list[Hypothesis]:
        begin = self.tgt.tokenize(prefix)
        source_tokens = [*self.src.tokenize(text)[: len(source) - 1], "</s>"]
        hypotheses = []
        for n in range(found.tokens.size(1)):
            score = float(found.scores[row, n])
            if score == -float("inf"):
                break
            length = int(found.lengths[row, n])
            ids = found.tokens[row, n, :length].tolist()
            weights = None
            if found.attention is not None:
                weights = found.attention[row, n, :length, : len(source)].cpu().numpy()
            tokens = self.tgt.vocab.decode(ids)
            if weights is not None and decode.replace_unk:
                # Not the end mark: it has no word to lend.
                tokens = [
                    source_tokens[int(weights[t, :-1].argmax())] if ids[t] == self.tgt.unk_id else token
                    for t, token in enumerate(tokens)
                ]
            tokens[: len(begin)] = begin  # in the user's own words, even those the vocabulary does not hold
            log_prob = float(found.log_probs[row, n])
            hypotheses.append(
                Hypothesis(self.tgt.tokenizer.decode(tokens), score, log_prob, tokens, source_tokens, weights)
            )
        return hypotheses
