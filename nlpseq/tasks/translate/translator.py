"""A trained translator: text in, text out, from a run folder or the hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from nlpseq.answers.translation import ReadText, Translations, most_tokens
from nlpseq.config import DecodeSettings, TranslatorSettings
from nlpseq.data.batch import collate_pairs, pad_sequences
from nlpseq.decoding import Decoded, beam_search, greedy_search
from nlpseq.errors import UserError
from nlpseq.models.inference import inference
from nlpseq.models.translator import TranslatorModel
from nlpseq.models.translator_stepper import translator_stepper
from nlpseq.runs.saved_model import TEXT_FOLDER, SavedModel, check_names
from nlpseq.runs.size_batches import size_batches
from nlpseq.tasks.trained import Trained, TrainOptions
from nlpseq.tasks.translate.shortlist import Shortlist
from nlpseq.text import TextPipeline
from nlpseq.text.texts import Texts

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, repr=False)
class Translator(Translations, Trained):
    """A model with the text pipelines of both its sides, and the folder that it was loaded from, if any.

    >>> from nlpseq.text import build_pipeline
    >>> _ = torch.manual_seed(0)
    >>> letters = build_pipeline(["abc"], kind="char", vocab_size=9)
    >>> settings = TranslatorSettings(embedding_dim=6, hidden_size=8)
    >>> translator = Translator.untrained(letters, letters, settings, languages=("en", "de"))
    >>> translator.translate(["", "abc"])[0], isinstance(translator.translate("cab"), str)
    ('', True)
    """

    task: ClassVar[str] = "translate"

    model: TranslatorModel
    src: TextPipeline
    tgt: TextPipeline
    settings: TranslatorSettings
    languages: tuple[str, str]
    decode: DecodeSettings = DecodeSettings()
    folder: Path | None = None
    shortlist: Shortlist | None = None

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
    def train(cls, data: Any, *, src: str = "en", tgt: str = "de", **options: Unpack[TrainOptions]) -> Translator:
        """Train on your data, and give the model with the run that it comes from: `metrics`, `report()`, `run_dir`.

        Args:
            data: a data frame, a list of tuples (source, target) or of dicts, a `Dataset`, a dict or
                `DatasetDict` of such by split, a path, or a hub name.
            src: language of the sources, which is also their column.
            tgt: language of the targets, which is also their column.
            options: `recipe`, `minutes`, `init_from`, `run_dir`, `settings` and `quiet`, see `TrainOptions`.

        Raises:
            UserError: anything wrong with the data or the settings.
        """
        return cls._learnt(data, {"src": src, "tgt": tgt}, **options)

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> Translator:
        src, tgt = (TextPipeline.load(saved.folder / TEXT_FOLDER, side) for side in ("src", "tgt"))
        settings, decode = saved.settings("model", TranslatorSettings), saved.settings("decode", DecodeSettings)
        source, target = check_names("src, tgt", [saved.config["src"], saved.config["tgt"]])
        build = partial(TranslatorModel, len(src.vocab), len(tgt.vocab), **asdict(settings))
        model = saved.network(build, layers=settings.encoder_layers, device=device)
        shortlist = Shortlist.load(saved.folder / TEXT_FOLDER, src_size=len(src.vocab), tgt_size=len(tgt.vocab))
        return cls(model, src, tgt, settings, (source, target), decode, saved.folder, shortlist)

    def _save_text(self, folder: Path) -> None:
        self.src.save(folder / TEXT_FOLDER, "src")
        self.tgt.save(folder / TEXT_FOLDER, "tgt")
        if self.shortlist is not None:
            self.shortlist.save(folder / TEXT_FOLDER)

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        return {
            "task": self.task,
            "src": self.languages[0],
            "tgt": self.languages[1],
            "model": asdict(self.settings),
            "decode": asdict(self.decode),
        }

    def score(self, sources: Texts, targets: Texts, *, batch_sentences: int = 64) -> Tensor:
        """Log-probability (N,) of each target given its source, natural logarithm, the sentence's end included.

        Sources are read as far as `translate` reads them, and a warning counts those that are longer.

        Raises:
            UserError: an item that is no text.
            ValueError: unequal numbers of sources and targets.
        """
        read = self.read(sources, name="sources")
        return self.score_read(read, self.targets(targets), batch_sentences=batch_sentences)

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
        limits = torch.tensor(most_tokens(sources, decode))
        begin = None
        if prefixes is not None:
            begin, begin_lengths = pad_sequences([self.tgt.ids_of(tokens) for tokens in prefixes], self.tgt.pad_id)
            begin, limits = begin.to(self._device), limits + begin_lengths  # however long, it is not cut
        options = self._options(decode, n_best=n_best, attention=attention)
        find = greedy_search if decode.beam_size == 1 else beam_search
        with inference(self.model):
            encoded = self.model.encode(src.to(self._device), lengths)
            stepper = translator_stepper(self.model, decode.precision, beam=decode.beam_size > 1)
            ids = self._candidates(src, begin, decode)
            if ids is not None:  # the search then knows tokens by their places in it
                stepper, begin = stepper.restricted(ids), begin if begin is None else torch.searchsorted(ids, begin)
            found = find(
                stepper, self.model.first_hidden(encoded), stepper.memory(encoded),
                bos_id=self.tgt.bos_id, eos_id=self.tgt.eos_id, pad_id=self.tgt.pad_id,
                max_lengths=limits, options=options, prefix=begin,
                forbidden_ids=() if self._replaces(decode) else (self.tgt.unk_id,),
            )  # fmt: skip
        return found if ids is None else found._replace(tokens=ids[found.tokens])

    def _candidates(self, src: Tensor, begin: Tensor | None, decode: DecodeSettings) -> Tensor | None:
        """The ids that may be written, the special ones first; None for all."""
        if not decode.shortlist:
            return None
        if self.shortlist is None:
            raise UserError(
                "decode.shortlist needs a table that this model lacks; "
                "make the run again with --decode.shortlist, which does not train it again, or set it to 0"
            )
        ids = torch.from_numpy(self.shortlist.ids(src.flatten().tolist(), decode.shortlist)).to(self._device)
        return ids if begin is None else torch.cat([ids, begin.flatten()]).unique()
