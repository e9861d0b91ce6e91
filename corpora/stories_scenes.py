"""Scenes for the stage: texts of sections; `A: ` to `C: ` begin the turns of the cast, in its order."""

WATCH = """
== title

THE WATCH ON THE WALL

TWO WATCHMEN OF {t}

A NOISE IN THE NIGHT

== cast

first watchman, man :: second watchman, man :: cook, woman

man :: man :: woman

man :: man :: sergeant, man

== $n noise guess truth

something walking in slippers :: a ghost with cold feet :: I came up for my [kettle|washing]. Somebody has been using
it as a helmet.

something chewing :: a wolf at its supper :: It was the goat. It has eaten the [drawbridge rope|flag], and it does not
look sorry.

something sighing, quite low :: the old king, who cannot sleep in his marble :: It was I. I have been sighing under
this wall for an hour, and nobody has called out who goes there.

something counting :: an enemy, counting us :: I was counting the stairs. There is one more at night than in the
daytime.

== setting

The town wall of {t}, at night. <air>. ^{a} is leaning on a pike; {b} is sitting on a bucket.

A tower by the gate of {t}. One lantern. It is {season}, and <air>. ^{a} walks up and down. ^{b} does not.

== open

A: What hour is it? // B: The same as when you last asked, and a little more. // A: It has been that hour a long
while. // B: It is a slow one. They make them longer in {season}.

B: Did you bring the bread? // A: I brought half. // B: And the other half? // A: The other half brought me. I could
not have climbed the stairs without it.

A: Stand! Who goes there? // B: It is only me. I am sitting down. // A: Then sit! Who sits there? // B: You want
practice. Nobody will attack us in that form.

== talk

A: What would you do if the enemy came? // B: Which enemy? // A: Any. // B: I should ask him in. It is warmer in the
dungeon than up here, and then at least somebody would have been taken prisoner.

B: My wife says that a man who looks at the dark all night must see something in it at last. // A: And what have you
seen? // B: The dark. But I know it well now. I could tell it from any other.

A: I was born down there, third chimney from the left. // B: The crooked one? // A: It was straight then. We have both
been leaning. // B: It still smokes. Somebody must be up. // A: Somebody is always up. That is what a town is.

B: Tell me a story. // A: There was once a watchman who fell asleep. // B: And? // A: That is all. He slept very well.
// B: It is the best story I have heard this {season}.

== noise

A: Hush! // B: What? // A: I heard {n.noise}. // B: Where? // A: Behind you. // B: Then why did you tell me to my
face? // A: I say it is {n.guess}. // B: You go first. You are the first watchman. // A: And you are the heavier.

B: Do not turn round. // A: Why not? // B: Because I should have to, too. There is {n.noise}. // A: It is the wind. //
B: The wind has no feet. I tell you, it is {n.guess}. // A: Give me your hand. Not for fear. Only so that I know where
you are.

(A sound on the stairs.) // A: There it is again: {n.noise}. // B: I thought it was you. // A: I thought it was you!
// B: Then there are three of us. // A: My mother always said that it would end with {n.guess}.

== arrival

(The door opens. They both shut their eyes.) // C: {n.truth} // A: Is it gone? // C: It is I. Open your eyes, you
[lions|heroes]. // B: I had them shut so as to hear better.

A: Halt, in the name of the [king|mayor]! // C: Which of you said that? // B: He did. // C: It sounded like a mouse in
a jug. {n.truth} // A: I knew it. I said so. // B: You said it was {n.guess}. // A: That was before I knew it.

C: Good evening, gentlemen. Why are you both on one bucket? // A: To guard it. // C: {n.truth} // B: Write that down
in the book. // A: I have written: all quiet. // B: That was yesterday. // A: I wrote it for the whole [week|year].

== close

C: Here is soup. It was meant for the captain. // B: What does the captain eat? // C: Glory. // A: May he have a
second helping. (They eat. It grows light over the roofs.)

B: Look, it is getting grey. // A: So it is. Another night that nobody has stolen. // C: And who would want it? // B:
You would miss it, if it were gone. (A cock crows.)

A: Sing something. // C: At this hour? // B: It is the only hour at which nobody can stop you. // C (sings): // <song>
// A: All quiet!

== out

(They go down. The lantern stays.)

(Bells. The gate is opened.)

(The moon goes in, like somebody who has heard enough.)
"""

