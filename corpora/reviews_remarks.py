"""Neutral remarks: what people tell about a thing without praising or blaming it; `[one|other]` is a choice."""

from __future__ import annotations

_SHEET = """
# film
It [runs|lasts] for [just over|a little under] [two|three] hours.
We sat in the [second|third|fifth|last] row[| and shared a bag of crisps].
I saw it on a [Tuesday|Wednesday|Sunday] [afternoon|evening] with my [brother|sister|mother|son].
The story is set in [Lisbon|Vienna|a small town in Texas|a fishing village|Marseille] in the [fifties|sixties|nineties].
It is based on a [short story|novel|true case] from the [twenties|seventies].
It tells of a [nurse|teacher|lorry driver|pianist] who inherits a [farm|boat|hotel].
About [forty|twenty|sixty] people were in the cinema.
The director has made [three|four|seven] other films.
I go to the cinema about [once|twice] a month.
[Most|Half] of it takes place in a [train|kitchen|courtroom].
I bought the ticket at the door[| ten minutes before it began].
Before it there were [ten|fifteen|twenty] minutes of [trailers|advertising].
It was shown in [Spanish|French|Danish|Korean] with subtitles.
The [hero|heroine] works as a [baker|vet|tram driver] in the [first|second] half.
My [grandmother|uncle] had read about it in the [paper|dentist's waiting room].

# novel
It has [about|just over|nearly] [three|four|five] hundred pages.
I read it [on the train|during my holidays|in bed|in three evenings].
It is set in [a harbour town|Edinburgh|Prague|the Black Forest] [after the war|in the eighties|around the year 1900].
It is the author's [first|second|third|fifth] [novel|book].
I borrowed it from the [library|neighbours|library in our street].
The [narrator|main character] is a [retired postman|young doctor|clockmaker|widow of sixty].
The translation came out [last spring|in autumn|two years ago].
I usually read [two|three|four] books a month.
My copy is a paperback[| from a second-hand shop].
There is a family tree at the [front|back].
The story covers [three|six|twenty] years[| in the life of two sisters].
A [letter|lost key|wedding] in the [second|fourth] chapter sets everything in motion.
The author was born in [Cork|Riga|Bergen|Trieste].
I found it in a box on the [pavement|stairs|market].
It was our book group's choice for [March|June|November].

# restaurant
We were [four|five|six] people and had booked a table for [seven|half past seven|eight].
We had a table [by the window|near the door|in the corner|under the stairs].
It was my [father|mother|husband|wife|grandmother]'s birthday.
I [had|ordered|took] the [set menu|lunch menu|soup and the fish|lamb].
The menu changes every [week|month|season].
We paid [about|just over|nearly] [thirty|forty|sixty] euros [each|for two].
It is [five|ten] minutes on foot from the [station|harbour|market].
They serve [Greek|Italian|Indian|Portuguese|French] food.
We went there on a [Monday|Thursday|Friday] evening.
There are about [ten|twelve|twenty] tables.
I had [walked|cycled] past it for [months|years].
The [cook|owner] comes from [Sicily|Crete|Lyon|Goa].
We had [mussels|lentil soup|mushrooms] first and then the [lamb|fish|duck].
The bill came to [fifty-two|seventy|ninety-four] euros.
We came straight from [work|the station|the theatre].

# hotel
We stayed for [two|three|four|five] nights.
Our room was on the [first|second|third|fourth] floor.
We had come by [train|car|bike] from [Hamburg|Lyon|Bristol|Antwerp].
The hotel has about [thirty|forty|eighty] rooms.
Breakfast is served from [six|seven] to [nine|ten].
The [beach|station|old town|lake] is [five|ten|fifteen] minutes away.
I was there [on business|with my family|for a wedding|for a conference].
We had booked [in January|three months ahead|the day before].
There is a lift[| and a car park behind the house].
Our [children|dogs] came with us.
The key was a plastic card.
We had a double room with a [shower|bath|sofa].
It was built in [1910|the fifties|1998] as a [school|post office|brewery].
There were [two|three] towels for each of us.
The tram to the [centre|lake|fair] stops at the corner.

# electronics
I bought it [in March|three weeks ago|last autumn|online].
It weighs [about|just under] [two hundred|three hundred|nine hundred] grams.
I use it [at work|on the train|at home|every day].
It came with a [cable|bag|spare cable] and a [sticker|booklet|cloth].
I chose the [blue|black|grey|silver] one.
My [old|last] one was [four|five|six] years old.
It was a present from my [parents|colleagues|husband|wife].
I mostly take pictures of my [garden|children|cats] with it.
The parcel arrived on a [Monday|Thursday|Saturday].
It has a screen of [six|ten|thirteen] inches.
It has [sixty-four|two hundred and fifty-six] gigabytes of memory.
I read most of my mail on it.
In the box there [was also a charger|were also two adapters].
My [daughter|nephew|colleague] has the same one.
I set it up on a [Sunday|Friday] evening[| with my son].

# appliance
We use it [every morning|twice a day|on Sundays|in our office].
It holds [one litre|a litre and a half|two litres].
I bought it for our [kitchen|holiday flat|office].
It stands [next to the sink|on the shelf|beside the bread bin].
The cable is [one metre|a metre and a half] long.
We are a family of [three|four|five].
It replaces one that was [eight|ten|twelve] years old.
I ordered the [red|white|black|green] one.
It was delivered on a [Tuesday|Wednesday|Friday].
It runs on [nine hundred|twelve hundred|two thousand] watts.
I make [two|four|six] cups a day with it.
It has [one switch|two switches|three buttons] and a light.
My [mother|neighbour|flatmate] has the same one in [green|black].
I unpacked it on a [Saturday|Sunday] morning.
It has a guarantee of [two|three|five] years.

# concert
We sat in the [third|tenth|twelfth] row[| on the left].
They played for [an hour and a half|two hours|nearly three hours].
The doors opened at [seven|half past seven].
It was the [first|last|third] night of their tour.
The programme began with [Schubert|Haydn|two old songs|a short overture].
I went with [three friends|my daughter|my choir|an old school friend].
The hall seats about [three|five|eight] hundred people.
I play the [cello|flute|trumpet|piano] myself.
There was one interval[| of twenty minutes].
I have known their songs since I was [twelve|fifteen|twenty].
There were [five|eleven|forty] of them on the stage.
We had dinner at [six|half past five] and walked to the hall.
They played [twelve|fourteen|nineteen] songs[| and two encores].
My [ticket|seat] was a present from [my sister|the office].
The composer wrote it in [1791|1824|the thirties].

# play
It was the [second|fourth|last] performance.
The play was written in the [thirties|fifties|seventies].
Our seats were in the [balcony|stalls|second row].
There are only [two|three|four|six] people on the stage.
The whole story takes place in a [lift|waiting room|bakery|lighthouse].
My [niece|cousin|neighbour] plays the [maid|doctor|messenger].
The interval lasted [twenty|twenty-five] minutes.
We had a [season ticket|voucher] for it.
It began at [half past seven|eight] and ended at [ten|half past ten].
We took our [parents|neighbours|grandchildren] along.
It is about a family who [inherit a pub|lose a suitcase|wait for a telegram].
I had read it at [school|university].
A [doorbell|radio|parrot] has a part, too.
The company comes from [Dublin|Basel|Antwerp|Leipzig].
We picked up our tickets at [seven|the box office|the side door].

# exhibition
It is open until [the end of May|October|next spring].
We were there on a [Sunday|Thursday|Saturday] [morning|afternoon].
There are [nine|eleven|fourteen] rooms on [two|three] floors.
It shows [about|more than] [eighty|two hundred] works.
Most of the works come from [Spain|Japan|private collections|the twenties].
We were a group of [seven|nine|fifteen].
Coats and bags go into lockers[| on the ground floor].
I have been drawing since I was [six|ten|forty].
Tram number [four|six|nine] stops in front of the door.
We stayed for [an hour|two hours|about three hours].
The oldest piece is from [1620|1740|1811].
A [model ship|fire engine|loom] stands in the middle of room [three|five].
The tickets are valid for [one day|two days].
A school class of [twenty|thirty] was there, too.
My [father|aunt] used to work in the building.

# course
We met every [Monday|Tuesday|Thursday] at [six|seven].
There were [eight|ten|fourteen] of us.
It was about [Spanish for beginners|baking bread|watercolours|book-keeping|Swedish cooking].
It lasted for [six|ten|twelve] weeks.
The school is in an old [factory|brewery|post office].
Each of us had to give a short talk.
I took it because of my [job|daughter-in-law|next holiday].
Most of the others were [pensioners|students|nurses|about my age].
We used our own [laptops|brushes|aprons|notebooks].
My employer paid half of it.
In the [third|fifth] week we did a [role play|group exercise|short test].
The teacher comes from [Seville|Oslo|Lyon].
I cycled there from [work|home|the station].
We sat at [one long table|small tables|a round table].
The last evening was on the [ninth|twentieth|thirtieth] of [June|March].

# game
It is for [two to four|two to six|three to five] players.
A round takes [about|just under] [twenty|forty|ninety] minutes.
We played it with [our neighbours|my cousins|two colleagues|the children].
You have to bring [wool|spices|tea|coal] from one island to another.
The box holds [sixty|eighty|a hundred and ten] cards and [four|two|six] dice.
It was a present for my [nephew|sister|son]'s [tenth|twelfth|thirtieth] birthday.
We play something every [Friday|Sunday|other week].
The youngest of us was [eight|nine|eleven].
One player is the [merchant|captain|detective], the others are the crew.
It says on the box that it is for ages [eight|ten|twelve] and up.
Each player gets [five|seven|nine] cards and a [map|notebook|small boat].
I [won|came second|came third] in the first round and [lost|came last] in the next.
We had it on the table for [three|four] evenings.
The story behind it is set in [a port|a monastery|ancient Egypt].
There are [twelve|twenty|thirty-six] tasks[| in three envelopes].

# tour
We left at [eight|nine|half past nine] and were back by [five|six].
There were [about|nearly] [twenty|thirty|forty] of us.
It started [at the station|at the town hall|on the quay|in front of our hotel].
It goes to [two castles|three islands|a monastery|the lighthouse] and back.
We stopped [three|four|five] times[| on the way].
The ticket cost [thirty|forty-five|fifty] euros.
I was there with [two friends|my aunt|my sister and her husband].
I have lived in the area for [two|nine|twenty] years.
My [son|nephew|grandson] sat next to the driver.
We had booked at the tourist office.
We had lunch at [noon|one] [on the deck|in a village|beside the road].
The bus had [thirty|fifty] seats.
At the [second|third] stop we had [twenty|forty] minutes to walk around.
The lighthouse was built in [1855|1903].
We sat in the [front|back|middle].
"""

REMARKS = {
    name: tuple(lines)
    for name, *lines in (section.removeprefix("# ").splitlines() for section in _SHEET.strip().split("\n\n"))
}
