"""Plots that lead out of the village or bring somebody into it: texts of sections, as in the village tales."""

STRANGER = """
== title

THE GUEST OF {t}

A KNOCK AT {h}'S DOOR

WHO CAME IN OUT OF THE {k}

{h} AND THE STRANGER

== $season

autumn

winter

== $k

<foul>

== $n who looks gift

a tall man with a covered birdcage :: His coat was buttoned wrongly from top to bottom, and he ducked in every
doorway, even in the open. :: In the cage there was no bird, but only a small warm light. "It goes where it is
wanted," said the note that hung on it. And on the darkest evenings it was enough to read by

an old woman in seven shawls :: She was so bent that she seemed to be looking for something, and her eyes were as
[blue|clear] as a child's. :: One of the seven shawls lay folded on the chair. Whoever put it on was never cold again,
and it lengthened by itself whenever a second person came under it

a boy with a drum and no shoes :: He said that he had walked from the sea, and there was sand between his toes. :: The
drum stood by the stove. Nobody could play it; but when there was [danger|company] on the road, it gave a little knock
of its own accord

a lady all in grey, with a travelling clock under her arm :: She was wet to the skin and did not seem to have noticed.
:: On the shelf stood the clock. It had only one hand, and the hand pointed to the person in the room who most needed
to be spoken to

somebody very small, in a fur cap that came down to the chin :: It spoke with a deep voice and bowed to the
[cat|stove|chairs] before sitting down. :: In the cap on the table lay [three|seven] seeds. {h} planted them, and by
the next {season} there stood a hedge round the house that let in friends and kept out bailiffs

== night

It was such a night of {k} that the road had gone in and the wind was blowing out the stars, one by one. In the last
house of {t}, {h} the {h.trade} had just blown out the candle, when there was a knock. It was not a loud knock. It was
the knock of somebody who has been refused at every other door.

Nobody travels in {season} over {w}, and least of all in a(n) {k} like that. So when somebody knocked at {h}'s door, {h}
said to {f}, "It is only the wind." "The wind," said {f}, "does not wipe its feet."

{h} the {h.trade} was not rich. There was one bed in the house, one chair, and <supper> on the table. But there was
also a lamp in the window, because {h.his} mother had always put one there; and by that lamp, through the {k},
somebody came up to the door and knocked three times.

== guest

Outside stood {n.who}. {n.looks} // "I have come a long way," said the stranger, "and I cannot pay." // "I did not
ask," said {h}. "Mind the step."

{h} opened, and in came a good deal of {k}, and behind it {n.who}. {n.looks} // "You are late," said {h}, because it
was the first thing that came into {h.his} head. // "I know," said the stranger. "I am sorry. I stopped to [let a
river go by|help a cart out of a ditch]."

On the step stood {n.who}. {n.looks} // "Have you a corner?" asked the stranger. // "It is all corners," said {h}.
"Come in and choose one."

== supper

There was <supper>, which {h} cut in two; and because the halves were not quite equal, {h.he} gave the larger away and
said that {h.he} never ate much at night. The stranger looked at {h.him}, and at the plate, and forgot nothing.

They ate, and they talked of [roads|bees and the price of salt|people who are dead], and it seemed to {h} that {h.he}
had never before been so well listened to. {h.He} told things that {h.he} had not known {h.he} knew.

"And what do you do here, so far from anything?" asked the stranger. "I wait," said {h}, "but I have forgotten for
what." "Then you do it well," said the stranger, and took [another|the last] potato.

== trial

Then the stranger took the bed, since {h} would not hear of anything else, and {h} lay down on the floor. In the night
{h.he} heard steps going round and round the house, and a great breathing at the keyhole. {h} got up and sat down with
{h.his} back against the door. "Not in here," {h.he} said aloud. "I have a guest." Towards morning it went away.

Later there was a second knock, and this one was loud. "Open!" cried a voice. "You have somebody in there who owes us
a [winter|song|hundred years]." {h}'s heart went like a sewing machine. "There is nobody here," {h.he} called, "but
people who are asleep. Come back when you have wiped your feet." There was a long silence. Nobody had ever spoken to
them like that before, and they went.

{h} woke in the dark. The stranger was standing at the window, crying quite quietly, as snow falls. {h} did not ask.
{h.He} only got up and put another log on, and set out two cups, and they sat there until it was light. That was all.
But it is a good deal, when you think how many people would have turned over.

== gift

In the morning the bed was made and the guest was gone, and there was not a footprint round the house. {n.gift}.

When {h} woke, the sun was in the room. There was nobody there. {n.gift}.

The stranger left before the dew did. {h} saw nobody go; only the gate was still swinging. {n.gift}.

== end

Since then there has been a lamp in every window of {t}. You would think that they had all been born with it. // <end>

"You should have asked the name," said {f}. // "I was going to," said {h}, "but it seemed to be on the tip of my own
tongue." // <end>

{o} says it was [a king|a star|Death's cousin], and {f} says it was a tramp. {h} says only that the soup had never
tasted so good, and goes to the door whenever it blows. // <end>
"""