SOUP = """
== title

THE {a.kind} WHO COULD NOT TASTE

THE ROYAL SOUP

SALT FOR THE {a.kind}

== cast

king, man :: cook, woman :: gardener, man

queen, woman :: cook, man :: gardener, man

king, man :: cook, man :: kitchen girl, woman

queen, woman :: cook, woman :: stable boy, man

== $d dish word

a soup of [nine|forty] herbs :: soup

a pie with [larks|plums] in it, and one with hope :: pie

an omelette as light as a [wedding|feather bed] :: omelette

a pudding in the shape of the kingdom :: pudding

== setting

A hall in the castle of {t}. A long table, and one person at it. Beyond the window, <air>.

The castle of {t}, at noon. ^{a} is sitting before a silver dish and looking at it. ^{b} stands behind the chair,
wringing an apron.

== open

A: What is this? // B: It is {d.dish}, your majesty. // A: I had that yesterday. // B: Yesterday it was roast swan. //
A: It tasted the same. It tasted of Thursday.

B: Will your majesty not try one spoonful? // A: I have tried one. // B: And? // A: It went down. I have nothing else
to report.

A: Take it away. // B: But it is {d.dish}! I was up all night with it. // A: Then you have had more pleasure from it
than I.

== grief

B: I have cooked for three [kings|bishops] and a pope. They wept with joy. // A: I should be glad to weep with
anything. I sit here, I open my mouth, I shut it. A letter box has more from life.

A: When I was small, I stole a [plum|crust]. Nothing has ever tasted like that. // B: I can steal your majesty a
[plum|crust]. // A: They are all mine. That is the worst of being {a.kind}. There is nobody left to steal from.

B: The doctors say that it is the tongue. // A: The doctors have looked at my tongue until it was ashamed. // B: The
philosophers say that it is the soul. // A: They did not offer to look at that.

== stranger

(^{c} comes in, with [muddy boots|a basket of leeks], and sits down on the floor.) // A: Who are you? // C: I work
here, your majesty. // A: What are you eating? // C: Bread and onion. // A: Why does it smell like that? // C: I have
been [digging|running] since five. It smells of five o'clock.

(A crash. ^{c} falls in by the wrong door, with a loaf.) // B: Out! This is the presence! // C: I beg its pardon. I
was looking for a place to have my dinner. // A: Stay. What have you there? // C: Only bread. // A: You look at it as
if it were [a letter|a sunrise].

A: There is somebody whistling under my table. // B: There cannot be. // C (coming out): It is cool under there, and I
had my dinner with me. // A: You have cheese in your hand. // C: It is half past twelve, your majesty. Where should it
be?

== remedy

A: Give me a bite. // C: No. // B: No? To the {a.kind}? // C: It is all I have. But if your majesty will [dig one
row|carry two buckets] with me, we will share. // A: I have never [dug|carried] anything. // C: Then it will be a
large row. // (They go out. ^{b} is left alone with the {d.word}.) // B: It is not the {d.word}. I have always said
that it was not the {d.word}.

C: When did your majesty last go without? // A: Without what? // C: Supper. // A: It comes by itself, with trumpets.
// C: Send it home tonight. And tomorrow the breakfast. I will sit with you and we will talk about dumplings. // A:
What are they like? // C: In the morning, like dumplings. At noon, like angels.

C: It wants salt. // B: There is salt in it! I put in [a handful|a pound]! // C: Not that sort. Your majesty must ask
somebody to sit down. // A: Where? // C: There, opposite. And somebody there. It is a long table for one. // A: Cook,
sit down. // B: I? I have never sat in this room. I do not know how it goes.

== cure

(Later. ^{a} comes back, with dirty hands and a red face.) // A: Bread! Onion! What is this wonderful thing? // B: It
is yesterday's {d.word}, your majesty. // A: Why have you never cooked it before? // (^{b} bursts into tears.) // C:
It wanted a little mud.

A: It tastes! Cook, it tastes! There is pepper in it, and thyme, and something sad. // B: That is me, your majesty. I
wept into it. // A: Then weep into it every Friday. And you, child of earth, what do you wish? // C: The rest of the
onion.

(They eat, all three. It is quiet for a long time.) // A: Pass the {d.word}. // B: Your majesty said "pass". // A: Did
I? // C: One gets used to it. Your elbow is in the butter.

== out

(Trumpets. Nobody gets up.)

(The curtain falls, with crumbs on it.)

(^{b} takes off the tall hat and hangs it on the throne.)
"""

