"""What does the chat page see and do, and who may ask for it?"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.bodies import collect_body
from bot.sandbox.commands import menu_of
from bot.sandbox.faults import Fault, FloodLimit, FloodLimits
from bot.sandbox.records import Chat, write_look
from bot.sandbox.refusals import JSON, RefusedError

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

HERE = Path(__file__).parent
ASSETS = ("page.css", "page.js", "texts.js", "words.js", "messages.js", "people.js")
FILES = {"": "page.html", **{name: name for name in ASSETS}}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
SHOWN_MESSAGES = 300
LONGEST_WAIT = 10.0  # seconds; short, so that the status line stays fresh
FAULTS: dict[str, Callable[..., Fault]] = {
    "too_many": Fault.too_many,
    "blocked": Fault.blocked,
    "deactivated": Fault.deactivated,
    "kicked": Fault.kicked,
    "migrated": Fault.migrated,
    "refusal": Fault.refusal,
    "server_error": Fault.server_error,
    "dropped": Fault.dropped,
}


def page_routes(sandbox: Sandbox) -> list[Route]:
    page = Page(sandbox)
    return [
        Route("/", page.welcome),
        Route("/sandbox", page.welcome),
        Route("/sandbox/{name:path}", page.file, methods=["GET"]),
    ]


def api_routes(sandbox: Sandbox) -> list[Route]:
    page = Page(sandbox)
    return [
        Route("/sandbox/api/state", page.state, methods=["GET"]),
        Route("/sandbox/api/file/{file_id}", page.download, methods=["GET"]),
        Route("/sandbox/api/{name}", page.look, methods=["GET"]),
        Route("/sandbox/api/{name}", page.act, methods=["POST"]),
    ]


def is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_strangers(request: Request) -> Response | None:
    """Another site's page must not read or drive the chat, not even through a name of its own."""
    host = request.headers.get("host", "")
    if not is_loopback(host):
        return JSONResponse({"ok": False, "error": "only for this machine"}, 403)
    origin = request.headers.get("origin")
    if request.method != "GET" and origin is not None and origin != f"http://{host}":
        return JSONResponse({"ok": False, "error": "only for the sandbox's own page"}, 403)
    return None


