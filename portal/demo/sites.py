"""What is metered in the demo contracts, as plain data; each state that a page can show has its row."""

from dataclasses import dataclass
from typing import Literal

Season = Literal["steady", "heated", "cooled", "lit"]

# share of the mean month, January to December
SEASONS: dict[Season, tuple[float, ...]] = {
    "steady": (1.02, 0.97, 1.01, 0.99, 0.98, 1.0, 1.01, 0.99, 1.0, 1.02, 1.0, 1.01),
    "heated": (1.19, 1.14, 1.06, 0.97, 0.89, 0.85, 0.84, 0.86, 0.92, 1.01, 1.1, 1.17),
    "cooled": (0.94, 0.91, 0.93, 0.96, 1.05, 1.14, 1.22, 1.19, 1.05, 0.95, 0.92, 0.96),
    "lit": (1.5, 1.3, 1.1, 0.85, 0.65, 0.52, 0.56, 0.75, 0.95, 1.2, 1.4, 1.55),
}


@dataclass(frozen=True)
class Scale:
    """A register: its reading of the last closed period, and its share of the meter's energy."""

    last: str
    share: float = 1
    zone: str = ""
    energy: str = "A+"


@dataclass(frozen=True)
class Ratio:
    """Ктт and Ктн in force since so many months ago (None: since the contract began)."""

    current: int
    voltage: int = 1
    months_ago: int | None = None


@dataclass(frozen=True)
class Point:
    """A metering point and its meter; ``month`` is the mean energy of a month in kWh."""

    name: str
    level: str
    power: int
    serial: str
    type_name: str
    month: int
    scales: tuple[Scale, ...]
    season: Season = "steady"
    digits: tuple[int, int] = (6, 2)
    ratios: tuple[Ratio, ...] = ()
    loss_percent: str = "0"
    loss_kwh: str = "0"
    transit: str = ""
    faulty: bool = False
    due: Literal["far", "soon", "expired"] = "far"
    silent_months: int = 0
    """How many of the last closed periods have no reading."""
    new: bool = False
    """Set up this month: no reading of any earlier period."""
    rejected_months_ago: int = 0
    typed: bool = False
    """The current period's reading is typed, but not sent."""
    sent: bool = False
    """The current period's reading is sent and waits for acceptance."""


@dataclass(frozen=True)
class Site:
    """A facility."""

    name: str
    address: str
    points: tuple[Point, ...]


