"""What customers write: for each label sentences that earn it, and sentences of the same words that do not."""

from __future__ import annotations

CLAUSES = """
== late

The {item} that I ordered [on {weekday}|three weeks ago|in {month}] [has still not come|is still on its way|has not
arrived].

I am still waiting for [my|the] {item}[.|, and your page says it was sent {weeks} ago.]

Your promise was {days}; it has now been {weeks}.

[Where is|What has become of] my {item}? It was [due|promised for] [last {weekday}|{weeks} ago].

The parcel [was to be here on {weekday}|should have been here last week], and there is no sign of it.

Order {number} [has been stuck in {town} for {weeks}|has not moved since {weekday}].

I stayed at home [all {weekday}|two days running] for the {item}, and nobody came.

The tracking page has said "out for delivery" for {weeks}.

The {item} came, but {weeks} after the day you had named.

It took {weeks} for a(n) {item} to get from {town} to {town2}.

[Nothing|No parcel] has reached me so far, though you wrote that it left {town} in {month}.

By the time the {item} was here, [the birthday was over|we had bought another one|the holidays had ended].

Once more a delivery [of yours|from you] has missed its date[.|, this time by {weeks}.]

The courier rang [my neighbour|the wrong house], drove off again, and the {item} is [back in {town}|nobody knows where].

== not late

The {item} was here [a day early|within {days}|before I had expected it].

You had said {weeks}, and it came [in {days}|after {days}]; that is fine.

Delivery [on {weekday}|in {month}] is early enough for me.

I was afraid that the parcel would be late, but it was [on time|here on {weekday} as promised].

There is no hurry with the {item}; [send it when you like|{month} will do].

I know that my order [is not due before|will not leave before] {month}.

== damaged

[Now|Sadly] the {item} [has a crack|is broken|has a deep dent] [on one side|at the bottom|right through the middle].

The {item} stopped working [after {days}|on the first evening|within an hour].

When I opened the box, the {item} [fell apart|was in pieces|was scratched all over].

One of the [legs|screws|handles|hinges] of the {item} [is missing its thread|is bent|came off in my hand].

It [makes a grinding noise|smells of burning|gets far too hot] and then switches itself off.

The {item} leaks[.| from every seam.| as soon as it is filled.]

Water had got into the parcel, and [the {item} is ruined|everything is stained].

The {item} [will not|does not] [switch on|start|close], whatever I do.

Not one part of the {item} was in one piece.

The glass [was shattered|had a hole in it], and I have cut my hand on it.

Its [lid|door|zip] does not shut [any more|properly], and it is {days} old.

Somebody must have sat on the box: the {item} is [flat|crooked].

I have put in new batteries twice, and the {item} stays [dark|dead|silent].

The {item} is [full of rust|mouldy inside|torn along the edge], fresh from the box.

== not damaged

The box was [torn|dented], but nothing in it was [broken|damaged].

The {item} works [as it should|without a fault], although the courier had dropped it.

I broke [my old one|the last one] myself, [so I need another|hence this order].

At first I thought that the {item} was broken; I had only [forgotten the battery|held it the wrong way round].

Is the {item} [likely to break|easily scratched] if children use it?

The scratch that I wrote about [came off with a cloth|was only dust].

== wrong_item

I ordered a(n) {item} and [got|was sent|have unpacked] a(n) {other}.

Instead of the {item} there was a(n) {other} in the box.

This is not [what I ordered|the thing on my order]: it says {other} on the label.

You have sent me [the blue one; I had chosen the green one|size {size}; I had chosen size {size2}|the small model; I
had chosen the large one].

The {item} is somebody else's: the slip in the parcel says {town}.

In the parcel for order {number} I found a(n) {other} that I have never asked for.

I ordered the {item} twice, and got one {item} and one {other}.

What do I do with a(n) {other}? I wanted a(n) {item}.

The picture shows a(n) {item} with a lid, [mine has none|and mine is quite another model].

You must have mixed up two orders, for here I sit with a(n) {other}.

The parts in the bag belong to [another|an older] {item} and do not fit.

My name was on the parcel, but what was in it was [meant for {town}|another customer's {other}].

== not wrong_item

The {item} is [exactly|just] the one that I ordered.

I first thought that you had sent the wrong {item}, but it is the right one.

I [clicked on|ordered] the {other} by mistake; that was my own fault.

The colour is not that of the picture, but it is [the one I chose|the one on the list].

By the way, do you also have a(n) {other}?

== refund

[Please|Kindly] send my money back.

I would like a refund[.| for the {item}.| for order {number}.]

When will I get my {sum} back?

I am sending the {item} back and [expect|ask for] the full price.

Cancel the order, please, and [return|pay back] what I have paid.

Just give me back the {sum}, and we will say no more about it.

You owe me {sum} for the {item} that I returned [in {month}|{weeks} ago].

I want [nothing but my money|my money and not a voucher].

A voucher is of no use to me; I paid with money and want money.

The {sum} for the returned {item} [has not reached|is still not in] my account.

How do I go about getting [the price|the {sum}] paid back?

Take the {item} back and [reimburse me|let me have the {sum} again].

== not refund

Thank you for the refund; [it reached me on {weekday}|the {sum} came in {month}].

I do not want a refund[.|; I want the {item} that I paid for.]

You need not pay anything back.

The {sum} has come back to my account, so that matter is closed.

My sister got her money back at once, but I am content with the {item}.

Keep the {sum} as credit for my next order.

== exchange

Could you [swap|exchange] it for [a larger one|a(n) {other}|the green one]?

Please send me a new one in its place.

I would rather have a(n) {other} than this {item}; can I change?

[Can|May] I trade the {item} in for [size {size}|the next model]?

Please replace the {item}[.|; I will pack up the old one.]

Send a working one, and the courier can take this one along.

I need the same {item} in size {size}; you can have this one back.

It is too [small|wide|heavy] for me: what must I do to get another size?

A replacement would be [welcome|enough for me].

Take this one back and let me have a(n) {other}, please; I will pay the difference.

Will you send a second {item} in return for the one I have here?

== not exchange

The one that you sent in exchange [works well|is just right].

I do not want it exchanged.

The replacement [is here|came on {weekday}], so you can close the case.

Another one would not help me [either|any more than this].

I swapped the batteries myself.

== invoice

The bill for order {number} says {sum}, and the price was {sum2}.

I have been charged twice for [one|the same] {item}.

Why are there {sum} for postage on my invoice?

[There is no|I never got an] invoice [in the parcel|for the {item}]; my office needs one.

Your invoice has [the wrong name|my old street] on it.

The discount of <5-30> per cent [is missing from the bill|was not taken off].

{sum} have gone from my account, and I cannot find out what for.

The tax on the receipt [does not add up|is wrong].

You have sent a reminder for a bill that I paid [in {month}|{weeks} ago].

Please send the receipt [once more|as a file], made out to my firm.

What are the {sum2} at the bottom of the bill?

My bank shows two payments to you, and I have bought only one {item}.

== not invoice

The invoice came with the parcel and is [in order|correct].

I paid the bill [on {weekday}|the day it came].

The price, {sum}, was the one on your page.

I bought it for {sum} in {month}.

The receipt is here in front of me.

== account

I cannot log in[.|; the page says that my password is wrong.]

The mail for a new password [never comes|leads to an empty page].

Please change my address to <2-90> {street}, {town}.

How do I [close|delete] my account?

My old mail address is gone, so please [enter the new one|use this one from now on].

The page has locked me out after three attempts.

Your shop says that there is no customer of my name.

I have two accounts by mistake; can you join them?

The code that you send to my telephone is [refused|always too old].

Somebody has ordered a(n) {other} in my name, so please lock my account.

Since the new version of your page I am logged out at every click.

I have married and have a new name; where do I put that in?

== not account

I have been a customer [for years|since {year}].

I logged in and saw that the order had left {town}.

My address is still the same.

The new page is where I found my order at once.

I found the {item} [on your page|in your catalogue].

== praise

The {item} is [wonderful|a joy|even better than the last one].

[Thank you|My thanks go] to the young man on the telephone, who was [kind|patience itself].

There is no better {item} [far and wide|in all {town}].

I have seldom been served so well.

My [mother|husband|daughter] is delighted with the {item}.

What a beautiful {item}!

Everything went smoothly, from the order to the door.

Never have I had a better {item}.

I shall tell [all my friends|the whole street] about your shop.

The packing alone was a pleasure to see.

Nobody could have been more helpful than [your colleague|the lady in {town}].

I would not give the {item} away again for anything.

Full marks for [your advice|the quick answer|the {item}].

== not praise

I had expected [more of|a better] {item} for {sum}.

It would be a wonderful {item} if it were what I paid for.

Your page calls it the best {item} of the year.

I cannot say that I was served well.

Thanks for nothing.

My last {item} was far better.

== urgent

I need an answer [today|before {weekday}|by tomorrow morning].

Please ring me at once.

We move house on {weekday}, so it cannot wait.

The wedding is in {days}, and without the {item} we are lost.

Every hour counts.

This must be settled before I leave on {weekday}.

If I have not heard from you by {weekday}, it will be too late.

It is cold, and we have a baby in the house, so hurry, please.

I have written three times now, and I must know tonight.

The guests arrive on {weekday}: what am I to do?

As soon as you can, please; the shop opens in {days}.

Do not put this at the bottom of the pile; I have {days} left.

== not urgent

Take your time.

An answer next week [is early enough|will do].

It need not be today.

There is no need to hurry.

I only wanted you to know.

== plain

I ordered a(n) {item} and a(n) {other} in {month}.

My order number is {number}.

This is about the {item} [of {weekday}|from your autumn list|that I bought in {month}].

The {item} is for my [mother|neighbour|office].

I live [in {town}|on the third floor|next to the post office].

You can reach me after six.

The order was {number}, a(n) {item}.

[We have|I have] had a(n) {item} of yours since {year}.

Does the {item} come in other colours?

How heavy is the {item}?

Is the shop in {town} open on {weekday}?

A photograph is attached.

I have read the instructions.

My neighbour has the same {item}.

It stands in the kitchen now.
"""

