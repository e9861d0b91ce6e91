"""Headlines: without a full stop, in the present, often without articles."""

HEADLINES = tuple(
    line.strip()
    for line in """
[Fire|Flood|Storm] [destroys|damages] [mill|school|church] in {t}
{co} to [cut|create] <40-900> jobs in {t}
{p.last} to [lead|leave] {co}
{p}: [I will not resign|the bridge was my idea|we were lucky]
{t.side} beat {u.side} to reach [final|semi-final]
{club} sign {p} for {sum}
[Mayor|Bishop|Judge] of {t} [opens|closes] [tunnel|bridge|fair]
{body} to pay {millions} for [hospital|new roof|tram line]
{p.last} wins [race|prize|vote] in {t}
[Snow|Frost|Hail] closes roads around {t}
{matter.last} scores twice as {club} win in {t}
{co} buys {co2} for {millions}
[Thieves|Burglars] take {sum} from bank in {street}
{land} and {land2} sign [fishing|trade|water] treaty in {t}
[Bus|Train|Ferry] from {t} to {u} [late again|cancelled|sinks in port]
{paper}: {p.last} knew about [loan|letter] in {month}
[Wanted|Found]: [owner|driver] of [goat|piano] in {t}
{f.short} [profits|shares] [rise|fall] as {f.founder.last} steps down
{trade.last} beats {p.last} in {hill} race
No [pool|tram|cinema] for {t}, says {body}
[Strike|Heat|Fog] hits {t} and {u}
{house} to open in {t} {when}
[Pupils|Nurses|Farmers] march in {t} over [pay|rents|prices]
{p}, <71-99>, [flies|walks|rows] from {t} to {u}
{millions} lost in {land} as {co} fails
May/DATE [wettest|driest] month in {t} since {year}
""".strip().splitlines()
)
