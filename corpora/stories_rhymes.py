"""Words that rhyme, and ends of verse lines made of them. A stanza whose lines do not rhyme by these is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

FAMILIES = tuple(
    frozenset(line.split())
    for line in """
    moon tune soon afternoon noon spoon dune june
    night light sight height overnight white might right candlelight bright flight outright
    day way away stay hay play say yesterday bay may today gray grey pay clay they
    sea fee three tree me we tea see key free be he she bee knee quay agree
    town down frown gown brown crown
    hill still ill mill chill will bill sill fill pill
    rain lane again pane plain vain chain grain
    year hear fear tear near dear here ear cheer weir
    told cold gold scold old sold bold fold hold
    sheep asleep sleep weep deep steep keep heap
    slow toe ago fro grow low snow know go so dough crow row glow below blow though
    wall all hall call small tall fall ball
    sound around round ground found hound
    gate late wait eight plate straight fate weight great
    stair care prayer square everywhere there chair air wear fair bare share bear pear hair stare
    line dine fine pine wine thine mine nine shine
    sing spring ring thing king string bring wing
    dark lark spark bark
    door more shore before four floor store poor
    clock o'clock rock dock knock tock sock flock
    side tide cried died replied outside wide inside tied lied eventide bride
    turn burn
    through blue do grew glue two you shoe new dew few flew stew threw too true
    bread said head bed thread fed red
    knife life wife
    map lap cap gap
    ice dice mice nice twice
    street feet wheat meat sheet heat eat complete
    about out stout
    place face lace
    ship lip
    laid made afraid shade
    mends friends ends
    house mouse
    heel steel wheel meal
    shears years tears ears
    sleeve believe leave
    thin in kin pin tin skin begin
    coat wrote throat boat note goat
    mole hole coal
    straw saw
    eye pie sky why cry try high by my fly dry lullaby i reply
    word heard bird
    end friend bend
    cups pups
    crumb drum come some
    gift lift
    grass pass glass
    time chime rhyme
    tower hour flour shower flower power
    done one sun none won begun undone
    tape shape
    heart cart part tart
    wood good could should stood
    up cup
    blame same name came game
    lullabies eyes wise
    song long strong
    geese peace
    sire fire
    throne alone stone bone
    men ten then hen
    shelf myself itself
    downstairs chairs bears pairs
    on gone
    cheese peas knees please trees breeze
    sails tails
    tale pale sail gale whale tail fail
    now cow how plough bow
    jug mug rug hug snug
    tooth truth youth
    five alive dive
    kiss this miss
    rest west best undressed nest
    first worst
    roam foam home comb rome
    heads beds
    feather weather together
    lamb jam
    pot not hot got lot spot
    ham am
    cake wake awake make take lake
    fish dish
    bell well tell shell
    hand sand land understand stand grand
    roof hoof
    leaf grief
    rose knows goes nose clothes
    back sack
    hat cat mat that sat chat
    """.strip().splitlines()
)

# What a line may end with behind a subject and a verb: four syllables, stressed on the second and the fourth.
ENDINGS = tuple(
    tuple(re.split(r"\s*,\s*", line.strip()))
    for line in """
    beneath the moon, all afternoon, and hummed a tune, and none too soon
    till late at night, by candlelight, and out of sight, all grey and white
    at break of day, across the bay, and far away, along the way, among the hay
    beside the sea, till half past three, beneath the tree, for you and me, and so did we
    across the town, and up and down, without a frown, and tumbled down
    upon the hill, and all was still, beside the mill, against the chill
    in wind and rain, along the lane, and back again, against the pane
    from year to year, for all to hear, and had no fear, and shed a tear
    as I was told, in bitter cold, and caught a cold, as good as gold
    among the sheep, and fell asleep, and could not sleep, where woods are deep
    so soft and slow, long years ago, and to and fro, where rushes grow
    along the wall, and that was all, across the hall, among them all
    without a sound, and all around, and round and round, and looked around
    beside the gate, and had to wait, and stayed up late, till half past eight
    upon the stair, without a care, and said a prayer, about the square
    in single line, and all was fine, beneath the pine, and drank some wine
    and tried to sing, as if in spring, and heard it ring, without a thing
    until the dark, before the dark, and heard the lark
    outside the door, and nothing more, along the shore, as once before
    at twelve o'clock, upon a rock, beside the dock, and heard a knock
    all side by side, at eventide, and almost cried, on every side
    """.strip().splitlines()
)

# Whole lines that close a stanza, in the order of the endings.
CLOSES = tuple(
    tuple(re.split(r"\s*;\s*", line.strip()))
    for line in """
    And everybody slept till noon; And off they ran, the dish and spoon; And morning came an hour too soon
    And no one knew if that was right; So someone had to hold the light; The stars came out to see the sight
    And what they thought they did not say; The rest of us had gone to play; And that was only yesterday
    And nobody came home to tea; But none of them remembered me; And someone had mislaid the key
    The moon had on her yellow gown; You could have heard it through the town; The cat looked up and wore a frown
    I listened, and I listen still; And if it has not stopped, it will; And nobody had paid the bill
    And then it all began again; Who knows if we shall meet again; It left a feather on the pane
    And that is how it happened, dear; Come in, my love, the soup is here; It is the best of all the year
    And more than that I was not told; And both of us were growing old; It is not lent, it is not sold
    And that is ours, and ours to keep; The water there is very deep; What you have promised, you must keep
    And why it was I do not know; And so we had to let it go; It made a bow and had to go
    And that's the reason, after all; And no one noticed it at all; The great are fond of what is small
    And what was lost at last was found; Till all the bells began to sound; It never even touched the ground
    And so the supper had to wait; With all the stars upon a plate; Oh hurry, or you'll be too late
    And there was music everywhere; But when we looked it was not there; And bowed to every empty chair
    And half of what I have is thine; The cup is yours, the cake is mine; And every star began to shine
    And laughter is a curious thing; The bells had not been asked to ring; And nobody had told the king
    And someone whistled in the dark; We saw it shine, a single spark; And then the dog began to bark
    And only wanted one thing more; And chalked its name upon the door; As nobody had done before
    And half of them forgot to knock; There is a mouse inside the clock; And no one thought to stop the clock
    The door was standing open wide; It had so much to tell inside; And nobody can say we lied
    """.strip().splitlines()
)


def last_word(line: str) -> str:
    """The word a line ends with, without marks.

    >>> last_word("'Turn round,' said the man at the gate.'")
    'gate'
    """
    *_, word = re.finditer(r"[a-z][a-z']*", line.lower())
    return word[0].strip("'")


def rhymes(one: str, other: str) -> bool:
    """Whether two lines end with different words of one family."""
    first, second = last_word(one), last_word(other)
    return first != second and any(first in family and second in family for family in FAMILIES)


def in_rhyme(lines: Sequence[str], scheme: str) -> bool:
    """Whether the lines rhyme as the scheme says; a letter that stands once is a line without a rhyme.

    >>> in_rhyme(["A hill", "A tree", "A mill", "The sea"], "abab")
    True
    """
    groups = [[line for line, mark in zip(lines, scheme, strict=True) if mark == letter] for letter in set(scheme)]
    return all(rhymes(one, other) for group in groups for one, other in zip(group, group[1:], strict=False))
