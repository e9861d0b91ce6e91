"""News of shops and companies. A kind of news is a text of sections, told by `notices_grammar`."""

CLOSING = """
== $x full short ware

{f}'s Bakery in {t} :: the bakery :: loaf

{f}'s Bookshop in {t} :: the bookshop :: atlas

{f}'s Hardware Store in {t} :: the store :: hammer

{f}'s Cafe in {t} :: the cafe :: cup of tea

the {f} Cinema in {t} :: the cinema :: ticket

== $n

<12-98>

== headline

{x.full} closes after {n} years

== opener

There is hardly a family on {s} that has not [at some time|once in its life] stood in the queue at {x.full}.

When {q} was a child, {q.his} grandmother used to take {q.him} by the hand on Saturdays and walk to {x.full}.

== event

After {n} years, {S} [pulled down its shutters for the last time|was forced to shut its doors for good|served its last
customer] on {day}.

On {day}, at [noon|half past five], {S} sold its last {x.ware}; it had been in business for {n} years and [will not open
again|is now gone for good].

The rent had [doubled|become too high], and so {S}, founded {n} years ago, [gave up on {day}|has had to cease trading].

== aside

The owner, {p}, thanked everybody who had stayed loyal to {x.short} and said that {p.he} would now [learn to
swim|sleep until eight].

At one time {x.short} employed <3-14> people and sold <100-900> items on a good day.

What will become of the building is not yet known, though a [dentist|bank] is said to have looked at it.

A customer left a [bunch of flowers|card] on the step with the words "Thank you for everything".
"""

OPENING = """
== $x full short kind

{f} Foods :: the company :: supermarket

{f} Sports :: the firm :: sports shop

{f} Toys :: the firm :: toy shop

{f} Pharmacies :: the chain :: pharmacy

{f} Furniture :: the company :: furniture store

== $n

<8-240>

== headline

{x.full} to open {x.kind} in {t} with {n} jobs

== opener

The field beside the [railway|old brewery] has been fenced in for weeks, and on the fence stands the name of {x.full}.

Nobody would say what the [cranes|surveyors] were for, until a letter arrived from {x.full}.

== event

A {x.kind} is to be built in {t} by {S}, which [is looking for|means to take on|will hire] {n} people to work there.

{S} [has chosen {t} for its next {x.kind}|will run its newest {x.kind} in {t}], and {n} [positions|places] are to be
filled by {month}.

In {month} {S} [will welcome the first customers to|is going to start up] a {x.kind} in {t}, where {n} people will
find work.

== aside

Applications may be handed in at the office in {s} until the end of the month.

{p}, who speaks for {x.short}, called the site "the best we have seen in years".

There will be space for <40-400> cars and, after some argument, for <20-90> bicycles.

Some neighbours fear more traffic in {s}, but most have welcomed the plan.
"""

CUTS = """
== $x full short ware

{f} Steel :: the company :: pipes

{f} Engines :: the works :: engines

{f} Textiles :: the mill :: cloth

{f} Glass :: the company :: bottles

{f} Paper :: the mill :: paper

== $n

<20-780>

== headline

{x.full} cuts {n} jobs at {t} plant

== opener

The lights were on late in the board room this week, and no car left the yard of {x.full} before midnight.

Fewer and fewer people have been buying {x.ware}, and nobody has felt it more than {x.full}.

== event

{S} [told its workers on {day}|has let it be known] that {n} of them will [lose their posts|have to go] at its plant
in {t}.

In {t}, {n} [men and women|employees] are to be sent home for good by {S}, which [has too few orders|speaks of falling
sales].

At the plant in {t}, {S} will do without {n} of its people [from {month}|by the end of {month}].

== aside

The union has asked for talks, and {p}, who leads it, said that the news had come as a shock.

A second plant of {x.short}, in {u}, is not affected.

At its height {x.short} sold {x.ware} to <12-60> countries.

Those affected will be offered courses at the college in {s}.
"""

PROFIT = """
== $x full short ware

{f} Shoes :: the company :: boots

{f} Bicycles :: the firm :: bicycles

{f} Tea :: the company :: green tea

{f} Clocks :: the firm :: alarm clocks

{f} Paints :: the company :: white paint

== $n

<2-64>

== $quarter

first

second

third

fourth

== $d verb less more

rises :: were up by {n} per cent :: climbed {n} per cent

falls :: were down by {n} per cent :: dropped {n} per cent

== headline

{x.full} profit {d.verb} {n} per cent in the {quarter} quarter

== opener

At the yearly meeting there was [cake|coffee], as ever, and a good deal of talk about figures, for this was {x.full}.

The book-keepers have done their sums, and a thin grey folder now lies on the desk of {p}, who manages {x.full}.

== event

Earnings at {S} {d.less} in the {quarter} quarter, [it was stated on {day}|the books show].

In the {quarter} quarter of the year, what {S} earned {d.more} [against the year before|compared with last year].

What was left for {S} after tax in the {quarter} quarter {d.more}, {p} [told shareholders|said on {day}].

== aside

Sales of {x.ware} made up most of the business, with <100-900> thousand pieces sold.

{q}, who sits on the board of {x.short}, said that the coming months would be [difficult to judge|interesting].

Some <30-900> people work for {x.short} at present, most of them in {t}.

The share price hardly moved on the news.
"""

