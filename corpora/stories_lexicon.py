"""Who and what there is in the stories: people, beasts, villages, things, seasons and the small talk of the weather."""

from __future__ import annotations

from stories_grammar import Sections, sections

GIRLS = tuple(
    """Ada Agnes Alma Anneke Beatrix Bess Briony Clara Cecily Dora Dorcas Edith Elsie Esther Fern Flora Greta Hanna
    Hester Hilda Ida Ingrid Ivy Jessamy Joan Juniper Kate Kirsten Lettice Lila Lotte Lucy Mabel Maren Margery Marta
    Matilda Minna Molly Nell Nora Odette Olive Pansy Pearl Petra Polly Prudence Rosalind Rosie Ruth Sabina Sally Sigrid
    Susanna Tabitha Thea Tilda Ursula Verity Wilma Winifred""".split()
)
BOYS = tuple(
    """Abel Adam Albin Ambrose Anselm Arlo Barnaby Bastian Benedict Bruno Casper Clement Conrad Cuthbert Daniel Edmund
    Eli Emil Enoch Ernest Felix Fergus Florian Gabriel George Giles Gregory Gustav Hal Henrik Hugo Ivo Jasper Jem
    Jonas Joseph Kit Lambert Laurence Leo Linus Lorenz Magnus Martin Matthias Moritz Ned Nicholas Oliver Oscar Osric
    Otto Pascal Peter Piers Quentin Rafe Robin Rufus Samuel Sebastian Silas Simon Stephen Theo Thomas Tobias Ulrich
    Valentin Victor Walter Wilfred William""".split()
)
OLD_WOMEN = tuple(
    f"{title} {name}"
    for title in ("Mother", "Widow", "Granny", "Aunt")
    for name in ("Pell", "Tansy", "Marrow", "Quill", "Sedge", "Bramley", "Thrupp")
)
OLD_MEN = tuple(
    f"{title} {name}"
    for title in ("Old", "Uncle", "Grandfather", "Captain")
    for name in ("Hobb", "Marl", "Penny", "Crake", "Fennel", "Tarry", "Dunnock")
)
TRADES = tuple(
    """baker basket-maker bell-founder blacksmith bookbinder button-maker candle-maker carpenter carter clockmaker
    cobbler cooper fiddler gardener glassblower hatter map-maker miller painter potter printer saddler sailmaker tailor
    tinker weaver wheelwright""".split()
)
BEASTS = tuple(
    """badger bat carp cat cricket crow donkey fox frog goat goose hare hedgehog heron magpie mole moth mouse otter owl
    robin snail spider squirrel swallow toad weasel wren""".split()
)
VILLAGE_BEGINNINGS = tuple(
    """Alder Apple Ash Barley Bell Birch Bramble Candle Clover Crab Crow Dapple Elder Fallow Fern Finch Fox Goose Hare
    Hazel Heron Honey Lark Linden Maple Marl Moss Nettle Oat Otter Owl Pear Pebble Plum Reed Rook Rush Sorrel Stone
    Swallow Thistle Thorn Toad Wheat Willow Wren""".split()
)
VILLAGE_ENDINGS = tuple("bridge bury by combe cote dale den field ford ham hurst ley mere stead ton well wick".split())
WOODS = tuple(
    """Hangman's Wood,the Owlwood,Long Covert,the Thirty Oaks,Cold Hollow,the King's Larches,Whistling Wood,Blackbird
    Holt,the Crooked Mile,Sleepers' Wood,the Old Plantation,Nutting Wood""".replace("\n    ", " ").split(",")
)
RIVERS = tuple("Arrow Brindle Dawdle Ember Glass Lull Mallow Minnow Otterel Ramble Sedge Silverling Teal Wend".split())
THINGS = tuple(
    """silver thimble,brass key,tin whistle,wooden spoon,glass marble,ivory comb,little purse,yellow ribbon,blue button,
    pocket watch,china owl,clay bird,old compass,painted top,amber bead,enamel brooch,copper coin,cherry-wood pipe,
    lead soldier,iron bell,lucky horseshoe,mother-of-pearl fan""".replace("\n    ", "").split(",")
)
SEASONS = ("spring", "summer", "autumn", "winter")

