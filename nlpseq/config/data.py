"""Where the rows of a corpus come from, whatever the task: the settings that all corpora with splits share."""

from __future__ import annotations

from dataclasses import dataclass

from nlpseq.config.checks import check, held_out_sizes, text_format, well_typed
from nlpseq.errors import shown_value


@dataclass(frozen=True)
class CorpusSettings:
    """A corpus and its splits.

    Args:
        path: a folder, a file or a hub name
        train: split to train on
        validation: split to choose the model by; found by itself (val, valid, dev, validation) if not given
        test: split to report on; found by itself (test, test*, testb) if not given
        validation_size: rows (or share) to hold out where there is no such split; a tenth, 500 at most, if not given
        test_size: rows (or share) to hold out where there is no such split; a tenth, 500 at most, if not given
        encoding: of text files that do not say it themselves; UTF-8 if not given
    """

    path: str = ""
    train: str = "train"
    validation: str | None = None
    test: str | None = None
    validation_size: int | float | None = None
    test_size: int | float | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        well_typed(self, "data")
        held_out_sizes(self, "data", "validation_size", "test_size")
        text_format(self.encoding, getattr(self, "separator", None))

    def _two_columns(self, one: str, other: str) -> None:
        """The settings of these names are not the same column."""
        name = getattr(self, one)
        check(
            name is None or name != getattr(self, other),
            f"data.{one} and data.{other} are both {shown_value(name)}; name two columns",
        )