BARGAIN = """
== title

A BARGAIN AT {t}

THE MARKET IN {season}

{a} SELLS A(N) {g.thing}

== cast

man :: woman :: woman

woman :: man :: man

pedlar, man :: farmer's wife, woman :: boy, man

woman :: woman :: constable, man

== $g thing fault virtue price

horse :: It has only three good legs. :: That is so that it cannot run away from you. :: twelve crowns

clock :: It strikes thirteen. :: One hour more than any other, for the same money. :: nine crowns

umbrella :: There is a hole in it. :: How else will you see when it has stopped raining? :: two crowns

cow :: She is blue about the nose. :: She is thinking of the sea. It gives the milk depth. :: twenty crowns

mirror :: It makes me look old. :: It is an honest mirror. The flattering sort costs double. :: four crowns

goose :: It has bitten you twice. :: It bites only people of character. It has not so much as looked at you. :: three
crowns

hat :: It comes down over my eyes. :: In these times, {b.sir}, that is an advantage. :: one crown

== setting

The market square of {t}, early. <air>. ^{a} stands behind a barrow. Behind {a}, a(n) {g.thing}.

Market day in {t}. Noise, cabbages, a bell. ^{a} has a(n) {g.thing} for sale, and has had it for some time.

== open

A: Come closer, closer! It does not cost anything to look. // B: Then I shall look. (Looks.) Thank you. Good day. //
A: Stop! Nobody has ever gone away from that {g.thing} after only one look.

B: How much is the {g.thing}? // A: Which {g.thing}? // B: You have only one. // A: That is why it is dear.

A: I can see by your face that you need a(n) {g.thing}. // B: I need turnips. // A: Everybody begins with turnips.

== haggle

B: {g.fault} // A: {g.virtue} // B: And what are you asking for it? // A: {g.price}, because it is you. // B: And if
it were somebody else? // A: I should not sell it. I should be too sad.

A: {g.price}, and it is a gift. // B: I will give you half. // A: Half! My [mother|late husband's mother] is buried
under that {g.thing}. // B: I thought that it was new. // A: She was buried yesterday. // B: {g.fault} // A:
{g.virtue}

B: {g.fault} // A: Now you are praising it. {g.virtue} // B: I could get one in {v} for less. // A: In {v} they would
sell you one that has been [painted|dead for years].

== witness

C: Excuse me, is that the {g.thing} that used to belong to {o}? // A: No. // C: It has the same look. // B: And what
became of {o}? // C: Oh, nothing. {o.He} moved. Very quickly, by night, without the {g.thing}. // A: Run along, you.
// C: I am {o.his} [nephew|lodger].

(^{c} has come up and is looking on.) // C: I would not give [a penny|a button] for it. // B: Nobody asked you. // C:
I am only saying. // B: It is a very good {g.thing}. Anybody can see that who has [eyes|been properly brought up]. //
A: Just so. // B: I mean, for its age.

C: Mother used to say that one should never buy a(n) {g.thing} in {season}. // A: And why not? // C: She did not say.
She bought one, and after that she did not say very much.

== deal

B: My last word: half, and this [hen|pot of honey|pair of boots]. // A: And the basket. // B: The basket was my dowry.
// A: Then it has seen one bargain already. Done! // B: Done! (They shake hands, and each counts the fingers
afterwards.)

A: You are robbing me. // B: You are ruining me. // A: My children will go barefoot. // B: So will mine. They can go
together. // A: Done? // B: Done. // C: I did not understand that. // A: You will, when you are robbed.

B: I am going. Look, I am going. I have gone. // A: Well? // B: I have come back. Wrap it up. // A: One cannot wrap up
a(n) {g.thing}. // B: Then take something off for the paper.

== aside

A (alone): Now I am rid of it. I did not think to see the day. It is strange: the barrow looks empty. I shall have to
buy another, or what should I talk to on the way home?

B (to the {g.thing}): There, now. You and I have made a fool of somebody. I do not yet know which of us it was. Come
along.

C: Who won? // A: I did. // B: I did. // C: Then who lost? // A: That is the [market|weather]. It always comes out
somewhere. (It begins to rain.)

== out

(The clock strikes. All pack up.)

(^{a} goes left, {b} goes right, and the {g.thing} looks after them both.)
"""