TAKEOVER = """
== $x full short kind

{f} Breweries :: the brewer :: brewery

{f} Dairies :: the company :: dairy

{f} Press :: the publisher :: printing works

{f} Hotels :: the group :: hotel

== $y

{g} & Sons

{g} Brothers

== $n

<2-95>

== headline

{x.full} buys {y} for {n} million crowns

== opener

They had been rivals since the days of the horse cart, and at the fair they never shared a table, the people of {y}
and of {x.full}.

For weeks the lawyers had gone in and out by the back door in {s}, and all of them were paid by {x.full}.

== event

For {n} million crowns the family firm {y} [passes into the hands of|now belongs to|has become the property of] {S}.

{S} [has taken over|is the new owner of] the family firm {y}, and [put|laid] {n} million crowns on the table for it.

The heirs of the firm {y} have accepted an offer of {n} million crowns from {S}.

== aside

The name above the gate will stay, as will all <20-300> employees.

It is the <2-9>th purchase by {x.short} in as many years.

{p}, who had run the family firm since {p.his} father's death, will retire to {u}.

The office that watches over competition must still give its consent.
"""

RECALL = """
== $x full short

{f} Electric :: the maker

{f} Home :: the company

{f} & Daughters :: the firm

{f} Appliances :: the manufacturer

== $w things reason fault

kettles :: their handles can come off :: loose handles

toasters :: they may catch fire :: fire risk

prams :: their wheels have been known to break :: weak wheels

heaters :: they can give electric shocks :: shock risk

ladders :: their rungs have split in use :: split rungs

== $n

<2-98>,000

== headline

{x.full} recalls {n} {w.things} over {w.fault}

== opener

It was a reader in {t} who first wrote to complain, and {p.he} kept a copy of {p.his} letter to {x.full}.

A red label with a small bird on it is to be found in many kitchens and cellars, and it stands for {x.full}.

== event

{S} [is asking customers to bring back|wants back] {n} {w.things}, because {w.reason}.

Anyone who has bought one of {n} {w.things} from {S} should [return it at once|take it back to the shop], since
{w.reason}.

Because {w.reason}, some {n} {w.things} sold by {S} [must go back to the factory|are to be handed in].

== aside

The money will be refunded, and no receipt is needed.

Nobody has come to serious harm so far, apart from {p} of {u}, who had a [fright|bruised thumb].

The number to be looked for is on the underside and begins with <10-99>.

Other products of {x.short} are said to be safe.
"""

STRIKE = """
== $x full short staff

{f} Buses :: the company :: drivers

{f} Post :: the carrier :: postmen

{f} Shipyard :: the yard :: welders

{f} Ferries :: the line :: sailors

{f} Mines :: the company :: miners

== $n

<2-9>

== headline

{x.full} {x.staff} strike for {n} per cent more pay

== opener

Braziers were burning at the gate before sunrise, and somebody had hung a kettle over one of them, outside {x.full}.

Talks had gone on until four in the morning, and the coffee had run out at two, at the office of {x.full}.

== event

Since {day} the {x.staff} of {S} [have laid down their work|have stayed at home|have refused to work]; they want their
wages to go up by {n} per cent.

With the demand for a wage {n} per cent higher, the {x.staff} of {S} [walked out on {day}|put down their tools on
{day}].

They are asking for {n} per cent on top of their wages, and until they get it the {x.staff} of {S} [will not lift a
hand|are staying away from work].

== aside

{p}, who speaks for the union, said that prices in {t} had risen for <2-9> years running.

The management of {x.short} has so far offered [a cake|a single payment of <100-400> crowns].

People in {s} brought out [soup|blankets] to the pickets.

A mediator is expected from {u} on {day2}.
"""

CHIEF = """
== $x full short

{f} Bank :: the bank

{f} Insurance :: the insurer

{f} Railways :: the railway

{f} Radio :: the station

{f} Airlines :: the airline

== headline

{p} to lead {x.full} after {q} retires

== opener

The large office on the top floor has a view over all {t}, and for <9-30> years the same coat has hung behind its
door, at {x.full}.

There was a short speech, a long silence, and a clock in a leather case for the guest of honour, at {x.full}.

== event

When {q} [goes into retirement|steps down at the end of {month}], the new head of {S} will be {p}.

The board of {S} [has settled on|chose on {day}] {p} as the person to take charge when {q} [gives up work|leaves with
a pension].

{p} is going to be in charge of {S} from {month}; {q}, who has the post now, [wants to stop working|is leaving because
of age].

== aside

The new head is <38-59> years old and comes from {u}.

Asked about {p.his} plans for {x.short}, {p.last} said that {p.he} would first of all listen.

{q.last} means to spend more time with {q.his} [bees|grandchildren|boat].

There had been <3-40> applications for the post.
"""

PRICES = """
== $x full short

{f} Water :: the supplier

{f} Gas :: the supplier

{f} Trams :: the company

{f} Telephone :: the company

== $n

<3-28>

== headline

{x.full} to raise prices by {n} per cent in {month}

== opener

A grey envelope will drop through every letter box in {t} this week, and it comes from {x.full}.

People who add up their bills at the kitchen table had best sharpen their pencils, if they are customers of {x.full}.

== event

From {month} customers of {S} will [have to pay|be charged] {n} per cent more.

{S} [is going to ask for|will charge] {n} per cent more than now, [starting|beginning] in {month}.

What {S} [supplies|offers] will become dearer in {month}, namely by {n} per cent.

== aside

The last such step was taken <2-9> years ago.

A household of four in {t} can expect some <20-95> crowns a year, according to {p} of the consumers' office.

The reason given by {x.short} is the cost of [repairs|copper|wages].

Pensioners may apply for a rebate at the town hall in {s}.
"""

KINDS = (CLOSING, OPENING, CUTS, PROFIT, TAKEOVER, RECALL, STRIKE, CHIEF, PRICES)
