"""How is the demo run? Sets the stage, opens the page, plays a morning at each press."""

from __future__ import annotations

import asyncio
import io
import logging
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from alerts.daemon import Rhythm, run_daemon
from alerts.house import House
from bot.commands.opening import open_house
from bot.demo import stage
from bot.demo.cast import HEAD
from bot.demo.clock import DemoClock
from bot.demo.days import at
from bot.demo.guide import describe
from bot.demo.mornings import MORNING, Mornings
from bot.demo.story import FIRST_MORNING
from bot.running import run_bot
from bot.sandbox.actions import Progress
from bot.sandbox.server import PageAction, Sandbox
from settings import ZONE, Settings

PORT = 8155
FOLDER = "var/demo"
# Early enough for the first files to be taken before the check of 07:30, also on a slow machine.
STARTS = at(FIRST_MORNING, 7, 20).replace(tzinfo=ZONE)
# Somebody sits and waits for each morning: everything is looked at more often than usual.
RHYTHM = Rhythm(watch=0.3, sweep=0.5)
END_WITHIN = 8.0  # seconds, of the ten that a stop may take

Say = Callable[[str], None]


class DemoBroken(Exception):
    """A part of the demo ended by itself; the message says which and why."""


def demo(settings: Settings, port: int = PORT, folder: Path | None = None) -> int:
    """Runs until Ctrl-C or SIGTERM; answers the exit code, 0 for such an end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese shows ?
    console = Console(highlight=False, soft_wrap=True)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    _log_only_troubles()
    try:
        asyncio.run(_until_a_signal(settings, port, folder, console))
    except (stage.StageTaken, DemoBroken, TimeoutError) as error:
        errors.print(f"dunghen: {error}", markup=False)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _log_only_troubles() -> None:
    """The terminal belongs to the address of the page: what goes well is not told there."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