STORE = Site(
    "Склад № 2, корпус А",
    "Москва, ул. Лобненская, 18",
    (
        Point(
            "ввод 1",
            "СН2",
            150,
            "31877102",
            "Меркурий 234 ART",
            19_300,
            (Scale("14822.40"),),
            season="heated",
            ratios=(Ratio(60), Ratio(80, months_ago=14)),
            typed=True,
        ),
        Point("ввод 2", "СН2", 150, "31877103", "Меркурий 234 ART", 28_900, (Scale("10115.00"),), ratios=(Ratio(80),)),
        Point("компрессорная", "НН", 15, "32104477", "СЭТ-4ТМ.03М", 241, (Scale("99871.2"),), digits=(5, 1)),
        Point(
            "наружное освещение", "НН", 5, "30055418", "ЦЭ6803В", 92, (Scale("2810.0"),), "lit", (6, 1), due="expired"
        ),
        Point(
            "насосная",
            "НН",
            10,
            "30055427",
            "ЦЭ6803В",
            310,
            (Scale("14476.3"),),
            digits=(6, 1),
            faulty=True,
            silent_months=2,
        ),
    ),
)
SHOP = Site(
    "Магазин «На Ленинском»",
    "Москва, Ленинский пр-т, 72",
    (
        Point(
            "торговый зал",
            "НН",
            80,
            "29440016",
            "Меркурий 230 ART",
            12_400,
            (Scale("41205.8", 0.68, "T1"), Scale("18377.1", 0.32, "T2")),
            season="cooled",
            digits=(6, 1),
            ratios=(Ratio(40),),
        ),
        Point(
            "холодильное оборудование",
            "НН",
            60,
            "11072893",
            "ПСЧ-4ТМ.05МК",
            9_100,
            (Scale("7310.46", 0.24, "T1"), Scale("9655.02", 0.33, "T2"), Scale("12480.91", 0.43, "T3")),
            season="cooled",
            ratios=(Ratio(30),),
            due="soon",
        ),
        Point(
            "кафе «Бодрость»",
            "НН",
            15,
            "29440031",
            "Меркурий 230 AM",
            1_450,
            (Scale("63018.50"),),
            transit="ИП Соколова Е. В.",
        ),
    ),
)
OFFICE = Site(
    "Офис, Научный проезд",
    "Москва, Научный пр-д, 8",
    (
        Point(
            "ВРУ-1",
            "НН",
            50,
            "33650208",
            "Меркурий 234 ART",
            6_100,
            (Scale("9044.17"), Scale("2816.33", 0.31, energy="R+")),
            season="heated",
            ratios=(Ratio(20),),
            loss_percent="1.5",
            rejected_months_ago=2,
        ),
        Point("серверная", "НН", 20, "41902655", "Меркурий 234 ART", 3_400, (Scale("0"),), new=True),
    ),
)
FACTORY = Site(
    "Производственная площадка, Подольск",
    "Московская обл., Подольск, ул. Комсомольская, 1",
    (
        Point(
            "ПС № 118, РУ-35 кВ, ввод Т-1",
            "СН1",
            2_500,
            "0812101873",
            "СЭТ-4ТМ.03М",
            640_000,
            (Scale("1204.6318"), Scale("402.1177", 0.33, energy="R+"), Scale("18.2040", 0.012, energy="R-")),
            digits=(5, 4),
            ratios=(Ratio(60, 350),),
            loss_percent="0.84",
        ),
        Point(
            "РУ-10 кВ, ячейка 4",
            "СН2",
            800,
            "0812101926",
            "СЭТ-4ТМ.03М",
            182_000,
            (Scale("3377.9120"), Scale("1190.0451", 0.36, energy="R+")),
            digits=(5, 4),
            ratios=(Ratio(30, 100), Ratio(40, 100, months_ago=9)),
            loss_percent="1.8",
            loss_kwh="120",
            sent=True,
        ),
        Point(
            "щит 0,4 кВ, собственные нужды",
            "НН",
            40,
            "35518807",
            "Меркурий 234 ART",
            5_200,
            (Scale("16920.55"),),
            "heated",
            ratios=(Ratio(10),),
        ),
        Point(
            "базовая станция",
            "НН",
            12,
            "35518812",
            "Меркурий 230 ART",
            2_150,
            (Scale("71344.20"),),
            transit="ПАО «Связь-Регион»",
        ),
    ),
)

_BRANCHES = (
    "ул. Перерва, 43",
    "ул. Люблинская, 169",
    "Алтуфьевское ш., 70",
    "ул. Бутлерова, 24",
    "Варшавское ш., 97",
    "ул. Декабристов, 12",
    "Каширское ш., 61",
    "ул. Митинская, 40",
    "пр-т Мира, 211",
    "ул. Профсоюзная, 129",
    "Рублёвское ш., 62",
    "Щёлковское ш., 100",
)
BRANCHES = tuple(
    Site(
        f"Пункт выдачи № {number:02d}",
        f"Москва, {address}",
        (
            Point(
                "ВРУ",
                "НН",
                25,
                f"{37_204_100 + number * 7}",
                "Меркурий 234 ART",
                1_500 + 140 * number,
                (Scale(f"{52_000 + 3_117 * number}.{10 + number}"),),
                "cooled" if number % 3 else "heated",
            ),
        ),
    )
    for number, address in enumerate(_BRANCHES, 1)
)
BAKERY = (
    Site(
        "Хлебозавод № 5",
        "Москва, Дмитровское ш., 46",
        (
            Point(
                "ТП-5012, РУ-10 кВ",
                "СН2",
                400,
                "0810077315",
                "ПСЧ-4ТМ.05МК",
                96_000,
                (Scale("2210.355"),),
                digits=(5, 3),
                ratios=(Ratio(20, 100),),
            ),
            Point(
                "печной цех",
                "НН",
                120,
                "28811640",
                "Меркурий 230 ART",
                21_000,
                (Scale("18740.3"),),
                digits=(6, 1),
                ratios=(Ratio(40),),
                sent=True,
            ),
        ),
    ),
    Site(
        "Пекарня на Дубнинской",
        "Москва, ул. Дубнинская, 17",
        (Point("ВРУ", "НН", 30, "28811652", "Меркурий 230 ART", 4_300, (Scale("126904.8"),), "heated", (6, 1)),),
    ),
)
UNBOUND = (
    Site(
        "Автосервис на Варшавке",
        "Москва, Варшавское ш., 170",
        (Point("ВРУ", "НН", 45, "36640017", "Меркурий 234 ART", 3_900, (Scale("98311.62"),), "heated"),),
    ),
)
