"""News of people, animals, lost things and feasts: texts of sections, as in the news of business."""

CAT = """
== $x what words

cat :: cat

dog :: dog

parrot :: parrot

tortoise :: tortoise

ferret :: ferret

== $w where words

in piano :: inside a piano

on ferry :: on board a ferry

in post van :: in the back of a post van

in church organ :: among the pipes of a church organ

in laundry :: in a basket of laundry

== $n

<3-90>

== headline

Lost {x.what} {pet} found {w.where} in {t} after {n} days

== opener

The saucer had been filled every evening, and every morning it was full.

{p} had hung up <20-300> sheets of paper on the lamp posts, each with a drawing.

== event

{pet}, a {x.words} that had run away from {p}, [came to light|turned up] in {t} {w.words}, {n} days later.

In {t}, {w.words}, somebody has [come upon|discovered] the {x.words} {pet}, [missing|looked for] by {p} for {n} days.

{n} days after it had gone, the {x.words} {pet}, which belongs to {p}, [was sitting|sat] in {t} {w.words}.

== aside

It was thinner, but had lost nothing of its pride.

The finder, {q}, would take no reward but a slice of cake.

How it got there from {u} will never be known.

The vet in {s} found nothing but a few fleas.
"""

RING = """
== $x what words

ring :: a gold ring

watch :: a silver watch

medal :: a medal

necklace :: a necklace

== $w where words

in pike :: in the belly of a pike

in pumpkin :: round the stem of a pumpkin

in magpie nest :: in the nest of a magpie

under floor :: under the floor of the school

in haystack :: at the bottom of a haystack

== $n

<4-60>

== headline

{x.what} lost by {p} turns up {w.where} after {n} years

== opener

{q} had been looking for something quite different, and at first {q.he} thought it was a bottle top.

There are letters engraved on the inside, worn but easy to read with a glass.

== event

{x.words} that {p} had been missing for {n} years [has been found|has come to light] {w.words}.

After {n} years {p} has {x.words} back; it was [lying|hidden] {w.words}.

{w.words}, of all places, somebody came upon {x.words} on {day}, which {p} [had missed|had given up] {n} years ago.

== aside

It had been a present from {p.his} mother in {u}.

"I had dreamed of it," said {p.last}, who still lives in {s}.

The jeweller says that it is worth <100-900> crowns.

It will be worn again on Sunday.
"""

OWNER = """
== $x what words

wallet with :: a wallet that holds

suitcase with :: a suitcase that holds

biscuit tin with :: a biscuit tin that holds

violin case with :: a violin case that holds

== $n

<2-90>,000

== $w where words

train :: on a train

park bench :: on a bench in the park

bus :: on a bus

taxi :: in a taxi

== headline

Police in {t} seek owner of {x.what} {n} crowns

== opener

The shelf of the lost property office is <20-60> yards long, and between the umbrellas there is a gap.

{p} might have kept it and nobody would ever have known.

== event

[To whom does it belong|Who has lost it]? In {t} the police are keeping {x.words} {n} crowns, found {w.words} on {day}.

The police in {t} [would like to know|are asking] who has left behind {w.words} {x.words} {n} crowns.

{x.words} {n} crowns was left {w.words}, and the police in {t} [hope|wish] that whoever it belongs to will come forward.

== aside

The finder, {p}, has been promised a tenth.

There was also a photograph of a [dog|lighthouse] in it.

Whoever claims it must be able to say what else it contains.

In {u} something of the kind was never collected.
"""

BIRTHDAY = """
== $n

<100-109>

== $x what words

yoga :: stands on {p.his} head every morning

chess :: plays a game of chess every evening

gardening :: still digs {p.his} own potatoes

whistling :: whistles before breakfast

swimming :: swims in the river, even in {month}

== headline

{p} of {t} turns {n} and credits {x.what}

== opener

The mayor brought a basket, the children brought a song, and the postman had to come twice.

There were so many candles that the window had to be opened.

== event

On {day} {p} [was|became] {n} years old in {t}; it is because {p.he} {x.words}, [says the birthday child|{p.he} told
the guests].

{p} {x.words}, and that, {p.he} [says|believes], is how one gets to be {n}, as {p.he} did on {day} in {t}.

In {t} they drank on {day} to {p}, who has now lived for {n} years, and [explains it by the fact that|says it is
since] {p.he} {x.words}.

== aside

{p.He} was born in {u}, as the youngest of <5-12> children.

{p.His} daughter, {q}, who is <70-79>, had baked the cake.

There are <20-60> grandchildren and great-grandchildren.

Doctors in {s} have not been troubled for years.
"""

