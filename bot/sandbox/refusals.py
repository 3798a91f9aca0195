"""How does the sandbox say no to the bot?"""

from __future__ import annotations

from typing import Any

JSON = dict[str, Any]

TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


class RefusedError(Exception):
    """The Bot API answers this request with ok=false."""

    def __init__(self, code: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> JSON:
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, parameters: JSON | None = None) -> RefusedError:
    return RefusedError(400, f"Bad Request: {text}", parameters)


def forbidden(text: str) -> RefusedError:
    return RefusedError(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> RefusedError:
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(to: int) -> RefusedError:
    return bad_request("group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": to})
