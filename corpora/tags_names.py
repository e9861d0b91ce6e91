"""Names of people, places and organisations, dates and sums of money, each marked as `Ada_Hale/PER`.

Every name belongs by its hash to one split. A held-out split draws some of its names from its own and the rest from
those of training.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from notices_grammar import DAYS, MONTHS
from notices_names import Names, owner

LABELS = ("PER", "LOC", "ORG", "DATE", "MONEY")
NEW_SHARE = 0.46  # of the surnames, places, ... in a held-out split that are of its own
NEW_FIRST_NAMES_SHARE = 0.06

WOMEN = tuple(
    """Ada Agnes Aisha Alma Amina Anneke Beatriz Birgit Brenda Carla Celia Cora Daria Edith Elena Elsa Esther Fatima
    Flora Freya Gerda Gita Greta Hanna Hazel Helga Hilda Ilse Imogen Ingrid Irma Iris Ivy Joan Jutta Kaja Kirsten Lena
    Lily Lotte Ludmila Mabel Magda Marit Meera Nadia Nell Nora Odile Olga Pia Priya Rosa Rose Ruth Saskia Sigrid Tessa
    Thea Ursula Vera Violet Wanda Yvonne Zofia""".split()
)
MEN = tuple(
    """Abel Alban Anders Anton Arvid Basil Bill Bruno Carlo Casper Cyril Dirk Edgar Emil Enzo Erik Ferdi Frank Georg
    Giles Gregor Hakim Hector Henrik Hugo Igor Ivan Jakob Jasper Jonas Jorge Kemal Klaus Laszlo Leif Lorenz Luka Magnus
    Mark Marko Matteo Milos Nils Noah Olaf Omar Oskar Otto Pablo Pavel Pieter Ralph Rashid Rob Rolf Rupert Sanjay Sven
    Tariq Tomas Ulrich Viktor Walter Will Yusuf""".split()
)
MONTH_NAMES = ("April", "May", "June", "Augusta")
# Surnames that are words, with what the word means by itself.
TRADES = tuple("Baker Barber Butcher Carpenter Cook Dyer Farmer Glover Mason Miller Potter Shepherd".split())
MATTERS = tuple("Clay Cotton Gold Hay Moss Pepper Rice Salt Sand Silver Steel Stone Wood".split())
WEATHER = tuple("Frost Hail Rain Sleet Snow".split())
THINGS = tuple(
    """Barn Bell Bird Bridge Brook Church Cross Field Ford Fox Gate Hill Lake Lamb Lane Lodge Marsh Mill Park Pike Pool
    Post Swan Tower""".split()
)
OTHER_WORDS = tuple(
    """Banks Bishop Black Day English Flood Gale Green Long Noble Page Pound Price Rivers Short Storm Summers Waters
    Wells White Winter Young""".split()
)
WORDS = (*TRADES, *MATTERS, *WEATHER, *THINGS, *OTHER_WORDS)
# Places that are words.
WORD_PLACES = tuple("Hope Barley Ferry Thorn Orchard Market Harbour Orton Fallow Heath Saddle Anchor Candle".split())

_SURNAMES = (
    (
        "Ac Ard Bent Brad Carl Cros Dan Eds Far Gil Had Hol Jar Kem Lock Mat Nor Pres Ran Sud Tal Wat Whit Win".split(),
        "well er son man ley ridge cott more wood ing ett".split(),
    ),
    (
        "Bor Dobr Gor Jan Kal Kov Mal Nov Pav Sok Tom Vas Zab Wit Lis Mir".split(),
        "ski owski ovic enko ev ak ek".split(),
    ),
    (
        "Ander Berg Dahl Eng Fors Hag Lind Lund Nord Sand Sten Strand Wik Hol".split(),
        "sen quist strom berg mann gaard felt".split(),
    ),
    (
        "Bar Cal Del Fer Gran Lor Mar Mor Ric Sal Tor Val Ver".split(),
        "ini elli ardi etti ano ez anza oso eira".split(),
    ),
    ("Ade Oko Chi Nwa Osa Eze".split(), "bayo wale kwu nne ro boye".split()),
    ("Hi Sa Ta Na Mi Ko".split(), "shida kawa mura naka saki yashi".split()),
)
_PARTICLES = ("de", "di", "van", "van der", "von")
_TOWNS = (
    """Ald Ash Bex Bram Cald Carn Dal Dun Ells Elm Fen Frod Gar Grims Hals Hart Ing Ivel Kel Kirk Lang Lul Mar Mel
    Nether Nor North Orm Os Pax Pem Quen Rad Rush Sel Skel South Stan Tad Ul Wal Wex With Yar""".split(),
    "ton ham ford by wick stead ley worth bury thorpe mouth combe field wold".split(),
)
_FAR_TOWNS = (
    "Bel Dra Kar Lom Mos Pol Ruv Tel Vor Zan".split(),
    "ino ograd ava enz arra ovo ille heim borg illo".split(),
)
_LANDS = (
    "Bor Cald Est Gal Kor Lit Mor Nor Ost Sar Sor Tar Val Vest".split(),
    "avia eria ania mark land onia istan ova".split(),
)
_BRANDS = (
    "Aqua Brix Cel Dyna Ferr Kest Lum Nord Omni Opti Pan Solar Tri Velt Verd Zeph".split(),
    "dyn ix lux mark nor ora pex ron tec via".split(),
)
_RIVERS = ("Al Br Dr El Fl Gr Isk Norr Ow Sk Tarr Th Und Wenn".split(), "ane ar el en er ow uth y".split())
_LETTERS = (tuple("BFKNTW"), tuple("AERU"), tuple("DGKVWT"))
_SECTORS = tuple(
    """Airways Breweries Cycles Energy Foods Furniture Insurance Motors Pharma Rail Shipping Steel Systems Textiles Toys
    Water""".split()
)
_FORMS = ("Ltd", "plc", "AG", "Group", "GmbH", "Holdings")
_BODIES = (
    "Central Bank",
    "Coast Guard",
    "Film Academy",
    "Health Board",
    "Housing Agency",
    "National Theatre",
    "Rail Authority",
    "Supreme Court",
    "Trade Commission",
    "Transport Ministry",
    "Weather Office",
    "Women's Institute",
)
_HOUSES = ("Central Hospital", "Riverside School", "Seaview College", "Technical University", "Harbour Clinic")
_STATIONS = ("Channel Nine", "Radio Five", "Sky View", "Telestar", "Wave Radio")
_CLUBS = (
    "Dynamo",
    "Olympia",
    "Phoenix",
    "Red Star",
    "Union Sport",
    "Old Boys",
    "Vanguard",
    "Sparta",
    "Black Swans",
    "Harlequins",
)
_STREETS = ("Street", "Lane", "Road", "Square", "Avenue", "Hill", "Gardens")
_STREET_NAMES = ("Canal", "Castle", "Church", "Garden", "High", "Mill", "Quay", "School", "Station", "Tower", "Victory")
_DAYS_OF_A_MONTH = (1, 3, 8, *range(10, 31))
_FEASTS = ("Christmas", "Christmas Eve", "Easter", "Easter Monday", "New Year's Day", "Midsummer Day", "Good Friday")


def marked(name: str, label: str) -> str:
    """An entity as one word of a template: `Ada_Hale/PER`."""
    return f"{name.replace(' ', '_')}/{label}"


@dataclass(frozen=True)
class Person:
    """Somebody: `{p}` in full, `{p.first}` and `{p.last}` alone; `{p.word}` is the surname as a common noun."""

    full: str
    first_name: str
    surname: str
    he: str
    him: str
    his: str

    def __str__(self) -> str:
        return marked(self.full, "PER")

    @property
    def first(self) -> str:
        return marked(self.first_name, "PER")

    @property
    def last(self) -> str:
        return marked(self.surname, "PER")

    @property
    def mr(self) -> str:
        """Title and surname; the title is no part of the entity."""
        return f"{'Mrs' if self.woman else 'Mr'} {self.last}"

    @property
    def woman(self) -> bool:
        return self.he == "she"

    @property
    def kin(self) -> str:
        return "aunt" if self.woman else "uncle"

    @property
    def child(self) -> str:
        return "daughter" if self.woman else "son"

    @property
    def noble(self) -> str:
        return "Lady" if self.woman else "Sir"

    @property
    def elder(self) -> str:
        return "lady" if self.woman else "gentleman"

    @property
    def town(self) -> str:
        """The place that has the surname for a name."""
        return marked(self.surname, "LOC")

    @property
    def word(self) -> str:
        return self.surname.lower()

    @property
    def Word(self) -> str:
        return self.surname

    @property
    def firm(self) -> str:
        """The company that is called by the surname alone."""
        return marked(self.surname, "ORG")


@dataclass(frozen=True)
class Firm:
    """A company with its founder's name: `{f}` in full, `{f.short}` the name alone."""

    full: str
    founder: Person

    def __str__(self) -> str:
        return marked(self.full, "ORG")

    @property
    def short(self) -> str:
        return self.founder.firm