VEGETABLE = """
== $w

pumpkin

marrow

cabbage

turnip

radish

leek

== $n

<12-480>

== headline

Gardener {p} grows {n}-pound {w} in {t}

== opener

It had to be moved with a crane, and two panes of the greenhouse had to be taken out first.

The scales at the dairy were not meant for it, but nobody had any better.

== event

The {w} that {p} [has raised|dug up] in {p.his} garden in {t} [weighs|brings to the scales] {n} pounds.

{n} pounds is the weight of a {w} that [came out of|was taken from] the garden of {p} in {t}.

In {t} a {w} [has been brought in|lies on a cart] that weighs {n} pounds; it comes from the bed of {p}.

== aside

{p.He} had sung to it every evening, and had not told anybody.

It will be cut up on {day2} and shared out in {s}.

The old record was held by {q} of {u}.

The seed had come in a letter from a cousin.
"""

FESTIVAL = """
== $x full short

the {f} Festival :: the festival

the {f} Fair :: the fair

the {f} Carnival :: the carnival

the {f} Circus :: the circus

== $w why words

mud :: the meadow is a bog

lack of money :: there is not enough money

measles :: half of the musicians have measles

storm damage :: the wind has torn the tents

== headline

{x.full} in {t} called off because of {w.why}

== opener

The posters were printed long ago, and <3-9> thousand paper flags lie in a cellar.

There were long faces at the [baker's|inn], where they had counted on <200-900> guests.

== event

This year {S} in {t} [has had to be dropped|falls through], since {w.words}.

In {t}, {S} [will not take place|has had to be cancelled] this {month}, because {w.words}.

As {w.words}, {S} in {t} [cannot be held|has been cancelled], [to everybody's regret|it was announced on {day}].

== aside

Tickets can be given back at the office in {s}.

{p}, who had arranged it for <3-30> years, said that {p.he} had seen it coming.

Next year it is to be all the larger.

Those who wish to dance all the same may go to {u}.
"""

GIFT = """
== $x what words

library :: the library

orphanage :: the orphanage

choir :: the choir

zoo :: the zoo

lifeboat :: the lifeboat station

== $n

<2-900>

== headline

{p} leaves {n} thousand crowns to {t} {x.what}

== opener

{p.He} wore the same coat in summer and in winter and fetched {p.his} coal in a pram, and nobody guessed anything.

The notary cleared his throat, took a sip of water and asked all those present to keep their seats.

== event

In {p.his} will {p}, who died in {month}, [left|made over] {n} thousand crowns to {x.words} in {t}.

{x.words} in {t} inherits {n} thousand crowns from {p}, who [died|passed away] in {month}.

To {x.words} in {t} [go|fall] {n} thousand crowns; so {p}, who died in {month}, had [written it down|wished it].

== aside

The money had been kept in <3-40> shoe boxes.

{q}, who received the news by telephone, had to sit down.

There are no relations, apart from a nephew in {u}.

A new roof is to be paid with it, and a tree planted.
"""

MUSEUM = """
== $x what words

bell :: a bell

coin hoard :: a pot full of coins

boat :: a wooden boat

mosaic :: a floor of coloured stones

sword :: a sword

== $w who words

Schoolgirl :: a schoolgirl

Farmer :: a farmer

Plumber :: a plumber

Postman :: a postman

== $n

<3-29>00

== headline

{w.who} in {t} finds {x.what} {n} years old

== opener

It was green and lay crooked, and for a while nobody paid any attention to it.

A tent has been put up over the place, and a man with a brush kneels in it from morning to night.

== event

In {t} {w.words} [hit upon|dug up] {x.words} on {day} which is {n} years old, [the experts say|as has now been proved].

{x.words} that {w.words} [brought to light|came across] in {t} on {day} has been lying in the ground for {n} years.

For {n} years {x.words} had lain in the earth of {t}, until {w.words} [struck it|came upon it] on {day}.

== aside

{p}, who directs the museum in {s}, called it "more than one dares to hope for".

It will be cleaned in {u} and then put on show.

The last find of the kind was made <20-90> years ago.

School classes may come and look, in groups of <8-19>.
"""

KINDS = (CAT, RING, OWNER, BIRTHDAY, VEGETABLE, FESTIVAL, GIFT, MUSEUM)
