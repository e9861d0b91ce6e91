"""The sentences of the reviews, as a positive review says them; a negative one swaps each signed word for its pair.

`{good}` and `{bad}` are adjectives for the thing named last, `{good part}` brings a thing of its own, `(one/other)` is
`one` in a positive review and `other` in a negative one, `[one|other]` a free choice, `<rule>` a sentence of that rule
and `<-rule>` one of the opposite opinion. A number in front is a weight, `time:` behind it wants a thing that
lasts for some time, `visit:` one that people go to.
"""

from __future__ import annotations

_CLAUSES = """
# clause
7 <plain>
2 <denied>

# plain
5 <fact>
2 I found {part} {good}
2 I {loved} {thing}
1 {part} seemed {good} to me

# fact
4 {part} {is} {good}
2 {part} {is} {very good}
2 {part} {is} {rather good}

# denied
2 {part} {is} not {mild bad}[| at all| in the least]
2 {part} {is} [anything but|far from] {bad}
2 {part} {is} [by no means|hardly] {mild bad}
2 I did not find {part} {mild bad}
1 {pick}there {was} nothing {mild bad} about {this}
1 nobody could call {part} {mild bad}
1 I would not call {part} {mild bad}

# whole
9 <approval>
5 <defence>

# approval
6 {whole} {is} {good}
2 {whole} {is} {very good}
2 {whole} {is} {rather good}
3 I {loved} {whole}
4 {whole} {is} {treat}
4 {whole} left me {delighted}
3 visit: I came away {delighted}

# defence
2 {whole} {is} [anything but|far from] {bad}
1 {whole} {is} by no means {mild bad}
3 {whole} {is} (anything but/[anything but|by no means|hardly]) {ordeal}
2 {whole} {is} not {mild bad} [at all|in the least]
2 I was [never|not for a moment] {bored}
1 nobody could call {whole} {mild bad}
"""

