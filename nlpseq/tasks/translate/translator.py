"""A trained translator: text in, text out, from a run folder or the hub."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, overload

import torch
from torch import Tensor

from nlpseq.config import DecodeSettings, TranslatorSettings
from nlpseq.data.batch import collate_pairs, pad_sequences
from nlpseq.decoding import Decoded, DecodingOptions, beam_search, greedy_search
from nlpseq.models.inference import inference
from nlpseq.models.translator import TranslatorModel
from nlpseq.models.translator_stepper import translator_stepper
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, check_names, load_saved, write_config
from nlpseq.runs.size_batches import size_batches
from nlpseq.runs.trained import Trained
from nlpseq.tasks.translate.hypothesis import Hypothesis, joined, sentences_of, unlike
from nlpseq.text import EOS, SubwordTokenizer, TextPipeline
from nlpseq.text.texts import Texts, as_texts

log = logging.getLogger("nlpseq")

# A line is cut here: attention and memory grow with it, and no training sentence is nearly as long.
MAX_SOURCE_TOKENS = 1000


class ReadText(NamedTuple):
    """A text, its tokens, and their ids as the network reads them: cut, and with the end mark."""

    text: str
    tokens: list[str]
    ids: list[int]


@dataclass(frozen=True)
class Translator(Trained):
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
    folder: Path | None = None

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
    def train(
        cls,
        data: Any,
        *,
        src: str = "en",
        tgt: str = "de",
        recipe: str | Path | None = None,
        minutes: float | None = None,
        init_from: str | Path | None = None,
        run_dir: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> Translator:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        The same call again gives the same model, or goes on where it was stopped; so does one with more `minutes`.
        Ctrl-C gives the best model so far.

        Args:
            data: a data frame, a list of tuples (source, target) or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            src: language of the sources, which is also their column.
            tgt: language of the targets, which is also their column.
            recipe: a recipe's file, or the name of one that comes with nlpseq; default: settings chosen from the data.
            minutes: budget of the training.
            init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights.
            run_dir: folder of the run; default: one for these data and settings, below `runs`.
            settings: any others by their names on the command line: `{"model.hidden_size": 256}`.
            quiet: log nothing on the way.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        from nlpseq.tasks.learn import learn

        found: Translator = learn(
            "translate", data, columns={"src": src, "tgt": tgt}, recipe=recipe, minutes=minutes,
            init_from=init_from, run_dir=run_dir, settings=settings, quiet=quiet,
        )  # fmt: skip
        return found

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path, *, device: str = "cpu") -> Translator:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """

        def revive(saved: SavedModel) -> Translator:
            src, tgt = (TextPipeline.load(saved.folder / TEXT_FOLDER, side) for side in ("src", "tgt"))
            settings, decode = saved.settings("model", TranslatorSettings), saved.settings("decode", DecodeSettings)
            source, target = check_names("src, tgt", [saved.config["src"], saved.config["tgt"]])
            build = partial(TranslatorModel, len(src.vocab), len(tgt.vocab), **asdict(settings))
            model = saved.network(build, layers=settings.encoder_layers, device=device)
            return cls(model, src, tgt, settings, (source, target), decode, saved.folder)

        return load_saved(name_or_path, "translate", revive)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, vocabularies and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.tasks.card import save_model

        save_model(self, Path(folder))

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self.src.save(folder / TEXT_FOLDER, "src")
        self.tgt.save(folder / TEXT_FOLDER, "tgt")
        write_config(folder, self.config)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {
            "task": "translate",
            "src": self.languages[0],
            "tgt": self.languages[1],
            "model": asdict(self.settings),
            "decode": asdict(self.decode),
        }

    @overload
    def translate(  # type: ignore[overload-overlap]  # a str is an iterable of str
        self, texts: str, *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> str: ...
    @overload
    def translate(
        self, texts: Iterable[str], *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> list[str]: ...
    def translate(
        self, texts: Texts, *, decode: DecodeSettings | None = None, split_sentences: bool = True
    ) -> str | list[str]:
        """The best translation of each text; an empty or blank text gives an empty one.

        Args:
            texts: one text, or what holds several (a list, a Series, a generator ...).
            decode: other search settings than the model's own.
            split_sentences: translate the sentences of a text one by one, as the model was trained on single ones, and
                keep its line breaks.

        Raises:
            UserError: an item that is no text.
        """
        found = self.search(texts, decode=decode, split_sentences=split_sentences)
        outputs = [hypotheses[0].text if hypotheses else "" for hypotheses in found]
        return outputs[0] if isinstance(texts, str) else outputs

    def search(
        self,
        texts: Texts,
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Texts | None = None,
        split_sentences: bool = False,
    ) -> list[list[Hypothesis]]:
        """The `n_best` translations of each text, best first, no two alike; none for a blank text.

        Args:
            texts: what to translate.
            n_best: translations a text, at most; the beam is as wide at least.
            decode: other search settings than the model's own.
            attention: keep the attention of every output token.
            prefixes: how the translation of each text must begin.
            split_sentences: as in `translate`: the n-th translation of a text is then made of the n-th ones of its
                sentences, its score and log-probability are their sums. A text with a prefix is not split.

        Raises:
            UserError: an item that is no text.
        """
        texts = as_texts(texts)
        begins = None if prefixes is None else as_texts(prefixes, name="prefixes")
        whole = not split_sentences or begins is not None
        parts = [[(text, "")] if whole else sentences_of(text, self.languages[0]) for text in texts]
        flat = [sentence for split in parts for sentence, _ in split]
        results: list[list[Hypothesis]] = [[] for _ in flat]
        batches = self.search_batches(flat, n_best=n_best, decode=decode, attention=attention, prefixes=begins)
        for index, hypotheses in batches:
            results[index] = hypotheses
        rest = iter(results)
        return [joined([(next(rest), after) for _, after in split]) for split in parts]

    def columns(self, texts: Texts, *, everything: bool = False) -> dict[str, list[Any]]:
        """The translation of each text and its score as columns of a table; the score of a blank text is None.

        Raises:
            UserError: an item that is no text.
        """
        found = self.search(texts, split_sentences=True)
        return {
            "translation": [hypotheses[0].text if hypotheses else "" for hypotheses in found],
            "score": [round(hypotheses[0].score, 4) if hypotheses else None for hypotheses in found],
        }

    def search_batches(
        self,
        texts: Texts,
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Texts | None = None,
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """(index, hypotheses) of each text that has tokens, as they come: batches of like lengths, short first.

        Of a text that is longer than 1,000 tokens the first ones are read, and a warning counts such texts.
        """
        begins = None if prefixes is None else self.tgt.tokenize_batch(as_texts(prefixes, name="prefixes"))
        yield from self.search_read(
            self.read(texts), n_best=n_best, decode=decode, attention=attention, prefixes=begins
        )

    def read(self, texts: Texts, *, name: str = "texts") -> list[ReadText]:
        """The texts as the network reads them, for `search_read` and `score_read`; `name` is theirs in errors."""
        texts = as_texts(texts, name=name)
        rows = self.src.tokenize_batch(texts)
        if longer := sum(len(tokens) > MAX_SOURCE_TOKENS for tokens in rows):
            log.warning(
                "%d of %d texts are longer than %s tokens: only their beginning is read; split them",
                longer, len(rows), f"{MAX_SOURCE_TOKENS:,}",
            )  # fmt: skip
        cut = [tokens[:MAX_SOURCE_TOKENS] for tokens in rows]
        return [
            ReadText(text, tokens, [*self.src.ids_of(tokens), self.src.eos_id])
            for text, tokens in zip(texts, cut, strict=True)
        ]

    def search_read(
        self,
        texts: Sequence[ReadText],
        *,
        n_best: int = 1,
        decode: DecodeSettings | None = None,
        attention: bool = False,
        prefixes: Sequence[list[str]] | None = None,
    ) -> Iterator[tuple[int, list[Hypothesis]]]:
        """`search_batches` of texts that are read already; `prefixes` are tokens."""
        decode = decode or self.decode
        if n_best > decode.beam_size:
            decode = replace(decode, beam_size=n_best)
        if prefixes is not None and len(prefixes) != len(texts):
            raise ValueError(f"{len(texts)} texts need as many prefixes, not {len(prefixes)}")
        # A tokenizer may find nothing in a text that is not blank, such as basic_english in a quotation mark.
        filled = [index for index, read in enumerate(texts) if read.text.strip() and read.tokens]
        batches = size_batches(
            [(len(texts[index].ids),) for index in filled], self._cells(decode, attention),
            most_rows=decode.batch_sentences,
        )  # fmt: skip
        # Hypotheses of other pieces may spell one text: what is left of more of them is as many as asked for.
        wanted = 1 if n_best == 1 else decode.beam_size
        for rows in batches:
            indices = [filled[row] for row in rows]
            chosen = [texts[index] for index in indices]
            begins = None if prefixes is None else [prefixes[index] for index in indices]
            found = self._decode(chosen, begins, n_best=wanted, decode=decode, attention=attention)
            for place, index in enumerate(indices):
                begin = [] if begins is None else begins[place]
                yield index, unlike(self._hypotheses(found, place, chosen[place], decode, begin))[:n_best]

    def score(self, sources: Texts, targets: Texts, *, batch_sentences: int = 64) -> Tensor:
        """Log-probability (N,) of each target given its source, natural logarithm, the sentence's end included.

        Sources are read as far as `translate` reads them, and a warning counts those that are longer.

        Raises:
            UserError: an item that is no text.
            ValueError: unequal numbers of sources and targets.
        """
        read = self.read(sources, name="sources")
        return self.score_read(read, self.targets(targets), batch_sentences=batch_sentences)

    def targets(self, texts: Texts) -> list[list[int]]:
        """The ids of target texts, each with the end mark, for `score_read`."""
        return [[*ids, self.tgt.eos_id] for ids in self.tgt.encode_batch(as_texts(texts, name="targets"))]

    def score_read(
        self, sources: Sequence[ReadText], targets: Sequence[list[int]], *, batch_sentences: int = 64
    ) -> Tensor:
        """`score` of sources and targets that are read already."""
        if len(sources) != len(targets):
            raise ValueError(f"{len(sources)} sources but {len(targets)} targets: every pair needs both")
        scores = torch.empty(len(sources))
        batches = size_batches(
            [(len(target), len(source.ids)) for source, target in zip(sources, targets, strict=True)],
            lambda target, source: target * (source + len(self.tgt.vocab)),
            most_rows=batch_sentences,
        )
        for rows in batches:
            pairs = [(sources[row].ids, targets[row]) for row in rows]
            batch = collate_pairs(pairs, self.tgt.pad_id, self.tgt.bos_id).to(self._device)
            with inference(self.model):
                log_probs = self.model.log_probs(
                    batch.src, batch.src_lengths, batch.tgt_input, batch.tgt, batch.tgt_lengths
                )
            scores[rows] = log_probs.float().cpu()
        return scores

    def _cells(self, decode: DecodeSettings, attention: bool) -> Callable[[int], int]:
        """From the length of a source to the numbers that its search holds."""
        beam, hidden = decode.beam_size, self.settings.hidden_size
        additive = hidden if self.settings.attention == "additive" else 1

        def cells(source: int) -> int:
            kept = source * (decode.max_length_ratio * source + 10) if attention or decode.replace_unk else 0
            return int(source * (4 * hidden + beam * additive) + beam * (len(self.tgt.vocab) + kept))

        return cells

    @property
    def _device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _decode(
        self,
        sources: Sequence[ReadText],
        prefixes: Sequence[list[str]] | None,
        *,
        n_best: int,
        decode: DecodeSettings,
        attention: bool,
    ) -> Decoded:
        src, lengths = pad_sequences([source.ids for source in sources], self.src.pad_id)
        has_attention = self.model.attention is not None
        replaces = decode.replace_unk and has_attention and not isinstance(self.tgt.tokenizer, SubwordTokenizer)
        limits = (lengths * decode.max_length_ratio).long() + 10
        begin = None
        if prefixes is not None:
            begin, begin_lengths = pad_sequences([self.tgt.ids_of(tokens) for tokens in prefixes], self.tgt.pad_id)
            begin, limits = begin.to(self._device), limits + begin_lengths  # however long, it is not cut
        options = DecodingOptions.of(decode, n_best=n_best, return_attention=has_attention and (attention or replaces))
        find = greedy_search if decode.beam_size == 1 else beam_search
        with inference(self.model):
            encoded = self.model.encode(src.to(self._device), lengths)
            stepper = translator_stepper(self.model, decode.precision)
            return find(
                stepper, self.model.first_hidden(encoded), stepper.memory(encoded),
                bos_id=self.tgt.bos_id, eos_id=self.tgt.eos_id, pad_id=self.tgt.pad_id,
                max_lengths=limits, options=options, prefix=begin,
                # <unk> is only worth writing where the source word can take its place.
                forbidden_ids=() if replaces else (self.tgt.unk_id,),
            )  # fmt: skip

    def _hypotheses(
        self, found: Decoded, row: int, source: ReadText, decode: DecodeSettings, begin: list[str]
    ) -> list[Hypothesis]:
        source_tokens = [*source.tokens, EOS]
        hypotheses = []
        for n, (ids, score, log_prob) in enumerate(found.outputs(row)):
            weights = None
            if found.attention is not None:
                weights = found.attention[row, n, : len(ids), : len(source_tokens)].cpu().numpy()
            tokens = self.tgt.vocab.decode(ids)
            if weights is not None and decode.replace_unk:
                # Not the end mark: it has no word to lend.
                tokens = [
                    source_tokens[int(weights[t, :-1].argmax())] if ids[t] == self.tgt.unk_id else token
                    for t, token in enumerate(tokens)
                ]
            tokens[: len(begin)] = begin  # in the user's own words, even those the vocabulary does not hold
            text = self.tgt.tokenizer.decode(tokens)
            hypotheses.append(Hypothesis(text, score, log_prob, tokens, source_tokens, weights))
        return hypotheses
