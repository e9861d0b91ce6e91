"""News of weather and traffic: texts of sections, as in the news of business."""

POWER = """
== $x what words

Storm :: a storm

Lightning :: lightning

Ice :: a coat of ice on the wires

Flood :: a flood in a switching station

== $n

<2-96>,000

== headline

{x.what} leaves {n} homes without power around {t}

== opener

In many kitchens breakfast was eaten by candlelight, and at the bakery they kneaded by hand.

The trams stood where they had stopped, with the doors open, and people got down and walked.

== event

Because of {x.words}, {n} households in and around {t} [sat in the dark|had no electricity] on {day}.

On {day} the lights went out in {n} houses near {t}; the cause was {x.words}.

{n} homes in the district of {t} were [cut off from the grid|suddenly dark], after {x.words} on {day} had done
[its|the] damage.

== aside

Engineers from {u} worked until <2-9> in the morning.

{p}, who keeps a restaurant in {s}, gave away <40-200> portions of ice cream before they could melt.

The hospital has a generator of its own and was not affected.

By the evening most of the damage had been put right.
"""

FLOOD = """
== $n

<20-900>

== headline

River {g} floods {t} and drives {n} from homes

== opener

All night there had been a sound like breathing in the cellars, and in the morning the [ducks|boats] were in the street.

Sandbags had been filled by schoolchildren and pensioners alike, but there were not enough of them.

== event

The {g} has [burst its banks|come over the wall] at {t}, and {n} people [had to leave|were taken out of] their houses.

In {t}, {n} residents [had to be brought|fled] to dry ground on {day}, when the water of the {g} [rose into the
streets|broke through the dam].

Since {day} {t} has stood under the water of the {g}; {n} people [could not stay in|have had to abandon] their houses.

== aside

Beds have been set up in the gymnasium in {s}, and {p} is cooking for all.

At the bridge the gauge showed <3-9> metres, which is more than in any year since the great thaw.

{u}, on the opposite side, lies higher and stayed dry.

A cow was seen to float by, and was pulled out later in good health.
"""

RECORD = """
== $x what words

Hottest :: it has never been so hot

Coldest :: it has never been so cold

Wettest :: it has never rained so much

Windiest :: the wind has never blown so hard

== $n

<12-150>

== headline

{x.what} {day} in {n} years measured in {t}

== opener

{p}, who has gone up to the weather station every morning since {p.his} youth, tapped the glass twice on {day}.

Not everybody believed the instrument, and so it was taken down, shaken, and hung up again.

== event

In {n} years of observation, {x.words} on a {day} in {t}, [say the keepers of the station|the records show].

At the station in {t} they have been keeping books for {n} years, and {x.words} on a {day} [as this week|in all that
time].

{x.words} on a {day} in {t}, at least not in the {n} years [for which there are figures|since somebody began to write
it down].

== aside

In {u}, only a few miles away, the day was quite ordinary.

The fire brigade was called out <3-40> times, mostly for trifles.

{q} of the weather office expects no change before {day2}.

The animals in the zoo were given [ice|blankets].
"""

HARVEST = """
== $x what words

Hail :: hailstones as big as eggs

Frost :: a late frost

Drought :: the long drought

Rain :: weeks of rain

== $w

cherry

apple

plum

potato

wheat

barley

== $n

<20-95>

== headline

{x.what} ruins {n} per cent of {w} crop around {t}

== opener

The farmers stood at the edge of their fields with their hands in their pockets, and for a long time nobody spoke.

It is a year that will be talked about in the inns, and not with pleasure.

== event

Around {t}, {n} per cent of the {w} harvest [is lost|has been destroyed], and it is due to {x.words}.

{x.words} [cost|took from] the farmers around {t} a great part of their {w} harvest, namely {n} per cent.

Near {t} they will bring in hardly any of the {w} harvest: {n} per cent of it [fell victim to|was spoilt by] {x.words}.

== aside

{p}, who farms <20-300> acres at {u}, said that {p.he} had seen nothing like it.

The farmers' union is asking the government for help.

The bees, on the other hand, have had a good year.

Prices in the shops on {s} are expected to go up.
"""