WISH = """
== title

{h} AND THE {b.kind}'S WISH

THREE WISHES AT {t}

WHAT THE {b.kind} PROMISED

THE WISH OF {h} THE {h.trade}

== $e wish grows undo

never to be hungry again :: Loaves came up between the paving stones. It rained [dumplings|pancakes]. The {r} ran with
soup, first thin and then thick, and the [ducks|swans] on it grew so fat that they had to be rolled ashore :: a good
appetite

always to hear the truth :: "Your hat is dreadful," said the postman. "I have never liked you," said the cat. "I water
the milk," said the milkman, and wept, and could not stop telling her how much. By noon nobody in {t} was on speaking
terms with anybody :: a little kind silence

to sleep as long as {h.he} liked :: {h} slept through the [hay harvest|fair], and through {h.his} own birthday, and
through a fire. {h.His} beard grew, or what would have been a beard, and the {c.kind} brought up a family in {h.his}
slipper. When {h.he} woke, {h.his} friends had begun to talk of {h.him} kindly, as one does of the dead :: to wake at
six

to have a house as large as {h.he} could think of :: {h} thought of one more room, and there it was, and of a stair to
it, and of a door behind the stair. By evening {h.he} was lost. {h.He} shouted, and {h.his} voice came back on the
third day, quite worn out :: four walls and a window

that time should stand still on fine days :: The first fine day lasted a week. The children were never called in. The
bread never rose, the plums hung green, and a man on a ladder, with one foot in the air, began to look anxious :: an
ordinary Thursday

that everybody should love {h.him} :: They stood under {h.his} window and sighed. They sent [cakes|lockets with hair
in them]. The goats loved {h.him} and the gnats loved {h.him}, and the two richest widows in {t} fought with umbrellas
in the square :: to be let alone

== rescue

One day in {season}, when <sky>, {h} the {h.trade} of {t} was walking home by the {r}. There, in a [fence|trap|tangle
of old net], hung {b}, and had nearly given up. "Well, well," said {h}, and got out {h.his} knife, and cut {b.him}
free.

{h} the {h.trade} was not what you would call a soft person. But when {h.he} saw the boys of {t} throwing
[stones|apples] at {b}, {h.he} took off {h.his} belt, and the boys remembered that they were wanted at home. "And
you," said {h} to {b}, "might learn to run."

In a hard {season}, long ago, {h} the {h.trade} found {b} on the doorstep, more dead than alive. {h.He} took {b.him}
in and put {b.him} [beside the stove|in a hat], and fed {b.him} on milk with the tip of a rag. "Now I have two
mouths," said {h}, "and only one of them says thank you."

== promise

^{b} looked up. "I am not much of a(n) {b.kind}," {b.he} said, "but I come of an old family, and we have one wish in the
house. It has lain in a drawer since my grandmother's time. You may have it. Only think first."

"I can talk, of course," said {b}, "but I keep it for occasions. One wish. Do not say it at once. Most people say it
at once, and then there is only the mopping up."

"A favour for a favour," said {b}. "Say what you want, and you shall have it. But I must warn you: I take words as
they are. I am [a simple animal|very exact]."

== wishing

{h} did not think first. {h.He} had been thinking of it for years. What {h.he} wished, out loud and with both hands in
the air, was {e.wish}. ^{b} sighed. "They always do," {b.he} said.

<thinks> // Then {h.he} came back and said it, quickly, before {h.he} could change {h.his} mind. What {h.he} wished
was {e.wish}.

{h} slept on it. {h.He} asked {o}, who said, "Wish for [sense|good knees]." {h.He} asked {f}, who said, "Wish for
money." And so, of course, {h} wished for neither of these. {h.He} wished {e.wish}.

== good

On the first day it was delightful. {h} told everybody. On the second day it was still pleasant, and on the third a
small voice inside {h.him} asked what was for later.

At first there was no end of joy. {f} came to look, and went home green. "I might," said {h}, "have saved a
[pig|dragon], and then what should I have got!"

It began before {h.he} had shut {h.his} mouth. "Well!" said {h}. "That was easily done." These are words that one
should say only in the evening.

== trouble

But a wish is like a(n) {c.kind}: it does not know when it is no longer wanted. {e.grows}.

Then it went on. That was the thing that nobody had thought of. {e.grows}.

But soon it was plain that something had been left out. {e.grows}.

== undoing

{h} ran down to the {r} and called, until {h.he} was hoarse. At last there was a rustling. "Take it back!" cried {h}.
"I cannot take it back," said {b}, "but I can change it for something smaller. What do you want?" {h} sat down on a
stone. This time {h.he} thought first. "I want {e.undo}," said {h.he}. "Ah," said {b}. "That is the hardest kind. But
for you I will try."

It was {o} who found the way out. "A wish," said {o}, "is a knot. You do not pull at a knot. You look where the end
is." So {h} went back to the very spot, and sat there until dusk, and {b} came. "I was foolish," said {h}. "You were
only quick," said {b}. "And now?" "Now," said {h}, "I should like {e.undo}." And so it was.

"I wondered when you would come," said {b}, who was sitting behind the [woodpile|pump] with {b.his} luggage. "I have
kept half of it back. I always do. What shall it be?" // {h} did not take long. "Just {e.undo}," {h.he} said. "And
thank you. And I am sorry." // "That makes three wishes," said {b}, "but I shall not charge for the last two."

== end

And {h} went home, and ate <supper>, and looked out of the window at nothing in particular. "This," said {h}, "is what
I should have wished for, if I had known how to spell it." // <end>

They were friends until the end of their days. On Sundays {h} read aloud to {b}, who liked [cookery books|sermons|the
almanac] best. // <end>

<praise> // There is a stone by the {r} where it happened. Lovers sit on it, and now and then a(n) {h.trade}, and one
can see how their lips move; but they have learnt in {t} to say it backwards first. // <end>
"""

