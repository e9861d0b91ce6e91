"""Plots that stay in the village: each is a text of sections, told in their order; `$name` sections fill the cast."""

LOST = """
== title

HOW {h} LOST A(N) {x}

THE {x} OF {t}

{h} LOOKS EVERYWHERE

WHERE THE {x} WAS

== $p place because

under the third stair of the church tower :: The mice there had been using it as a [bell|table|bath].

in the pocket of {o}'s Sunday coat :: It had slipped in by itself through a hole, and the coat had said nothing.

in the nest of a magpie, on top of the [mill|inn] :: The magpie had taken it for a piece of the moon and was waiting
for the rest.

in the straw of the {c.kind}'s bed :: The {c.kind} had been keeping it warm, in case it should turn out to be an egg.

round the neck of the miller's goat :: The goat wore it like a mayor and looked past everybody.

in the big bass drum of the town band :: Nobody had hit that drum hard enough since [Easter|the fair|the wedding].

at the bottom of {h}'s own left boot :: {h} had walked on it all day and had blamed the [road|cobbler|stocking].

== loss

In the village of {t}, where the [geese|hens|ducks] have the right of way, there lived a(n) {h.child} called {h}, who
owned a(n) {x}. It was not a grand {x}, but it had belonged to {h.his} [grandmother|grandfather|aunt], and {h} would
not have given it for [two ponies|a castle with the towers on|the mayor's chain and the mayor]. Then one
[Monday|Tuesday|Friday] morning, when <sky>, it was gone.

There are people who lose things every day, and there are people who have never lost so much as a [glove|pin]. {h}, the
[baker's|carter's|cobbler's|potter's] {h.child} in {t}, was one of the second kind, until the day when {h.he} put
{h.his} hand into {h.his} pocket for the {x} and found only the pocket. Outside, <sky>. It did not help at all.

"It was here," said {h}, "and now it is not here, and in between I only blinked." This was in {t}, in the [blue|last|
narrow] house beside the [pump|bridge|smithy], and what was not there any more was the {x}. {h} looked under the bed.
{h} looked under the [cat|dog], who did not like it. Outside, <sky>, as if nothing had happened.

== first help

The first person {h.he} asked was {o}, who was sitting [on the wall|by the pump|in the doorway] with a pipe that never
burned. "A(n) {x}?" said {o}. "I saw one [at the fair|in a window] once, when I was [six|nine|your size]. But you must
not ask people, child. People only see what they are looking for. Ask somebody with [feathers|four legs|a longer nose]."

{h} ran to {o}, because {o} knew everything that had happened in {t} for [sixty|seventy|eighty] years. "Lost things,"
said {o}, "do not go far. They go just as far as you are too lazy to look. I lost my [spectacles|temper|left slipper]
in the year of the great [frost|flood], and it turned up in the [butter|flour|clock]."

{h} knocked at {o}'s door. "Lost?" cried {o}. "Nothing is lost. It is only somewhere else. Sit down and eat <supper>,
and then we shall think." They ate, and they thought, and {o} fell asleep while thinking, which is the best way to do
it at that age.

== second help

Behind the [church|barn|brewery] {h} met {b}. "Have you seen a(n) {x}?" asked {h}. "I may have," said {b}. "I see a
great deal and I do not write it down. Was it something to eat?" "No," said {h}. "Then I did not look at it twice,"
said {b}. "But {c} would know. {c.He} collects."

Down by the {r} sat {b}, washing {b.his} [face|feet|breakfast]. "Good morning," said {h}, for {h.he} was well brought
up even when {h.he} was in trouble. "Good it may be," said {b}, "but you have a face like a wet Sunday. What is it?"
And {h} told {b.him}. ^{b} listened to the end, which is more than most people do. "I heard something fall," said {b},
"and I heard somebody say thank you. Ask {c}."

In the lane {h} nearly trod on {b}. "Mind where you put those," said {b}. "I beg your pardon," said {h}, "I was looking
for my {x}." "With your nose in the air?" said {b}. "Things fall down, in my experience. I have never known one fall up.
Come along. I am going to see {c} about a [debt|dream|pear], and you may carry my umbrella."

== third help

^{c} lived in a [boot|barrel|hat box] behind the [mill|school|ropewalk], and was not pleased to be woken. "Everybody
comes to me," said {c}, "when they have lost something, and nobody comes when they have found a [sausage|cheese]. Very
well. Say what it looks like, and do not cry on my floor." {h} said what it looked like. ^{c} shut one eye. "Go home
slowly," {c.he} said, "and look where you would be ashamed to look."

^{c} was at home. "Let me see," {c.he} said, and brought out [three|seven|eleven] [keys|corks|spoons], a lady's [garter|
fan|shoe], and half a [letter|trumpet|map]. "No {x}. But I will tell you something for nothing. When I want to find a
thing, I stop, and I ask myself where I should go if I were that thing and had a day off."

"A(n) {x}," said {c}, "is not a thing I should take. It [rattles|shines|smells of people]. But last night I saw a light
where there is never a light, and I heard [a small song|somebody count to nine]. I say no more, because I like to be
asked to supper." So {h} gave {c.him} half an apple and a promise, and {c} pointed with {c.his} nose.

== found

<thinks> // And there it was after all, {p.place}. {p.because}

<night> // Then {h.he} knew, all at once, as one knows the answer when the schoolmaster has gone home. {h.He} ran down
in {h.his} stockings with a candle. It was {p.place}. {p.because}

So they looked, the {h.child} in front and {b} and {c} behind, with {o} calling out advice. They looked in places where
nobody had looked since the [old king|flood|war]. And at last they found it {p.place}. {p.because}

== thanks

"I knew it," said {o}. "I knew it all the time." // "Then why did you not say so?" asked {h}. // "Because," said {o},
"then you would have found a(n) {x}, and now you have found a(n) {x}, {b}, {c} and a good appetite." // <end>

{h} put the {x} back where it belonged and tied it there with a piece of [string|red wool|bootlace]. ^{b} and {c}
stayed to supper, and there was <supper> for everybody. // <end>

For a whole day {h} did not let it out of {h.his} hand. On the second day {h.he} lent it to {b}, and on the third day to
anyone who asked politely. "For a thing that nobody can lose," said {h}, "is a thing that nobody has." // <end>
"""