BAN = """
== $x ban why words reason

swimming in the lake :: because of storm :: bathe in the lake :: a storm is on its way

barbecues in the woods :: because of heat :: light a fire in the woods :: it is too hot

barbecues in the woods :: because of drought :: light a fire in the woods :: it has not rained for <4-9> weeks

watering lawns :: because of drought :: sprinkle their lawns :: it has not rained for <4-9> weeks

skating on the pond :: because of thaw :: go on the ice of the pond :: it has grown much warmer

sailing on the lake :: because of storm :: take their boats out on the lake :: a storm is on its way

== headline

{t} bans {x.ban} {x.why}

== opener

Notices on yellow paper have been nailed to the trees, and the constable goes about and explains them.

The sky looks harmless enough, but those who must answer for it have been anxious for days.

== event

People in {t} may not {x.words} [until further notice|for the present], since {x.reason}.

As {x.reason}, the people of {t} are not allowed to {x.words} [for now|from {day}].

In {t} people are forbidden to {x.words} from {day}: {x.reason}.

== aside

Whoever does it all the same must pay <20-300> crowns.

{p}, who has the kiosk in {s}, fears for {p.his} takings.

There is no such rule in {u} so far.

A decision on how to go on will be made on {day2}.
"""

ROADWORKS = """
== $x what words

burst pipe :: a water pipe has burst

landslide :: a part of the hill has come down

bridge repairs :: the bridge must be repaired

sinkhole :: there is a hole in the ground as big as a bus

== $n

<2-19>

== headline

{s} in {t} closed for {n} weeks after {x.what}

== opener

Red and white boards were put up before dawn, and by eight o'clock the first drivers were getting out to read them.

Whoever goes to work by car should set the alarm clock a little earlier.

== event

For {n} weeks nobody can [drive through|use] {s} in {t}, because {x.words}.

Because {x.words}, {s} in {t} [is shut to all traffic|cannot be used], and so it will remain for {n} weeks.

It will be {n} weeks before cars can go through {s} in {t} again; {x.words}.

== aside

Buses take the long way round by {s2}.

{p}, the engineer in charge, asked for patience and recommended the bicycle.

The works will cost <40-900> thousand crowns.

In {u}, too, there may be queues in the morning.
"""

SPILL = """
== $x what words

apples :: apples in crates

bees :: hives full of bees

paint :: paint in tins

piglets :: piglets for market

oranges :: oranges in boxes

sand :: wet sand

== $n

<2-14>

== headline

Lorry spills {x.what} and blocks road to {t} for {n} hours

== opener

At first {p} thought that {p.he} was still asleep, and then {p.he} turned on the warning lights.

The traffic news had to be read out twice, because listeners had rung up to ask whether it was a joke.

== event

A lorry with {x.words} [turned over|lost its load] on {day} outside {t}, and for {n} hours [nothing moved|no car got
through].

For {n} hours on {day} the way into {t} was [impassable|shut], after a lorry had tipped over and lost its load:
{x.words}.

It was {n} hours before one could drive to {t} again on {day}, for a lorry with {x.words} [had overturned|lay on its
side].

== aside

The driver, {q}, was not hurt and helped to clear up.

Police officers directed the traffic by way of {u}.

A number of helpers came out of the houses on {s} with brooms and buckets.

The queue was <2-9> miles long at its worst.
"""

TRAIN = """
== $x what words

ferry :: boats

train :: trains

tram :: trams

bus :: coaches

== $w why words

fog :: one could not see one's hand before one's face

strong wind :: it was blowing too hard

snow :: the snow lay too deep

a broken signal :: a signal had stopped working

== headline

{x.what} service between {t} and {u} halted by {w.why}

== opener

In the waiting room somebody had begun to play the accordion, and nobody minded.

The board in the hall showed nothing but a row of dashes, and people looked up at it as one looks up at a clock.

== event

No {x.words} have gone from {t} to {u} or back since {day}; {w.words}.

As {w.words}, there have been no {x.words} from {t} to {u}, or the other way, since {day}.

From {t} one has not been able to get to {u}, nor back, by the usual {x.words} since {day}: {w.words}.

== aside

Passengers were given tea and, after some hours, blankets.

{p}, who was on the way to {p.his} own wedding, set out on foot.

The operator hopes to be back to normal on {day2}.

Some <200-900> people are thought to have been delayed.
"""

KINDS = (POWER, FLOOD, RECORD, HARVEST, BAN, ROADWORKS, SPILL, TRAIN)
