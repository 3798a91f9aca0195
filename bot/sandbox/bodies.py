"""What did the bot write in the body of its request?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.refusals import RefusedError, bad_request

# Telegram takes files of up to 50 MB from a bot; the rest of a request is small.
LARGEST_BODY = 51 * 1024 * 1024
MOST_FIELDS = 200


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file of a multipart request."""

    name: str
    mime: str
    data: bytes


async def collect_body(chunks: AsyncIterator[bytes]) -> bytes:
    """Reads a body of at most LARGEST_BODY bytes; a larger one is refused with 413."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RefusedError(413, "Request Entity Too Large")
    return bytes(body)


def read_parameters(content_type: str, query: str, body: bytes) -> dict[str, Any]:
    """The parameters of a request, from the query string and the body together.

    Values of forms are strings, values of a JSON body are what JSON made of them, a file is an
    `Upload`. A value `attach://name` is replaced by the file of that name.
    """
    found: dict[str, Any] = dict(read_form(query))
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return found
    if kind == "application/json":
        found |= read_json(body)
    elif kind == "multipart/form-data":
        found |= read_multipart(content_type, body)
    elif kind == "application/x-www-form-urlencoded":
        found |= read_form(body.decode("utf-8", "replace"))
    else:
        raise bad_request(f"unsupported content type {kind or '(none)'}")
    return attach_files(found)


def read_form(text: str) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise bad_request("too many fields in the request") from error


def read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse JSON-encoded request") from error
    if not isinstance(value, dict):
        raise bad_request("expected an object in the JSON-encoded request")
    return {name: given for name, given in value.items() if given is not None}


def read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    found: dict[str, Any] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(data, bytes):
            raise bad_request("can't parse the multipart form")
        file_name = part.get_filename()
        if file_name is None:
            found[name] = data.decode("utf-8", "replace")
        else:
            found[name] = Upload(name=file_name, mime=part.get_content_type(), data=data)
        if len(found) > MOST_FIELDS:
            raise bad_request("too many fields in the request")
    return found


def attach_files(found: dict[str, Any]) -> dict[str, Any]:
    used: set[str] = set()
    for name, value in list(found.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            source = value.removeprefix("attach://")
            if not isinstance(found.get(source), Upload):
                raise bad_request(f'there is no file "{source}" in the request')
            found[name] = found[source]
            used.add(source)
    return {name: value for name, value in found.items() if name not in used}
