"""The words of the reviews that carry an opinion, in pairs of lists: for a positive review, for a negative one.

An adjective belongs to the class of thing that it describes, a general one to all but prices.
"""

from __future__ import annotations

from typing import NamedTuple

OPPOSITES = {
    "good": "bad",
    "treat": "ordeal",
    "delighted": "bored",
    "loved": "hated",
    "love": "hate",
    "well": "badly",
    "cheerful": "gloomy",
}
OPPOSITES |= {bad: good for good, bad in OPPOSITES.items()}


class Adjectives(NamedTuple):
    """What can be said of one class of thing: "very" for the mild ones, "absolutely" for the strong ones."""

    mild: tuple[str, ...]
    strong: tuple[str, ...]


def _read_adjectives(table: str) -> dict[tuple[str, str], Adjectives]:
    rows = (row.split(maxsplit=2) for row in table.strip().splitlines())
    return {(kind, side): Adjectives(*(tuple(part.split()) for part in words.split(";"))) for kind, side, words in rows}


ADJECTIVES = _read_adjectives("""
general      good  good nice pleasant lovely  ; wonderful excellent superb brilliant fantastic marvellous splendid
general      bad   bad poor disappointing mediocre  ; awful terrible dreadful horrible appalling abysmal hopeless
art          good  entertaining exciting memorable moving worthwhile original  ; gripping enthralling unforgettable
art          bad   boring dull forgettable tedious pointless dreary  ; unbearable ridiculous depressing
event        good  enjoyable memorable entertaining relaxing worthwhile  ; delightful unforgettable
event        bad   unpleasant tiresome boring dreary forgettable  ; depressing miserable
device       good  reliable sturdy handy practical well-made quick  ; flawless ingenious
device       bad   unreliable flimsy clumsy impractical fragile sluggish  ; useless worthless
story        good  interesting clever original funny believable exciting  ; gripping enthralling ingenious
story        bad   dull silly predictable confusing tedious clumsy  ; ridiculous incoherent laughable
character    good  believable lifelike complex interesting  ; unforgettable fascinating
character    bad   shallow lifeless dull annoying  ; insufferable ridiculous
performance  good  convincing lively confident fine skilful  ; dazzling breathtaking captivating
performance  bad   wooden stiff lifeless clumsy unconvincing  ; embarrassing painful pathetic
style        good  clear elegant lively well-written precise  ; exemplary fascinating
style        bad   unclear clumsy dry confusing long-winded stilted  ; useless incomprehensible
food         good  tasty fresh tender well-seasoned appetising  ; delicious exquisite mouth-watering
food         bad   bland greasy tasteless stodgy lukewarm  ; inedible disgusting revolting
baked        good  tasty fresh light crisp  ; delicious heavenly
baked        bad   stale dry soggy tasteless  ; inedible disgusting
people       good  friendly kind helpful attentive polite cheerful  ; charming delightful
people       bad   rude unfriendly careless impatient unhelpful grumpy  ; insufferable obnoxious
place        good  clean comfortable cosy bright spacious elegant  ; gorgeous spotless
place        bad   dirty uncomfortable shabby gloomy cramped dusty  ; filthy hideous
sound        good  clear warm rich catchy beautiful  ; stunning thrilling
sound        bad   tinny muddy shrill thin monotonous  ; unbearable ghastly
look         good  beautiful attractive imaginative striking tasteful  ; gorgeous breathtaking
look         bad   ugly drab uninspired tasteless dull  ; hideous ghastly
price        good  fair reasonable modest sensible  ; excellent splendid
price        bad   steep unfair excessive unreasonable  ; outrageous ridiculous
""")

# Of the two groups of things one is moved by the arts and pleased with the goods.
_WORDS = """
delighted  arts   delighted impressed moved charmed thrilled amused fascinated captivated entertained enchanted
delighted  goods  delighted impressed pleased satisfied happy amazed content
bored      arts   bored annoyed disappointed irritated frustrated embarrassed exasperated unmoved upset
bored      goods  annoyed disappointed irritated frustrated dissatisfied exasperated unhappy
treat      arts   treat delight triumph success joy pleasure gem masterpiece hit revelation
treat      goods  delight success joy pleasure gem blessing hit triumph
ordeal     arts   ordeal disaster failure flop chore nightmare letdown mess disgrace torment
ordeal     goods  disaster failure flop nuisance nightmare letdown mess disgrace
loved      arts   loved enjoyed liked adored admired
loved      goods  loved liked appreciated
hated      arts   hated disliked loathed detested despised
hated      goods  hated disliked detested
love       both   love enjoy like adore admire
hate       both   hate dislike loathe detest despise
well       both   well brilliantly wonderfully superbly splendidly delightfully
badly      both   badly miserably horribly terribly dismally poorly
cheerful   both   good cheerful sunny wonderful bright
gloomy     both   bad gloomy foul sour dark
"""
WORDS = {
    (name, group): tuple(words)
    for name, groups, *words in (row.split() for row in _WORDS.strip().splitlines())
    for group in ("arts", "goods")
    if groups in (group, "both")
}

EXCESSES = {  # what a thing can be too much of
    "art": ("long", "slow", "complicated"),
    "event": ("long", "short", "expensive"),
    "device": ("heavy", "loud", "big", "complicated"),
    "story": ("slow", "long", "complicated", "sentimental"),
    "character": ("simple", "sentimental", "noble"),
    "performance": ("loud", "slow", "restrained", "hectic"),
    "style": ("long", "short", "simple", "complicated"),
    "food": ("salty", "spicy", "sweet", "heavy"),
    "baked": ("sweet", "hard", "salty"),
    "people": ("slow", "loud", "talkative", "busy"),
    "place": ("small", "dark", "warm", "cold"),
    "sound": ("loud", "soft", "high"),
    "look": ("dark", "bright", "colourful"),
    "price": ("high",),
}

INTENSIFIERS = Adjectives(
    mild=("very", "really", "extremely", "remarkably", "thoroughly"),
    strong=("absolutely", "utterly", "truly", "simply"),
)
DIMINISHERS = {
    "good": ("rather", "quite", "pretty", "fairly"),
    "bad": ("rather", "slightly", "a bit", "a little", "somewhat"),
}
