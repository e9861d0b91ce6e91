"""A run writes its tokenizers and settings once, hashes its corpus once, loads its model once, reads a text once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlpseq import files
from nlpseq.models import weights
from nlpseq.tasks import verbs
from nlpseq.text.pipeline import TextPipeline


class Counts:
    """How often files are written and hashed, models loaded, and texts made tokens."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.written: Counter[str] = Counter()
        self.hashed: Counter[str] = Counter()
        self.loaded: Counter[str] = Counter()
        self.tokenized: Counter[str] = Counter()
        self._patch = patch
        self._note(files, "_sha256", lambda path: self.hashed.update([Path(path).name]))
        self._note(weights, "load_network", lambda _, path, **__: self.loaded.update([path.name]))
        self._note(TextPipeline, "tokenize", lambda _, text: self.tokenized.update([text]))
        self._note(TextPipeline, "tokenize_batch", lambda _, texts: self.tokenized.update(texts))
        self._note(os, "replace", self._replaced)

    def _note(self, home: Any, name: str, note: Callable[..., None]) -> None:
        original = getattr(home, name)

        def noted(*args: Any, **kwargs: Any) -> Any:
            note(*args, **kwargs)
            return original(*args, **kwargs)

        self._patch.setattr(home, name, noted)

    def _replaced(self, source: Any, target: Any) -> None:
        if ".part" in Path(source).name:  # else it is swapped in as it is
            self.written.update([Path(target).name])


@pytest.mark.parametrize("name", ["tiny_settings", "review_settings", "story_settings", "notice_settings"])
def test_a_run_does_each_thing_once(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = request.getfixturevalue(name)
    settings = replace(settings, run_dir=str(tmp_path / "run"), train=replace(settings.train, max_epochs=2))
    path = Path(settings.data.path)
    corpus = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    monkeypatch.setattr(files, "CLOCK_TICK_NS", 0)  # else a hash of what was just written is not kept
    files._sha256_of_version.cache_clear()
    with monkeypatch.context() as patch:
        counts = Counts(patch)
        verbs.run(settings)
    assert [counts.hashed[file.name] for file in corpus] == [1] * len(corpus)
    assert counts.loaded.total() == 1
    text = [file.name for file in (tmp_path / "run" / "text").iterdir()]
    # The alphabet of a language model lies with its text too.
    wanted = {
        name: 1 + (name == "alphabet.json" and "story" in str(path)) for name in (*text, "settings.yaml", "README.md")
    }
    assert {name: counts.written[name] for name in wanted} == wanted
    # A classifier reads the validation texts for its calibration too, and explains its most confident mistakes.
    again = {text for text, times in counts.tokenized.items() if times > 1 + (name == "review_settings")}
    assert not again
    with monkeypatch.context() as patch:
        counts = Counts(patch)
        verbs.run(settings)
    assert not counts.written and not counts.loaded and not counts.tokenized