STOPPED = """
== title

WHY THE {k.name} OF {t} STOPPED

THE DAY WITHOUT A(n) {k.name}

{h} AND THE {k.name}

WHAT AILED THE {k.name}

== $k name stopped trouble again

church clock :: stood still at [twenty past four|eleven minutes to nine|half past two] :: Nobody knew when to be
hungry, and so everybody was hungry all the time. The schoolmaster taught the same hour of [grammar|sums] until dusk.
:: gave a cough, cleared its throat and struck [seven|nine|four], which was nearly right

great bell :: opened its mouth and said nothing :: The people came to church at all hours or not at all, and two
weddings were held at once, and it took [a week|an evening] to sort the couples out. :: swung once, swung twice, and
shouted over the roofs like a boy let out of school

mill :: stopped in the middle of a turn :: There was corn but no flour, and flour was wanted for everything. The baker
sat on his step and baked [stones|cakes of mud] for practice. :: shivered, sneezed out a cloud of dust and began to
turn

town fountain :: gave a gulp and ran dry :: The horses looked at the people and the people looked at the mayor. There
was nothing to wash in, which troubled only half of the children. :: rumbled, spat out a frog, and rose up white and
straight

weathercock :: pointed north and would not be moved :: The washing was hung out in the rain and the hay was left out
in the thunder, for nobody in {t} would believe the sky before the weathercock. :: squeaked, shook itself and swung
round to the west

== $u cause mend

a family of swallows had built their nest in the works, and there were four eggs in it :: "We must wait," said {h},
"until they can fly. It is [nineteen|fifteen|twenty] days. I have waited longer than that for a [birthday|tooth]." So
all {t} waited on tiptoe. And on the [nineteenth|fifteenth|twentieth] day the last of the young ones tumbled out into
the air

somebody, long ago, had hung up a wet [stocking|shirt] on the main wheel and forgotten it :: "It is my
[stocking|shirt]," said {o}, and went red to the ears. "I was courting. I climbed up here to see whether she would
wave." "And did she?" asked {h}. "She did," said {o}, "and so I forgot." {h} took it down and shook the dust out

right inside sat {b}, with {b.his} eyes shut, asleep :: "Excuse me," said {h}, "but you are sitting on the [town|time]."
^{b} opened one eye. "It hums so nicely," said {b.he}, "and nobody ever hums to me." "If I come every evening and hum to
you," said {h}, "will you move along a little?" ^{b} thought it over and moved along

a single [cherry stone|hazelnut|button] had rolled between two teeth and was holding everything up, as a small word may
hold up a large quarrel :: {h} took it between finger and thumb and pulled. It was stuck. {h.He} pulled again and said
please. It came out with a sound like a kiss

it was only sad, for nobody had thanked it in a hundred years :: {h} thought about that. Then {h.he} stroked the cold
iron with {h.his} hand and said, "Thank you for every day." And because it seemed too little, {h.he} said it again,
louder, and {o} said it, and the mayor said it, with his hat off

== stop

One [morning|afternoon] in {season}, when <sky>, the {k.name} of {t} {k.stopped}. {k.trouble}

It had never happened before. The {k.name} had gone on through [two wars|three floods] and a [visit of the
queen|plague of frogs], and people set their hearts by it. But one day in {season} it {k.stopped}, and that was that.
{k.trouble}

You would not think that a(n) {k.name} could be missed so much. But in {t}, one [windy|quiet|common] day, when <sky>,
the {k.name} {k.stopped}, and by evening the whole place was upside down. {k.trouble}

== experts

First they sent for the blacksmith, who hit it. Then they sent for the doctor, who [listened to it|looked at its
tongue] and prescribed [honey|bed]. Then they sent to {v} for a professor, who came with [two trunks|a brass
telescope] and measured it all over. "As far as science can tell," he said, "it has stopped." He was paid [nine
crowns|a goose] and went home.

The mayor made a speech at it. The [fire brigade|band] played to it. The strongest man of {t}, who could [bend a
poker|lift a calf], pushed it from behind, and {o} told it about {o.his} [knees|youth], which had moved stronger
things to tears. It did not stir.

A reward was offered: [ten crowns|a cheese as big as a wheel|a pig, or its weight in turnips]. People came from as far
as {v}. One had an oil that cured everything, and one had a prayer in Latin, and one had a hammer. They went up one
after another and came down one after another, and each said that it was a very interesting case.

== child

Now there was in {t} a(n) {h.child} called {h}, who was so small that {h.he} was always sent to fetch things from under
other things. "May I try?" asked {h}. They all laughed. But {o} said, "Let {h.him} go up. {h.He} cannot make it stop any
more than it has."

Nobody had asked {h}, for {h} was only the [sweep's|sexton's|washerwoman's] {h.child}, and people looked over {h.him}
as one looks over a low wall. That evening {h.he} took a candle end and [a crust|an apple] and climbed up by
{h.himself}. It was dark, and it smelled of [dust and pigeons|oil and old rope].

"Has anybody looked inside?" asked {h}, who was [seven|eight|nine] and asked that sort of question. "Inside!" said the
mayor. "Inside is where it is complicated." "I am thin," said {h}, "and I do not mind complicated." And before anybody
had found a reason against it, {h.he} was in up to the heels.

== cause

{h} held up the light and looked, and then {h.he} looked again. It was quite simple: {u.cause}. // {u.mend}, and the
{k.name} {k.again}.

There was a creaking, and a long silence. Then {h}'s voice came out, very hollow. "I see it," it said. And what {h}
saw was this: {u.cause}. // {u.mend}. For as long as one holds a breath, nothing happened. Then the {k.name}
{k.again}.

It took {h} until the candle was [half gone|no longer than a thumb]. But in the end {h.he} found it: {u.cause}. //
{u.mend}, and the {k.name} {k.again}.

== joy

Then there was such a cheering in {t} that they heard it in {v} and thought it was a [war|wedding]. The reward was
given to {h}, who shared it with everybody, so that there was [one bite|a thumbful] for each. // <end>

<praise> // And the mayor, who had [prepared|written out] a second speech, put it back into his hat, because nobody
could have heard it. // <end>

They wanted to make {h} the keeper of the {k.name}, with a [key|cap] and a salary. "I will do it," said {h}, "on days
when there is no [fishing|skating|school]." // <end>
"""

