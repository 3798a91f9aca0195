"""Files go in on two days: does `why` say the mean of the days beside today's count?"""

from __future__ import annotations

from bot.commands.why import explanation_of
from bot.render import Renderer
from bot.sandbox.markup import parse_html
from bot.screens.plan import why_screen
from settings import ZONE
from tests.db.intake.made import make_csv
from tests.journeys.installation import Installation

HEADER = ("Địa chỉ thư", "Đơn vị", "Trạng thái", "Lần đăng nhập cuối")
WHO = ("a", "b", "c", "d")


def deliver(installation: Installation, day: str, used: int) -> None:
    """Four mailboxes, of which so many were used that day, and the others long ago."""
    year, month, number = day.split("-")
    rows = [
        (
            f"{name}.binhkhanh@tphcm.gov.vn", "UBND xã Bình Khánh", "Hoạt động",
            f"{number}/{month}/{year}" if at < used else "04/01/2021",
        )
        for at, name in enumerate(WHO)
    ]  # fmt: skip
    path = make_csv(installation.folder / f"hop_thu_{day}.csv", [HEADER, *rows])
    installation.must("import", path, "--day", day)
    installation.must("check", "--at", f"{day}T17:00")


def test_the_years_figure_of_the_mailboxes_is_the_mean_of_its_days(
    installation: Installation,
) -> None:
    for day, used in (("2021-03-22", 4), ("2021-03-23", 3), ("2021-03-24", 1)):
        deliver(installation, day, used)
    answer = installation.answer("why", "xa_binh_khanh", "mailboxes")
    assert (answer["numerator"], answer["denominator"]) == (1, 4)
    assert answer["readings"] == [
        {"name": "as_counted", "numerator": 1, "denominator": 4},
        {"name": "mean_of_the_year", "numerator": 2, "denominator": 3, "value": "66.67",
         "days": 3, "since": "2021-03-22"},
    ]  # fmt: skip
    lines = installation.must("why", "xa_binh_khanh", "mailboxes").out.splitlines()
    assert "  mean_of_the_year: 66.67 % in 3 days" in lines

    with installation.house() as house:
        why = explanation_of(house, "xa_binh_khanh", "mailboxes", None)
        renderer = Renderer(house.targets, ZONE)
    screen = why_screen(why, (), sees_items=False)
    for language, words in (
        ("vi", "Bình quân năm: 66,67% (trung bình 3 ngày làm việc có số liệu, từ 22/03/2021)"),
        ("en", "Mean of the year: 66.67% (of 3 working days with data, from 22/03/2021)"),
    ):
        plain, _entities = parse_html(renderer.render(language, screen.template, screen.facts))
        assert words in plain.splitlines()
