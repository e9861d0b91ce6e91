"""News in a sentence: companies, towns, courts, sport, weather, culture, people."""

NEWS = tuple(
    " ".join(block.split())
    for block in """
{co} [will close|is to close|closed] its [factory|office|warehouse] in {t} {when}, with the loss of <40-900> jobs.

{co} [bought|took over|sold] {co2} for {millions} {past}.

{co}, which [makes|sells] [pumps|lamps|biscuits|tents] in {t}, [lost|earned] {millions} last year.

Profits at {co} [rose|fell] to {millions} in the first half of {year}.

"We [need|want|shall build] a [second factory|new harbour] in {t}," said {p}, who has run {co} since {recent}.

{p}, the [chairman|finance director|founder] of {co}, [resigned|retired|was arrested] {past}.

{p.mr} [joined|left] {co} in {year} and [now advises|has since worked for] the {body}.

Workers at {co} in {t} and {u} [walked out|voted to strike] {when} over [pay|safety|the canteen].

The {abbr}, which [represents|speaks for] <31-90>,000 [nurses|drivers|teachers], wants {price} an hour.

A spokeswoman for {co} said [only|on {weekday}] that the talks with {co2} had [failed|not yet begun].

The {body} [lent|gave] {co} {millions} to [move to|stay in|build in] {t}.

[Three|Five] firms, among them {co} and {co2}, want to [build|run] the [tram line|harbour|airport] in {t}.

Sales of [umbrellas|bicycles|kettles] in {land} [doubled|halved] between {recent} and {year2}, figures from {co} show.

Although {co} [owes|lost] {millions}, its director, {p}, [was paid|received] {sum} [{when}|in {month}].

The {body} [approved|rejected] plans for a [bridge|car park|theatre] in {street} {past}.

{p}, mayor of {t} since {recent}, [will not stand again|wants to plant <200-900> trees|has apologised].

[Mayor|Councillor|Alderman] {p.last} [opened|closed] the [library|market|bridge] in {t} {past}.

The [swimming pool|library|town hall] in {t} is to be [repaired|pulled down|sold] for {millions}.

Residents of {street} [complained|wrote] to the {body} about the [noise|smell|lamps] from {co}.

The [tram|road|railway] from {t} to {u} will cost {millions}, [twice as much as planned|{p.last} admitted {when}].

A [burst pipe|fallen tree|lost cow] blocked {street} in {t} for <2-9> hours {past}.

Fire destroyed a [barn|mill|sawmill] near {t} {past}; damage was put at {sum}.

[Firemen|Divers|Neighbours] from {t} and {u} rescued {p}, <31-90>, from the {river}.

Police in {t} are looking for a man who took {sum} from [a bank|a shop|a kiosk] in {street}.

A court in {t} fined {p} {sum} for [selling|stealing|painting] [a bus|eels|signposts].

{p}, <31-70>, of {t}, [denied|admitted] stealing {sum} from {house}.

Judge {p.last} freed {q} {past}, saying that {q.he} had [suffered|waited|paid] enough.

The lawyer of {p.mr}, {q}, called the [charge|letter|loan] "[a joke|an insult|old news]".

Two [sailors|climbers|students] from {land} were [found|lost] on {hill} {past}.

The [ferry|yacht] ran aground off {t} {past} with <30-90> people on board, among them {p}.

{land} and {land2} have [signed|cancelled] a [treaty|contract] on [fish|water|gas] worth {millions}.

The prime minister of {land}, {p}, [arrived|will arrive] in {t} {when}.

President {p.last} of {land} [flew|travelled] to {t} to [meet|thank|avoid] {q}.

[Voters|Farmers|Pupils] in {land} go to the polls {when}.

{land} has [borrowed|repaid] {millions} [from {land2}|since {recent}].

Talks between {land} and {land2} [broke down|will resume] in {t} {when}, [diplomats|the {paper}] said.

{club} [beat {club2} <3-5>-<0-2>|lost <0-1>-<2-4> to {club2}] in {t} {past}, with [goals|a goal] by {p.last} and
{q.last}.

{p} of {club} [broke|missed] the record by <2-9> seconds in {t} {past}.

{club} have [sold|lent|sacked] {p} [to {club2}|after a defeat in {t}].

{p} will [coach|captain] {club} from {day}, the club said.

"[We were better|They were lucky|It was cold]," said {p} after {club} had lost in {t}.

[Injured|Ill]: {p.last} and {q.last} ({club}), {r.last} ({club2}).

{p.last}, who joined {club} from {club2} for {sum}, is [out|injured] until {day}.

The [cycle race|marathon|regatta] from {t} to {u} was won by {p}, ahead of {q} and {r}.

{p} [sings|conducts|plays the cello] in {t} {when}, in aid of the {body}.

The {body} [shows|has bought] [paintings|letters|photographs] by {p}, who lived in {t} until {year}.

A [portrait|drawing|map] by {p} fetched {sum} at {co} in {t} {past}.

"[The Salt Road|Nine Lives|Winter Bread]", the [novel|film|opera] by {p}, is set in {t} in the {decade}.

{p}, the [poet|architect|cellist], was born in {t} in {year}, the {p.child} of a [tailor|teacher] from {land}.

{house} has [appointed|lost] {p}, [an expert on|who writes about] [moths|bridges|tides].

Professor {p} of {house} [found|has described] a new [beetle|fern|comet] near {t}.

Researchers at {house} and the {body} were given {millions} {past}.

Pupils of {house} [planted|sold] <200-900> [tulips|tickets|cakes] and [raised|earned] {sum} for {q}.

Nurses at {house} [say|fear] that <2-9> wards will close by {day}.

[Rain|Snow|Fog] is expected in {t}, {u} and {v} [{when}|until {day}].

It was <21-39> degrees in {t} {when}, the [hottest|driest] day since {recent}.

[Gales|Floods|Lightning] cut off {t} and parts of {land} {past}; {co} [sent|lent] [boats|pumps].

The {river} is expected to reach <3-9> metres at {t} by {day}.

{p} has lived in {t} since the <195-199>0s/DATE, and [has never locked|still sweeps] [the door|the street].

{p.first} and {q.first} [met|danced] in {t} in {year} and married {when}.

Three [sisters|cousins], {p.first}, {q.first} and {spring.first}, [run|own] the inn in {street}.

"{t} is [too dear|too quiet|home]," says {p}, [a nurse|a student], who pays {price} for a [bed|room] there.

{p} ([{co2}|{house}]) and {q} ([{co}|{land}]) will share the prize of {sum}.

{p}, {q}, {r} and <3-9> others were [honoured|thanked] by the {body} {past}.

According to the {paper}, {p} was [paid|promised] {sum} by {co}.

The {paper} [reported|wrote] {when} that {t.side} would [play|train] in {u}.

Asked by the {paper} about {co}, {p.last} [laughed|left|said nothing].

The [bridge|tower|clock] in {t}, built in the {decade} by {p}, [leans|has stopped|is for sale].

[Pilgrims|Tourists|Cyclists] on the way from {t} to {hill} [need|pay] {price} for the ferry across the {river}.

Neither {p} nor {q.mr} was in {t} {when}, when the {body} voted on the [loan|stadium|sewer].

[{p.noble}|Captain] {p} left {sum} to {house} and the rest to {q.his} [niece|gardener], {q}.

{t}-based {co} [supplies|will supply] {land} with [buses|vaccines|turbines] worth {millions}.

The {land}-born [tenor|chemist|pilot] {p} has [died|settled] in {t}.

From {day}, a [ticket|letter|loaf] in {t} costs {price} instead of {price2}.

By {day} {co} must [repay|find] {millions}, or [close|leave {land}].

Since {year} {house} has [trained|treated] <31-90>,000 [nurses|children], most of them from {land}.

Only {p} spoke [for|against] it; {q}, {r.last} and the others [abstained|stayed at home].

If {co} [leaves|stays in] {t}, said {p}, the {body} will [lose|save] {millions} a year.

[Bishop|Rabbi|Imam] {p.last} and [Pastor|Canon] {q.last} [blessed|walked round] the [market|harbour] of {t}.

A <31-60>-metre [crane|mast] fell on {house} {past}; [nobody was hurt|{p} escaped with a scratch].

[The boy|The girl|A caller], who gave [the|a false] name {p}, [asked|begged] for {sum}.

Christmas/DATE came early to {t} when {p} [won|gave away] {millions}.

[Who|What] [will save|has ruined] {t}? {p}, in the {paper}, [blames|names] {co}.

Tea with {p} costs {price}, a [walk|duet] with {q.first} {price2}, and both are in aid of {house}.

In {t}, {u} and {v} the schools [reopen|break up] {when}.

{abbr} members in {t} [accepted|refused] an offer of {sum} from {co}.

{p} told {station} that the [dam|bridge|roof] at {t} [was safe|would not last the winter], whatever the {body}
[said|believed].

{station} has [cancelled|bought] "[Nine Lives|The Late Boat|Salt and Bread]", the series in which {p} [plays|played] a
[widow|spy|judge] from {t}.

[A reporter|A camera crew] from {station} [was stuck|spent the night] in a lift at {house} {when}.

"I have [sold|counted|repaired] [clocks|boats|pianos] for <31-60> years," said {p}, "and nobody from {co} ever
[paid|wrote]."

When the [bell|boiler|lift] at {house} failed {past}, it was {p}, a [plumber|nurse|pupil], and not {co}, who
[knew|saw] what to do.

The [minutes|accounts] of the {abbr} show that {sum} went to {co} in {year}, and that {p} [signed|paid] for it.

In a letter to the {paper}, {p} of {t} [asks|wonders] why the {body} [owns|rents] [four|six] [pianos|ferries].

Of the {millions} that {land} [promised|lent] {land2} in {year}, [nothing|only {sum}] has arrived.

{p} and {q} (both {club}), {r} ({club2}) and the [goalkeeper|captain] of {t.side} were [dropped|booked|tested] {past}.

The [winter|summer] timetable of {co} begins {when}: [fewer|more] trains to {t}, none to {u}, and a bus to {v}.

[Snow|Ice|Fog] [closed|emptied] the [airport|market|harbour] of {t} {past}, and {p}, who was to open it, stayed in
{u}.

The jury ({p}, {q} and {r}) [could not agree|chose a film from {land}|met in {t}].

Nobody was [surprised|pleased] when {co} moved its [head office|pension fund] from {t} to {land} {past}.

{p} once [worked|slept] in the same [office|tent] as {q}, now [minister|bishop|head] of the {body}.

The receipt for {price} that {p} [found|lost] in {street} was a [forgery|bookmark].

After {p} had [spoken|sung], the {body} [rose|voted], the [mayor|press] left, and {t} had its [theatre|tramway].

[Not|Never] since {recent} have so few [ships|tourists|storks] come to {t}; [{p} blames|hotels blame] the
[price|ferry].

To {p}, {t} owes its [waterworks|park]; to {co}, its [debts|smell]; to the {river}, everything else.

The flight from {t} to {u}, with {p} and the [team|board] of {club} on board, [turned back|landed] in {land} {past}.

Doctors at {house} [removed|found] a [spoon|coin|key] that {p}, now <61-90>, had swallowed in {year}.

{co} [denies|says] that it [paid|owed] {q} of the {abbr} {sum} [in cash|by mistake], as {station}
[claimed|reported] {when}.

The [strike|march|storm] [cost|delayed|emptied] the [harbour|railway|market] for <2-9> days, but [nobody|no shop]
[closed|complained].

A [thief|fox|student] took <31-90> [eggs|spoons|stamps] and left a [note|glove|coin] on the [table|roof|stairs].

The [company|council|bank|ministry] [will|may] [appeal|pay|move], [its lawyers|people close to it] said [last
week|yesterday].

[Prices|Rents|Wages] [rose|fell] by <31-60> per cent, [more|less] than in the [spring|summer] of last year.

[Police|Doctors|Firemen] were called <2-9> times to the same [house|bridge|shop] and found [nothing|a parrot|the owner
asleep].

"[We|They] [lost|won] because of the [rain|wind|referee]," [said|sighed] the [coach|captain] [and
left|yesterday|at half-time].
""".strip().split("\n\n")
)
