"""Ballads: a stanza a section, told in their order. A `/` ends a line."""

SEA = """
== title

THE BALLAD OF {m} AND THE SEA

{m} GRAY

== stanza one

Young {m} stood upon the quay, / The tide was on the turn; / "Go down," he said, "and ask the sea / How long the lamps
must burn."

There lived a lad in {p} town, / His name was {m} Gray; / He watched the boats go up and down / And sail and sail away.

== stanza two

"Oh, who will mend my coat of blue, / And who will bake my bread?" / "The wind will blow it through and through, / The
[gulls|waves] will bake," they said.

His mother gave him socks of grey, / His father gave a knife, / His sister gave, and ran away, / A kiss to last his
life.

== stanza three

They sailed a week, they sailed a year, / They sailed beyond the map; / The stars came down, they came so near / They
fell into his lap.

He saw the whale, he saw the ice, / He saw the sun at night; / He saw a king who played at dice / And never won
outright.

== stanza four

But in the middle of the dark / He heard a kettle sing, / And someone's dog began to bark, / And someone's bell to ring.

One evening in a foreign street / He smelled a loaf of bread, / And something ran along his feet / And up into his head.

== stanza five

"Turn round, turn round, my captain bold, / And bring the ship about; / My mother's soup is getting cold, / Her
candle's burning out."

He gave his silver for a place / Aboard a homeward ship, / The salt wind written on his face, / A song upon his lip.

== stanza six

He knocked. The door was standing wide, / The table had been laid; / "You're late," was all she said, and cried, /
"The tea is freshly made."

And now he sits and smokes and mends / The nets of all the bay, / And when a sail goes by, my friends, / He looks the
other way.
"""

MOON = """
== title

THE TAILOR AND THE MOON

A COAT FOR THE MOON

== stanza one

A tailor sat in {p} town, / His candle burning low, / When someone in a silver gown / Came walking through the snow.

The moon came to the tailor's house, / The clock was striking nine; / "I'm colder than a churchyard mouse, / Please
make me something fine."

== stanza two

"I want a coat," the lady said, / "To wear when nights are cold, / With something warm about the head / And lining
made of gold."

"I have no coat," the lady cried, / "I shiver half the year; / So measure me from side to side / And tell me, is it
dear?"

== stanza three

He measured her from chin to heel, / He cut it round and wide, / He sewed it with a thread of steel / And velvet down
the side.

He took his tape, he took his shears, / He stitched till break of day, / With all the patience of his years / And not
a word of pay.

== stanza four

But when she came to try the sleeve / It would not meet at all; / "Good sir," she said, "you'd not believe / That I
was once so small."

A week went by. She came again, / And she was twice as round; / The buttons sprang like drops of rain / And rolled
along the ground.

== stanza five

He let it out, he let it out, / And still she grew and grew; / "A coat," said he, "for one so stout / Is more than I
can do."

And then she dwindled, day by day, / Until she was so thin / The coat came down and slipped away, / And not a moon was
in.

== stanza six

So that is why, when all is still, / You see the moon go bare, / And one old tailor on the hill / Sits sewing in the
air.

They gave it up and parted friends; / He kept the cloth, and she / Still puts her elbows through the ends / Of clouds
above the sea.
"""

CLOCK = """
== title

THE CLOCK OF {p}

TIME IN {p}

== stanza one

The clock that stands in {p} square / Has never told the time; / It only stares with such a stare / And cannot find
its chime.

In {p} there's a crooked clock / Upon a crooked tower; / It has a tick, it has no tock, / And strikes at any hour.

== stanza two

The baker bakes his bread at night, / The night watch walks at noon; / The bride is standing dressed in white / A
[day|week] or two too soon.

The schoolboys come when school is done, / The sexton rings for tea; / At half past six it is but one, / At ten past
one it's three.

== stanza three

They came with ladders, oil and tape, / They came with string and glue; / They knocked it nearly out of shape, / And
still it told them two.

A great professor came from Rome / And listened to its heart; / "This clock," he said, "is not at home," / And charged
them for the cart.

== stanza four

But little {f} climbed the stair / With nothing but a light; / She found a mouse was living there / And wished it both
good night.

Then {m}, who was only four, / Looked in and said, "I see: / There is a swallow by the door; / She needs it more than
we."

== stanza five

So if you come to {p} town / And find that you are late, / Then put your bag and basket down / And have a pear, and
wait.

And no one since has wound it up, / And no one is to blame; / They drink the evening cup by cup / And go to bed the
same.
"""

