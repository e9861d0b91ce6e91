"""Short verse: couplets by theme, songs, riddles, and beginnings of lines. A `/` ends a line."""

from __future__ import annotations

from stories_grammar import sections

COUPLETS = sections(
    """
== lullaby

The lamp is out, the cat is in, / The mouse has tucked away her tin;

The stars are counted, one by one, / And every one of them is done;

The kettle sleeps, the [ladle|saucepan] too, / And there is nothing left to do;

The wind has gone to tell the tree / A thing it would not tell to me;

The boats are tied, the nets are dry, / The moon has hung her hat up high;

The road has nowhere else to go, / It lies down where the rushes grow;

Your shoes are standing side by side, / As close as any groom and bride;

The clock has talked the whole day long / And has but one word for a song;

The bread is rising in the dark, / The dog has put away his bark;

Your [mother|father] mends, the thread is thin, / And where it stops, the dreams begin;

The night has come on velvet feet / And laid its shadow on the street;

The owl has asked, and none replied; / The door is shut, and we're inside;

The fire has told its only tale, / The ember glows, the ash is pale;

== kitchen

The spoon is married to the dish, / The pepper loves a silver fish;

"I'm far too hot," complained the pot; / The cook said, "That is what you've got."

The butter said, "I cannot stay; / It is so warm, I melt away."

An onion made the butcher cry / And would not tell the butcher why;

A pancake flew against the wall / And never did come down at all;

The salt went out, the salt came in, / And left its footprints on the tin;

Who stole the jam? It was the lamb; / His mouth is red, his nose is jam;

The teacup has a single ear / And only hears what's very near;

I baked a loaf, I baked a cake, / I baked till I was half awake;

The stove has such a golden heart, / It warms the pudding and the tart;

The broom stood up and made a bow / And asked the mop to dance right now;

The grater has a thousand eyes, / And none of them is very wise;

The ladle leaned against the jug / And whispered something to the mug;

== sea

The fishes have no need of sails, / They carry rudders on their tails;

A herring wrote upon the sand / A word no one could understand;

The whale came up to say good day / And blew my Sunday hat away;

The lighthouse has a single eye / And winks at all the ships gone by;

The sea lay down upon the shore / And turned, and tossed, and wanted more;

The anchor said, "Let go of me; / There is too little air at sea."

The captain had a single eye, / A parrot and an apple pie;

The gulls are quarrelling for bread, / And none remembers what was said;

There is an island, green and round, / That every sailor lost has found;

The drowned bells ring below the bay / For weddings of another day;

The tide takes off its silver shoe / And comes to see what we can do;

The wind came in without a key / And shook its coat all over me;

A mermaid combed her hair with bone / And sang, because she sat alone;

== spring

The hedge has put its green gloves on, / And half the mud is nearly gone;

The blackbird tried a note or two / And found an old one almost new;

The snail set out to see the king / And says he will be there by spring;

The lambs go up, the lambs go down, / They wear the white, they wear the brown;

A cloud came over for a chat / And rained on everybody's hat;

The daffodils stand up in line, / Each with a trumpet, tall and fine;

The brook has got its voice again, / It sings of snow, it sings of rain;

The farmer's wife has washed the sky / And hung her aprons up to dry;

The swallow knows the beam, the door, / The nail where she was born before;

The pear tree stands there like a bride / With all her bridesmaids at her side;

The cuckoo calls his name all day / For fear that it might slip away;

The ducklings follow, six and one, / Like buttons that have come undone;

== summer

The sun has gone to sleep in hay / And does not mean to go away;

The barley talks from ear to ear / Of nothing but the time of year;

A bee fell down into a rose, / And what it did there no one knows;

The shade is sitting by the wall, / It has grown very thin and small;

We hung the cherries up in pairs / On both our ears, and danced like bears;

The pond is green, the frog is king, / And he is not too proud to sing;

The thunder rolled its barrel by / And left the garden just as dry;

The evening would not go to bed, / It stayed and painted barns with red;

The dragonfly was green as glass / And stitched the water to the grass;

The cricket has a single string / And no one taught him how to sing;

The dust lay down along the lane / And dreamed about a drop of rain;

The sexton slept from one till three / And woke beneath another tree;

== autumn

The apples fall, the apples fall, / And one has nearly hit us all;

The spider hung her washing out, / And drops of dew ran all about;

The mist came in to see the town, / It felt its way, and then sat down;

The geese went over in a row / And told us where the summers go;

The chestnut in its prickly coat / Looked down, and cleared its little throat;

A leaf came sailing to my hand, / The latest news from tree and land;

The pumpkin has a lantern heart / And travels in a wooden cart;

The squirrel hides what he has got / And half remembers, half does not;

The wind has read the garden through / And torn out half the pages too;

The stubble field is short and dry, / A crow walks up and wonders why;

The mushrooms came up overnight / In little hats of brown and white;

The scarecrow stands with nothing on; / His coat, his birds, his corn are gone;

== winter

The snow has come to town at night / And made a present of the light;

The pond has put a window in; / The fish look out, the glass is thin;

The robin has a coal to wear / And warms himself on half a pear;

The sparrows ask from door to door / If anyone has one crumb more;

The smoke goes up, it does not know / How very far there is to go;

The frost has drawn on every pane / A fern that will not grow again;

The bear turns over on his side / And dreams of honey, deep and wide;

The snowman has a carrot nose / And no one to inspect his clothes;

The bells are blue, the hills are white, / And every window keeps a light;

The ice has locked the old mill wheel, / And nobody can grind a meal;

The cold came in and bit my toe; / I told it that it had to go;

== folk

The tailor sewed a coat for two, / And arm in arm they wore it through;

The doctor swallowed half a pill / And found that it had made him ill;

The sexton rang for bread and cheese / And never once forgot the peas;

The schoolmaster of {p} town / Wore all his stockings upside down;

Old {f} went to buy a hen / And came home with a pair of men;

The beggar had a golden tooth / And never told a soul the truth;

The postman knew what people wrote / By how it weighed against his coat;

The mayor of {p} bought a chain / And never could stand up again;

The baker's boy went by at five / And whistled half the street alive;

The widow puts a light outside / For everyone whose lamp has died;

The twins of {p}, hand in hand, / Were never seen to sit or stand;

The hatter made a hat so high, / It caught a star while passing by;

The fiddler played so soft and low, / The moon forgot which way to go;
"""
)

