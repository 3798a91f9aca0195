"""How does a request of the bot become an answer?"""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.sandbox.bodies import Upload, collect_body, read_parameters
from bot.sandbox.checks import check_parameters, find_method
from bot.sandbox.faults import Fault, Faults, Floods
from bot.sandbox.methods import METHODS
from bot.sandbox.polling import Polling
from bot.sandbox.refusals import JSON, RefusedError
from bot.sandbox.state import State
from bot.sandbox.transport import break_connection

COUNTED = frozenset({"sendMessage", "sendDocument", "sendPhoto"})
GATEWAY = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


class Api:
    """The Bot API of one bot: token, faults, facts, limits, then the method itself."""

    def __init__(self, token: str, state: State) -> None:
        self.token = token
        self.state = state
        self.faults = Faults()
        self.floods = Floods()
        self.polling = Polling(state)

    async def answer(self, request: Request) -> Response:
        """/bot{token}/{method}, with parameters in the query, a form, a multipart form or JSON."""
        try:
            if request.path_params["token"] != self.token:
                raise RefusedError(401, "Unauthorized")
            body = await collect_body(request.stream())
            content_type = request.headers.get("content-type", "")
            given = read_parameters(content_type, request.url.query, body)
            method = find_method(request.path_params["method"])
        except RefusedError as refused:
            return JSONResponse(refused.answer(), refused.code)
        entry = self.note(method, given)
        response = await self.carry_out(request, method, given)
        entry["status"] = response.status_code if response else None
        if response is None:
            await break_connection(request.scope["client"], request.scope["server"])
            return Response()
        return response

    async def carry_out(self, request: Request, method: str, given: JSON) -> Response | None:
        """The answer, or None where the connection is to be broken."""
        fault = self.faults.take(method, given.get("chat_id"))
        if fault is not None and not fault.after_accept:
            return fail(fault)
        try:
            answer = JSONResponse({"ok": True, "result": await self.run(method, given)})
        except RefusedError as refused:
            answer = JSONResponse(refused.answer(), refused.code)
        return answer if fault is None else None

    async def run(self, method: str, given: JSON) -> Any:
        parameters = check_parameters(method, given)
        if method == "getUpdates":
            return await self.polling.get_updates(parameters)
        with self.state.lock:
            if method in COUNTED and isinstance(parameters["chat_id"], int):
                self.floods.check(parameters["chat_id"], time.monotonic())
            return METHODS[method](self.state, parameters)

    def note(self, method: str, given: JSON) -> JSON:
        shown = {name: describe(value) for name, value in given.items()}
        entry: JSON = {
            "method": method,
            "params": shown,
            "time": self.state.clock().isoformat(),
            "monotonic": time.monotonic(),
            "status": None,
        }
        self.state.requests.append(entry)
        return entry

    async def download(self, request: Request) -> Response:
        """/file/bot{token}/{path}, the path as getFile told it."""
        if request.path_params["token"] != self.token:
            return JSONResponse(RefusedError(401, "Unauthorized").answer(), 401)
        upload = self.state.files.get(request.path_params["path"].rpartition("/")[2])
        if upload is None:
            return JSONResponse(RefusedError(404, "Not Found").answer(), 404)
        return Response(upload.data, media_type="application/octet-stream")


def describe(value: Any) -> Any:
    if isinstance(value, Upload):
        return f"<file {value.name}, {len(value.data)} bytes>"
    return value


def fail(fault: Fault) -> Response | None:
    if fault.drop:
        return None
    if fault.refused is not None:
        return JSONResponse(fault.refused.answer(), fault.refused.code)
    if fault.status in GATEWAY:
        title = f"{fault.status} {GATEWAY[fault.status]}"
        return HTMLResponse(f"<html><head><title>{title}</title></head></html>", fault.status)
    return JSONResponse(RefusedError(fault.status, "Internal Server Error").answer(), fault.status)