LETTER = """
== title

THE LETTER TO {v}

{h} CARRIES A LETTER

THE LETTER THAT CAME LATE

FROM {t} TO {v}

== $l years text answer

nineteen years :: Come back. The key is where it was. I was wrong about the [piano|geese|curtains]. :: So that is what
he was going to say. And I have been angry with him for the wrong thing!

forty years :: Yes. :: Yes! And I had forgotten that I ever asked.

a year and a day :: I hear you are ill. I am sending you my [best blanket|brother]. Do not let him sing. :: I have
been well these twelve months, and nobody knew whom to thank.

thirty years :: The [plum|apple] tree that we planted has its first blossom. I thought you would like to know. :: It
must be as high as the house by now. Child, is it as high as the house?

a hundred years, less a week :: To whoever lives here now: there is a loose board under the window. Be kind to what
you find. :: I have stepped over that board every day of my life.

== $d friend parting

a carter who was taking one very large [bell|pumpkin] to market :: He did not want money. "Tell me a thing I do not
know," he said, and {h} told him how [ink|cheese|thunder] is made, and got some of it right.

a company of players with a painted sea on a cart :: They let {h} be the [third wave|back half of a horse] that
evening, and people wept.

a deaf old soldier who was walking home from a war that nobody else remembered :: They shared <supper>, and he showed
{h} how to sleep standing up.

a girl who was leading a blind horse and describing everything to it :: "Tell him about the hill," she said to {h}; "I
am out of words." And {h} found that {h.he} had never looked at a hill before.

two brothers who had not spoken since breakfast and used {h} to pass the salt :: By evening they were laughing, and
neither could say at what, and both shook {h}'s hand.

== finding

When they took down the old post office in {t}, a letter fell out from behind the [counter|wainscot]. It had lain
there for {l.years}. It was stamped and sealed, and it was for a house in {v}, on the other side of {w}. "It is rather
late," said the postmaster. "Then there is no time to lose," said {h}.

{h} was the youngest postman who ever was in {t}; the bag hung down to {h.his} knees. And at the bottom of the bag, in
the seam, {h.he} found a letter that had been there for {l.years}. The ink was brown. It said only: the house with the
green door, {v}.

"What is that?" asked {h}. It was a letter, and it stuck out of a jackdaw's nest, between the straw and a piece of
blue wool. It had been on its way for {l.years}, and the jackdaws had had a warm time with it. But a letter is a
letter. {h} climbed up, said sorry, and put it in {h.his} cap.

== leaving

"Nobody walks to {v}," said {o}. "Why not?" asked {h}. "Because nobody has had a reason." And {o} gave {h.him} [a
stick|an apple|a pair of dry stockings] and pretended to have something in {o.his} eye. {h} set out before it was
light. <sky>.

They told {h.him} about the [bog|bridge|bandits]. They told {h.him} that people in {v} ate with their hats on. {h}
tied up {h.his} bread in a cloth and went all the same. "Somebody has been waiting for {l.years}," {h.he} said, "and I
have only been waiting for something to do."

So one morning in {season}, when <sky>, {h} put the letter inside {h.his} shirt, where it scratched, and took the road
to {v}. Nobody saw {h.him} off but {c}, who was coming home at that hour and did not wish to discuss it.

== road

<walk> // On the first day {h.he} fell in with {d.friend}. {d.parting}

<walk> // Where the road divides, under the signpost that has lost its arms, {h} met {d.friend}. {d.parting}

At noon {h} came up with {d.friend}. They went a good part of the way together. {d.parting} // <walk>

== danger

In {w} the path stopped. It did not turn; it only stopped, like somebody who has forgotten the end of a story. It was
getting dark. {h} stood still, and heard the letter rustle against {h.his} heart. "Left," it seemed to say. {h.He}
went left, and after an hour there was a light.

When {h.he} came to the {r}, the bridge was gone. On the bank sat {b}. "It went down in the [spring|flood]," said {b},
"and I rather miss it. Can you swim?" "No," said {h}. "Then you had better do what I do," said {b}, "and go round." It
was nine miles round, and {b} talked the whole way.

At night a wind sprang up. It tore the cap from {h}'s head and the letter out of {h.his} shirt, and away it flew,
white, over the field. {h} ran as {h.he} had never run. The wind let it fall, and picked it up, and let it fall again,
like a cat; and in the end {h} threw {h.himself} down on it, full length, in the mud. "Mine," {h.he} said. "That is to
say, not mine." The wind lay down.

== arrival

The house with the green door was still there, though the door had gone grey. {h} knocked. It was a long time before
anybody came, and then it was {o}'s very image, only [thinner|rounder]: an old woman with spectacles on her forehead.
She read the letter standing. It did not take long. This is what it said: // "{l.text}"

In {v} everybody knew the house. "But nobody ever gets a letter there," they said. An old man opened, with a napkin
under his chin. "I have been expecting this," he said. "Excuse me, I must sit down." Then he asked {h} to read it to
him, for his hands were shaking. {h} broke the seal and read: // "{l.text}"

A lady in black opened the door. She turned the letter over and over. "I know this hand," she said. "I should know it
in the dark." She cut it open with a [hairpin|fish knife], and held it to the window, and read half aloud: //
"{l.text}"

== answer

There was a long silence, and a clock in it. // "{l.answer}" // And {h}, who was [nine|ten|eleven] and had sore feet,
saw an old face grow young, from the eyes downwards. It is not a thing that one forgets.

At first there was nothing but breathing. Then, very low: // "{l.answer}" // Then there was laughing, and some crying,
and it was hard to say which came out of which; and after that there was <supper>.

"Well," said {h}, who did not know where to look, "that was all. There is nothing to pay." // "{l.answer}" // And
{h.he} was kissed on both cheeks, and bore it like a man, although {h.he} was a(n) {h.child}.

== end

They sent {h} home in a [cart|coach] with a rug over {h.his} knees and an answer in {h.his} cap. "This time," said
{h}, "it will take two days." // <end>

<praise> // "It is only the post," said {h}. But {h.he} walked a little taller, and the bag no longer came down to
{h.his} knees. // <end>

And if you have a letter that you have not sent, {h} would tell you to send it. It is never so late as you think. //
<end>
"""