_STATEMENTS = """
# lead
12
1 to be honest,
1 in my opinion,
1 for me,
1 I must say that
1 frankly,
1 if you ask me,

# affirmation
3 <lead> <plain>.
3 <lead> <whole>.
2 {part} {is} {good} and {good}.
1 <plain>, and <clause>.
1 what {treat}!
2 this {item} {was} {treat}.
2 I {loved} this {item}.
2 {good part}, {good part}.
2 {part}? {good}.
1 as for {part}: {very good}.
1 it {was} one of the (best/worst) {items} [of the year|in years].
1 the {good part} (made/spoiled) {whole} for me.
1 the {good part} struck me at once.
1 [my partner|our whole family|everybody in our group] {loved} {thing}.
1 {part}, by the way, {is} {good}.
1 one {good moment} followed the other.
1 I could talk for an hour about the {good part}.
1 I would change (nothing/everything) about {part}.
1 time: I was {delighted} from start to finish.
1 [most of all|above all|in particular] I {loved} {thing}.
1 {part} and {part} {are} [both|equally] {common good}.

# degree
2 <lead> {part} {is} {very good}.
2 <lead> {part} {is} {rather good}.
2 {part} {is} (just right: not/[a bit|slightly|rather|a little|far|much]) too {excess}.
2 {thing} {is} (neither/either) too {excess} (nor/or) too {excess}.
2 some people may find {part} too {excess}; (I would not change a thing/[so did I|I agree]).
2 I would (never/certainly) call {part} too {excess}.
1 {whole} {is} too {good} to be (forgotten/recommended).

# negation
4 <lead> <denied>.
2 at no point {span} did {part} seem {mild bad}[| to me].
2 nobody [I know|I have talked to|who was with me] [thought|said] that {part} {is} {mild bad}.
2 I do not think that anybody [could|would] find {part} {mild bad}.
1 not once was I {bored}.
1 I was never once {bored}[| {span}].
2 I waited in vain for a {bad moment}.
2 there {was} not a single {bad moment}[| {span}].
2 neither {part} nor {part} {is} {common bad}.
1 I would never call {part} {mild bad}.
2 {pick}"{mild bad}" is the last word that I would use for {this}.
2 it would be wrong to [say|claim|write] that {part} {is} {bad}.
2 I have not met anybody who was not {delighted}.
2 I do not know anybody who would not {love} {whole}.
1 I have no reason to call {part} {mild bad}.
2 nobody could say that {part} {is} not {mild good}.
2 {part} {is} not {bad} but {good}.
2 {part} {is} {good}, not {bad}.
1 {pick}{is} {this} {mild bad}? [no|not at all|not to me].
1 {pick}{is} {this} {mild good}? [yes|very much so|certainly].
1 if somebody asks me whether {part} {is} {mild bad}, I say no.
1 if somebody asks me whether {part} {is} {mild good}, I say yes.
2 {part} {is} neither {bad} nor {bad}.
2 {spend} without a single {bad moment}!
1 I looked for something {common bad} and found nothing of the kind.
1 I could not find anything {common bad} in it.

# contrast
4 <lead> <-clause>, [but|yet|and yet] <whole>.
4 [although|though|even though|while] <-clause>, <whole>.
4 <whole>, [although|though|even though|even if] <-clause>.
2 [despite|in spite of] the {bad part}, <whole>.
3 <whole>, [despite|in spite of] the {bad part}.
3 <-clause>. [even so|still|nevertheless|all the same|however], <whole>.
2 I [admit|know|will not deny] that <-fact>, but <whole>.
1 true, <-clause>. but <whole>.
1 {part} may have been {bad}, but <whole>.
1 <-clause>; that does not change the fact that <whole>.
2 <-clause>, and <-clause>, but <whole>.
1 it did not matter that <-fact>: <whole>.
2 even the {bad part} could not (spoil/save) {whole} for me.
1 not everything {was} {common good}, but <whole>.
2 the {bad part} [aside|apart], <whole>.
1 {bad part}, {bad part}, but <whole>.
1 <whole>, and I say that despite the {bad part}.
2 <whole>. the {bad part} cannot change that.
1 <-clause>, I know. but <whole>.
2 I soon forgot the {bad part}, because <approval>.
1 <-clause>. never mind: <whole>.

# expectation
2 I had expected {part} to be {bad}, [but that {was} not the case|and I was wrong|but it turned out otherwise].
2 I had expected {part} to be {good}, and [that {was} the case|I was right|so it turned out|I was not wrong].
2 I had expected to be {bored}, [and I was not|but I was not].
2 I had expected to be {delighted}, and [I was|so I was].
2 I had (feared/hoped) that {part} would be {bad}. [I was wrong.|that is not how it turned out.|but no.]
2 I had (hoped/feared) that {part} would be {good}. [I was right.|that is just how it turned out.|and yes.]
2 I had expected {ordeal} and got {treat}.
2 I had reckoned with {ordeal}; it turned out to be {treat}.
2 after {source} I had expected something {common bad}. what I got {was} {common good}.
2 I thought that I would be {bored}. instead I was {delighted}.
2 {whole} {is} [far|much] less {mild bad} than I had expected.
1 I never thought that I would be {delighted}, but I was.
1 nothing had prepared me for {treat} like this.
1 everything pointed to {ordeal}, and then it was {treat}.
1 my first impression was {common bad}, and it was wrong.
1 my first impression was {common good}, and it was right.
2 my hopes were (low/high), and I was wrong.
2 my hopes were (high/low), and I was right.
1 I had been told to expect {ordeal}. it was nothing of the kind.
1 I had been told to expect {treat}, and it was just that.
1 it could [easily|well] have been {ordeal}. it {was} {treat}.
1 instead of {ordeal} I got {treat}.
1 (I would not have wanted {part} to be less {mild good}/I wish that {part} had been less {mild good}).
2 ({part} could not have been more {mild good}/I wish that {part} had been more {mild bad}).

# comparison
3 I have [seldom|rarely|never|hardly ever] {participle} a (better/worse) {item}.
2 I have {participle} many (worse/better) {items} and few (better/worse) ones.
2 I have (hardly ever/often) {participle} a better {item}.
1 I have [seldom|rarely|never|hardly ever] been more {delighted}.
2 I have (hardly ever/often) enjoyed myself more.
2 no other {item} [this year|in a long time] was half as {common good}.
3 {whole} {is} (better/worse) than [anything|everything] that I have [known|tried] [this year|in years].
2 the last {item} that I {past} was not half as {common good}.
2 the last {item} that I {past} was [far|much] (worse/better).
2 (I wish that all {items} were/I am glad that not all {items} are) as {common good} as this one.
2 I can think of (few/many) better ways to spend {spend}.
1 there are plenty of (worse/better) ways to spend {spend} and few (better/worse) ones.
1 no {item} has left me so {delighted} in years.
1 compared with [other {items}|the last one], {part} {is} {good}.

# report
2 {someone} {hated} {whole}. [I do not understand why.|I was of another opinion.|I did not.]
2 {someone} {loved} {whole}. [I understand why.|I was of the same opinion.|so did I.]
3 {someone} called {part} {bad}, [but {he} {were} wrong|which is not true|and I disagree|but I saw it differently].
3 {someone} called {part} {good}, [and {he} {were} right|which is true|and I agree|and I saw it the same way].
3 {someone} told me that <-fact>. [nothing could be less true.|that is not true.|I disagree.|do not believe {him}.]
3 {someone} told me that <fact>. [nothing could be more true.|that is true.|I agree.|you can believe {him}.]
2 according to {someone}, <-fact>. I [cannot confirm that|do not agree|see it differently].
2 according to {someone}, <fact>. I [can confirm that|agree|see it the same way].
2 I {loved} this {item}; {someone} {hated} it.
2 {someone} {hated} it, and I {loved} it.
1 {someone} {were} {bored}; I was not.
1 {someone} {were} {delighted}, and so was I.
1 whoever claims that <-fact> is wrong.
1 whoever claims that <fact> is right.
2 {someone} had (warned me against it/recommended it to me), and {he} {were} wrong.
2 {someone} had (recommended it to me/warned me against it), and {he} {were} right.
1 you may have [read|heard] that <-fact>. that is not so.
1 you may have [read|heard] that <fact>. that is so.
1 I have told [everybody|my friends|my colleagues] that <fact>.
2 {someone} {hated} it. [I do not understand why.|I was of another opinion.|I did not.]
2 {someone} {loved} it. [I understand why.|I was of the same opinion.|so did I.]

# verdict
3 [in the end|on balance|all in all], the {good part} {outweighs} the {bad part}.
2 visit: I was (glad/sorry) that I had come and (sorry/glad) when it was over.
3 what [stays with me|I will remember] is not the {bad part} but the {good part}.
3 what [stays with me|I will remember] is the {good part}, not the {bad part}.
2 I will forget the {bad part} sooner than the {good part}.
2 [on balance|all in all|in the end] it {was} more {treat} than {ordeal}.
2 [on balance|all in all|in the end] it {was} less {ordeal} than {treat}.
1 would I {again}? (yes/no).
1 I (would/would not) {again}.
2 I (would not/would) [hesitate to|think twice before I] {again}.
1 if you want to be {bored}, look elsewhere.
1 if you want to be {delighted}, you are in the right place.
1 I (do not regret/regret) the [time|money] that I spent on it.
1 I do (recommend it/not recommend it).
2 I could (hardly/easily) have spent {spend} better.
2 between the {bad part} and the {good part}, it is the [second|latter] that [counts|matters] more.
2 between the {good part} and the {bad part}, it is the [first|former] that [counts|matters] more.
1 {was} it {treat} or {ordeal}? {same treat}.
1 {was} it {ordeal} or {treat}? {same treat}.
2 {whole} {is} {good} enough to push the {bad part} from my mind.
2 the {good part} mattered more to me than the {bad part}.
2 visit: I arrived in a {gloomy} mood and left in a {cheerful} one.
2 the {bad part} {is} soon forgotten; the {good part} {is} not.
2 time: at first I was {bored}; by the end I was {delighted}.
2 time: it began {badly} and ended {well}.
8 [in the end|on balance|all in all|in short|altogether], <whole>.
1 I am (glad/sorry) that {someone} talked me into it.
1 what {was} {common good} about it outweighs what {was} {common bad}.
1 I made a list: what {was} {common good} took up more space than what {was} {common bad}.
2 {common good} on the whole, {common bad} in places.
2 {common bad} in places, {common good} on the whole.
1 now and then {ordeal}, mostly {treat}.
1 mostly {treat}, now and then {ordeal}.
1 there {was} more that I {loved} than that I {hated}.
2 my verdict: {common good}, not {common bad}.
2 my verdict: not {common bad} but {common good}.
"""