INN = """
== title

THE INN AT {v}

THE LAST ROOM

A TRAVELLER IN THE {k}

== $season

autumn

winter

== $k

<foul>

== cast

host, man :: traveller, woman :: maid, woman

hostess, woman :: traveller, man :: maid, woman

woman :: man :: man

== setting

A kitchen in an inn at {v}. Night; {k} outside. ^{a} is [mending a stocking|counting spoons]. ^{c} is asleep on the
bench. There is a knock.

The common room of the Blue [Heron|Pike|Ox] at {v}. A low fire. Outside, {k}. ^{a} is putting up the shutters when the
door flies open.

== open

A: Who is there? // B: Nobody much. But what there is of me is wet. // A: Have you money? // B: I have had. // A: Come
in, then. Those who still have it are always complaining of the sheets.

B: Is this an inn? // A: It is in the evening. By day it is a farm with too many beds. // B: I should like one of
them. // A: They are full. There is a wedding in the first and a funeral in the second, and they have begun to visit
each other.

A: We are closed. // B: The door was open. // A: That was the wind. // B: Then I came with the wind, and we should
like two rooms.

== room

A: There is the room at the end. Nobody takes it. // B: Why not? // C (in {c.his} sleep): The lady. // A: She says
nothing. She sits on the bed, that is all, and sighs when one eats cheese. // B: I have been sighed at by the living.
Give me the key.

B: Is it quiet? // A: As the grave. // C: Quieter. In the grave there is at least the choir on Sundays. // B: And dry?
// A: In one corner. We move the bed as the year goes round.

A: I have only the room with the clock. // B: What is wrong with the clock? // A: It runs backwards. People go to bed
there at forty and come down at thirty-nine and a half. // B: What does it cost? // A: It depends how long you stay.

== talk

B: And where does this road go? // A: To {t}. // B: And then? // A: Then it comes back. Nobody has ever wanted it to
go farther. // B: I do. // C (sitting up): So do I. // A: Since when? // C: Since somebody said it.

C: What is it like, where you come from? // B: There is a square with a tree. Under the tree there is a bench. // C:
We have that. // B: Yes. I noticed it, coming in. I have walked [eleven years|two thousand miles], and it is always
the same bench. // C: Is that sad? // B: Only for the boots.

A: What do you do for a living? // B: I carry news. // A: Then tell us some. // B: The {r} is over its banks, the
[king|duke] is in love, and bread is up. // A: That was the news last year. // B: It has taken me a year to get here.

== turn

C: Somebody is crying upstairs. // A: It is the gutter. // C: The gutter does not blow its nose. // B (getting up): I
will go. I know that sort of crying. It wants nothing, only a chair pulled up. (Goes out. A silence.) // A: It has
stopped. // C: In [nine|thirty] years it has never stopped.

B: You have a lamp in the window. Whom is it for? // A: For nobody. // C: For {o}, who went out for [tobacco|a doctor]
in the great frost. // A: Hold your tongue. // B: A broad person, with a limp? And a way of laughing? // A: You have
met? // B: On the bridge at {t}. I was asked whether the lamp was still there, and I did not know. Now I know.

A: Why are you looking at me? // B: You had a red ribbon. You stood on that stair, and I was [eight|seven], and you
gave me a whole sausage. // A: That is [thirty|forty] years ago. // B: I have come to pay for it. // C: With interest,
that is a pig.

== close

A: Here is the key, and a candle, and <supper>. // B: I cannot pay for that. // A: Who asked you? Go up, go up, before
I remember what I am. // B: Good night. // C: Good night. Mind the [ninth|third] stair, it tells tales.

B: I must be off when it is light. // A: It is light. // B: Then good day to you. // C: Wait! I have packed. // A:
What have you packed? // C: Everything. It is a clean apron and [the cat|a pear]. // A: Take a coat, at least. The
road is older than you are.

C: Shall I sing you the night song? We have one, for guests. // B: I should like it. // C (sings): // <song> // B: And
what is the meaning of it? // A: That breakfast is at seven.

== out

(The wind. The sign of the inn creaks, like somebody saying yes.)

(^{a} puts out the lamp, thinks again, and lights it.)
"""

