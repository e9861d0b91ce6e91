"""News of the council, schools, police and fire brigade: texts of sections, as in the news of business."""

BUILD = """
== $x what words

swimming pool :: a place to swim

library :: a home for the town's books

footbridge :: a way across for walkers

playground :: somewhere for children to play

bus station :: a roof for those who wait for the bus

== $n

<2-48>

== headline

{t} to build {x.what} for {n} million crowns

== opener

For years there has been talk of {x.words}, and for years the drawings have lain in a drawer of the council of {t}.

The public gallery was full on {day}, and somebody had brought a baby, when the council met in {t}.

== event

With <9-30> votes to <2-8>, {T} [has decided in favour of|gave the go-ahead for] a {x.what}; it will cost {n} million
crowns.

{T} [is going to have|will get] a {x.what} after all, and {n} million crowns [have been set aside|will be spent on it].

Some {n} million crowns will go into a {x.what}, [the members agreed|it was resolved] on {day} by {T}.

== aside

Work is to begin in {month}, on the land between {s} and the railway.

{p}, who had collected <200-900> signatures, wept [with joy|a little].

The neighbouring town of {u} has had one since the days of the old mayor.

Only {q} spoke against it, saying that the money was wanted for the drains.
"""

REJECT = """
== $x what why

car park :: too many trees would have to be felled

hotel :: it would take the light from the school

wind farm :: it would stand too near to the houses

shopping centre :: it would draw customers away from the old shops

racetrack :: it would be too loud

== headline

{t} rejects plan for {x.what} on {s}

== opener

There was a model with small green sponges for trees, and a gentleman with a pointer, at the meeting in {t}.

Posters had hung in the windows for months, some for and some against, and on {day} the time had come in {t}.

== event

The idea of a {x.what} on {s} [was turned down|found no majority|was voted down] by {T}, because {x.why}.

{T} [does not want|has said no to] a {x.what} on {s}; {x.why}, [most members thought|it was said].

Because {x.why}, there will be no {x.what} on {s}: so it was [resolved|settled] on {day} by {T}.

== aside

The result was <9-20> to <2-8>, and there was applause from the gallery.

{p}, who had put forward the proposal, may try again in {u}.

The site has been empty since the [tannery|bottle factory] burnt down.

Before the debate the members had spent an hour on the question of [dogs in the park|a broken lift].
"""

FEE = """
== $x what gen

parking :: for leaving a car in the middle of town

rubbish :: for having the bins emptied

kindergarten :: for a place in the kindergarten

museum :: for going into the museum

== $n

<2-48>

== headline

{t} raises {x.what} fee to {n} crowns

== opener

The budget has a hole in it, as the treasurer put it, and the hole must be stopped, in {t}.

It was nearly midnight, and the last item on the list, when something was settled that many will feel, in {t}.

== event

From {month} one will have to pay {n} crowns {x.gen}, {T} [has decided|resolved on {day}], which is more than before.

{n} crowns, instead of a good deal less, [will be asked|are to be paid] {x.gen} in future, by decision of {T}.

{T} [wants|will take] {n} crowns {x.gen}, starting in {month}; until now it has been cheaper.

== aside

Families with <3-5> children or more can be let off, on application.

{p}, the treasurer, said that nobody liked it, least of all {p.he} {p.himself}.

In {u} the charge has been higher for years.

The increase should bring in some <20-90> thousand a year.
"""

STREET = """
== $k

street

square

bridge

park

== $x short did

poet :: wrote the verses that every child here knows

inventor :: thought of the folding chair

doctor :: fought the great fever

teacher :: taught half the town to read

composer :: wrote the song of the harbour

== headline

{t} names {k} after {x.short} {p}

== opener

[Old|White-haired] pupils and friends stood about with umbrellas, and a cloth hung over a sign on the wall, in {t}.

Nobody under sixty will remember it, but once there was a light on all night in a small house in {t}.

== event

In memory of the {x.short} {p}, who {x.did}, a {k} [now bears|has been given] {p.his} name, by the wish of {T}.

{T} [has honoured|wished to honour] the {x.short} {p}, who {x.did}: a {k} [is called after {p.him}|carries {p.his}
name] from now on.

A {k} is [from now on|as of {day}] called after {p}, the {x.short} who {x.did}; {T} had wished it so.

== aside

{p.last} was born in {u} and died <12-80> years ago.

A niece, {q}, had come from abroad to pull away the cloth.

There had been <2-9> other proposals, among them the name of a football player.

The school choir of {s} sang, and there was apple cake.
"""

FIRE = """
== $x full short

the {f} warehouse :: the warehouse

{f} Farm :: the farm

the {f} sawmill :: the sawmill

the old {f} barn :: the barn

the {f} brewery :: the brewery

== headline

Fire destroys {x.full} near {t}

== opener

A red glow in the sky was seen as far away as {u}, and people stood in their gardens in nightshirts.

It was the dog that woke {p}, shortly after <2-4> in the morning, and {p.he} ran to the window.

== event

[In the night|Early] on {day}, {x.full} near {t} [burnt down to its walls|went up in flames and could not be saved|was
reduced to ashes].

Nothing but [black beams|smoking ruins] remained on {day} of {x.full} near {t}, which had [stood in flames|burnt] for
<3-9> hours.

The brigade could [no longer save|do nothing more for] {x.full} near {t}; on {day} the flames [took everything|left
only the chimney].

== aside

Nobody was hurt, and all <3-60> animals had been led out in time.

Some <20-90> men and women fought the blaze, led by {q}.

A worn cable is thought to be the cause, but the police do not wish to say more.

The damage is put at <100-900> thousand crowns.

The road to {u} had to be sprinkled with sand because the water froze.
"""

