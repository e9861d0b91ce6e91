"""Sentences in which the words around a name decide what it is; a section a kind, drawn equally often.

Each kind stands with its opposite: the surname and the thing, the place and its team, the founder and the firm.
"""

AMBIGUOUS = """
== matter

{matter.Word} is expensive this year, [and so are bricks|because so much of it is imported|says {p}].

{matter.last} is [the new chairman of|leaving|suing|now the head of] {co}, [a spokesman confirmed|the {paper}
reports].

{matter.Word} from {land} is sold here for {price} a [sack|bag|box].

{matter.last} [hopes|expects|intends] to [open a shop|stand for the council|retire] in {t} {when}.

There was {matter.word} on the [road|roof|platform|table], and {matter.mr} fetched a [broom|shovel|brush].

[Nobody|Hardly anybody] in {t} remembers {matter}, who sold {matter.word} and [coal|string|salt] in {street}.

{matter.Word} and [water|mud|dust] got into the [engine|cellar|organ], said {p}.

{matter.last} and {p.last} were [elected|fined {price} each|photographed together] {past}.

"{matter.Word} again!" shouted [the driver|a child|one of the players], and everybody looked up.

"{matter.last} again!" wrote the {paper} after [the third goal|the second win] against {t.side}.

Neither {matter.last} nor [{q.mr}|the mayor] would say what the [{matter.word}|repair] had cost.

[Old|Wet|Cheap|Too much] {matter.word} was to blame, according to {matter}, [an engineer|a farmer] from {u}.

== weather

{weather.Word} closed the [road|pass|harbour] between {t} and {u} {past}.

{weather.last} [closed|sold] {weather.his} shop in {t} and wrote to {q}.

{weather.Word} is [expected|forecast] in {t} on {weekday}.

{weather.last} is expected to [play|speak|resign] in {t} on {weekday}, [says {p}|{weather.his} manager says|health
permitting].

"{weather.Word}, nothing but {weather.word}," said {p}, who had walked [from|to] {t}.

"{weather.last} has nothing but friends," said {p}, who had [met|taught] {weather.him} in {t}.

After two days of {weather.word} the trains to {t} [stopped|froze], and {weather.mr} [walked|took a taxi].

{weather.last} [scored|fell|won] in the [{weather.word}|rain] at {t}.

== trade

{trade.Word} wanted for [early shifts|three days a week|the summer season] in {t}; write to {p}.

{trade.last} wanted {trade.his} money back and took {co} to court in {t}.

{trade.Word}, [64|58|71], seeks [work|a room|a garden] in {t} or {u}.

{trade.last}, [who is 64|the captain|once a judge], [lives|was born] in {t}.

[The|A|Our] {trade.word} in {street} is called {trade}, which [no longer amuses|still amuses] {trade.him}.

{trade.mr} is not a {trade.word} but a [teacher|dentist|pilot], and comes from {land}.

[The|Every] {trade.word} in {t} stays at home on {weekday}.

{trade.last}'s goal in the 88th minute was enough for {club}.

The {trade.word}'s van was found near {t}, without its wheels.

When {trade.last} resigned, [nobody at {co} was|the {trade.word}s of {t} were] surprised.

[Six|Eleven] {trade.word}s and one [bishop|judge|dentist] have applied to the {body}.

== word

A {word.word} is [not enough|too much] for {t}, says {word}, who lives there.

{word.Word} for sale [in|near] {t}: [offers|letters] to {p}.

Dr {word.last} looked at the {word.word} and shook {word.his} head.

"What we need in {t} is a {word.word}," said {word}, [to laughter|and sat down].

{word.last} [said|thought|claimed] that {word.he} had been at home {past}.

Behind the [church|school|station] in {t} there is [still|only] a {word.word} and a [bench|gate|ditch].

[Will|Can|Could] {word.last} [win|return|lead the club] again? In {t} they [hope so|doubt it].

The {word.word} was [painted|counted|sold|photographed] by {p} for {sum}.

{word.last} bought it from {q.last} for {sum} {past}.

== team

{t.side} [beat {u.side} <3-5>-<0-2>|lost <0-1>-<2-4> to {u.side}] {past}.

{t.side} have not [won|scored] at {u} since {recent}.

[The roads|Trains|Buses] between {t} and {u} were [full|late|empty], because {t.side} played {u.side}.

{p} [scored twice|missed a penalty|was sent off] as {t.side} [beat|lost to] {club} at {u}.

It [rained|snowed] in {t} all day, and {t.side} lost [<1-3>-0|by four wickets|once more].

{t.side} <0-5>, {u.side} <0-5> ({p.last} <2-44>, {q.last} <46-89>).

{t.side} have signed {p}, [a goalkeeper|a defender|a forward] from {land}, for {sum}.

{p.last} left {t.side} for {club} {when} but still lives in {t}.

[More|Fewer] people live in {t} than in {u}, yet {t.side} [sell|need] more [scarves|tickets].

"I like {t}," said {p}, "but I have supported {u.side} since I was six."

== founder

{f.short} [was founded|has been run] by {f.founder}, [a {trade.word}|a teacher] from {t}.

Shares in {f.short} [rose|fell] by <31-70> per cent after {f.founder.last} had spoken [{past}|to the {paper}].

{f.founder.last} left school at 14 and began to [mend clocks|sell tea|build boats]; {f.short} now [employs|has]
<200-900> people.

{f.short} has [hired|dismissed|sued] {p}, who used to be [its lawyer|its accountant|a friend of {f.founder.last}].

{f.short} will [close|sell|enlarge] its factory in {t}, {f.founder.last} [told|wrote to] the workers {when}.

[Customers of|The owners of|Suppliers to] {f.short} have been asked to [wait|pay at once|write to {f.founder.mr}].

{f.founder.last}, who is <61-94>, still [comes to work|eats with the apprentices|signs every letter] at {f}.

{f} takes its name from {f.founder}, not from {t}.

"I am {f.founder.last}, and {f.short} is my [life|work]," said the old {f.founder.elder} in the {paper}.

A [lorry|van|parcel] from {f.short} was [stopped|found|opened] in {street}, and {f.founder.last} was [sent for|asked
why].

== local

{local.last} is not from {local.town}, [though everybody thinks so|but from {t}|as {local.he} likes to say].

{local.last} [smiled|sighed|nodded] and said that {local.he} had never been to {local.town}.

[The road|The last train|A new bus] to {local.town} was [late|empty|the idea of {p}], said {local.mr}.

{local.town} lies <31-90> miles from {t}, [on the {river}|behind {hill}|says the map].

[It is|It was] {local.mr} who brought the [library|railway|cinema] to {t}.

{local} [married|sacked|succeeded] {q} in {t} {when}.

In {local.town}, [a town of <31-90>,000 people|where {p} lives|which lies by the {river}], the school has closed.

{local.last} paid {sum} for {local.his} house in {local.town}.

[Nobody|Only the {trade.word}] in {local.town} had heard of {local}, the [painter|tenor|inventor].

== spring

{spring.first} [was born|left for {land}|opened her shop] in {month}, and [her brother|her cousin {p.first}] in
{year}.

{spring} [will|may|might] [speak|sing|judge the cakes] in {t} in {month}.

{spring.first} [may|might] be late, said her [sister|mother|trainer], {q}.

May I remind you that [the pool|the library|{street}] is closed until {day}?

May/DATE is [the wettest month|too early for strawberries|when the rents are due] in {t}.

May/DATE [was|is] [the wettest month|warmer than usual] in {t} this year.

We met {spring.first} and {p.first} {past} in {t}.

They will march through {t} in March/DATE, [as every year|whatever the weather].

The march [in March/DATE|through {t}|to {street}] was [peaceful|quiet|the longest since {recent}].

An august [visitor|gathering] came to {t} in August/DATE: {p} of the {body}.

"{spring.first} is my [name|granddaughter], and {month} is my month," said {q}.

[The prize|First prize] went to {spring.first}, not to {p.first}.

{spring.first} [likes|prefers] {t}, {p.first} [likes|prefers] {u}; so they live in {v}.

The judge may [fine|free|hear] {p} {when}.

== money

The [cat|parcel|fish] weighed <2-30> pounds and cost {price}.

<4-40> pounds of [potatoes|flour|sugar] were [stolen|delivered|weighed] in {t} {past}.

{p} has lost <12-40> pounds, and {price} for the [diet book|scales|gym].

A crown of [paper|gold|tin] worth {sum} is missing from the {body}.

The dentist in {street} asked {sum} for two crowns.

[The tickets|Two tickets|Lunch and a drink] cost {price}, [not {price2}|as in {year}].

In {year} there were <1880-1999> [houses|people|sheep] in {t}; today there are <3-9>,<100-999>.

The <100-900> tickets were sold out in <31-50> minutes, at {price} each.

{p} crossed <2-9> million [bees|stamps|bricks] off the list and [wrote down|paid] {sum}.

[About|Some|Nearly] <2-9> million people live in {land}, each of whom owes {sum}.

[Room|Platform|Gate|Page] <2-40> is where {p} left the {sum} {when}.

The lost dog is in the pound in {street}; [the fee is|there is a reward of] {price}.

== bank

The {bank} opened a branch on the bank of the {river} {past}.

The [bank|council|museum|university] in {t} is [closed|too small|for sale], but the {body} is not.

[Thieves|Two men|Somebody] broke into a bank in {t} and left {sum} behind.

{house} is the only [hospital|school|college] in {land} with a [ferry|farm|mint] of its own.

[The town council|The council|The bank] of {t} has no money, but the {body} has [{millions}|plenty].

[The trust|The ministry|The foundation] and the {body} have [never agreed|agreed to meet {when}].

A [museum|bank|bridge|college] is what {t} wants, and what the {body} will pay for.

The {body} [thanks|invites] the {body2} [for its help|to {t}].

Orchestra and choir of {house} will [play|sing] in {t} {when}.

== hope

There is [no|some|little] hope for the [mill|cinema|ferry] in {t}.

Hope is [free|cheap|fading], said {p}, but [boats cost|a roof costs] {sum}.

[A fire|A storm|A thief] [woke|visited] the [village|hamlet] of {hope} {past}.

The [ferry|harbour|market|orchard] was [full|closed|quiet] when {p} came to {hope}.

[Barley|Thorns|Candles] and a(n) [saddle|anchor] were all that {p.he} had, {p} recalls.

From {hope} to {t} it is <31-90> miles, [all uphill|by way of {u}].

Market day in {t} is {weekday}; in {hope} there is [none|no market].

[People in|Nobody in|The children of] {hope} [want|expect|asked for] a [ferry|market|harbour].

== river

The {river} is [the longest river|only a stream] in {land}.

The {river} [froze|rose|burst its banks] at {t} {when}, for the first time since {recent}.

[{p}|A man from {t}] swam the {river} in <2-9> hours and {hill} was [next|too far].

[From|On] {hill} one can see [as far as {t}|the {river}|three castles].

{p} lives in {street}, [beside|behind|opposite] {house}.

The [street|lane|hill] behind {street} has no name, and the {body} is to give it one.

== nobody

[Bakers|Masons|Millers|Shepherds|Cooks] [earn|work|sleep] [less|more] than they [did|wish], a new [study|survey]
[says|finds].

[Frost|Snow|Rain|Hail] is [no excuse|nobody's fault], the [judge|referee|mayor] [said|wrote] [at the
weekend|afterwards].

[Stone|Wood|Clay|Sand] and [salt|pepper|rice|cotton] were [weighed|counted|stored] in the [old|new]
[mill|church|barn].

The [bank|council|museum|club|company] [has|had] no comment on the [march|stone|crowns|bishop].

[Hope|Time|Patience] is what the [bank|council|club|company] [needs|asks for] [now|at last|again].

May the best [team|cook|ferry] win, as the [mayor|bishop|judge] [always|never] says!

[Will|Can|May] the [bank|university|trust] [lend|spend] [more|less] than it has?

A [bridge|field|lake|lane|tower] without a [sign|gate|bench] is only [half|part] of a [park|town],
[they say|some think].
"""