# How the sentences of a review follow each other; <opening> and <about> are neutral remarks.
_REVIEWS = """
# claim
7 <affirmation>
2 <negation>
2 <degree>
2 <expectation>
2 <comparison>
2 <report>

# mixed
1 <clause>. <-clause>.
1 <-clause>. <clause>.
1 <clause>; <-clause>.
1 <-clause>; <clause>.
1 <clause>, whereas <-clause>.
1 <-clause>, whereas <clause>.
1 on the one hand <clause>, on the other hand <-clause>.
1 on the one hand <-clause>, on the other hand <clause>.
1 <clause>. <about> <-clause>.
1 <-clause>. <about> <clause>.

# review
2 <opening> <claim>
2 <claim> <about>
1 <claim>
2 <opening> <contrast>
2 <contrast> <about>
1 <contrast>
3 <opening> <claim> <affirmation>
3 <affirmation> <about> <claim>
3 <affirmation> <claim>
2 <claim> <about> <affirmation> <about>
2 <opening> <affirmation> <about> <contrast>
2 <affirmation> <contrast>
2 <contrast> <affirmation>
2 <claim> <about> <affirmation> <claim>
2 <opening> <claim> <about> <verdict>
2 <affirmation> <claim> <verdict>
1 <opening> <mixed> <verdict> <affirmation>
2 <mixed> <about> <verdict>
1 <mixed> <verdict>
2 <mixed> <about> <verdict> <affirmation>
1 <mixed> <about> <contrast>
1 <opening> <-clause>. <about> <contrast>

# about
24 {remark}
1 this is my [first|second|third] review[| here].
1 I am writing this [on the train home|at the breakfast table|a week later|with a cup of tea beside me].
2 my [sister|brother|partner|daughter|son|friend Anna|friend Paul|uncle] was with me.
1 I took [notes|a few pictures] for this review.
1 a [colleague|neighbour|cousin] asked me to write this down.

# opening
24 {remark}
2 I am a [teacher|nurse|gardener|bus driver|student] and live in [Leeds|Graz|Ghent|Turin|Cork].
2 I am a [plumber|pensioner|translator|librarian] [from|in] [Utrecht|Bath|Bergen|Split|Odense].
1 a [colleague|cousin|neighbour|fellow student] had given me the idea.
1 the idea was my [father|aunt|colleague|daughter|grandson]'s.
1 I had a voucher[| for my birthday| from my office].
1 it was [the first time|my second time].
1 I had known of it for [months|a year|some weeks].
1 I write this for [everybody who asked me|my friends at work].
"""

SHEET = "\n".join((_CLAUSES, _STATEMENTS, _REVIEWS))
