"""A message: sentences that earn its labels among others of the same words that earn none."""

from __future__ import annotations

import random
from dataclasses import dataclass

import messages_clauses as words
from stories_grammar import Teller, sections

LABELS = ("account", "damaged", "exchange", "invoice", "late", "praise", "refund", "urgent", "wrong_item")
# Of how many labels a message has, from none on.
SHARES = (12, 38, 33, 17)
CONTRAST_SHARE, PLAIN_SHARE, GREETING_SHARE, CLOSING_SHARE = 0.4, 0.4, 0.3, 0.3
# Of the messages that could: two labels of a kind in one sentence, and none of them where none is meant.
PAIR_SHARE, NEITHER_SHARE = 0.75, 0.4
SENTENCES = sections(words.CLAUSES)
# One would not write both.
APART = ({"refund", "exchange"}, {"praise", "damaged"})
# Labels of which one stands for another; the sentences in which one is so and another not, both are, or neither is.
KINDS = (
    (words.FAULTS, words.ONE_FAULT, words.BOTH_FAULTS, words.NO_FAULT),
    (words.WISHES, words.ONE_WISH, words.BOTH_WISHES, words.NO_WISH),
)


@dataclass(frozen=True)
class Message:
    """A text, and its labels in the order of the alphabet."""

    text: str
    labels: tuple[str, ...]


def items() -> tuple[str, ...]:
    """The things that are sold."""
    listed = " ".join(words.ITEMS.split())
    for compound in words.COMPOUNDS:
        listed = listed.replace(compound, compound.replace(" ", "_"))
    return tuple(item.replace("_", " ") for item in listed.split())


def labels_of(rng: random.Random) -> set[str]:
    """What a message is about."""
    while True:
        drawn = set(rng.sample(LABELS, rng.choices(range(len(SHARES)), SHARES)[0]))
        if not any(pair <= drawn for pair in APART):
            return drawn


def message(teller: Teller, things: tuple[str, ...]) -> Message:
    """A message of one to six sentences."""
    rng = teller.rng
    labels, cast = labels_of(rng), cast_of(teller, things)
    templates, said = paired(teller, labels)
    templates += [teller.draw(SENTENCES[label]) for label in sorted(labels - said)]
    silent = [label for label in LABELS if label not in labels]
    if rng.random() < CONTRAST_SHARE or not templates:
        templates.append(teller.draw(SENTENCES[f"not {rng.choice(silent)}"]))
    if rng.random() < PLAIN_SHARE:
        templates.append(teller.draw(SENTENCES["plain"]))
    rng.shuffle(templates)
    if rng.random() < GREETING_SHARE:
        templates.insert(0, teller.draw(words.GREETINGS))
    told = [teller.tell(f"^{template}", cast) for template in templates]
    if rng.random() < CLOSING_SHARE:
        told.append(teller.tell(teller.draw(words.CLOSINGS), cast))
    return Message(" ".join(told), tuple(sorted(labels)))


def paired(teller: Teller, labels: set[str]) -> tuple[list[str], set[str]]:
    """Sentences over two labels of a kind, and those of `labels` that they earn."""
    rng, templates, said = teller.rng, [], set[str]()
    for phrases, one, both, neither in KINDS:
        meant = sorted(labels & set(phrases))
        others = sorted(set(phrases) - labels)
        if rng.random() >= (PAIR_SHARE if meant else NEITHER_SHARE):
            continue
        rng.shuffle(meant)
        rng.shuffle(others)
        if len(meant) > 1 and (rng.random() < 0.5 or not others):
            frames, pair = both, meant[:2]
        elif meant:
            frames, pair = one, [meant[0], others[0]]
        else:
            frames, pair = neither, others[:2]
        said |= labels & set(pair)
        a, b = (teller.draw(phrases[label]) for label in pair)
        templates.append(teller.draw(frames).replace("{a}", a).replace("{b}", b))
    return templates, said


def cast_of(teller: Teller, things: tuple[str, ...]) -> dict[str, str]:
    """The things, names, days and sums of a message."""
    rng = teller.rng
    item, other = rng.sample(things, 2)
    town, town2 = rng.sample(words.TOWNS, 2)
    size, size2 = rng.sample(range(34, 48, 2), 2)
    price = rng.randint(4, 240)
    return {
        "item": item, "other": other, "town": town, "town2": town2, "street": teller.draw(words.STREETS),
        "name": teller.draw(words.NAMES), "month": teller.draw(words.MONTHS), "weekday": teller.draw(words.WEEKDAYS),
        "days": teller.draw(words.SPANS), "weeks": teller.draw(words.WEEKS), "number": str(rng.randint(10_000, 99_999)),
        "sum": f"{price} pounds", "sum2": f"{price + rng.randint(2, 30)} pounds", "size": str(size),
        "size2": str(size2), "year": str(rng.randint(2009, 2024)),
    }  # fmt: skip