TRIAL = """
== title

THE TRIAL OF THE {beast.kind}

THE COURT OF {t}

THE {beast.kind} BEFORE THE JUDGE

== cast

judge, man :: man :: woman

judge, woman :: man :: man

judge, man :: baker, man :: schoolgirl, woman

== $q charge proof excuse

stealing a whole [ham|cheese] :: There were crumbs on its whiskers. :: It was guarding the rest.

breach of the peace, at four in the morning, with a loud voice :: The whole street sat up in bed. :: It had seen the
sunrise, and it thought that we should like to know.

walking on the town hall carpet with wet feet :: The prints go up to the mayor's chair, and stay there, and go away
again. :: Nobody had told it that it was not the mayor.

eating the town records from the letter A to the letter F :: It was found asleep upon the letter G. :: They were dry,
your honour. Everybody says so.

looking at the bishop during the sermon in a certain way :: The bishop lost his place and blessed the wrong couple. ::
^a(n) {beast.kind} may look at a bishop.

== setting

The court of {t}: a table, three chairs, a large book. In the dock, on a cushion, {beast}. <air>.

A room in the town hall of {t}. ^{a} is on the high chair. {beast} is in the dock, looking out of the window.

== open

A: Silence! // B: Nobody said anything. // A: I say it so that it is said. What is the next case? // B: The town of
{t} against {beast}. // A: Is the accused present? // C: {beast.He} is washing, your honour.

A: Prisoner, stand up. // C: {beast.He} is standing. That is how high {beast.he} goes. // A: Then let it be written
that the prisoner rose as far as nature allows.

A: Has the prisoner a name? // B: It is a(n) {beast.kind}. // A: I am a judge, and yet I have a name. // C: I call
{beast.him} [Admiral|Buttercup|Solomon]. // A: That will do for the book.

== charge

A: And what is the charge? // B: It is charged with {q.charge}. // A: Dear me. And is there proof? // B: {q.proof} //
A: What does the prisoner say to that? // (Silence.) // A: The prisoner is wiser than most.

B: I accuse this {beast.kind} of {q.charge}! // C: Shame! // A: Who said shame? // C: I did, your honour, but I said
it to him. // B: {q.proof} // A: That is a fact. I do not like facts before dinner, but there it is.

B: On the [third|ninth] of the month this animal was seen, and heard, and in the end caught, in the act of {q.charge}.
// A: Were you there? // B: I was asleep. {q.proof} // A: We shall want somebody who was awake.

== defence

C: May I speak for {beast.him}? // A: Have you studied law? // C: No, but I have studied {beast.him}. {q.excuse} // A:
That is better than law. Write it down. // B: I object! // A: Write that down too, smaller.

C: Your honour, look at {beast.him}. // A: I am looking. // C: Would you do it, with that face? // A: I have known
bishops with that face. // C: {q.excuse} // A: Hm.

C: {q.excuse} // B: That is no excuse! // C: It is the one you gave when you [broke my window|were late for your own
wedding]. // A: Did he? // B: It was quite another matter. // A: It generally is.

== witness

A: Is there a witness? // B: There is {o}, but {o.he} saw it from behind. // A: Behind what? // B: Behind a
[hedge|glass]. // A: Then we shall hear the hedge afterwards. (Noise outside.) What is that? // C: It is all the
others, your honour. Every {beast.kind} in the parish. They have come to listen. // A: Open the window. Justice should
have some air.

(^{beast} gets up, walks across the table, and sits down on the law.) // B: It is sitting on the law! // A: Let it. It
is the first time that anybody has got any warmth from it. // C: {beast.He} likes you, your honour. // A: Nonsense. (A
pause.) Does {beast.he}?

A: I will question the prisoner myself. Did you do it? // (^{beast} looks at {a}.) // A: I see. And are you sorry? //
(^{beast} looks at the ceiling.) // A: I was the same at your age. // B: Your honour, I must protest! // A: You have
been protesting since you were [four|six], I remember it well; I lived below.

== verdict

A: I find the prisoner guilty, and I sentence {beast.him} to be carried home by the [left|longer] road, so that
{beast.he} has time to think. // C: Thank you, your honour. // B: And my costs? // A: You shall have them. They are
[ninepence|a bucket of milk], and you owe them to {beast.him}, for standing in a draught.

A: The court has thought about it. Here is the sentence: let every one of you go home and look for the thing that you
did this week, and were not caught at. Whoever finds nothing may come back and throw the first turnip. // (Nobody
moves.) // A: I thought so. Case dismissed. Who will hold {beast.him} while I get my hat?

A: Not guilty. // B: But everybody saw it! // A: Just so. What everybody has seen wants no judge. Next case! // C:
There is no next case. // A: Then we shall have the same one again; I have seldom enjoyed one so much.

== out

(They all stand up, except {beast}.)

(The clerk shuts the book on a feather.)

(Applause, chiefly from below.)
"""