QUARREL = """
== title

THE TWO NEIGHBOURS OF {t}

{h}, {f} AND THE {q.thing}

A QUARREL ABOUT A(n) {q.thing}

HOW THE {q.thing} WAS SETTLED

== $q thing grew mine yours

pear tree :: stood exactly between the two gardens, with its roots in the one and its best branches over the other :: "I
feed it," said {h}. "A tree belongs to its feet." :: "It bows to me," said {f}. "A tree belongs to its fruit."

hen :: slept in the one barn and laid her eggs in the other :: "She sleeps under my roof," said {h}. "A hen belongs to
her bed." :: "She works in my house," said {f}. "A hen belongs to her profession."

well :: lay so neatly on the border that half the bucket came up in each garden :: "My grandfather dug it," said {h}.
:: "And my grandfather," said {f}, "held the lantern."

bench :: stood against the common wall, where the evening sun comes last :: "I bought the wood for it," said {h}. ::
"And I," said {f}, "have sat on it until it fitted."

hedge :: had been planted by nobody and was clipped by both, each on one side and never to the same height :: "It
keeps my wind out," said {h}. :: "It keeps my wind in," said {f}.

== neighbours

In {t}, in two houses that leaned together like old friends, lived {h} the {h.trade} and {f} the {f.trade}. They had
been neighbours for [eleven|twenty|thirty] years and had never had a cross word, until it came to the {q.thing}. The
{q.thing} {q.grew}. // {q.mine} // {q.yours}

Everybody in {t} knew {h} the {h.trade} and {f} the {f.trade}, because they were always together: at the
[fair|inn|market], on the bridge, in the front pew. Then one day in {season} they looked at the {q.thing}. The
{q.thing} {q.grew}. It had done so for years, and nobody had minded. // {q.mine} // {q.yours}

It began with a(n) {q.thing}, as great wars begin with a small [flag|word]. The {q.thing} {q.grew}, and on the left of
it lived {h} the {h.trade}, and on the right of it lived {f} the {f.trade}. // {q.mine} // {q.yours}

== worse

After that they did not greet each other. {h} bought a dog to bark at {f}, and {f} bought a [trumpet|cockerel] to wake
{h}. The dog, who was fond of [music|poultry], crossed over on the second day and slept at {f}'s. So {h} built a
[fence|wall], and {f} built a higher one, and soon they both sat in the dark at noon and said that the evenings were
drawing in.

They sent each other letters, though the doors were [four|six] steps apart. "Sir or Madam," wrote {h}. "To whom it may
concern," answered {f}. The postman had to carry them by way of {v}, because that is the rule, and he wore out [two
pairs of boots|a mule]. "It is the best correspondence I have," he said. "I read it to my wife."

The quarrel grew. It ate up the [Sunday dinners|card games] first and then the borrowed ladder, and in the end it ate
up even the weather, for when {h} said that <sky>, {f} said that it was nothing of the kind. They went to the judge in
{v}, who was deaf in the [left|right] ear and always gave it to both parties.

== event

Then came the night of the great [storm|rain|wind]. <night> Towards morning there was a crash. {h}'s roof had gone
off, all in one piece, as a gentleman lifts his hat, and it had come down upon the house of {f}, where it fitted very
well.

Then {h} fell ill. It was only a cold, but it had nobody to talk to, and so it settled down and stayed. On the third
day {f}, on the other side of the wall, noticed that nobody was [hammering|singing out of tune|slamming the gate]. On
the fourth day {f.he} could not eat. "I cannot be angry with somebody who is not there," said {f}. "It is like leaning
on a door that opens."

Then a child was lost. It was {o}'s [grandchild|nephew|godchild], [three|four] years old, in a [red|yellow] hood, and
it grew dark, and <sky>. All {t} went out with lanterns. And in {w}, where the two paths meet, {h} came from the one
side, calling, and {f} came from the other side, calling, and between them, under a tree, sat the child, telling a
story to {b}.

Then one morning {b} was found sitting right beside the {q.thing}, and would not go away. {h} shooed from the left and
{f} shooed from the right. ^{b} only turned {b.his} head from one to the other, as people do at a play. It is very
hard to go on being dignified in front of {b}. {h}'s mouth began to twitch. So did {f}'s.

== peace

They looked at each other for a long time. "You have grown [thin|grey|a beard]," said {h}. "You have flour on your
nose," said {f}. "What was it about?" asked {h}. "I have it written down somewhere," said {f}. // They never found the
paper.

"I have some soup on the fire," said {f}, looking at the [sky|ground]. "It is too much for one." "Soup," said {h}, "is
always too much for one. That is how you can tell that we were meant to be two." // And they ate <supper>, and after
it the soup.

"About that {q.thing}," said {h}. "Take it," said {f}. "No, you take it," said {h}. "I insist," said {f}. And it is a
fact that they nearly began to quarrel about who should not have it. // Then {o} [knocked on the wall|put in a word].
"Give it to me," said {o}, and they both shouted "No!" with one voice, and that was the peace of {t}.

== after

The fence was made into a [table|boat|hen house], and on Sundays both households sat round it. // <end>

<praise> // As for the {q.thing}, it belongs to neither of them now, or to both, and it has never done so well. // <end>

And the judge in {v}, when he heard of it, had the case read out to him once more, and wept, and fined them [a penny|one
pear] each, for waste of time. // <end>
"""