APPRENTICE = """
== title

THE APPRENTICE OF {t}

{h} AND THE LOCKED {k.box}

{o}'S {k.box}

WHAT WAS IN THE {k.box}

== $k box sign

drawer :: DRAWER

cupboard :: CUPBOARD

trunk :: TRUNK

jar :: JAR

== $j craft task inside flight back

mended broken [promises|hearts] :: to sort the pieces, the large ones to the left and the sharp ones to the right ::
all the things that people had meant to say and had not said :: They flew up like [starlings|moths], hundreds of them,
and went out by the window, whispering, and settled on the people in the street. Bakers stopped and told their wives
that they were [beautiful|right]. The constable apologised to the thief :: Most of them will not come back, and I do
not think that I shall look for them

made weather for people who could not wait :: to grind the thunder small and to keep the frost away from the butter ::
the great storm of seventy years ago, folded up like a tablecloth :: It sat up and yawned. Then it went through the
house, and the house had more windows than before, and out into {t}, where it took off [eleven hats|the roof of the
bank] and kissed the bishop :: It only wanted to be let out once. Call it in to supper; it knows its name

bottled smells :: to label them: new bread, rain on dust, grandfather's pipe, the first day of the holidays :: a smell
so faint that it had no name :: It went from house to house, and everybody who breathed it stopped and remembered
their mother, at the age when she was young. The whole of {t} stood still and sniffed, with wet eyes, and the soup
boiled over in [forty|ninety] kitchens :: I had been saving it for the day I died. But I see that it does more good in
the street

wound up the stars :: to oil them, to count them and not to drop any :: one star that was not on the list, no larger
than a pea :: It rolled across the floor, dropped down the stairs, a step at a time, and hopped away over the cobbles;
and wherever it had touched a stone, the stone went on shining. {h} ran behind it with a [shovel|sock] until daybreak
:: It was too bright to hang with the others, and it was lonely. Give it here. No, keep it. It follows you

painted shadows for people who had lost their own :: to wash the brushes and never to mix noon with evening :: {o}'s
own shadow, at six years old, in a [sailor hat|pinafore] :: It jumped out, turned a somersault, and ran off along the
wall. All over {t} it pulled the other shadows by the sleeve, and they left their people standing and played
[leapfrog|tag] across the market square till sundown :: I locked it up because it would not do sums. Sit down, both of
you

== hiring

When {h} was [eleven|twelve], {h.he} was apprenticed to {o}, who had a shop in {t}, [under the arches|behind the
church], and {j.craft}. There was no sign over the door. "Those who need me find me," said {o}, "and those who find me
by accident need me most."

In {t}, between the tailor and the {f.trade}, is a shop that one sees only when walking slowly. There {o} {j.craft};
and there, one [wet|windy] day in {season}, {h} was taken on, for a crown a week and <supper> every night.

{h}'s father had wanted to make a(n) {f.trade} of {h.him}, but {h} had [ten thumbs|dreams], and so {h.he} was sent to
{o}. Now {o} was no common master. {o} {j.craft}, and it is a trade that you will not find in the book of trades.

== work

It was {h}'s task {j.task}. It sounds easy. It is not, and for the first month {h} came home with [singed|blue]
fingers and had no words left. "You are learning," said {o}.

Every morning {h} had {j.task}. In the afternoon {h.he} swept. And while {h.he} swept, {o} told {h.him} about {o.his}
own master, who had been so good that nobody ever noticed what he had done.

"You have only {j.task}," said {o}, "and not to ask why before Christmas." {h} did it well. There is a kind of
{h.child} that does everything well as long as nobody is looking.

== forbidden

"You may touch everything here," said {o}, "except that {k.box}." It was a small [green|brown|black] {k.box}, with a
lock like a shut eye. From that hour {h} saw nothing else in the whole shop.

In the corner stood a(n) {k.box}. "And what is in there?" asked {h}. "That," said {o}, "is my business." And because {o}
said it in a voice that was not {o.his} usual voice, {h} thought of it at breakfast and at supper and in {h.his}
sleep.

There was only one rule, and it hung on the wall in a frame: THE {k.sign} STAYS SHUT. {h} read it every day. It is a
short sentence, but it has a long echo.

== opening

One evening {o} had been called away to {v}, to a [wedding|sick cousin]. {h} sat down with {h.his} back to the
{k.box}. Then {h.he} sat sideways. Then {h.he} only wanted to see whether it was really locked. // It was not. And
inside was {j.inside}.

<night> // "Just a crack," said {h} to {b}, who was sitting on the sill. "I have heard that before," said {b}. The key
hung where keys always hang, and it turned as if it had been waiting. In the {k.box} was {j.inside}.

It was {c} who did it, to be just. {c.He} came in after a [moth|biscuit] and jumped; the {k.box} tipped over and
sprang open, and {h} saw what was in it. It was {j.inside}.

== havoc

"Oh," said {h}. // {j.flight}.

{h} clapped down the lid, but one cannot shut a(n) {k.box} on what has already left. {j.flight}.

For one moment nothing happened, and {h} breathed. It was too early to breathe. {j.flight}.

== pardon

When {o} came home, {h} was sitting on the step with {h.his} bundle packed. "It was me," said {h}. {o} looked at
{h.him} for a long time. "{j.back}," said {o}.

"I opened it," said {h}, before {o} had got down from the cart. {h.He} had been saying it over to {h.himself} all
night, and still it came out crooked. {o} took off one glove and then the other. "{j.back}," {o.he} said.

{o} was standing in the door, and had been standing there for some time. {h} could not speak. "When I was your age,"
said {o} at last, "I opened it on the second day. You took [a month|half a year]. {j.back}."

== end

And the {k.box}? It is empty now, and they keep [sugar|string|the cat] in it. // <end>

{h} became a master in {h.his} turn, and took an apprentice, and put a(n) {k.box} in the corner with nothing in it at
all. "You may touch everything," {h.he} said, "except that." // <end>

<praise> // The rule is still on the wall. But somebody has written under it, in pencil: KNOCK FIRST. // <end>
"""

