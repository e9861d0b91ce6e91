"""News of sport: texts of sections, as in the news of business."""

WIN = """
== $a

<3-6>

== $b

<0-2>

== headline

{team} beat {team2} {a}-{b} after {p} hat-trick

== opener

There was a wind from the east, the sausages were sold out by the interval, and an old rivalry was to be settled.

Before the whistle the two captains had exchanged a flag and a few words that cannot be printed.

== event

Three times [the ball went in off|the net shook from] the boot of {p}, and so {team} [got the better of|were too good
for] {team2}; at the end it was {a}-{b}.

{team2} had nothing to set against {p}, who scored three times, and [went home beaten by|lost to] {team} with a score
of {a}-{b}.

With three goals {p} [saw to it|made sure] that {team} won against {team2}; the board showed {a}-{b} at the end.

== aside

In the other match of the day there were no goals at all.

The trainer, {q}, said that the score looked easier than it had been.

The ground at {t} was full, with <200-900> people standing on the bank.

{p.last}, who is only <17-22>, works in {p.his} uncle's bakery.
"""

DRAW = """
== $a

<0-4>

== $x what words

cup match :: for the cup

season opener :: to open the season

last match :: to end the season

friendly match :: in all friendship

== headline

{team} and {team2} draw {a}-{a} in {x.what}

== opener

Nobody left early, though many would have liked to, and at the end both sides shook hands without a smile.

The brass band had got up at six, the mayor had put on a scarf, and two old friends were to meet.

== event

At the end of ninety minutes it was {a}-{a}: {team} and {team2}, who met on {day} {x.words}, [could not be
separated|shared the points].

Neither {team} nor {team2} [came out on top|had earned a victory] when they played {x.words} on {day}; it ended {a}-{a}.

It was {a}-{a} when {team} and {team2} had done with each other on {day}, {x.words}, and [so it stayed|nobody could
complain].

== aside

{p} struck the post twice and the corner flag once.

The goalkeeper, {q}, had a ball in {q.his} hands more often than anybody else.

In the <14-19>th minute there was a cheer, when a dog ran on to the grass.

Both teams have the same number of points in the table.
"""

TITLE = """
== $x what words

chess :: at the chess board

table tennis :: at the green table

fencing :: with the foil

rowing :: in the single boat

archery :: with bow and arrow

cycling :: on the bicycle

== $n

second

third

fourth

fifth

sixth

== headline

{p} of {t} wins {x.what} title for the {n} time

== opener

In the sports hall in {s} one could have heard a pin drop, and a clock ticked that nobody had ever noticed before.

Flowers were thrown, and a bottle was shaken, and then somebody small was lifted on to the shoulders of the others.

== event

There is nobody in the country who is better {x.words}: {p} from {t} [proved it|showed it] on {day}, and it was
{p.his} {n} victory.

{p} from {t} is champion once more, and that for the {n} time; {x.words} [nobody could beat {p.him}|{p.he} was too
strong for all].

For the {n} time the champion {x.words} [is called|is] {p} and comes from {t}; the final [took place|was held] on {day}.

== aside

Second place went to {q} of {u}, who was the first to congratulate.

The prize is a cup, a handshake and <200-900> crowns.

{p.last} trains <2-6> hours a day, before work.

The next tournament will be held in {month}.
"""

RECORD_RUN = """
== $x what words

marathon :: over the marathon course

swimming :: in the swimming pool

high jump :: over the high bar

shot put :: in the shot-put ring

hurdles :: over the hurdles

== $n

<6-48>

== headline

{p} breaks {n}-year-old {x.what} record in {t}

== opener

The stop watches were compared three times, and the judges put their heads together for a long while.

There had been no sign of it in training, and the coach had gone to buy a lemonade.

== event

{x.words}, {p} did [better on {day}|what nobody has done before], in {t}, than anyone in the last {n} years.

In {t} {p} was better {x.words} on {day} than the old best, which had [stood for|not been reached for] {n} years.

A best mark that had [stood|held] for {n} years is gone: {p} was better {x.words} in {t} on {day}.

== aside

The previous holder, {q}, now <60-79>, had come from {u} to look on.

{p.last} said that {p.he} had thought of nothing but {p.his} supper.

It was <8-29> degrees, with hardly any wind.

In {month} the national team will be chosen.
"""

INJURY = """
== $x what words

broken leg :: a leg

broken arm :: an arm

broken rib :: a rib

broken foot :: a foot

== $n

<3-24>

== headline

{team} lose {p} for {n} weeks with {x.what}

== opener

The stretcher was carried out by four men in yellow coats, and the other side clapped as well.

It happened shortly before the interval, in a place on the field where nobody else was standing.

== event

{p} has broken {x.words} and [cannot play|will be missing] for {n} weeks, which is a heavy blow for {team}.

For {n} weeks {team} [must do without|cannot count on] {p}, who broke {x.words} on {day}.

It will be {n} weeks until {p}, who broke {x.words}, [can play|runs out] for {team} again.

== aside

The place will be taken by {q}, who is <17-21> years old.

The next match is against {team2} on {day2}.

An operation in the clinic at {u} went well.

So far this season {p.last} has scored <3-19> times.
"""

COACH = """
== $x what words

defeats :: lost

draws :: drew

== $n

<4-13>

== headline

{team} sack coach {p} after {n} {x.what}

== opener

The key to the changing room lay on the table, and beside it lay a whistle.

The members had hardly sat down when the chairman stood up again.

== event

{team} [have parted from|no longer want] their coach {p}, under whom they {x.words} {n} times [running|in a row].

{n} times in a row they {x.words}, and now {team} have [shown their coach {p} the door|told their coach {p} to go].

Since {team} {x.words} {n} games running, their coach {p} [has been dismissed|must go].

== aside

Until another has been found, {q} will look after the team.

{p.last} said that {p.he} was going fishing.

The club at {t} has <200-900> members and a debt.

The next opponent is called {team2}.
"""

SIGNING = """
== $x

goalkeeper

striker

defender

winger

== $n

<2-90>

== headline

{team} sign {x} {p} for {n} thousand crowns

== opener

A photograph was taken, with a scarf, a ball and a ficus, and then there was sparkling wine.

Rumours had been going round in the market for days, and for once they were true.

== event

The {x} {p} [will play|is going to play] for {team} from {month}; {n} thousand crowns [were paid|change hands] for it.

{n} thousand crowns [were not too much|was the sum] for {team} to get the {x} {p} [out of a contract|from abroad].

For {n} thousand crowns the {x} {p} [is changing|moves] to {team}, [beginning|starting] in {month}.

== aside

{p.last} comes from {u} and is <18-33> years old.

{team2} had also shown interest.

The chairman, {q}, called it a bargain.

The contract is for <2-5> years.
"""

KINDS = (WIN, DRAW, TITLE, RECORD_RUN, INJURY, COACH, SIGNING)