async def _until_a_signal(
    settings: Settings, port: int, folder: Path | None, console: Console
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:  # Windows: the signal comes between two steps of the loop
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    steps = 4 + len(stage.HISTORY)
    with bar:
        task = bar.add_task("", total=steps)

        def say(text: str) -> None:
            bar.update(task, description=text)
            bar.advance(task)
            console.print(text, markup=False)

        def ready(url: str) -> None:
            bar.stop()
            console.print(f"\nMở trình duyệt: {url}\nOpen this address in a browser: {url}\n")
            console.print("Ctrl-C để kết thúc / ends the demo", markup=False)

        await run_demo(settings, port=port, folder=folder, stop=stop, say=say, ready=ready)


async def run_demo(
    settings: Settings,
    *,
    port: int = 0,
    folder: Path | None = None,
    stop: asyncio.Event,
    say: Say = lambda _text: None,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """The whole demo, in this process, until `stop`; then ends within ten seconds.

    `ready` gets the address of the chat page when the first morning's messages are there. Raises
    StageTaken where folder or port cannot be had, DemoBroken where a part of it fails.
    """
    clock = DemoClock(STARTS)
    ending = threading.Event()
    with stage.folder_of_its_own(settings.beside(FOLDER), folder) as place:
        player: list[Mornings] = []
        sandbox = Sandbox(
            stage.TOKEN,
            clock=clock,
            page_actions=_page_actions(player),
            status_line=lambda: f"{clock():%H:%M, %d/%m/%Y} · huyện Cần Giờ",
        )
        url = stage.listen(sandbox, port)
        own = stage.settings_of(settings, place, url)
        house = open_house(own, clock)
        try:
            mornings = Mornings(
                house=house,
                clock=clock,
                outgoing=place / "outgoing",
                count_messages=lambda: stage.count_messages(sandbox),
                ending=ending,
            )
            past = stage.Past(
                house=house,
                organisation=own.find(own.district.organisation),
                exports=place / "past",
                ending=ending,
            )

            def opened(told: tuple[str, str]) -> None:
                player.append(mornings)
                sandbox.actions.finish(told)
                ready(url)

            await _play(own, house, sandbox, past, mornings, stop, say, opened)
        finally:
            ending.set()
            await asyncio.to_thread(sandbox.stop)
            house.engine.dispose()


def _page_actions(player: list[Mornings]) -> list[PageAction]:
    """`player` is empty until the first morning was played."""
    wait = ("Xin chờ: đang chuẩn bị", "Please wait: it is being prepared")
    over = ("Buổi chiều đã qua: bấm Sáng hôm sau", "The afternoon is over: press The next morning")

    def afternoon(progress: Progress) -> tuple[str, str]:
        if not player:
            return wait
        played = player[0].play_afternoon(progress)
        return describe(played) if played else over

    def morning(progress: Progress) -> tuple[str, str]:
        return describe(player[0].play_next(progress)) if player else wait

    return [
        PageAction(
            id="afternoon", label="Chiều nay 14:00", label_en="This afternoon", run=afternoon
        ),
        PageAction(
            id="next_morning", label="Sáng hôm sau", label_en="The next morning", run=morning
        ),
    ]


async def _play(
    settings: Settings,
    house: House,
    sandbox: Sandbox,
    past: stage.Past,
    mornings: Mornings,
    stop: asyncio.Event,
    say: Say,
    ready: Callable[[tuple[str, str]], None],
) -> None:
    """The past, the people, the first morning; then whatever the page's buttons ask for."""

    async def begin() -> None:
        say("Tạo cơ sở dữ liệu / the database is made")
        await asyncio.to_thread(past.begin)
        for day in stage.HISTORY:
            say(f"Nhập dữ liệu ngày {day:%d/%m/%Y} / the exports of that day are taken")
            await asyncio.to_thread(past.live, day)

    async def open_the_day() -> None:
        say("Mời cán bộ vào bot / the officials are invited")
        await asyncio.to_thread(stage.enter, sandbox, house, settings, mornings.ending)
        say(f"Buổi sáng đầu tiên, {FIRST_MORNING:%d/%m/%Y} / the first morning")
        first = await asyncio.to_thread(mornings.play, FIRST_MORNING, MORNING, lambda _text: None)
        say(f"Sẵn sàng, xem {HEAD.name} ({HEAD.note} – {HEAD.note_en})")
        ready(describe(first))
        await stop.wait()

    if not await _unless_stopped(begin(), stop, mornings.ending):
        return
    parts = {
        "the bot": asyncio.create_task(run_bot(house, settings.telegram, settings.limits, stop)),
        "the daemon": asyncio.create_task(run_daemon(house, stop, rhythm=RHYTHM)),
    }
    opened = asyncio.create_task(open_the_day())
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({opened, stopped, *parts.values()}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            _tell_what_broke({"the first morning": opened, **parts})
    finally:
        stop.set()
        mornings.ending.set()
        await _wind_up([opened, stopped, *parts.values()])


async def _unless_stopped(
    work: Coroutine[Any, Any, None], stop: asyncio.Event, ending: threading.Event
) -> bool:
    """Whether the work came to its end before the stop; its threads look at `ending`."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if task.done() and not stop.is_set():
        stopped.cancel()
        task.result()
        return True
    ending.set()
    await _wind_up([task, stopped])
    return False


def _tell_what_broke(parts: dict[str, asyncio.Task[None]]) -> None:
    for name, task in parts.items():
        if task.done() and not task.cancelled():
            error = task.exception()
            why = f"{type(error).__name__}: {error}" if error else "it ended too soon"
            raise DemoBroken(f"demo: {name}: {why}") from error


async def _wind_up(tasks: list[asyncio.Task[Any]]) -> None:
    """Lets everything end by itself, and then no longer."""
    _done, late = await asyncio.wait(tasks, timeout=END_WITHIN)
    for task in late:
        logging.getLogger(__name__).warning("still busy: %s", task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