RIDDLE_ROAD = """
== title

{h} FETCHES THE {k}

THE THREE RIDDLES OF {w}

HOW {h} WENT THROUGH {w}

THE {k}

== $k

water that sings

apple of the longest branch

feather of the white owl

salt from under the hill

rose that opens at night

== $p question answer

<riddle>

== $q question answer

<riddle>

== $s question answer

<riddle>

== $i who ails

{o} :: lay in bed with {o.his} face to the wall and would not speak

the king's youngest daughter :: had begun to laugh on Tuesday and could not stop

the baker of {t} :: had lost the taste of everything, and put salt in the cakes and wept

all the cattle of {t} :: stood in the fields and looked at one spot

the little brother of {h} :: grew paler every day, until one could nearly read the newspaper through him

== need

It was a bad {season} in {t}: {i.who} {i.ails}. The doctor came, shook his head and left his bill. "There is only one
thing that helps," said the wise woman, "and that is the {k}." "Then somebody must fetch it," said {h}. And since
{h.he} had said it, they all looked at {h.him}.

In {t} things were as bad as they could be, for {i.who} {i.ails}. "The {k} would do it," said the oldest man in the
place, "but it is on the far side of {w}, and nobody comes back from there the same." "I should not mind that," said
{h}, who was [nine|ten| twelve] years old and had freckles.

You must know that {i.who} {i.ails}. They had tried [mustard|leeches] and prayer, and a brass band. Then {b} came to
{h}'s window. "Try the {k}," said {b}. "I do not give advice as a rule. I have a horror of being thanked."

== first

<walk> // At the edge of {w} sat {b} on a stump. "Nobody passes," said {b}, "who cannot tell me this. {p.question}.
What am I?" // {h} thought until {h.his} ears were hot. "You are {p.answer}," {h.he} said. // "Most people guess a
cabbage," said {b}, and moved {b.his} feet.

The first gate was of wood, and {b} kept it. "I am sorry about this," said {b}, "but it is my living. {p.question}.
Well?" // "That is easy," said {h}. "We have it at home. It is {p.answer}." // "I suppose I must get a new one," said
{b} sadly, and opened.

Where the trees begin, somebody coughed. It was {b}, in a [collar|waistcoat]. "{p.question}," {b.he} said, without so
much as a good day. "Take your time." // {h} took it. "Is it {p.answer}?" // "It is," said {b}. "I was so hoping for
somebody to talk to, and now you will go on."

== second

Deeper in, where it is green even at noon, the path ran straight into {c}. "{q.question}," said {c}. "If you know, go
by. If you do not know, sit down; there are [nine|six] people sitting there already." {h} looked at them, and they had
moss on them. "^{q.answer}," {h.he} whispered. All of them stood up and said, "Of course!"

The second was {c}, and {c} was hungry. "I shall ask you something," said {c}, "and if you do not know it, I shall eat
your bread. {q.question}." {h} turned pale, for there was only one loaf. Then a small wind went by and {h.he} had it.
"It is {q.answer}!" ^{c} sighed, and {h} gave {c.him} half of the bread all the same.

At the bridge over the {r} stood {c} with a lantern. "They call me the second riddle," said {c}. "{q.question}." //
"May I walk up and down?" asked {h}. // "Everybody does." // And on the [third|fifth] turn {h} stopped and laughed.
"But that is {q.answer}!" // "Mind the last plank," said {c}.

== third

And at last there was an old, old man, or perhaps a tree. His beard had leaves in it. "You have come far," he said,
and it took him an hour. "{s.question}. Whoever answers that may take what he came for." // {h} was so tired that
{h.he} answered without thinking: "It is {s.answer}." // "That is how it must be answered," said the tree.

The third riddle was asked by nobody. It was cut into a stone, and the moss had grown in the letters. {h} read it with
{h.his} finger. "{s.question}," it said. // {h.He} thought of home. And as {h.he} thought of home, {h.he} knew, and
said it aloud, to the stone: "^{s.answer}." // The stone rolled aside, like somebody turning over in bed.

Then came a pool, and out of the pool looked {h.his} own face. "{s.question}," said the face. // "I know, and so you
know it too," said {h}. "It is {s.answer}." // "One likes to be asked," said the face, and went to pieces in rings.

== home

There it was, the {k}, quite small, and with no guard. {h} took only as much as {h.he} needed, and that was why {h.he}
was allowed to keep it. The way home was short, as it always is.

{h} carried the {k} home inside {h.his} shirt. It was heavier than it looked. Twice {h.he} wanted to lie down, and
twice {b} said something so [rude|silly] that {h.he} had to go on in order to answer.

What the {k} looked like {h} could never say afterwards. "Like itself," {h.he} said. But when {h.he} brought it out of
{w}, <sky>, and every bird in the place began at once.

== end

Before the evening bell all was well again: {i.who} had a cup of [tea|broth] and asked what day it was. Or if it was
not a cup of tea, it was something very like it. // <end>

<praise> // "Were you not afraid?" they asked. // "I had no time," said {h}. "They kept asking me things." // <end>

It helped at once, as everything does in the end that somebody has gone far to fetch. // <end>
"""

PLOTS = (STRANGER, WISH, LETTER, APPRENTICE, RIDDLE_ROAD)