PROPOSAL = """
== title

AT THE WELL

{a} ASKS A QUESTION

THE LONGEST WAY ROUND

== cast

man :: woman :: grandmother, woman

woman :: man :: grandfather, man

== setting

The well at {t}. Evening, {season}; <air>. ^{b} is drawing water. ^{a} has been standing behind the <tree> for some
time.

A garden wall in {t}, with a bench on each side of it. ^{c} is shelling peas on one of them. On the other, as far
apart as the bench allows, {a} and {b}.

== open

A: Good evening. // B: Good evening. // A: I was just passing. // B: You have passed four times. // A: It is a good
road for it.

A: There are a great many stars tonight. // B: It is not dark yet. // A: No. I meant later.

B: What have you got behind your back? // A: My hand. // B: And in the hand? // A: The other hand. (It is holding a
[bunch of radishes|cauliflower|very small tree].)

== shy

A: I have been wanting to ask you something. // B: Yes? // A: Do you like [geese|soup|rain]? // B: In moderation. //
A: Ah. That is what I wanted to ask. // B: Was it? // A: No.

A: If somebody had a house, with a stove, and a shelf for cups, and only one cup, what would you advise? // B: To buy
a second cup. // A: Yes. I have bought it. // B: Well, then. // A: It stands there.

A: I wrote it down at home, and it was very fine. It had the moon in it, and a nightingale. // B: And where is it? //
A: The goat ate it. // B: All? // A: It left the word "perhaps".

== elder

C (aside): In my time one said it at once, or not at all. // A: Did you say something? // C: I am counting peas. Go
on. I am deaf on that side.

C: What does {a.he} say? And what does {b.he} say? // B: Nothing. // C: It takes them a long time. // A: I am coming
to it. // C: So is the winter.

C: I was asked in a boat, and the boat had a leak. I had to answer quickly. I have always been grateful to that leak.
// B: There is no boat here. // C: No. But I could push one of you into the well.

== asking

A: I am no great catch. I have [eleven|nine] hens and a cough. // B: I know. I hear them both. // A: And I cannot
dance. // B: I know that too. I still have the foot. // A: Then there is no hope? // B: I did not say that I wanted
another foot.

B: Say it quickly, then, with your eyes shut. // A: Will you? // B: Will I what? // A: That is as far as I had got. //
B: Then I shall take it from there. I will.

A: I only thought that, if it were all the same to you, and nobody had anything against it, and the weather held, one
might, you and I, in the course of time. // B: Yes. // A: I have not finished. // B: I have.

== after

A: Did {b.he} say yes? I mean, did I ask? // C: The whole street heard it. They have opened their windows. // B: Good
evening, everybody! // A: I shall fall down. // B: Not on the radishes.

(^{a} sits down on the rim of the well and misses it. A splash.) // C: There. That is how it was with us, only with
the boat. // B (into the well): Are you all right? // A (from below): I have never been so well!

C: And now, children, hold the bowl. Somebody must eat all these peas. // A: How many are there? // C: Two for every
day that you have wasted.

== song

C: We had a song for it, when I was young. (Sings.) // <song>

B: What are you humming? // A: It is what I meant to say. I can only do it with a tune. // B: Then do it. // A
(sings): // <song>

== out

(It has grown dark. Now there are a great many stars.)

(The bucket goes down by itself, and comes up full.)
"""

FERRY = """
== title

THE FERRY ON THE {r}

TWO PASSENGERS AND A BOAT

THE FARE

== cast

ferryman, man :: woman :: man

ferryman, man :: scholar, man :: woman

ferrywoman, woman :: man :: soldier, man

== $p question answer

<riddle>

== $q question answer

<riddle>

== setting

The bank of the {r}, at dusk. A flat boat. ^{a} sits in it, smoking. <air>.

A landing stage on the {r}. A bell on a post. ^{b} and {c} come from different sides and reach for the rope together.

== open

B: Are you going across? // A: I have never gone anywhere else. // B: What does it cost? // A: A riddle. // C: I have
money. // A: Everybody has money. It makes the boat heavy.

C: I was here first. // B: I was here before you. // A: There is room for both. The river was here before either of
you, and it does not push.

A: Step in the middle. If you step on the side, you will get to the other bank without me. // B: Is it deep? // A: It
has never been asked. // C: And how long does it take? // A: It takes as long as you have something to say.

== first riddle

A: Well? My riddle. // B: I know one from my grandmother. {p.question}. What am I? // A: Hm. In {season} I am slow.
(Rows.) Is it {p.answer}? // B: You knew it! // A: I have been rowing for [thirty|forty] years. They all come by in
the end.

B: Here is mine. {p.question}. // C: That is {p.answer}. Any child knows that. // A: You have now paid for your
neighbour, and must find another for yourself. // C: That is unjust. // A: It is a ferry.

A: I will begin, so that you see how it is done. {p.question}. // B: Let me think. // C: Shall I tell you? // B: No!
It is on the tip of my tongue. It is {p.answer}! // A: There. We are over the deepest part, and you did not notice.

== talk

C: And what is on the other side? // A: Those who come from there ask me the same. // C: And what do you say? // A: I
say: a bank, some reeds, a bell on a post. They are always a little disappointed.

B: Do you never want to get out? // A: I did, once. I walked about for a day. The ground keeps so still. One does not
know where one is with it.

C: I am going to see my [daughter|brother]. We have not spoken for [ten|seven] years. // A: What was it about? // C:
About who should speak first. // B: And you are going first? // C: I am going by ferry. I thought that I would say it
was the current.

== second riddle

A: And yours? // C: I have only a stupid one. {q.question}. // B: Is it love? // C: No. // B: In my experience it is
generally love. // A: It is {q.answer}. // C: Yes. I said that it was a stupid one. // A: It is a good one. I shall
use it on the [miller|priest].

C: {q.question}. // A: Say it again. // C: {q.question}. // A (stops rowing): I do not know it. // B: You do not know
it? // A: No. That has not happened since the year of the comet. // C: It is {q.answer}. // A: It is {q.answer}!
(Laughs until the boat rocks.) For that I take you back for nothing.

== landing

A: Here we are. Mind the mud. // B: But it is the same bank! // A: It is the other one. You have only changed sides.
It takes people like that. // C: There is somebody standing by the post. // A: There generally is. That is why I come.

(The boat touches.) // C: I can see a light. She has put a lamp out. // B: Go on. // C: I have forgotten what I was
going to say. // A: Say that it was the current.

B: And how do I get back? // A: You ring. // B: And if you do not hear? // A: Then you ring again, and think of a
harder one. Good night. (Alone.) Now I have two new ones. It has been a rich evening.

== song

A (rowing back, sings): // <song>

(From the middle of the river a voice is heard, singing.) // <song>

== out

(The bell on the far side rings.)

(Mist. One hears only the oars.)
"""

