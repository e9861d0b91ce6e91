"""What the words of translations tell: how often they repeat themselves, copy the source, or were never seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from nlpseq.evaluation.bootstrap import bootstrap_interval, rounded
from nlpseq.report.blocks import Block, Paragraph, Section, Table
from nlpseq.report.copied import words_of

ORDERS = (1, 2, 3, 4)
MAX_UNSEEN = 50  # words that are named
SEED = 12345

Shares = Mapping[str, Any]
Words = Sequence[str]


def score_wording(
    sources: Sequence[str],
    hyps: Sequence[str],
    refs: Sequence[str],
    *,
    seen: tuple[Collection[str], Collection[str]] | None = None,
) -> dict[str, Any]:
    """Shares, 0 to 1, of all words and n-grams in the "outputs" and, to compare with, in the "references".

    Keys of both: `repeated_{n}grams` for n from 1 to 4, those that stood in the same text before; `copied_words`,
    those that stand in the source; `unseen_words`, those that are not `seen` in the training text, None without it.
    Each has its `..._interval`, 95% [low, high] by the bootstrap over the texts, and is None where there are no
    such n-grams. "sources" has its own `unseen_words` and, under `unseen`, the most frequent ones. `unchanged` and
    `empty` count outputs.

    Args:
        seen: the words of the training text, as `words_of` gives them: of the source and of the target side.

    >>> found = score_wording(["My dog Rex"], ["Mein Rex Rex"], ["Mein Hund Rex"], seen=({"my", "dog"}, {"mein"}))
    >>> round(found["outputs"]["repeated_1grams"], 2), round(found["references"]["copied_words"], 2)
    (0.33, 0.33)
    >>> found["sources"]["unseen"]
    ['rex']
    """
    read = [words_of(text) for text in sources]
    scored: dict[str, Any] = {}
    for name, texts in (("outputs", hyps), ("references", refs)):
        words = [words_of(text) for text in texts]
        shares = {f"repeated_{n}grams": [_repeated(row, n) for row in words] for n in ORDERS}
        shares["copied_words"] = [
            (sum(word in known for word in row), len(row)) for row, known in zip(words, map(set, read), strict=True)
        ]
        scored[name] = _shares(shares) | _unseen(words, None if seen is None else seen[1])
    unseen = Counter(word for row in read for word in row if seen is not None and word not in seen[0])
    return scored | {
        "sources": _unseen(read, None if seen is None else seen[0])
        | {"unseen": [word for word, _ in unseen.most_common(MAX_UNSEEN)]},
        "unchanged": sum(hyp.strip() == source.strip() != "" for hyp, source in zip(hyps, sources, strict=True)),
        "empty": sum(not hyp.strip() for hyp in hyps),
    }


def wording_section(wording: Mapping[str, Any], lengths: Table, length_ratio: float) -> Section:
    """What `score_wording` found, below what is known of the lengths of the outputs."""
    outputs, references, sources = (wording[name] for name in ("outputs", "references", "sources"))
    rows = [
        [f"Repeated {n}-grams", _show(outputs, f"repeated_{n}grams"), _show(references, f"repeated_{n}grams"), "–"]
        for n in ORDERS
    ]
    rows.append(["Words copied from the source", *(_show(each, "copied_words") for each in (outputs, references)), "–"])
    rows.append(
        [
            "Words that the training text does not hold",
            *(_show(each, "unseen_words") for each in (outputs, references, sources)),
        ]
    )
    notes = [
        "those that stood in the same text before",
        *[""] * (len(ORDERS) - 1),
        "in the same letters",
        "on its side",
    ]
    blocks: list[Block] = [
        Paragraph(f"The outputs hold {length_ratio:.3f} tokens for each token of the references; {_counted(wording)}."),
        lengths,
        Paragraph(_finding(outputs, references)),
        Table(["Share (%), 95% interval", "Outputs", "References", "Sources"], rows, "lrrr", notes),
    ]
    if sources["unseen"]:
        blocks.append(
            Paragraph(f"Unknown words of the sources, the most frequent first: {', '.join(sources['unseen'])}.")
        )
    elif sources["unseen_words"] is None:
        blocks.append(Paragraph("Which words the training text does not hold was left out: it is too large."))
    return Section("Length, repeated, copied and unknown words", blocks)


def _counted(wording: Mapping[str, Any]) -> str:
    empty, unchanged = wording["empty"], wording["unchanged"]
    return f"{empty or 'none'} of them {'are' if empty > 1 else 'is'} empty, {unchanged or 'none'} the unchanged source"


def _finding(outputs: Shares, references: Shares) -> str:
    pairs, other = outputs["repeated_2grams"], references["repeated_2grams"]
    copied, copied_by_people = outputs["copied_words"], references["copied_words"]
    found = [
        f"of the pairs of words in the outputs {pairs:.1%} repeat an earlier one, in the references {other:.1%}"
        if pairs is not None and other is not None
        else "",
        f"of the words {copied:.1%} are copied from the source, in the references {copied_by_people:.1%}"
        if copied is not None and copied_by_people is not None
        else "",
    ]
    sentence = "; ".join(part for part in found if part)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "There are no words to count."


def _show(shares: Shares, key: str) -> str:
    share, interval = shares[key], shares[f"{key}_interval"]
    if share is None:
        return "–"
    around = f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})" if interval else ""
    return f"{100 * share:.1f}{around}"


def _repeated(words: Words, n: int) -> tuple[int, int]:
    """How many n-grams stood in the text before, and how many it has."""
    ngrams = list(zip(*(words[start:] for start in range(n)), strict=False))
    return len(ngrams) - len(set(ngrams)), len(ngrams)


def _unseen(rows: Iterable[Words], seen: Collection[str] | None) -> dict[str, Any]:
    if seen is None:
        return {"unseen_words": None, "unseen_words_interval": None}
    return _shares({"unseen_words": [(sum(word not in seen for word in row), len(row)) for row in rows]})


def _shares(counted: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, pairs in counted.items():
        filled = [pair for pair in pairs if pair[1]]
        if not filled:
            found |= {name: None, f"{name}_interval": None}
            continue
        parts, totals = zip(*filled, strict=True)
        interval = rounded(bootstrap_interval(parts, totals, seed=SEED), 6)
        found |= {name: round(sum(parts) / sum(totals), 6), f"{name}_interval": interval}
    return found
