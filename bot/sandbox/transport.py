"""How does the sandbox listen on loopback, stop at once, and break a connection on demand?"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

# Open connections by (client, server) address, as they stand in the ASGI scope.
OPEN: dict[tuple[Any, Any], asyncio.BaseTransport] = {}


class Protocol(H11Protocol):
    """uvicorn's HTTP protocol, whose connections can be found again by their addresses."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        OPEN[self.client, self.server] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        OPEN.pop((self.client, self.server), None)
        super().connection_lost(exc)


async def break_connection(client: Any, server: Any) -> None:
    """Ends the connection without a byte of an answer."""
    transport = OPEN.get((tuple(client or ()), tuple(server or ())))
    if isinstance(transport, asyncio.Transport):
        transport.abort()
    # uvicorn must see the end of the connection before the handler returns.
    await asyncio.sleep(0.01)


def listen(host: str, port: int) -> socket.socket:
    """A socket on a loopback address; ValueError for any other."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"the sandbox listens on loopback only (127.0.0.1 or ::1), not on {host}")
    # asyncio turns off Nagle's delay only where the protocol is named: 40 ms an answer otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError:
        listener.close()
        raise
    return listener


class ServerThread:
    """uvicorn in a thread with its own loop."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            lifespan="off",
            log_level="error",
            # The address of a request holds the token.
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        self.server = uvicorn.Server(config)
        self.listener = listener
        self.thread = threading.Thread(
            target=self.server.run, args=([listener],), name="sandbox", daemon=True
        )

    def start(self, wait: Callable[[float], None]) -> None:
        self.thread.start()
        while not self.server.started:
            if not self.thread.is_alive():
                raise OSError("the sandbox's web server did not start")
            wait(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(5)
        self.listener.close()