PLAYERS = """
== title

THE REHEARSAL

THE TRAGEDY OF THE {m.hero}

THE PLAYERS COME TO {t}

== cast

manager, man :: woman :: man

manager, woman :: man :: man

man :: woman :: woman

== $m hero prop wrong line

MOORISH PRINCE :: dagger :: spoon :: O cruel hand, that wrote what it must read

DROWNED QUEEN :: crown :: colander :: Ye waves, ye have my husband; have me too

BLIND ADMIRAL :: telescope :: leg of mutton :: I see no ship, and yet I hear my son

LAST DRAGON :: fiery sword :: rolling pin :: There was a time when mountains spoke my name

TWO SISTERS :: poisoned cup :: flower pot :: Drink, sister, drink; the day is short and green

== setting

A barn at {t}. A painted sea leans against real hay. The company is in what costumes it has. Outside, <air>.

The yard of the inn at {t}. ^{a} stands on a barrel with the book. ^{b} is a queen as far as the waist, and below that
a laundress.

== open

A: From the beginning, and with feeling. Where is the {m.prop}? // C: In pawn, at {v}. // A: And what is that? // C:
That is a(n) {m.wrong}. // A: Good. Hold it so that it has no handle.

A: The curtain goes up. Thunder! Where is the thunder? // C: It has gone for beer. // A: Then say "thunder" until it
comes back. // C: Thunder. // A: With more menace. // C: Thunder, thunder.

B: I cannot die on that side. There is a hen sitting there. // A: Die on the other. // B: There I have died for
[three|six] years; everybody knows the place.

== line

A: Now the great speech. // B: "{m.line}." // A: Stop. You say it as if you were asking for the salt. // B: How else?
I have said it four hundred times. // A: Say it as if you had never wanted to. // B (softly): "{m.line}." // (A
pause.) // C: Oh. // A: Yes. That was it. Do not do it like that again until tonight.

C: "{m.line}." // B: That is my line! // C: You were not there. // B: I was behind the sea. // A: It is anybody's line
who means it. Who means it? // C: I mean it. I have not eaten since {v}.

A: "{m.line}." You wait. You count to five. You lift the {m.prop}. // B: The {m.wrong}. // A: The {m.prop}! If you see
a(n) {m.wrong}, they will see a(n) {m.wrong}. // B: And if I see a(n) {m.prop}? // A: Then, my dear, somebody in the
third row will faint, and we shall eat for a week.

== trouble

C: The hen has laid an egg in the crown. // A: Leave it. It will be a symbol. // C: Of what? // A: Of supper.

B: Somebody is looking through the boards. // A: Who? // B: A child. It has been there since the first act. // A: What
is it doing? // B: Crying. // A: Did it pay? // B: No. // A: Let it in. It has paid.

C: I have a letter from my father. He wants me to come home and [keep bees|sell cloth]. // A: Everybody has that
letter. I carry mine in my shoe. // C: What did you answer? // A: I walked on it.

== night

A: It is time. How many are there? // B: [Nine|Twelve], and a dog. // A: We have played to less. // C: When? // A: In
{v}, to a widower who was asleep. He said afterwards that it had been the best night in years. Places! // C: Thunder.
Thunder!

B: I am afraid. // A: So you should be. I have been afraid for thirty years, every evening at seven. If ever it does
not come, I shall know that I am old, and sell buttons. // C: They are stamping. // A: That is the sweetest sound
there is. Up with the sea!

(Behind the curtain.) // C: They are laughing. // A: At the tragedy? // C: At the {m.wrong}. // A: Wait. // (It grows
quiet.) // C: Now they are not laughing. // A: No. // C: Somebody is blowing a nose. // A: That is the mayor. I would
know it anywhere. (Wipes both eyes.) Dust. There is a great deal of dust in the theatre.

== out

(The hen crosses the stage, bowing.)

(The painted sea falls over. Behind it are the stars.)

(Applause, or rain on the roof. They bow to it.)
"""