THIEF = """
== title

THE THIEF OF {t}

WHO TOOK THE {m.things}?

{h} KEEPS WATCH

THE NIGHT OF THE {m.things}

== $m things one

spoons :: spoon

buttons :: button

candles :: candle

left boots :: left boot

doorknobs :: doorknob

plums :: plum

clothes pegs :: clothes peg

lanterns :: lantern

== $s

north wind

moon's youngest sister

echo from the quarry

== $z who reason mending

{b} :: "I never meant to keep them," said {b}, "but every time I bring one home, my house looks more like a house. You
have so many, and I live in a hole." :: So the people of {t} built {b.him} a small house with [a chimney|a green
door|two windows], and since then {b} has [paid taxes|kept very regular hours]

a very small girl in a very large nightgown, walking in her sleep :: "She does it every {season}," said her mother,
who came running. "By day she is afraid of everything. At night she goes about and collects what she would need for a
long journey." :: So they gave her a real [knapsack|compass|map] for her birthday, and she slept soundly, and when she
was grown she went twice round the world

the old lamplighter, who had been sent away because there was nobody left to light lamps for :: "I did not want the
things," he said. "I only wanted to hear steps behind me in the street again." :: So they gave him back his ladder,
and every evening he lights one lamp, and [somebody different|one of the children] walks behind him

the {s} that nobody had invited :: "You had a feast," it said, "with [paper roses|a goose], and you asked the whole
street, and you did not ask me. I only wanted to lay my own table." :: So they laid a place for it at every feast, at
the cold end by the door, and no chair has ever been kept more politely

the river mist, on tiptoe, with its arms full :: "I am so thin," it whispered, "that nobody remembers me in the
morning. I thought if I had something to hold, I might stay." :: So {h} went down to the water every morning and said
good day to it by name, and nothing was missed again

== theft

First it was one {m.one}. Nobody minded. Then it was [three|four|five], then a dozen, and by the end of the week there
was hardly one of the {m.things} left in {t}. "There is a thief among us," said the mayor, and everybody looked at
everybody else, which they had not done for years.

There had never been a thief in {t}, for nobody had anything to steal. So when the {m.things} began to go, one every
night, people were almost proud. "Now we shall be in the [newspaper|almanac]," said {o}. But when it came to {o}'s own
{m.one}, {o.he} was not proud any more.

In the [first|last|second] week of {season}, when <sky>, all the {m.things} in {t} began to vanish. They went from the
shelves and from the sills, from the [doctor's|priest's] house and from the [poorhouse|barber's shop], and whoever
took them left everything else in its place and shut the door softly behind him.

== suspicion

Some said it was the {b.kind}. "I?" said {b}. "What should I do with it? Look at my hands. I have not got any." Some
said it was the people of {v}, because it generally was. The people of {v} said that they had been just about to say
the same of {t}.

They suspected the tinker, because he was a stranger, and then {o}, because nobody else was so well known. They
suspected {c}, who was seen [looking thoughtful|carrying a bag]. "It is my lunch," said {c}, and it was.

The constable drew a line of flour across the street. In the morning there was not a mark on the flour, but somebody
had drawn a [face|heart|small fish] in it, very nicely. The constable rubbed it out, and was sorry afterwards.

== watch

Only {h}, the youngest of the [sexton's|miller's|ferryman's] children, said nothing. {h.He} took a blanket, a
[whistle|pear] and the last {m.one} in the house, and sat down behind the [rain barrel|woodpile|bench]. The moon
climbed over the roof of the [inn|mill|school], had a good look, and stayed.

"I will watch," said {h}. "You are too [little|sleepy]," they said. "I am not sleepy," said {h}, "I am only quiet,
which looks the same." So they let {h.him}. {h.He} laid one {m.one} on the step in the moonlight and hid behind the
door. An hour went by, and it had [leaden boots|a limp].

{h} tied a thread to the last {m.one} and the other end to {h.his} own big toe, and went to bed. <night> Then, very
gently, as a fish tries a hook, something pulled.

== caught

{h} did not call out. {h.He} followed, barefoot, over the [wall|bridge] and round by the back of the [brewery|church].
There, in the moonlight, counting softly, stood {z.who}. // "Good evening," said {h}. "I am not angry. I should only
like to know why." // {z.reason}

There was a step that was hardly a step. There was a hand, or something like one. {h} held {h.his} breath and lit the
lantern. It was {z.who}. // For a while they only looked at each other, and it was hard to say which of the two was
more surprised. // {z.reason}

Something came up the street, stopped, sighed, and came on. {h} stood up. "I have saved you a piece of bread," {h.he}
said, for it was the only thing that came into {h.his} head. And into the light came {z.who}. // {z.reason}

== after

{h} told the others in the morning, and told it so that nobody laughed. {z.mending}. // <end>

{h} thought it over all the way home. A thing like that cannot be punished; it can only be answered. {z.mending}. // The
{m.things} came back one by one, each [wrapped in a leaf|tied with a blade of grass|polished until it shone]. // <end>

"Well," said {o}, "we have found the thief, and now we have nobody to be afraid of. What shall we do in the evenings?"
// {z.mending}. // <end>
"""