TITLES = sections(
    """
== lullaby

LULLABY

A SONG FOR THE END OF THE DAY

FOR {f}, WHO WILL NOT SLEEP

== kitchen

NONSENSE IN THE KITCHEN

WHAT THE COOK OF {p} SANG

FROM A COOKERY BOOK

== sea

SAILORS' NONSENSE

SUNG ON A WET QUAY

THE SEA AND OTHER PERSONS

== season

A SONG FOR {season}

{season} IN {p}

WHAT THE {beast.kind} KNOWS OF {season}

== folk

THE PEOPLE OF {p}

RHYMES ABOUT THE NEIGHBOURS

A LIST OF {p} FOLK

== lyric

ONE EVENING IN {p}

A ROUND FOR THE {beast.kind}

WHO WENT BY?

WHAT {f} SAW FROM THE WINDOW

A PAGE OF {season}

THE {beast.kind} AND THE REST

== riddle

A RIDDLE

ANOTHER RIDDLE

WHO AM I?

A RIDDLE FROM {p}

{m} ASKS
"""
)

SONGS = sections(
    """
== song

The night is wide, the night is deep, / The candle's burning low; / Put down your basket, come and sleep, / There's
nowhere left to go.

I had a ship of walnut shell, / I had a paper sail; / It carried me to ring the bell / Inside a silver whale.

Oh, lend to me your walking shoe, / And I'll lend you my song; / The road is only made for two, / For one it is too
long.

The rain it comes, the rain it goes, / It never asks the way; / And where it sleeps, there no one knows, / And nobody
can say.

My love has hair as brown as bread / And eyes as grey as rain; / "Come back tomorrow," so it's said, / And so it's
said again.

Heave up, my lads, the morning's red, / The salt is in our eyes; / We leave the butter and the bread / To people who
are wise.

There was a man who sold the moon, / He sold it every night; / He took a fiddle for a spoon / And played by candlelight.

What will you give me for a kiss? / A penny and a pear. / What will you give me, then, for this? / The buttons that I
wear.

The grass is green above the hill, / The grass is green below; / And who is walking there so still? / It's no one that
you know.

When I was young I had a hat / As high as any wall; / And now I have an old grey cat / And want no hat at all.

One for the road, and one for home, / And one for those away; / The sea is white, the sea is foam, / And night comes
after day.

Oh, row me over to the sea / And set me on the land; / I left a door, I left a key, / I left an open hand.

The goose has gone to see the fair / With ribbons on her feet; / She bought herself a rocking chair / And sat down in
the street.

The stars are out to feed the sheep, / The moon has shut the gate; / Now go to sleep, now go to sleep, / Or you'll be
up too late.
"""
)["song"]