RULES: Sections = sections(
    """
== sky in spring

the wind had washed the sky and hung it out to dry

it was the sort of day that smells of rain and means well

the [blackthorn|pear tree|hawthorn] had put on all its white at once, like a bride who cannot wait

[puddles|ditches] stood about in the lanes with whole clouds in them

the rain came and went all day like a neighbour borrowing [eggs|sugar|salt]

every [hedge|gutter] had a bird in it with something to say

the first swallows were writing their names on the air

== sky in summer

the heat lay down in the street like a dog

the [barley|wheat|rye] stood so still that you could hear it grow

even the [church clock|weathercock|millwheel] seemed to be dozing

there was thunder about, but it stayed behind the hills and grumbled there

the sky was as blue as a [washed plate|sailor's collar] and had as little in it

[bees|wasps] went in and out of the foxgloves like clerks with good news

the evenings were so long that people forgot to go to bed in them

== sky in autumn

the leaves were coming down one by one, as if each had been asked politely

there was a smell of [apples|wood smoke|wet leaves] in every room of every house

the mist came up from the river and looked in at the windows

the wind turned the [pages of the trees|leaves over] and found nothing it had not read

the geese went over in a crooked line, arguing about the way

the mornings were [grey|white] and the evenings were [gold|red], and nobody could say where the days went

spiders had hung their washing on every gate

== sky in winter

the snow had fallen all night and taken away the corners of things

it was so cold that the [smoke|words] froze above the [chimneys|people's heads]

the stars were as sharp as [new nails|needles]

the frost had drawn ferns on every pane in the village, and no two of them agreed

the wind went round the houses, trying all the doors

the pond had shut like a door, and the ducks stood about on it looking cheated

it snowed as if somebody up there were plucking a very large goose

== foul in spring

rain

== foul in summer

storm

== foul in autumn

storm

rain

fog

== foul in winter

snow

storm

== air in spring

a blackbird is trying out the evening

it has rained, and the gutters are telling one another about it

there is blossom on everything, even on the pump

== air in summer

it is so hot that the flies walk

somewhere a scythe is being sharpened

there is thunder, far off, and of no importance

== air in autumn

leaves are falling, one after another, as if called by name

there is mist, and a smell of apples

wild geese go over, arguing

== air in winter

snow is falling, and nobody has told it to stop

everything is white, and very quiet about it

it is so cold that one can hear the stars

== tree in spring

cherry tree

pear tree

== tree in summer

lime tree

elder bush

== tree in autumn

apple tree

walnut tree

== tree in winter

bare oak

old fir

== supper

bread and [onions|cheese|dripping]

a bowl of [barley|pea|leek] soup

a pancake with [plum|cherry] jam

two [baked apples|boiled eggs] and the end of a loaf

a dish of [beans|dumplings] with [butter|sage]

a herring and a hot potato

== walk

The road went [up|down] between hedges, over a bridge with one stone missing, and past a house where somebody was
always practising the [trumpet|fiddle|same three notes].

It was [two|three|four] miles by the lane and one by the fields, and {h} took the fields.

{h} walked until {h.his} boots were [white with dust|brown with mud] and {h.his} thoughts had all been thought twice.

First the road was broad and had carts on it, then it was narrow and had [cows|sheep] on it, and at last it was only
grass that remembered feet.

{h} crossed a brook by the stepping stones, counting them aloud, and there was one more than there used to be.

On the way it [rained|blew|grew dark], and on the way it stopped again, and {h} took no notice of either.

== night

That night {h} lay awake and listened to the house, which creaked like a ship going nowhere.

When the lamps had been put out one after another, and only the [baker|doctor|moon] was awake, {h} sat up in bed.

The moon climbed over the roof of the [inn|mill|school], had a good look, and stayed.

The clock struck [ten|eleven|twelve], and one of the strokes seemed to be thinking of something else.

== morning

In the morning, <sky>.

By the time the [cocks|milk cans|geese] had woken the street, <sky>.

Next day <sky>, and {h} was up before the kettle.

The sun had hardly got its elbows over the hill when {h} was [out of the gate|on the road|at the door].

== thinks

"Well," thought {h}, "a thing is only [lost|hopeless|impossible] until somebody [looks|laughs|tries]."

{h} scratched {h.his} head on the left side, where {h.he} kept the better ideas.

{h} thought about it for as long as it takes to peel a [pear|potato], and then {h.he} stood up.

"If I wait until I am brave," said {h} to nobody, "I shall be very old."

"What a muddle," said {h}, and felt a little better, for a thing that has a name is already half as large.

== praise

"Now that," said {o}, "is what I call sense."

"I have seen it with my own eyes," said {o}, "and I still mean to ask somebody else."

"You have your grandmother's head on you," said {o}, "and it is a pity about the ears."

"There," said {o}, "and they told me nothing ever happened in {t}."

"If I had a [hat|medal] about me," said {o}, "I should [take it off|pin it on you]."

== end

And if they have not stopped, they are [laughing|talking|dancing] still.

So it was, and so I heard it, and I have only made it a little longer.

After that nothing happened in {t} for [a week|nine days|a whole month], and everybody needed the rest.

And {h} slept that night without once turning over.

That is all I know, and the rest you must ask the {c.kind}.

If you go to {t} today, they will tell you a different story; but mine is the true one.

There is a [bench|lamp|rose bush] at that spot now, and people who sit there grow kind without noticing.

The {b.kind} tells it otherwise, but the {b.kind} was not asked.

And when the wind is in the [west|south], you may still hear them laugh about it.

Nobody wrote it down at the time, because everybody was having supper.
"""
)

RIDDLES = sections(
    """
== riddle

I have a mouth and never eat, a bed and never sleep in it :: a river

I grow when I am fed and die when I am given drink :: a fire

The more you take away from me, the larger I become :: a hole

I go round the house all night and leave one white sheet in the garden :: the frost

I speak every language and have never been to school :: an echo

I have teeth and bite nobody but your hair :: a comb

I am lighter than a feather, and yet the strongest man cannot hold me long :: a breath

I have a face and two hands, and I never wash them :: a clock

All day I follow you, and at night I leave you without a word :: a shadow

I come into the house through the keyhole and need no key :: the wind

I have six brothers in my green coat with me, and we all end in one pot :: a pea

I have eyes and never weep until somebody cuts me, and then it is somebody else who does :: an onion

I am broken before I am of any use :: an egg

I run up the hill and down the hill and never move :: the road

I have a spine and leaves and am neither beast nor tree :: a book

You hang me up when I am wet and take me in when I am dry :: the washing

I belong to you, and your friends use me more than you do :: a name

I am full of holes and I hold water :: a sponge

I have a sister under the same roof, and I have never seen her :: an eye
"""
)["riddle"]