CONTEST = """
== title

THE GREAT {g.name} OF {t}

{h} GOES TO THE FAIR

HOW {h} DID NOT WIN

{h} AND {f} AT THE FAIR

== $season

summer

autumn

== $g name doing mishap prize

PIE CONTEST :: bake the best pie :: the pie slid off the table and landed, right side up, upon the head of the
[mayor|judge], who sat very still and then put up one finger and tasted it :: "I have worn many hats," he said, "but
this is the first that I should like to finish."

KITE CONTEST :: fly a kite the highest :: the string broke, and the kite went over the church and over {w} and did not
come back :: "The rules say the highest," said the judge, with his hand above his eyes, "and they do not say for how
long."

WHISTLING CONTEST :: whistle the loudest :: no sound came out at all, for {h.his} mouth was dry with fright; but {b},
under the bench, thought that {b.he} had been called, and answered :: "I have heard whistling all my life," said the
judge, "but I have never heard anybody whistle so that [an animal|a beast] sang."

SCARECROW CONTEST :: build the most terrible scarecrow :: all the birds of the parish came down and sat upon {h}'s
scarecrow, because it had such a kind face :: "It has failed in every point," said the judge, "and I cannot stop
looking at it."

PUMPKIN CONTEST :: grow the largest pumpkin :: the pumpkin rolled off the cart, down the hill, through the [band|china
stall] and into the {r}, where {b} got into it and sailed away :: "It is the only pumpkin here," said the judge, "that
has been of use to anybody."

SLOW DONKEY RACE :: ride a donkey so slowly as to come in last :: {h}'s donkey lay down at the start and went to
sleep, with a smile :: "We waited until dark," said the judge, "and then we carried him home, and I may say that he
has won by a day and a half."

== fair

Every year in {season} there is a fair at {t}, with a [roundabout|bearded lady|learned pig] and a smell of burnt
sugar, and in the middle of it, on a cart with [bunting|paper flags], somebody tries to {g.doing}. That year {f} the
{f.trade} had won it [four|six|nine] times, and was already wearing the sash.

"You should go in for it," said {o}. "Who, I?" said {h} the {h.trade}. "I could never {g.doing}." "That," said {o},
"is what makes it interesting." It was fair week at {t}. <sky>, and from every window somebody was shaking a
tablecloth.

There was one thing that {h} the {h.trade} wanted more than [money|sleep|a new roof], and that was to {g.doing}, once,
before all the people of {t}, and to hear {f} say "Well done." For {f} the {f.trade} won every year, and was so modest
about it that it could be heard across the square.

== practice

So {h} practised. {h.He} practised in the cellar and on the [hill|roof] and in bed. The neighbours moved their
[hens|grandfathers] to the other side of the house. "Is it getting better?" asked {o}. "It is getting different," said
{h}.

All that {season} {h} worked at it by [candlelight|moonlight], and had only {b} to look on. ^{b} never said a word,
but now and then {b.he} got up and left the room. "That is criticism," said {h}, "and it is honest," and began again.

{h} asked everybody how it was done. {o} said it was all in the [wrist|breath|moon]. The schoolmaster lent {h.him} a
book, which began with the ancients and did not get much further. {c}, when asked, only yawned. "I see," said {h}. "I
am to stop trying so hard." It was the best advice {h.he} got.

== day

Then came the day. <sky>. {f} went first, and it was perfect, as it always was, and the people clapped as one claps
for the sunrise. Then came [a man from {v}|the twins from {v}|the schoolmaster], and it was nothing much. Then they
called {h}.

On the day, {h}'s knees knocked so loudly that the band fell in with them. {f} had been before {h.him} and had done
everything right, and was being carried round the square. "Next," said the judge, without looking up.

The square was full up to the lamp posts. {f} bowed to the left and to the right; there was nothing wrong with what
{f} had done, nothing at all, and some people had even stayed awake. "And last," cried the crier, "and only because it
is on my list: {h} the {h.trade}!"

== mishap

{h} stepped up, shut {h.his} eyes and began. And then it happened: {g.mishap}. // There was a silence in which one
could have heard a [crumb|feather] fall. // {g.prize}

What came next is told in {t} to this day, and each tells it differently; but all agree on this much, that {g.mishap}.
// {h} wished that the earth would open. The earth was busy. // {g.prize}

It went well for as long as it takes to say so. Then {g.mishap}. // Somebody began to laugh, and then somebody else,
and it was not the kind of laughter that hurts. // {g.prize}

== prize

The prize was a [ham|clock|silver cup with a dent in it]. But what {h} remembered was that {f} came across the square,
took off the sash and said, "I have won this [four|six|nine] times, and I have never once enjoyed it. Would you show
me how you did that?" // <end>

So {h} won, or did not win; the book says one thing and the people say another. {f} said "Well done," and it was not
even hard. And they shared the [ham|cheese|sausage], and {b} had the [string|rind]. // <end>

<praise> // "I did everything wrong," said {h}. // "Yes," said {f}, and sighed. "I have always wanted to." // <end>
"""

PLOTS = (LOST, STOPPED, QUARREL, THIEF, CONTEST)