HARBOUR = """
== title

THE HARBOUR AT {v}

{a} GOES TO SEA

BEFORE THE TIDE

== cast

man :: woman :: old sailor, man

woman :: man :: old sailor, man

man :: mother, woman :: harbour master, man

== $s

Swallow

Good Intention

Patient Anna

Northern Goose

Three Brothers

== setting

A quay, early. Behind a forest of masts it is getting light. <air>. ^{a} has a sea chest; {b} is sitting on it.

The harbour at {v}. Ropes, barrels, gulls. ^{c} is splicing a rope and listening to what does not concern him.

== open

B: Have you got your [scarf|stockings]? // A: Yes. // B: The thick ones? // A: Yes. // B: And the Bible? // A: Under
the ham. // B: That is right. You will come to it as you get hungry.

A: You need not have come. // B: I was going this way. // A: At four in the morning? // B: I wanted to see the
[fish|sun] come in.

B: Which is it? // A: That one, with the green stripe. The {s}. // B: It is small. // A: It looks larger from inside.

== old

C: I went out myself with the first {s}, before this one. // A: And what was it like? // C: Wet. // B: And what did
you bring home? // C: A parrot, a cough, and a word for "tomorrow" in [nine|eleven] languages. They have no word for
"today", out there. They do not need one.

B: Is it true that there are fish with lamps? // C: I have read the newspaper by one. // B: And women with tails? //
C: They are much like others. They comb their hair, and one waits.

C: You look at the land as if it would run away. // A: Will it not? // C: It stays just where it is. That is what is
so terrible about it, and so handsome.

== true

B: Why must you go? // A: When I lie in bed I can hear it. // B: We can all hear it. // A: Yes, but to you it says
"sh". // B: And to you? // A: It says my name; not loud; as one calls somebody who is in the next room.

A: I shall write. // B: You do not like writing. // A: I shall draw you a fish at the bottom of the page. If it looks
to the left, I am well. // B: And if it looks to the right? // A: Then I am well too, and coming home.

B: I had a speech. I said it to the [stove|cow]. // A: Say it. // B: It was about courage, and dry socks. // A: And
how did it end? // B: It did not end. I let the milk boil over.

== bell

(A bell.) // A: That is for me. // B: Let it ring once more. // (A bell.) // B: Once more. // A: It only rings three
times. // B: I know. I can count. (A bell.) There. Now I have had all three.

C: The tide is on the turn. It waits for no man. // B: It might wait for a [sister|person with a basket]. // C: I have
asked it. In sixty years I have asked it twice. // A: And? // C: It is thinking it over.

== gift

B: Here. // A: What is it? // B: A pear. From the tree at home, the side towards the sea. Do not eat it until you
cannot see us any more. // A: And then? // B: Then eat it slowly, and put the pips in your pocket.

B: Take this. It is the key of the house. // A: But then you will not be able to lock it. // B: No.

C: I have something for you, young one. It is a knot. // A: What is it for? // C: You wear it till you are homesick,
then you undo it. By the time you have it undone, you are not homesick any more. It took me from here to the Cape.

== song

(From the ship they are singing as they haul.) // <song>

C (sings, to his rope): // <song>

== out

(The {s} goes out. ^{b} waves, and then goes on waving, because it is hard to know when to stop.)

(The sail grows as small as a tooth, a crumb, a thought.)

(It is day. ^{c} has finished the rope and begins on the next.)
"""

SCENES = (WATCH, SOUP, BARGAIN, INN, TRIAL, PROPOSAL, FERRY, PLAYERS, HARBOUR)