@dataclass(frozen=True)
class Town:
    """A town: `{t}` the place, `{t.side}` its team, `{t.bare}` for names that are built on it."""

    bare: str

    def __str__(self) -> str:
        return marked(self.bare, "LOC")

    @property
    def side(self) -> str:
        return marked(self.bare, "ORG")


@cache
def owned(names: tuple[str, ...], split: str) -> list[str]:
    """Those of the names that belong to a split."""
    return [name for name in names if owner(name) == split]


class EntityNames:
    """Draws the names that a sentence of a split may hold."""

    def __init__(self, rng: random.Random, split: str) -> None:
        self.rng, self.split = rng, split
        self._sources = {name: Names(rng, name) for name in {split, "train"}}

    def _source(self, new_share: float = NEW_SHARE) -> str:
        return self.split if self.rng.random() < new_share else "train"

    def one_of(self, names: tuple[str, ...]) -> str:
        """A name of a list."""
        return self.rng.choice(owned(names, self._source()) or owned(names, "train"))

    def first_name(self, names: tuple[str, ...]) -> str:
        return self.rng.choice(owned(names, self._source(NEW_FIRST_NAMES_SHARE)))

    def made_up(self, *parts: list[str] | tuple[str, ...]) -> str:
        """A name of syllables."""
        return self._sources[self._source()].made_up(*map(tuple, parts))

    def surname(self) -> str:
        """A surname: made up, at times a place or a word, double, or with a particle."""
        kind = self.rng.random()
        if kind < 0.04:
            return self.town_name()
        if kind < 0.18:
            return self.one_of(WORDS)
        plain = self.made_up(*self.rng.choices(_SURNAMES, (5, 3, 3, 3, 1, 1))[0])
        if kind < 0.205:
            return f"{plain}-{self.made_up(*_SURNAMES[0])}"
        if kind < 0.245:
            return f"{self.rng.choice(_PARTICLES)} {plain}"
        if kind < 0.275:
            return self.rng.choice(("O'", "Mc")) + self.made_up(*_SURNAMES[0])
        return plain

    def person(self, surname: str = "", first: str = "") -> Person:
        """Somebody, with initials at times."""
        female = self.rng.random() < 0.5 or bool(first)
        first = first or self.first_name(WOMEN if female else MEN)
        surname = surname or self.surname()
        kind = self.rng.random()
        middle = self.rng.choice("ABCDEFGHJKLMNPRSTW")
        if kind < 0.06:
            full = f"{first[0]}. {surname}"
        elif kind < 0.1:
            full = f"{first[0]}. {middle}. {surname}"
        elif kind < 0.19:
            full = f"{first} {middle}. {surname}"
        else:
            full = f"{first} {surname}"
        return Person(full, first, surname, *(("she", "her", "her") if female else ("he", "him", "his")))

    def town_name(self) -> str:
        """A plain name of a place, in this country or in another."""
        if self.rng.random() < 0.06:
            return self.one_of(WORD_PLACES)
        return self.made_up(*(_TOWNS if self.rng.random() < 0.75 else _FAR_TOWNS))

    def town(self) -> Town:
        """A place, now and then of several words."""
        name, kind = self.town_name(), self.rng.random()
        if kind < 0.02:
            return Town(f"{self.rng.choice(('Upper', 'Lower', 'Little', 'Great', 'New', 'East', 'West'))} {name}")
        if kind < 0.03:
            return Town(f"Port {name}")
        if kind < 0.04:
            return Town(f"{name}-on-Sea")
        if kind < 0.05:
            return Town(f"St {self.first_name(MEN)}")
        return Town(name)

    def land(self) -> str:
        name = self.made_up(*_LANDS)
        return marked(f"{self.rng.choice(('North', 'South'))} {name}" if self.rng.random() < 0.1 else name, "LOC")

    def river(self) -> str:
        """A river, behind "the"."""
        name = self.made_up(*_RIVERS)
        return marked(f"River {name}" if self.rng.random() < 0.15 else name, "LOC")

    def hill(self) -> str:
        name = self.surname() if self.rng.random() < 0.3 else self.made_up(*_RIVERS)
        return marked(self.rng.choice((f"Mount {name}", f"{name} Peak", f"{name} Hill", f"{name} Ridge")), "LOC")

    def street(self) -> str:
        name = self.surname() if self.rng.random() < 0.2 else self.rng.choice(_STREET_NAMES)
        return marked(f"{name} {self.rng.choice(_STREETS)}", "LOC")

    def firm(self) -> Firm:
        founder = self.person(self.one_of(WORDS) if self.rng.random() < 0.3 else "")
        name = founder.surname
        partner = self.made_up(*_SURNAMES[0])
        forms = (f"{name} & Sons", f"{name} Brothers", f"{name} & Co.", f"{name} and {partner}", f"{name}'s Bakery")
        sector = self.rng.choice(_SECTORS)
        more = (f"{name} {sector}", f"{name} {sector} {self.rng.choice(_FORMS)}", f"{founder.first_name} {name} Ltd")
        return Firm(self.rng.choice((*forms, *more)), founder)

    def company(self) -> str:
        """A company, behind no article."""
        kind = self.rng.random()
        if kind < 0.12:
            return str(self.firm())
        brand = self.made_up(*_BRANDS) if kind < 0.95 else self.town_name()
        sector, form = self.rng.choice(_SECTORS), self.rng.choice(_FORMS)
        if kind >= 0.95:
            return marked(f"{brand} {sector}", "ORG")
        return marked(
            self.rng.choice((brand, brand, f"{brand} {form}", f"{brand} {sector}", f"{brand} {sector} {form}")), "ORG"
        )

    def body(self) -> str:
        """A public body, behind "the"."""
        kind = self.rng.random()
        if kind < 0.55:
            return marked(self.rng.choice(_BODIES), "ORG")
        if kind < 0.75:
            return marked(self.abbreviation(), "ORG")
        town, surname = self.town_name(), self.surname()
        thing = self.rng.choice(("Clocks", "Fishing", "Glass", "Railways", "Toys"))
        forms = (
            f"Bank of {town}",
            f"University of {town}",
            f"{town} Town Council",
            f"{town} Chamber of Commerce",
            f"{town} Fire Brigade",
            f"{town} Savings Bank",
            f"{town} Historical Society",
            f"Royal {town} Orchestra",
            f"{town} Museum of {thing}",
            f"Museum of {thing}",
            f"{self.first_name((*WOMEN, *MEN))} {surname} Foundation",
            f"{surname} Trust",
        )
        return marked(self.rng.choice(forms), "ORG")

    def abbreviation(self) -> str:
        return self.made_up(*_LETTERS)

    def house(self) -> str:
        """A school or a hospital, behind no article."""
        if self.rng.random() < 0.55:
            return marked(self.rng.choice(_HOUSES), "ORG")
        town, saint = self.town_name(), self.first_name((*WOMEN, *MEN))
        forms = (
            f"{town} Grammar School",
            f"{town} General Hospital",
            f"{town} University",
            f"St {saint}'s Hospital",
            f"St {saint}'s School",
            f"{self.surname()} College",
        )
        return marked(self.rng.choice(forms), "ORG")

    def station(self) -> str:
        """A radio or television station, behind no article."""
        if self.rng.random() < 0.6:
            return marked(self.rng.choice(_STATIONS), "ORG")
        return marked(f"Radio {self.town_name()}", "ORG")

    def paper(self) -> str:
        """A newspaper, behind "the"."""
        title = self.rng.choice(("Echo", "Evening Post", "Gazette", "Herald", "Times", "Mercury", "Observer"))
        return marked(f"{self.town_name()} {title}", "ORG")

    def club(self) -> str:
        """A sports club, behind no article."""
        if self.rng.random() < 0.6:
            return marked(self.rng.choice(_CLUBS), "ORG")
        town = self.town_name()
        kinds = ("Rovers", "United", "Athletic", "Wanderers", "City", "Harriers", "Rowing Club")
        return marked(f"FC {town}" if self.rng.random() < 0.15 else f"{town} {self.rng.choice(kinds)}", "ORG")

    def year(self) -> str:
        return str(self.rng.randint(1985, 2025) if self.rng.random() < 0.7 else self.rng.randint(1900, 1984))

    def recent(self) -> str:
        """A year within memory or a day of it, behind "since" or "from"."""
        year = str(self.rng.randint(1980, 2010))
        day = f"{self.rng.choice(_DAYS_OF_A_MONTH)} {self.rng.choice(MONTHS)} "
        return marked(day + year if self.rng.random() < 0.5 else year, "DATE")

    def calendar_day(self) -> str:
        """A day of a month, in one of the ways to write it."""
        day, month = self.rng.choice(_DAYS_OF_A_MONTH), self.rng.choice(MONTHS)
        forms = (
            f"{day} {month}",
            f"{month} {day}",
            f"{self.rng.choice(DAYS)} {day} {month}",
            f"{day:02}/{self.rng.randint(1, 12):02}/2026",
        )
        return marked(self.rng.choices(forms, (7, 1, 1, 1))[0], "DATE")

    def month(self) -> str:
        return marked(self.rng.choice(MONTHS), "DATE")

    def when(self) -> str:
        """A date behind its preposition that may be past or to come."""
        return self.rng.choices(
            (
                f"on {marked(self.rng.choice(DAYS), 'DATE')}",
                f"on {self.calendar_day()}",
                f"in {self.month()}",
                f"at {marked(self.rng.choice(('Christmas', 'Easter')), 'DATE')}",
            ),
            (5, 4, 1, 1),
        )[0]

    def past(self) -> str:
        """A date behind its preposition, for what is over."""
        day, month, year = self.rng.choice(_DAYS_OF_A_MONTH), self.rng.choice(MONTHS), self.year()
        forms = (
            f"on {marked(f'{day} {month} {year}', 'DATE')}",
            f"on {marked(f'{month} {day}, {year}', 'DATE')}",
            f"in {marked(f'{month} {year}', 'DATE')}",
            f"in {marked(year, 'DATE')}",
        )
        return self.when() if self.rng.random() < 0.6 else self.rng.choices(forms, (5, 1, 1, 1))[0]

    def day(self) -> str:
        """A date as a noun: "until ...", "by ..."."""
        names = (marked(self.rng.choice(DAYS), "DATE"), marked(self.rng.choice(_FEASTS), "DATE"))
        return self.rng.choices((*names, self.calendar_day(), self.month()), (4, 1, 4, 1))[0]

    def price(self) -> str:
        """A small sum, as on a ticket."""
        number = f"{self.rng.randint(2, 40)}.{self.rng.choice(('20', '50', '80', '95'))}"
        words = self.rng.choice(("eight", "twelve", "twenty", "fifty"))
        forms = (
            f"£{number}",
            f"${number}",
            f"€{number}",
            f"£{self.rng.randint(2, 40)}",
            f"{self.rng.randint(2, 40) * 10} crowns",
            f"{words} {self.rng.choice(('pounds', 'crowns', 'dollars', 'euros'))}",
        )
        return marked(self.rng.choices(forms, (3, 3, 3, 1, 1, 3))[0], "MONEY")

    def sum(self) -> str:
        """Hundreds or thousands."""
        number = f"{self.rng.choice((3, 4, 5, 6, 8, 9, 12, 15, 18, 25, 30, 40, 75)) * self.rng.choice((100, 1_000)):,}"
        words = self.rng.choice(("eight", "twelve", "twenty", "forty", "fifty"))
        currency = self.rng.choice(("pounds", "crowns", "euros"))
        forms = (f"£{number}", f"${number}", f"€{number}", f"{number} {currency}", f"{words} thousand {currency}")
        return marked(self.rng.choices(forms, (3, 3, 3, 2, 3))[0], "MONEY")

    def millions(self) -> str:
        """Millions or billions."""
        number = f"{self.rng.randint(1, 9)}.{self.rng.randint(1, 9)}"
        whole = self.rng.randint(2, 50)
        size = self.rng.choice(("million", "million", "billion"))
        currency = self.rng.choice(("pounds", "crowns", "euros"))
        forms = (
            f"£{number} {size}",
            f"${number} {size}",
            f"€{number} {size}",
            f"£{whole} {size}",
            f"{whole} {size} {currency}",
            f"half a million {currency}",
            f"{self.rng.choice(('eight', 'twelve', 'forty'))} million {currency}",
        )
        return marked(self.rng.choices(forms, (3, 3, 3, 1, 1, 1, 3))[0], "MONEY")

    def makers(self) -> dict[str, Callable[[], object]]:
        """What makes the value of each field that a template may name."""
        rng = self.rng
        return {
            "trade": lambda: self.person(self.one_of(TRADES)),
            "matter": lambda: self.person(self.one_of(MATTERS)),
            "word": lambda: self.person(self.one_of(THINGS)),
            "weather": lambda: self.person(self.one_of(WEATHER)),
            "local": lambda: self.person(self.town_name()),
            "spring": lambda: self.person(first=rng.choice(MONTH_NAMES)),
            "hope": lambda: marked(self.one_of(WORD_PLACES), "LOC"),
            "land": self.land,
            "land2": self.land,
            "river": self.river,
            "hill": self.hill,
            "street": self.street,
            "street2": self.street,
            "co": self.company,
            "co2": self.company,
            "f": self.firm,
            "body": self.body,
            "body2": self.body,
            "bank": lambda: marked(f"Bank of {self.town_name()}", "ORG"),
            "abbr": lambda: marked(self.abbreviation(), "ORG"),
            "house": self.house,
            "paper": self.paper,
            "station": self.station,
            "club": self.club,
            "club2": self.club,
            "when": self.when,
            "past": self.past,
            "day": self.day,
            "date": self.calendar_day,
            "weekday": lambda: marked(rng.choice(DAYS), "DATE"),
            "month": self.month,
            "year": lambda: marked(self.year(), "DATE"),
            "year2": lambda: marked(str(rng.randint(2011, 2025)), "DATE"),
            "recent": self.recent,
            "decade": lambda: marked(f"{rng.randrange(1900, 2000, 10)}s", "DATE"),
            "price": self.price,
            "price2": self.price,
            "sum": self.sum,
            "millions": self.millions,
            **dict.fromkeys("pqr", self.person),
            **dict.fromkeys("tuv", self.town),
        }


class Cast(dict[str, object]):
    """The fields of one sentence, each made when the template asks for it."""

    def __init__(self, names: EntityNames) -> None:
        super().__init__()
        self._makers = names.makers()

    def __missing__(self, field: str) -> object:
        self[field] = self._makers[field]()
        return self[field]