class Page:
    """The routes below /sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.acts: dict[str, Callable[..., Any]] = {
            "add_person": sandbox.add_person,
            "add_group": sandbox.add_group,
            "say": sandbox.say,
            "press": sandbox.press,
            "block": sandbox.block,
            "unblock": sandbox.unblock,
            "migrate": sandbox.migrate,
            "fail_next": self.fail_next,
            "clear_faults": sandbox.clear_faults,
            "limit_floods": self.limit_floods,
            "expire_queries": sandbox.expire_queries,
            "action": sandbox.actions.start,
        }

    async def welcome(self, request: Request) -> Response:
        return refuse_strangers(request) or RedirectResponse("/sandbox/")

    async def file(self, request: Request) -> Response:
        if refusal := refuse_strangers(request):
            return refusal
        name = FILES.get(request.path_params["name"])
        if name is None:
            return JSONResponse({"ok": False, "error": "no such page"}, 404)
        return FileResponse(HERE / name, headers=HEADERS)

    async def download(self, request: Request) -> Response:
        if refusal := refuse_strangers(request):
            return refusal
        upload = self.sandbox.state.files.get(request.path_params["file_id"])
        if upload is None:
            return JSONResponse({"ok": False, "error": "no such file"}, 404)
        # A document is saved, never shown as a page of this origin; a picture is shown.
        picture = upload.mime in ("image/png", "image/jpeg", "image/webp", "image/gif")
        headers = HEADERS if picture else {**HEADERS, "Content-Disposition": "attachment"}
        mime = upload.mime if picture else "application/octet-stream"
        return Response(upload.data, media_type=mime, headers=headers)

    async def look(self, request: Request) -> Response:
        """GET messages?chat_id=, answers, requests: the lists as the Python API gives them."""
        if refusal := refuse_strangers(request):
            return refusal
        sandbox = self.sandbox
        match request.path_params["name"]:
            case "messages":
                chat_id = request.query_params.get("chat_id", "")
                if not is_integer(chat_id) or int(chat_id) not in sandbox.state.chats:
                    text = f"no person and no group {chat_id or '(none)'}: add it first"
                    return JSONResponse({"ok": False, "error": text}, 400)
                found = sandbox.messages(int(chat_id))
            case "answers":
                found = sandbox.answers
            case "requests":
                found = sandbox.requests
            case _:
                return JSONResponse({"ok": False, "error": "no such list"}, 404)
        return JSONResponse({"ok": True, "result": found}, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """POST a JSON object of keyword arguments to one of `acts`."""
        if refusal := refuse_strangers(request):
            return refusal
        act = self.acts.get(request.path_params["name"])
        if act is None:
            return JSONResponse({"ok": False, "error": "no such action"}, 404)
        try:
            arguments = json.loads(await collect_body(request.stream()) or b"{}")
            result = await run_in_threadpool(act, **arguments)
        except (KeyError, TypeError, ValueError, RuntimeError, RefusedError) as error:
            text = str(error.args[0]) if error.args else type(error).__name__
            return JSONResponse({"ok": False, "error": text}, 400)
        return JSONResponse({"ok": True, "result": result}, headers=HEADERS)

    def fail_next(self, fault: JSON, **where: Any) -> None:
        """`fault` is {"kind": "too_many", "seconds": 3}: a name of FAULTS and its arguments."""
        arguments = dict(fault)
        make = FAULTS.get(arguments.pop("kind", ""))
        if make is None:
            raise ValueError(f"fault.kind must be one of {sorted(FAULTS)}")
        self.sandbox.fail_next(fault=make(**arguments), **where)

    def limit_floods(self, on: bool = True, **limits: JSON) -> None:
        """Telegram's limits, or {"private": {"most": 1, "seconds": 1}, …}; on=false takes all."""
        made = FloodLimits(**{name: FloodLimit(**limit) for name, limit in limits.items()})
        self.sandbox.limit_floods(made if on else None)

    async def state(self, request: Request) -> Response:
        """All that the page shows, as soon as it is newer than `since`."""
        if refusal := refuse_strangers(request):
            return refusal
        query = request.query_params
        since, chat_id, as_id = (
            int(query[name]) if is_integer(query.get(name, "")) else None
            for name in ("since", "chat", "as")
        )
        changes = self.sandbox.state.changes
        if since is not None:
            await changes.wait(since, LONGEST_WAIT)
        number = changes.number
        body: JSON = {
            "version": number,
            "closed": changes.closed,
            "status": await run_in_threadpool(self.sandbox.status_line),
            "actions": self.sandbox.actions.look(),
        }
        if number != since:
            body |= self.look_at_chats(chat_id, as_id)
        return JSONResponse(body, headers=HEADERS)

    def look_at_chats(self, chat_id: int | None, as_id: int | None) -> JSON:
        state = self.sandbox.state
        with state.lock:
            result: JSON = {
                "bot": {"name": state.bot["first_name"], "username": state.bot["username"]},
                "chats": [summarize(chat) for chat in state.chats.values()],
                "answers": list(state.answers)[-20:],
            }
            chat = state.chats.get(chat_id) if chat_id is not None else None
            if chat is not None:
                person = state.chats.get(as_id or chat.id, chat)
                posts = list(chat.posts.values())
                result["chat"] = {
                    "id": chat.id,
                    "messages": [write_look(post) for post in posts[-SHOWN_MESSAGES:]],
                    "commands": menu_of(state, chat, person),
                }
        return result


def summarize(chat: Chat) -> JSON:
    posts = list(chat.posts.values())
    last = posts[-1] if posts else None
    return {
        "id": chat.id,
        "kind": chat.kind,
        "name": chat.name,
        "username": chat.username,
        "note": chat.note,
        "note_en": chat.note_en or chat.note,
        "started": chat.started,
        "blocked": chat.blocked,
        "last": write_look(last) if last else None,
        "from_bot": [post.message_id for post in posts[-200:] if post.from_bot],
    }


def is_integer(text: str) -> bool:
    return text.lstrip("-").isascii() and text.lstrip("-").isdigit()