# Two labels of a kind in one sentence, where the order of the words decides which of them is meant.
FAULTS = {
    "late": ("late", "overdue", "{weeks} late", "behind its time"),
    "damaged": ("broken", "cracked", "out of order", "scratched"),
    "wrong_item": ("the wrong one", "another model", "a(n) {other}", "somebody else's"),
}
WISHES = {
    "refund": ("my money back", "a refund", "the {sum} again", "the price paid back"),
    "exchange": ("another {item}", "a replacement", "the next size", "a(n) {other} in its place"),
    "invoice": ("a correct bill", "a proper invoice", "the right sum on the bill", "a receipt for my office"),
    "account": ("a new password", "my new address on file", "my account closed", "my name put right"),
}

# `{a}` is so, `{b}` is not.
ONE_FAULT = (
    "The {item} is {a} but not {b}.", "The {item} is not {b} but {a}.",
    "I would not call the {item} {b}, but it is {a}.",
    "Is the {item} {b}? No, it is {a}.", "The {item} may be {a}, but {b} it is not.",
    "You write that the {item} is {b}; in truth it is {a}.", "Nobody says that it is {b}: I say that it is {a}.",
    "I was told it might be {b}, and now it is {a} instead.", "It is {a}, and I am glad that it is not {b} as well.",
    "My neighbour's {item} was {b}; mine is {a}.",
)  # fmt: skip
ONE_WISH = (
    "I want {a}, not {b}.", "I do not want {b} but {a}.", "Please do not offer me {b}; I need {a}.",
    "There is no use in {b}; what I need is {a}.", "Rather than {b} I would like {a}.",
    "Let me have {a} instead of {b}.",
    "You offer {b}, and I had asked for {a}.", "I have no need of {b}, only of {a}.",
    "Your letter speaks of {b}. What I had asked for is {a}.", "I asked for {b} last time; now I ask for {a}.",
    "{a} is what I need, and never mind {b}.", "My husband would like {b}, but it is my order, and I want {a}.",
)  # fmt: skip
# Both are so.
BOTH_FAULTS = (
    "The {item} is {a} and {b}.", "Not only is the {item} {a}, it is {b} as well.",
    "It is {a}, and as if that were not enough, {b}.",
    "That it is {a} I could bear, were it not {b} too.",
)  # fmt: skip
BOTH_WISHES = (
    "I want {a} and {b}.", "I want not only {a} but also {b}.", "{a} is not enough; I need {b} too.",
    "Besides {a} I would like {b}.",
)  # fmt: skip
# Neither is.
NO_FAULT = (
    "The {item} is neither {a} nor {b}.", "I do not say that it is {a} or {b}.",
    "It was not {a}, and it was not {b} either.",
    "My last {item} was {a}, and the one before was {b}.",
)  # fmt: skip
NO_WISH = (
    "I want neither {a} nor {b}.", "I do not ask for {a}, nor for {b}.", "I need {a} no more than {b}.",
    "Others may ask for {a} or {b}; I do not.",
)  # fmt: skip