RIDDLE_VERSES = sections(
    """
== riddle

I have a mouth, but never eat, / I run, and yet I have no feet; / I have a bed and never rest, / And all my way is
going west. / (A river.)

When it is warm I wear my best, / In bitter cold I stand undressed; / A hundred guests sit on my knee / And sing, and
never pay a fee. / (A tree.)

I have one hair, and it is red, / I wear my sunrise on my head; / And every hour that I give light / Has taken
something from my height. / (A candle.)

I speak when you have spoken first, / Of all the parrots I am worst; / Come to the hills and call, and I / Will say
your own words in reply. / (An echo.)

I have no weight, I have no face, / I follow you from place to place; / I'm long at morning, short at noon, / And
hardly live beneath the moon. / (A shadow.)

I am a house without a door, / Without a window, stair or floor; / Inside there lives a yellow one / Who walks out
when the wall's undone. / (An egg.)

I come by night without a sound / And lay a cloth upon the ground; / The sun sits down as if to dine / And drinks away
that cloth of mine. / (The frost.)

I have two hands, but cannot hold, / I tell you, though I'm never told; / I run all day upon the wall / And never get
away at all. / (A clock.)

I have a back, but never bend, / I'm all beginning, middle, end; / I've leaves, and yet I never grew; / I'm silent,
and I talk to you. / (A book.)

I cross the fields, I climb the hill, / And all the time I'm lying still; / I lead you out, I lead you home, / And yet
I have no need to roam. / (A road.)

You take me in, you let me go, / You take me quick, you take me slow; / You cannot hold me, cannot keep, / And yet you
need me when asleep. / (The breath.)

I have a hundred teeth or so / And never bite, as children know; / I walk through woods that grow on heads / And leave
them lying smooth as beds. / (A comb.)
"""
)["riddle"]

# Beginnings of lines: a subject and a verb in four syllables, stressed on the second and the fourth.
SCENERY = tuple(
    tuple(lines[0].split(", "))
    for lines in sections(
        """
== house

The kettle sang, The baker slept, The candle leaned, The lantern swung, My mother sewed, The baby laughed, The tomcat
yawned, The cradle rocked, The doctor dozed, The sexton coughed, The beggar smiled, The fiddler played, The sailor
dreamed, The shutters creaked, The teapot hummed, My uncle snored, The parson prayed, The cobbler tapped, A floorboard
spoke, The pancake turned

== field

The heron stood, The hedgehog ran, A swallow dipped, The river turned, The willow leaned, The roses shook, The barley
bowed, The robin called, The donkey brayed, The shepherd walked, The ploughman sang, The milkmaid danced, A white owl
cried, The apples fell, The brown hare leapt, The old toad sat, The geese went by, The gander marched, The pony
stamped, The poppies burned

== shore

The fishers rowed, The grey gulls wheeled, The captain stood, The breakers rolled, The anchor slept, The mermaid
sighed, The rigging hummed, A whale went by, The lighthouse blinked, The tide came in, A herring leapt, The pilot
smiled, The parrot swore, The lobster walked, The ferry lay, The net was spread, The old salt spat, The pebbles
talked, The schooner sailed, The fog came up
"""
    ).values()
)
