"""The lexicon of the English-German corpus: tables of text, one word a line, columns two spaces apart.

A noun's kinds decide which verbs and adjectives it meets; each English word has one German word per kind of
object ("puts the book" is "legt", "puts the bottle" is "stellt"), so that the English fixes the German.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from en_de_words import Adjective, Column, Modal, Noun, Verb


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield re.split(r"\s{2,}", line.strip())


def _kinds(cell: str) -> frozenset[str]:
    return frozenset(cell.split()) - {"-"}


# English  plural  German  gender  genitive  plural  kinds
_NOUNS = """
boy  boys  Junge  m  Jungen  Jungen  person male
girl  girls  Mädchen  n  Mädchens  Mädchen  person
man  men  Mann  m  Mannes  Männer  person male
woman  women  Frau  f  Frau  Frauen  person female
child  children  Kind  n  Kindes  Kinder  person
father  fathers  Vater  m  Vaters  Väter  person male kin
mother  mothers  Mutter  f  Mutter  Mütter  person female kin
brother  brothers  Bruder  m  Bruders  Brüder  person male kin
sister  sisters  Schwester  f  Schwester  Schwestern  person female kin
grandmother  grandmothers  Großmutter  f  Großmutter  Großmütter  person female kin
friend  friends  Freund  m  Freundes  Freunde  person male kin
neighbour  neighbours  Nachbar  m  Nachbarn  Nachbarn  person male kin
colleague  colleagues  Kollege  m  Kollegen  Kollegen  person male kin
teacher  teachers  Lehrer  m  Lehrers  Lehrer  person male job
doctor  doctors  Arzt  m  Arztes  Ärzte  person male job
waitress  waitresses  Kellnerin  f  Kellnerin  Kellnerinnen  person female job
singer  singers  Sängerin  f  Sängerin  Sängerinnen  person female job
student  students  Student  m  Studenten  Studenten  person male job
farmer  farmers  Bauer  m  Bauern  Bauern  person male job
guest  guests  Gast  m  Gastes  Gäste  person male
dog  dogs  Hund  m  Hundes  Hunde  animal
cat  cats  Katze  f  Katze  Katzen  animal
bird  birds  Vogel  m  Vogels  Vögel  animal
apple  apples  Apfel  m  Apfels  Äpfel  food sweet
egg  eggs  Ei  n  Eies  Eier  food cooked
potato  potatoes  Kartoffel  f  Kartoffel  Kartoffeln  food cooked
soup  soups  Suppe  f  Suppe  Suppen  food cooked hot
vegetable soup  vegetable soups  Gemüsesuppe  f  Gemüsesuppe  Gemüsesuppen  food cooked hot
cake  cakes  Kuchen  m  Kuchens  Kuchen  food sweet baked
apple pie  apple pies  Apfelkuchen  m  Apfelkuchens  Apfelkuchen  food sweet baked
bread  -  Brot  n  Brotes  -  food baked mass
meat  -  Fleisch  n  Fleisches  -  food cooked mass
coffee  -  Kaffee  m  Kaffees  -  drink hot mass
tea  -  Tee  m  Tees  -  drink hot mass
milk  -  Milch  f  Milch  -  drink mass
water  -  Wasser  n  Wassers  -  drink mass
book  books  Buch  n  Buches  Bücher  text item flat gift ware
newspaper  newspapers  Zeitung  f  Zeitung  Zeitungen  text item flat ware
newspaper article  newspaper articles  Zeitungsartikel  m  Zeitungsartikels  Zeitungsartikel  text written
letter  letters  Brief  m  Briefes  Briefe  text written item flat
car  cars  Auto  n  Autos  Autos  vehicle ware landmark
bicycle  bicycles  Fahrrad  n  Fahrrads  Fahrräder  vehicle ware
train  trains  Zug  m  Zuges  Züge  vehicle public
bus  buses  Bus  m  Busses  Busse  vehicle public
door  doors  Tür  f  Tür  Türen  opening landmark part
front door  front doors  Haustür  f  Haustür  Haustüren  opening part
window  windows  Fenster  n  Fensters  Fenster  opening part
suitcase  suitcases  Koffer  m  Koffers  Koffer  opening item upright ware
box  boxes  Kiste  f  Kiste  Kisten  opening item upright
bottle  bottles  Flasche  f  Flasche  Flaschen  opening item upright
computer  computers  Computer  m  Computers  Computer  device ware
lamp  lamps  Lampe  f  Lampe  Lampen  device ware upright
washing machine  washing machines  Waschmaschine  f  Waschmaschine  Waschmaschinen  device ware
table  tables  Tisch  m  Tisches  Tische  furniture surface landmark ware
chair  chairs  Stuhl  m  Stuhls  Stühle  furniture surface seat upright ware fixable
sofa  sofas  Sofa  n  Sofas  Sofas  furniture surface seat landmark ware
bed  beds  Bett  n  Bettes  Betten  furniture surface landmark ware
cupboard  cupboards  Schrank  m  Schranks  Schränke  furniture landmark ware
glass  glasses  Glas  n  Glases  Gläser  vessel item upright
cup  cups  Tasse  f  Tasse  Tassen  vessel item upright
vase  vases  Vase  f  Vase  Vasen  item upright gift ware
coat  coats  Mantel  m  Mantels  Mäntel  clothing flat ware
winter coat  winter coats  Wintermantel  m  Wintermantels  Wintermäntel  clothing flat ware
shirt  shirts  Hemd  n  Hemdes  Hemden  clothing flat ware
key  keys  Schlüssel  m  Schlüssels  Schlüssel  item flat
bag  bags  Tasche  f  Tasche  Taschen  item upright ware
umbrella  umbrellas  Regenschirm  m  Regenschirms  Regenschirme  item flat ware
picture  pictures  Bild  n  Bildes  Bilder  item picture gift ware
flower  flowers  Blume  f  Blume  Blumen  item gift ware
birthday present  birthday presents  Geburtstagsgeschenk  n  Geburtstagsgeschenks  Geburtstagsgeschenke  item
house  houses  Haus  n  Hauses  Häuser  building enclosed landmark built
school  schools  Schule  f  Schule  Schulen  building enclosed landmark goal
hospital  hospitals  Krankenhaus  n  Krankenhauses  Krankenhäuser  building enclosed landmark goal built
restaurant  restaurants  Restaurant  n  Restaurants  Restaurants  building enclosed goal
museum  museums  Museum  n  Museums  Museen  building enclosed landmark goal sight
church  churches  Kirche  f  Kirche  Kirchen  building enclosed landmark goal sight built
hotel  hotels  Hotel  n  Hotels  Hotels  building enclosed landmark goal built
town hall  town halls  Rathaus  n  Rathauses  Rathäuser  building landmark goal
station  stations  Bahnhof  m  Bahnhofs  Bahnhöfe  landmark goal
city  cities  Stadt  f  Stadt  Städte  enclosed sight town
village  villages  Dorf  n  Dorfes  Dörfer  enclosed sight town
garden  gardens  Garten  m  Gartens  Gärten  enclosed outdoors
park  parks  Park  m  Parks  Parks  enclosed outdoors
kitchen  kitchens  Küche  f  Küche  Küchen  room enclosed
room  rooms  Zimmer  n  Zimmers  Zimmer  room enclosed
living room  living rooms  Wohnzimmer  n  Wohnzimmers  Wohnzimmer  room enclosed
office  offices  Büro  n  Büros  Büros  room enclosed
wall  walls  Wand  f  Wand  Wände  wall
song  songs  Lied  n  Liedes  Lieder  song
question  questions  Frage  f  Frage  Fragen  question
joke  jokes  Witz  m  Witzes  Witze  tale
story  stories  Geschichte  f  Geschichte  Geschichten  tale text written
concert  concerts  Konzert  n  Konzerts  Konzerte  event
trip  trips  Reise  f  Reise  Reisen  event
"""

# English (three degrees, "_" for a space)  German predicate  stem ("=" the same)  comparative  superlative
# kinds of noun it describes
_ADJECTIVES = """
old older oldest  alt  =  älter  ältest  job kin man woman guest animal vehicle furniture clothing building device
new newer newest  neu  =  neuer  neuest  vehicle device furniture clothing ware building
young younger youngest  jung  =  jünger  jüngst  job man woman guest friend neighbour colleague animal
big bigger biggest  groß  =  größer  größt  animal vehicle furniture building room part vessel town
small smaller smallest  klein  =  kleiner  kleinst  animal vehicle furniture building room part item town
red - -  rot  =  -  -  vehicle clothing vessel flower opening upright
blue - -  blau  =  -  -  vehicle clothing vessel opening
black - -  schwarz  =  -  -  animal clothing device vehicle
expensive more_expensive most_expensive  teuer  teur  teurer  teuerst  ware clothing drink
cheap cheaper cheapest  billig  =  billiger  billigst  ware clothing
heavy heavier heaviest  schwer  =  schwerer  schwerst  upright furniture
beautiful more_beautiful most_beautiful  schön  =  schöner  schönst  clothing town sight gift event song
good better best  gut  =  besser  best  food drink text tale job event
fresh fresher freshest  frisch  =  frischer  frischest  food
cold colder coldest  kalt  =  kälter  kältest  drink cooked
hot hotter hottest  heiß  =  heißer  heißest  hot
fast faster fastest  schnell  =  schneller  schnellst  vehicle device
friendly friendlier friendliest  freundlich  =  freundlicher  freundlichst  person animal
tired - -  müde  müd  -  =  person
hungry - -  hungrig  =  -  -  person animal
happy happier happiest  glücklich  =  glücklicher  glücklichst  person
ill - -  krank  =  -  -  person
interesting more_interesting most_interesting  interessant  =  interessanter  interessantest  text event
boring - -  langweilig  =  -  -  text tale event
long longer longest  lang  =  länger  längst  text tale event
short shorter shortest  kurz  =  kürzer  kürzest  written tale event
difficult - -  schwierig  =  -  -  question
important - -  wichtig  =  -  -  question written
empty - -  leer  =  -  -  vessel upright room enclosed
broken - -  kaputt  =  -  -  device vehicle fixable opening
dirty dirtier dirtiest  schmutzig  =  schmutziger  schmutzigst  clothing vessel vehicle room
dark darker darkest  dunkel  dunkl  dunkler  dunkelst  room outdoors
"""

# English: one regular word or five forms ("-" for one unused), "+particle", "*" if never progressive
# German infinitive ("prefix|verb", "sich ")  third person  participle ("ist " if with sein)
# frame (what the verb asks for)  kinds of its object or place
_VERBS = """
buy buys bought bought buying  kaufen  kauft  gekauft  acc  food drink ware clothing
sell sells sold sold selling  verkaufen  verkauft  verkauft  acc  food ware clothing vehicle
eat eats ate eaten eating  essen  isst  gegessen  acc  food
drink drinks drank drunk drinking  trinken  trinkt  getrunken  acc  drink
cook  kochen  kocht  gekocht  acc  cooked
bake  backen  backt  gebacken  acc  baked
read reads read read reading  lesen  liest  gelesen  acc  text
write writes wrote written writing  schreiben  schreibt  geschrieben  acc  written
open  auf|machen  macht  gemacht  acc  opening
close  zu|machen  macht  gemacht  acc  opening
repair  reparieren  repariert  repariert  acc  vehicle device fixable
wash  waschen  wäscht  gewaschen  acc  clothing vessel
clean  putzen  putzt  geputzt  acc  part room
find finds found found finding  finden  findet  gefunden  acc  item
lose loses lost lost losing  verlieren  verliert  verloren  acc  item
look +for  suchen  sucht  gesucht  acc  item animal
see sees saw seen seeing *  sehen  sieht  gesehen  acc  person animal sight vehicle
visit  besuchen  besucht  besucht  acc  person sight
invite  ein|laden  lädt  geladen  acc  person
call  an|rufen  ruft  gerufen  acc  person
fetch fetches fetched fetched fetching  ab|holen  holt  geholt  acc  person item
know knows knew known knowing *  kennen  kennt  gekannt  acc  person story sight
need *  brauchen  braucht  gebraucht  acc  item device clothing
try tries tried tried trying +on  an|probieren  probiert  probiert  acc  clothing
switch switches switched switched switching +on  ein|schalten  schaltet  geschaltet  acc  device
switch switches switched switched switching +off  aus|schalten  schaltet  geschaltet  acc  device
forget forgets forgot forgotten forgetting  vergessen  vergisst  vergessen  acc  item question
understand understands understood understood - *  verstehen  versteht  verstanden  acc  question tale
hear hears heard heard hearing *  hören  hört  gehört  acc  song tale
sing sings sang sung singing  singen  singt  gesungen  acc  song
help  helfen  hilft  geholfen  dat  person
thank  danken  dankt  gedankt  dat  person
follow  folgen  folgt  ist gefolgt  dat  person animal
listen +to  zu|hören  hört  gehört  dat  person
give gives gave given giving  geben  gibt  gegeben  dat+acc  item gift
show shows showed shown showing  zeigen  zeigt  gezeigt  dat+acc  item picture room vehicle
send sends sent sent sending  schicken  schickt  geschickt  dat+acc  gift written
lend lends lent lent lending  leihen  leiht  geliehen  dat+acc  item vehicle
tell tells told told telling  erzählen  erzählt  erzählt  dat+acc  tale
explain  erklären  erklärt  erklärt  acc+to  question
return  zurück|geben  gibt  gegeben  acc+to  item
wait +for  warten  wartet  gewartet  auf+acc  person public written
think thinks thought thought thinking +of  denken  denkt  gedacht  an+acc  person event question
talk +to  sprechen  spricht  gesprochen  mit+dat  person
talk +about  sprechen  spricht  gesprochen  über+acc  event question tale
be is was been being +interested in  sich interessieren  interessiert  interessiert  für+acc  sight story song
look +forward to  sich freuen  freut  gefreut  auf+acc  event
remember *  sich erinnern  erinnert  erinnert  an+acc  person event tale town
sleep sleeps slept slept sleeping  schlafen  schläft  geschlafen  in  hotel house garden bed
work  arbeiten  arbeitet  gearbeitet  in  office school hospital restaurant museum hotel
play  spielen  spielt  gespielt  in  park garden house room
wait  warten  wartet  gewartet  in  office restaurant hotel garden park museum
live *  wohnen  wohnt  gewohnt  in  town house hotel
go goes went gone going  gehen  geht  ist gegangen  into  enclosed
go goes went gone going  gehen  geht  ist gegangen  to  goal
drive drives drove driven driving  fahren  fährt  ist gefahren  to  goal
fly flies flew flown flying  fliegen  fliegt  ist geflogen  nach  -
laugh  lachen  lacht  gelacht  none  person
arrive  an|kommen  kommt  ist gekommen  none  person public
leave leaves left left leaving  ab|fahren  fährt  ist gefahren  none  public
get gets got got getting +up  auf|stehen  steht  ist gestanden  none  person
fall falls fell fallen falling +asleep  ein|schlafen  schläft  ist geschlafen  none  person animal
come comes came come coming +back  zurück|kommen  kommt  ist gekommen  none  person
rest  sich aus|ruhen  ruht  geruht  none  person
get gets got got getting +dressed  sich an|ziehen  zieht  gezogen  none  person
put puts put put putting  legen  legt  gelegt  put  flat
put puts put put putting  stellen  stellt  gestellt  put  upright
hang hangs hung hung hanging  hängen  hängt  gehängt  hang  picture
sit sits sat sat sitting +down  sich setzen  setzt  gesetzt  seat  person
lie lies lay lain lying  liegen  liegt  gelegen  location  flat
stand stands stood stood standing  stehen  steht  gestanden  location  upright
hang hangs hung hung hanging  hängen  hängt  gehangen  wall  picture
sit sits sat sat sitting  sitzen  sitzt  gesessen  sit  person
belong *  gehören  gehört  gehört  belong  vehicle item clothing
cost costs cost cost costing *  kosten  kostet  gekostet  cost  ware clothing
be is was been being +raining  regnen  regnet  geregnet  weather  -
be is was been being +snowing  schneien  schneit  geschneit  weather  -
say says said said saying *  sagen  sagt  gesagt  that  person
believe *  glauben  glaubt  geglaubt  that  person
hear hears heard heard hearing *  hören  hört  gehört  that  person
ask  fragen  fragt  gefragt  whether  person
try tries tried tried trying  versuchen  versucht  versucht  infinitive  person
forget forgets forgot forgotten forgetting *  vergessen  vergisst  vergessen  infinitive  person
begin begins began begun beginning  an|fangen  fängt  gefangen  infinitive  person
"""


def _noun(row: list[str]) -> Noun:
    singular, plural, german, gender, genitive, de_plural, kinds = row
    return Noun(
        singular, plural.strip("-"), german, cast(Column, gender), genitive, de_plural.strip("-"),
        _kinds(kinds) | {singular},
    )  # fmt: skip


def _adjective(row: list[str]) -> Adjective:
    degrees, predicate, stem, comparative, superlative, kinds = row
    positive, en_comparative, en_superlative = (form.strip("-").replace("_", " ") for form in degrees.split())
    return Adjective(
        positive, en_comparative, en_superlative, predicate, predicate if stem == "=" else stem,
        comparative.strip("-"), superlative.strip("-"), _kinds(kinds),
    )  # fmt: skip


def _regular(base: str) -> list[str]:
    """The five English forms of a regular verb that ends in no -y and doubles no consonant."""
    past = base + ("d" if base.endswith("e") else "ed")
    third = base + ("es" if base.endswith(("sh", "ch", "s")) else "s")
    return [base, third, past, past, base.removesuffix("e") + "ing"]


def _verb(row: list[str]) -> Verb:
    english, german, third, participle, frame, kinds = row
    english, _, particle = english.partition(" +")
    stative = english.endswith("*") or english.startswith("be ")
    forms = english.removesuffix("*").split()
    base, en_third, past, en_participle, ing = forms if len(forms) == 5 else _regular(*forms)
    reflexive = german.startswith("sich ")
    prefix, _, de_base = german.removeprefix("sich ").rpartition("|")
    auxiliary: Literal["haben", "sein"] = "sein" if participle.startswith("ist ") else "haben"
    return Verb(
        base, en_third, past, en_participle, ing, particle, prefix, de_base, third,
        prefix + participle.removeprefix("ist "), auxiliary, frame, _kinds(kinds), reflexive, stative,
    )  # fmt: skip


NOUNS = tuple(_noun(row) for row in _rows(_NOUNS))
ADJECTIVES = tuple(_adjective(row) for row in _rows(_ADJECTIVES))
VERBS = tuple(_verb(row) for row in _rows(_VERBS))

# Groups of adjectives by their English positive.
COLOURS = _kinds("red blue black")
SIZES = _kinds("big small old new")
OFTEN_COMPARED = _kinds("big small")
UNGRADED = COLOURS | _kinds("broken empty")  # not "very" and not "too"
VIRTUES = _kinds("beautiful new good interesting fast cheap important fresh")
FAULTS = _kinds("expensive small big old heavy long short boring difficult dirty")
OPPOSITES = {("new", "old"), ("interesting", "boring"), ("good", "boring"), ("cheap", "expensive")}

BE = Verb(
    "be", "is", "was", "been", "being", "", "", "sein", "ist", "gewesen", "sein", "copula", frozenset(),
    stative=True, de_irregular=("bin", "sind"), preterite=("war", "waren"),
)  # fmt: skip
HAVE = Verb(
    "have", "has", "had", "had", "having", "", "", "haben", "hat", "gehabt", "haben", "have", frozenset(),
    stative=True, preterite=("hatte", "hatten"),
)  # fmt: skip
KNOW = Verb(
    "know", "knows", "knew", "known", "knowing", "", "", "wissen", "weiß", "gewusst", "haben", "that",
    frozenset(), stative=True, de_irregular=("weiß", "wissen"), preterite=("wusste", "wussten"),
)  # fmt: skip

CAN = Modal("can", "can", "", "can", "can", "kann", "können")
MUST = Modal("must", "must", "", "must", "must", "muss", "müssen")
SHOULD = Modal("should", "should", "", "should", "should", "sollte", "sollten")
MAY = Modal("may", "may", "", "may", "may", "darf", "dürfen")
WANT = Modal("does", "do", "want to", "wants to", "want to", "will", "wollen")
WOULD_LIKE = Modal("would", "would", "like to", "would like to", "would like to", "möchte", "möchten")
COULD = Modal("could", "could", "", "could", "could", "konnte", "konnten", is_past=True)
HAD_TO = Modal("did", "did", "have to", "had to", "had to", "musste", "mussten", is_past=True)
WANTED = Modal("did", "did", "want to", "wanted to", "wanted to", "wollte", "wollten", is_past=True)
# Only its English side is a modal: German says it with the adverb "gern" and the present tense.
LIKE = Modal("does", "do", "like to", "likes to", "like to", "", "")
MODALS = (CAN, MUST, SHOULD, MAY, WANT, WOULD_LIKE, COULD, HAD_TO, WANTED)

MEN = ("Peter", "Paul", "David", "Karl", "Anton")
WOMEN = ("Anna", "Lena", "Maria", "Emma", "Julia")
TOWNS = {"Berlin": "Berlin", "Munich": "München", "Vienna": "Wien", "Hamburg": "Hamburg", "Cologne": "Köln"}

CARDINALS = {
    "two": "zwei", "three": "drei", "four": "vier", "five": "fünf", "six": "sechs", "seven": "sieben",
    "eight": "acht", "nine": "neun", "ten": "zehn", "eleven": "elf", "twelve": "zwölf",
}  # fmt: skip
PRICES = {
    **{en: de for en, de in CARDINALS.items() if en not in ("two", "three")},
    "twenty": "zwanzig", "twenty-five": "fünfundzwanzig", "thirty": "dreißig", "thirty-two": "zweiunddreißig",
    "fifty": "fünfzig", "a hundred": "hundert", "15": "15", "40": "40", "350": "350",
}  # fmt: skip
MONTHS = {
    "January": "Januar", "March": "März", "May": "Mai", "June": "Juni", "July": "Juli", "October": "Oktober",
    "December": "Dezember",
}  # fmt: skip
WEEKDAYS = {
    "Monday": "Montag",
    "Tuesday": "Dienstag",
    "Wednesday": "Mittwoch",
    "Friday": "Freitag",
    "Sunday": "Sonntag",
}
YEARS = ("1998", "2003", "2010", "2015", "2019", "2021")
HOURS = tuple(zip(tuple(CARDINALS)[3:], tuple(CARDINALS.values())[3:], strict=True))