KING = """
== title

THE KING WHO COULD NOT SLEEP

THE WAKEFUL KING

== stanza one

There was a king in {p} town / Who had a golden bed; / He could not sleep for all his crown, / It hurt him in the head.

The king of {p} could not sleep, / He tossed from nine to three; / They counted him ten thousand sheep, / And still
awake was he.

== stanza two

They brought him poppies, brought him wine, / They sang him lullabies; / The clock struck eight, the clock struck
nine, / He never closed his eyes.

The doctors came with bag and pill, / The fiddlers with a song; / The king lay looking, looking still, / And oh, the
night was long.

== stanza three

Then {f} came, who scrubbed the floor, / And sat down on a chair: / "My lord, you never shut the door, / There's such
a draught in there."

Then came a boy who kept the geese, / And said, "Excuse me, sire, / My [granny|mother] says you can't have peace /
With both feet in the fire."

== stanza four

"What did you do today?" they said. / "I sat upon my throne." / "And no one tucked you up in bed?" / "I go to bed
alone."

"Whom have you thanked, my lord, today?" / "Why, nobody," said he. / "Then thank the one who made your hay / And one
who made your tea."

== stanza five

He chopped the wood, he walked the hound, / He helped to turn the hay; / At eight o'clock they looked around: / The
king had slipped away.

He learned the names of all his men, / He learned to say good night; / He counted slowly up to ten / And someone blew
the light.

== stanza six

He slept in straw, he slept in rain, / He slept on someone's knee, / And never lay awake again, / And no more so shall
we.

They laid the crown upon the shelf, / They laid the king in hay; / I tucked the blanket in myself, / And there he is
today.
"""

MILL = """
== title

THE GHOST OF {p} MILL

WHO WALKS IN {p} MILL?

== stanza one

In {p} mill, when work is done / And all the sacks are tied, / There comes a step, there comes but one, / And walks
about inside.

Don't go to {p} mill at night, / The wheel is turning slow, / And someone dressed in dusty white / Is walking to and
fro.

== stanza two

It has no lamp, it has no shoe, / It has no face to see; / It says, "I have no work to do, / Oh, who will work with me?"

It goes upstairs, it goes downstairs, / It tries the attic door; / It sets in order all the chairs / And sweeps a
spotless floor.

== stanza three

The miller's wife was not afraid, / She put a kettle on: / "Sit down," she said, "the bed is made, / And half the
night is gone."

The miller's boy crept down to see, / As pale as any cheese; / "Good evening, sir, good sir," said he, / And trembled
in the knees.

== stanza four

"I was a miller, long ago, / I took what was not mine; / A pinch of flour, a pinch of dough, / From every sack of nine."

"I cannot rest," the white thing said, / "For on a market day / I sold a widow chalk for bread / And threw the bread
away."

== stanza five

They baked a loaf, they baked it round, / They set it on the sill, / And not a step and not a sound / Was heard about
the mill.

They paid it back in bread and meat / To every soul in town, / And then two light and dancing feet / Went running up
and down.

== stanza six

So if you take a pinch of mine, / Then put it back, my dear; / The night is long, the flour is fine, / And someone's
always near.

Now grind, you mill, and turn, you wheel, / The moon is on the weir; / And let us weigh an honest meal / As long as we
are here.
"""

WEDDING = """
== title

THE WEDDING IN THE WOOD

THE HEDGEHOG'S WEDDING

== stanza one

The fox put on his Sunday coat, / A [yellow|scarlet] ribbon round his throat; / The goose came in with all her kin, /
And someone let the weasel in.

When Hedgehog married Lady Mole / They hung with leaves the wedding hole; / The toad was there in green and brown, /
The snail had started out from town.

== stanza two

The cricket played upon a straw / The finest dance you ever saw; / The owl looked on with half an eye / And ate, by
accident, the pie.

The hare stood up to say a word, / The finest speech you ever heard; / It had no middle and no end, / And every line
began "My friend".

== stanza three

They danced until the moon went down, / They trod upon the bridal gown, / They drank the dew from acorn cups / And
sang to all the fox's pups.

The mice had brought a single crumb, / The bumblebee had brought his drum; / The moth, who came without a gift, / Gave
everyone who asked a lift.

== stanza four

At four o'clock the cook came out, / She waved her rolling pin about; / And when she looked, there was no more / Than
one small slipper on the floor.

But when the cock began to crow / They put their hats on, row by row; / And all that's left is in the grass / A ring
where no one likes to pass.
"""

BALLADS = {text: "abab" for text in (SEA, MOON, CLOCK, KING, MILL)} | {WEDDING: "aabb"}