BURGLARY = """
== $x full short

the {f} Museum :: the museum

the {f} Gallery :: the gallery

the {f} Villa :: the house

the shop of {q} :: the shop

== $w what words

clocks :: old clocks

paintings :: paintings in gold frames

violins :: violins

coins :: rare coins

== $n

<3-48>

== headline

Burglars steal {n} {w.what} from {x.full} in {t}

== opener

The cleaner noticed that there was a draught, and then that there was a hole in the [ceiling|window], and called the
police in {t}.

An alarm bell had been ringing since half past two, but the neighbours in {s} took it for a [car|bird].

== event

{n} {w.words} [are missing|are no longer there], after somebody broke into {x.full} in {t} on {day}.

Thieves [got into|forced their way into] {x.full} in {t} during the night to {day} and [made off with|carried away]
{n} {w.words}.

Out of {x.full} in {t}, {n} {w.words} were [carried off|taken] by night; the culprits [came through the roof|had a
ladder].

== aside

A white van was seen in {s} at about the same hour.

The owner, {p}, said that things can be replaced, but not the peace of mind.

Anyone who has noticed something is asked to ring the station in {u}, extension <100-900>.

Years ago the place had been visited in the same way, but then only the till was taken.
"""

MISSING = """
== $x who short

hiker :: walker

climber :: mountaineer

cyclist :: cyclist

skier :: skier

angler :: angler

== $n

<2-9>

== headline

Missing {x.who} {p} found alive after {n} days

== opener

Candles had been set in the windows of {t}, and in the school nobody could think of [fractions|spelling].

The helicopter had already been called off, because of the fog, and the searchers sat over their soup in {t}.

== event

The {x.short} {p}, of whom there had been no trace for {n} days, [is safe|has turned up safe and sound|was discovered
in good health] on {day}.

For {n} days they had looked for the {x.short} {p}; on {day} a [dog|shepherd] [came upon {p.him}|led them to {p.him}],
cold but well.

In a [hut|cave] above {u}, {n} days after {p.he} had vanished, the {x.short} {p} was [come upon|spotted] by helpers,
hungry and cheerful.

== aside

{p.He} had lived on [snow and chocolate|berries] and sung to keep awake.

More than <40-300> people had taken part in the search, under {q}.

{p.last} was taken to hospital for a night, with a sprained ankle.

The mountain rescue service asks all visitors to leave word of where they are going.
"""

SCHOOL = """
== $x full short

{f} School :: the school

the {f} Academy :: the academy

{f} College :: the college

== $w what words

robot :: a robot that sorts buttons

film :: a film about bees

bridge :: a bridge made of spaghetti

garden :: a garden on the roof

newspaper :: a newspaper written by hand

== headline

{x.full} in {t} wins national prize for {w.what}

== opener

They had worked on it in the breaks and on rainy Saturdays, and nobody except the caretaker believed in it, at {x.full}.

The letter came in a thick cream envelope and was opened by {p}, who teaches [physics|art] at {x.full}.

== event

For {w.words}, {S} in {t} [was given the first award|came first] in the contest of the whole country.

In the nationwide contest, [nobody did better than|the judges put first] {S} in {t}; it had sent in {w.words}.

The country's first award [goes this year to|was handed over on {day} to] {S} in {t} for {w.words}.

== aside

There were <200-900> entries from <20-90> towns.

{p}, who had helped the pupils, said that {p.he} had only held the glue.

The prize money of <500-900> crowns will go into [new windows|a trip to {u}].

Second place went to a class from {u}.
"""

ILLNESS = """
== $x full short

{f} School :: the school

{f} Hospital :: the hospital

the {f} Nursery :: the nursery

== $w what words

flu :: are in bed with flu

measles :: have come out in the red spots of measles

chickenpox :: are scratching themselves with chickenpox

mumps :: have the fat cheeks of mumps

== $n

<14-160>

== headline

{w.what} closes {x.full} in {t} with {n} ill

== opener

It began with a single child in the back row who did not want any breakfast, and by {day} it was everywhere in {t}.

In the pharmacy on {s} they have run out of [thermometers|handkerchiefs], and there are few people about in {t}.

== event

Since {n} people {w.words}, {S} in {t} [has had to shut|will stay shut] until further notice.

The doors of {S} in {t} [remain locked|are locked] for the time being, as {n} people there {w.words}.

{n} people at {S} in {t} {w.words}, and so [nobody is let in|everybody else was sent home on {day}].

== aside

The medical officer, {p}, advises plenty of tea and no visits.

Similar cases are known from {u}.

The [concert|sports day] that had been planned for {day2} will be made up for later.

Whoever still feels well after <3-9> days may consider the matter over.
"""

KINDS = (BUILD, REJECT, FEE, STREET, FIRE, BURGLARY, MISSING, SCHOOL, ILLNESS)
