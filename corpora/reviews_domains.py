"""What is reviewed: twelve kinds of thing, their parts, the words that go with them.

A part that ends in * is plural; in `people` the pronoun stands behind the slash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviews_remarks import REMARKS


@dataclass(frozen=True)
class Part:
    """Something to have an opinion of."""

    phrase: str
    kind: str  # decides its adjectives
    plural: bool = False


@dataclass(frozen=True)
class Domain:
    """A kind of thing that people review."""

    kind: str
    feelings: str  # which feelings and nouns suit it: arts or goods
    traits: tuple[str, ...]  # "time": it lasts for some time; "visit": people go there
    tenses: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]  # singular, plural
    verb: tuple[str, ...]  # past, participle, infinitive with "again"
    span: tuple[str, ...]
    spend: tuple[str, ...]  # what it costs in time or money
    source: tuple[str, ...]  # where one hears of it before
    people: tuple[str, ...]  # who else has an opinion
    wholes: tuple[Part, ...]  # other words for all of it
    parts: tuple[Part, ...]
    moments: tuple[Part, ...]  # small pieces
    remarks: tuple[str, ...]  # neutral ones; [one|other] is a choice


_SHEET = """
# film
kind: art
feelings: arts
traits: time, visit
tenses: was, is
items: film/films, comedy/comedies, thriller/thrillers, drama/dramas
verb: saw, seen, see it again
span: in the two hours, from the first scene to the last, in the whole film
spend: an evening, two hours, ten euros
source: the trailer, the poster, the advertising
people: the critics/they, the man next to me/he, the local paper/it, half of the audience/they
whole event: the evening
part story: the plot, the story, the ending, the dialogue, the script, the first hour, the final scene
part performance: the acting, the leading actress, the leading actor, the supporting cast
part sound: the music, the soundtrack
part look: the photography, the costumes*, the special effects*, the scenery
moment story: scene, minute, line

# novel
kind: art
feelings: arts
traits: time
tenses: was, is
items: novel/novels, book/books, family saga/family sagas, crime novel/crime novels
verb: read, read, read it again
span: in four hundred pages, in the thirty chapters, from the first page to the last
spend: a week, a weekend, fifteen euros
source: the blurb, the interviews, the title
people: the critics/they, my book group/they, the woman in the bookshop/she, the local paper/it
part story: the plot, the story, the ending, the opening chapter, the middle part, the love story, the subplot
part character: the heroine, the narrator, the characters*, the detective, the villain
part style: the style, the dialogues*, the descriptions*, the translation, the prose
part look: the cover
part price: the price
moment story: page, chapter
moment style: sentence

# restaurant
kind: event
feelings: goods
traits: time, visit
tenses: was
items: restaurant/restaurants, place/places
verb: ate in, eaten in, eat there again
span: in the two hours, during the whole meal, between the soup and the coffee
spend: an evening, forty euros, a lunch break
source: the menu, the photos, the reviews
people: the guide book/it, the couple at the next table/they, our taxi driver/he, the hotel porter/he
whole event: the meal, the dinner, the evening, the lunch
part food: the soup, the fish, the pasta, the main course, the lamb, the vegetables*, the starter, the risotto
part baked: the bread, the dessert, the cake
part people: the waiter, the waitress, the owner, the service
part place: the dining room, the terrace, the chairs*
part sound: the background music
part price: the prices*, the bill
moment food: bite, mouthful, dish

# hotel
kind: event
feelings: goods
traits: time, visit
tenses: was
items: hotel/hotels, guest house/guest houses
verb: stayed in, stayed in, stay there again
span: in the five nights, in the whole week, between arrival and departure
spend: a weekend, a week, three hundred euros
source: the website, the photos, the brochure
people: the guide book/it, the family next door/they, our travel agent/she, the taxi driver/he
whole event: our stay, the weekend, our holiday
part place: the room, the bathroom, the bed, the lobby, the balcony, the sauna, the garden
part people: the receptionist, the manager, the porter, the service, the cleaners*
part food: the dinner
part baked: the rolls at breakfast*
part look: the furniture, the view
part price: the prices*, the bill
moment event: hour, night, day

# electronics
kind: device
feelings: goods
tenses: is
items: phone/phones, tablet/tablets, camera/cameras, laptop/laptops
verb: owned, owned, buy it again
span: in two months of daily use, in the first year, since I unpacked it
spend: four hundred euros, a month's pay, three hundred pounds
source: the advertising, the data sheet, the tests
people: the man in the shop/he, a computer magazine/it, my boss/she, most buyers/they
part device: the battery, the charger, the software, the buttons*, the case, the fingerprint sensor, the camera app
part look: the design, the display, the colours*
part sound: the speaker, the ringtone
part style: the manual, the menus*
part people: the customer service, the support team
part price: the price
moment device: detail, feature
moment event: day

# appliance
kind: device
feelings: goods
tenses: is
items: coffee machine/coffee machines, kettle/kettles, toaster/toasters, vacuum cleaner/vacuum cleaners, mixer/mixers
verb: owned, owned, buy it again
span: in half a year, in three months of daily use, since I plugged it in
spend: eighty euros, fifty pounds, a week's pay
source: the advertising, the picture on the box, the tests
people: the man in the shop/he, a consumer magazine/it, my mother-in-law/she, most buyers/they
part device: the lid, the handle, the switch, the motor, the filter, the timer, the cable
part look: the design, the finish, the colour
part style: the manual, the recipe booklet
part people: the customer service, the repair team
part price: the price
moment device: detail, part
moment event: day

