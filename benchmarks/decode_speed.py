"""Speed and quality of a trained translator's search, one JSON line for each beam size and precision.

Times are the processor's own seconds on one thread: what else the machine does hardly counts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from dataclasses import replace
from pathlib import Path

import torch

from nlpseq import Translator
from nlpseq.config import DecodeSettings
from nlpseq.evaluation.translation import score_bleu


def main() -> None:
    """Translate a file, once to warm up and once for the clock; then the sentence of median length alone, 20 times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--sources", type=Path, required=True, metavar="FILE")
    parser.add_argument("--references", type=Path, required=True, metavar="FILE")
    parser.add_argument("--beams", type=int, nargs="+", default=[5, 1])
    parser.add_argument("--shortlist", type=int, default=0)
    parser.add_argument("--precisions", nargs="+", default=["fp32"])
    options = parser.parse_args()
    torch.set_num_threads(1)
    translator = Translator.from_pretrained(options.run)
    sources, references = (
        file.read_text(encoding="utf-8").splitlines() for file in (options.sources, options.references)
    )
    one = sorted(sources, key=len)[len(sources) // 2]
    for beam, precision in itertools.product(options.beams, options.precisions):
        # Earlier releases know neither int8 nor a shortlist.
        asked = {"precision": precision, "shortlist": options.shortlist}
        chosen = {name: value for name, value in asked.items() if value not in ("fp32", 0)}
        decode = replace(translator.decode, beam_size=beam, **chosen)
        _seconds(translator, sources[: len(sources) // 4], decode)
        seconds, translations = _seconds(translator, sources, decode)
        alone = min(_seconds(translator, [one], decode)[0] for _ in range(20))
        print(json.dumps({
            "beam": beam, "precision": precision, "sentences_per_second": round(len(sources) / seconds, 1),
            "one_sentence_ms": round(1e3 * alone, 1),
            "bleu": score_bleu(translations, references, tokenize="13a", bootstrap_samples=0)["bleu"],
        }), flush=True)  # fmt: skip


def _seconds(translator: Translator, sources: list[str], decode: DecodeSettings) -> tuple[float, list[str]]:
    started = time.process_time()
    translations = translator.translate(sources, decode=decode, split_sentences=False)
    return time.process_time() - started, translations


if __name__ == "__main__":
    main()
