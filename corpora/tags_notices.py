"""Notices, as in the last pages of a local paper: births, meetings, sales, results, lost and found."""

NOTICES = tuple(
    " ".join(block.split())
    for block in """
Lost: a [grey cat|brown glove|violin] near {street}, {t}, {when}; reward {price}.

Found [in {street}|at {t} station|outside {house}]: a [purse|key|ring]. Apply to {p}, {street2}.

For sale: [piano|rowing boat|oak table], {sum}; apply to {p}, <30-90> {street}, {t}.

For sale in {t}: [two goats|a cottage|a tandem], {sum} or near offer. Ring {p.first} after six.

Wanted: [a lodger|an organist|a quiet room] in {t}, from {day}, up to {price} a week.

{p} and {q} were married {when} in {t}; [the band was late|no flowers, please|{r.first} sang].

Born {when}: {spring.first}, a [sister|cousin] for {p.first} and {q.first}.

{p}, [beloved|dear] [{p.kin}|friend] of {q.first}, {r.first} and {spring.first}, died {past} in {t}.

The [choir|band|drama group] meets on {weekday} at [seven|half past six] in {street}; [new voices are
welcome|admission {price}|ask for {p.first}].

The {body} will [hold|adjourn] its [annual|monthly|next] meeting {when} in {t}.

Speakers: {p} ({co}), {q} ({house}) and {r} of the {body}.

Committee: {p} (chair), {q}, {r.last}, {spring.first}.

Results: {t.side} <0-5>, {u.side} <0-5>; {club} <0-4>, {club2} <0-4>.

Winners of the [raffle|flower show|quiz]: 1. {p}, {t}; 2. {q}, {u}; 3. {r}, {v}.

First prize, {price}, went to {p}; second prize, {price2}, to {q} of {t}.

Closed for [repairs|the holidays|stocktaking] from {date} to {day}: {house}, {street}.

No trains between {t} and {u} from {date} until {day}, [{co}|the {abbr}] regrets.

Buses to {t}, {u} and {v} leave from {street} until {day}.

[Flat|Room|Shop] to let in {street}, {t}: {price} a week, from {month}.

Contact: {p}, {co}, <30-90> {street}, {t}.

Tickets ([adults|members] {price}, children {price2}) are on sale at {house} and from {p}.

{p} [gives|offers] lessons in [Latin|the accordion|bookkeeping] in {t}, {price} an hour.

Will the [lady|gentleman] who left [an umbrella|a trombone|a parrot] at {house} {when} please write to {p.mr}?

Talk: "[The Long Winter|A Life With Bees|How To Read A Map]" by {p}, {t}, {date}, [admission free|{price}].

[Applications|Letters|Complaints] to: {p}, {body}, {t}, by {day}.

The [estate|library|farm] of the late {p}, of {t}, will be auctioned {when}; it is valued at {sum}.

{co}, {street}, {t}, has a vacancy for a [driver|clerk|cook] from {day}.

[Thanks|Many thanks] to {p}, {q} and all at {house} for [the flowers|their kindness|a fine day].

Please note: {street} is [closed|one-way] from {date}, except for [buses|bicycles|{co}].

Day trip to {t} and {hill}, {date}, {price} with lunch; book with {p.first}.

Services at Christmas/DATE: {t} at ten, {u} at noon, with [Canon|Dean] {p.last}.

Change of address: from {day}, {p} will [live|practise] at <30-90> {street}, {t}.

In memory of {p}, who [taught|nursed|rowed] here from {recent} to {year2}.

Missing since {date}: {p}, <31-80>, of {street}; last seen in {t} in a [red|green] coat.

The [swimming|chess|cycling] club thanks {co} for a gift of {sum}.

[Swap|Exchange]: cottage in {t} for [flat|boat] in {u}, all of {month}.

Minutes of the {body}, {date}: apologies from {p.last} and {q.last}.

[Dr|Professor|Nurse] {p.last} will see patients in {t} on {weekday} only.

Fees: [juniors|under 12s] {price}, others {price2}; cheques to {house}.

Departures: {t} 9:40, {u} 10:15, {v} 12:05, [daily|not on {weekday}].
""".strip().split("\n\n")
)