# concert
kind: event
feelings: arts
traits: time, visit
tenses: was
items: concert/concerts, recital/recitals
verb: went to, been to, go to hear them again
span: in the two hours, from the first note to the last, before or after the interval
spend: an evening, forty euros, a Saturday night
source: the recordings, the poster, the interviews
people: the critics/they, the man next to me/he, the local paper/it, half of the audience/they
whole event: the evening, the night
part performance: the singer, the pianist, the choir, the orchestra, the conductor, the drummer, the support band
part sound: the sound, the slow movement, the last piece, the encores*
part story: the programme
part place: the hall, the seats*, the foyer
part price: the ticket prices*
part style: the programme notes*
moment performance: minute
moment sound: song, note

# play
kind: art
feelings: arts
traits: time, visit
tenses: was
items: play/plays, musical/musicals
verb: saw, seen, see it again
span: in the three acts, before or after the interval, from the first line to the last
spend: an evening, thirty euros, three hours
source: the poster, the programme, the interviews
people: the critics/they, the woman behind me/she, the local paper/it, half of the audience/they
whole event: the evening
part story: the plot, the dialogue, the jokes*, the second act, the final scene, the idea behind it
part performance: the leading actor, the leading actress, the cast, the dancers*, the direction
part look: the costumes*, the set, the lighting, the masks*
part sound: the songs*, the live music
part place: the theatre, the seats*
moment story: scene, line
moment performance: minute

# exhibition
kind: event
feelings: arts
traits: time, visit
tenses: was
items: exhibition/exhibitions, museum/museums
verb: visited, visited, go there again
span: in the two hours, in all the eleven rooms, between the entrance and the exit
spend: an afternoon, twelve euros, a Sunday
source: the poster, the website, the catalogue
people: the critics/they, the guide book/it, the couple in front of us/they, the local paper/it
whole event: the afternoon, our visit
part look: the paintings*, the photographs*, the sculptures*, the lighting, the models*
part style: the labels*, the catalogue, the audio guide
part story: the film in the last room, the quiz for children
part people: the guide, the attendants*, the girl at the desk
part place: the entrance hall, the upper floor, the café
part price: the admission fee
moment look: room, picture, corner

# course
kind: event
feelings: arts
traits: time, visit
tenses: was
items: course/courses, evening class/evening classes, workshop/workshops
verb: took part in, taken part in, sign up again
span: in the twelve lessons, in the whole term, between the first evening and the last
spend: a weekend, ninety euros, twelve evenings
source: the brochure, the website, the first e-mail
people: my colleagues/they, the man beside me/he, a former student/she, the brochure/it
whole event: the time there, the weekend
part people: the teacher, the assistant, the other students*
part style: the textbook, the exercises*, the handouts*, the explanations*, the recordings*
part story: the lessons*, the homework, the topics*, the final project
part place: the classroom, the kitchen
part price: the fee
moment story: lesson, hour, exercise

# game
kind: art
feelings: arts
traits: time
tenses: was, is
items: game/games, board game/board games, card game/card games
verb: played, played, play it again
span: in the first ten rounds, from the first move to the last, in the whole evening
spend: an evening, a rainy Sunday, thirty euros
source: the box, the advertising, the pictures
people: my cousins/they, the man in the shop/he, our neighbours/they, a games magazine/it
whole event: the evening
part style: the rules*, the instructions*, the glossary
part look: the board, the artwork, the figures*, the cards*, the box
part story: the riddles*, the theme, the story behind it, the tasks*, the last round
part device: the spinner, the timer
part price: the price
moment story: round, minute, move

# tour
kind: event
feelings: arts
traits: time, visit
tenses: was
items: tour/tours, boat trip/boat trips, day trip/day trips
verb: went on, been on, book it again
span: in the six hours, from the first stop to the last, on the whole way
spend: a day, fifty euros, a Sunday
source: the brochure, the website, the photos
people: the guide book/it, the couple behind us/they, the tourist office/it, our hosts/they
whole event: the day, the outing
part people: the guide, the driver, the captain, the other passengers*
part story: the route, the commentary, the stories about the town*
part look: the view, the villages*, the landscape
part food: the lunch, the picnic
part place: the bus, the deck, the seats*, the harbour
part price: the ticket price
moment story: stop, minute
moment event: hour
"""


def _read(sheet: str) -> Iterator[Domain]:
    for section in sheet.strip().split("\n\n"):
        name, *rows = section.removeprefix("# ").splitlines()
        lists = {key: tuple(values.split(", ")) for key, values in (row.split(": ") for row in rows)}
        parts = {
            what: tuple(
                Part(phrase.rstrip("*"), key.split()[1], phrase.endswith("*"))
                for key, phrases in lists.items()
                if key.startswith(f"{what} ")
                for phrase in phrases
            )
            for what in ("whole", "part", "moment")
        }
        yield Domain(
            kind=lists["kind"][0],
            feelings=lists["feelings"][0],
            traits=lists.get("traits", ()),
            tenses=lists["tenses"],
            items=tuple(tuple(item.split("/")) for item in lists["items"]),
            verb=lists["verb"],
            span=lists["span"],
            spend=lists["spend"],
            source=lists["source"],
            people=lists["people"],
            wholes=parts["whole"],
            parts=parts["part"],
            moments=parts["moment"],
            remarks=REMARKS[name],
        )


DOMAINS = tuple(_read(_SHEET))
