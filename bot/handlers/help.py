"""What can the bot do for this person, and in which language?"""

from __future__ import annotations

from bot.access import Visit, reply
from bot.ask import ask, tell
from bot.buttons.callbacks import ChooseLanguage
from bot.menu import set_menu
from bot.questions.thresholds import may_set
from bot.render import LANGUAGES
from bot.screens import plan as screens
from db import people

NAMES = {"vi": "Tiếng Việt", "en": "English"}


async def help_command(visit: Visit, _words: list[str]) -> None:
    house = visit.bot_house.house
    targets = house.targets_on(visit.today)
    sets = await ask(house, may_set, house, visit.caller.person.id, visit.today)
    for_some = ("due", "absence", "people", "calendar")
    facts = {
        "own": bool(visit.home_units()),
        "items": visit.may("items") or any(visit.keeps(target) for target in targets),
        **{action: visit.may(action) for action in for_some},
        "thresholds": visit.may("thresholds") and sets,
    }
    await reply(visit, screens.Screen(template="help", facts=facts))


async def unknown_command(visit: Visit, _words: list[str]) -> None:
    await reply(visit, screens.Screen(template="not_understood"))


async def language_command(visit: Visit, words: list[str]) -> None:
    """/language [vi or en]"""
    if words and words[0].lower() in LANGUAGES:
        await _choose(visit, words[0].lower())
    else:
        await reply(visit, screens.language_screen(NAMES))


async def language_button(visit: Visit, button: ChooseLanguage) -> None:
    if button.language in LANGUAGES:
        await _choose(visit, button.language)


async def _choose(visit: Visit, language: str) -> None:
    person = visit.caller.person
    await tell(visit.bot_house.house, people.set_language, person.id, language)
    changed = visit.in_language(language)
    await reply(changed, screens.Screen(template="language_set"))
    await set_menu(visit.bot, visit.bot_house, changed.caller, visit.today)