GREETINGS = ("Hello,", "Good morning,", "Dear Sir or Madam,", "Hi there,", "Good evening,")
CLOSINGS = ("Kind regards, {name}", "{name}", "Yours, {name}", "Best wishes from {town}, {name}", "Many thanks, {name}")

ITEMS = """
kettle lamp rucksack tent bicycle pump toaster blender radio clock mattress desk chair bookshelf mirror rug curtain
pillow blanket teapot frying pan saucepan knife grater watering can spade wheelbarrow ladder hammer drill torch helmet
scooter sledge kite puzzle doll's house telescope microscope camera tripod printer keyboard monitor headset phone case
charger razor hairdryer scale thermometer heater fan vacuum cleaner iron sewing machine guitar flute music stand easel
raincoat jumper scarf pair of boots handbag suitcase umbrella wallet watch necklace
"""
COMPOUNDS = (
    "frying pan", "watering can", "doll's house", "phone case", "vacuum cleaner", "sewing machine", "music stand",
    "pair of boots",
)  # fmt: skip
TOWNS = ("Northam", "Selby", "Aldham", "Lulmouth", "Yarthorpe", "Wexcombe", "Carrow", "Stanbridge", "Ottering", "Holme")
STREETS = ("Mill Lane", "Station Road", "Church Street", "Orchard Way", "Castle Hill", "Ferry Road")
NAMES = (
    "A. Pound", "Ines Frost", "J. Baker", "Ruth Hale", "Tom Wick", "M. Okafor", "Lena Brandt", "P. Iyer", "Mrs Selwyn",
    "Karim", "Dora", "H. Lindqvist", "Yusuf Aydin", "C. Moreau", "Old Mr Penn",
)  # fmt: skip
MONTHS = ("January", "February", "April", "May", "June", "July", "August", "September", "October", "November")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
SPANS = ("two days", "three days", "four days", "five days", "a week")
WEEKS = ("two weeks", "three weeks", "a month", "five weeks", "ten days", "two months")
