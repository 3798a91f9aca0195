"""How does the Bot API describe a file that was sent?"""

from __future__ import annotations

from bot.sandbox.bodies import Upload
from bot.sandbox.refusals import JSON, bad_request


def describe_file(file_id: str, upload: Upload) -> JSON:
    return {
        "document": {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_name": upload.name,
            "mime_type": upload.mime,
            "file_size": len(upload.data),
        }
    }


def describe_photo(file_id: str, upload: Upload) -> JSON:
    width, height = picture_size(upload.data)
    return {
        "photo": [
            {
                "file_id": file_id,
                "file_unique_id": f"u{file_id}",
                "width": width,
                "height": height,
                "file_size": len(upload.data),
            }
        ]
    }


def picture_size(data: bytes) -> tuple[int, int]:
    """Pixels of a PNG from its header; other pictures are taken for a square."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith((b"\xff\xd8", b"RIFF", b"GIF8")):
        return 800, 800
    raise bad_request("IMAGE_PROCESS_FAILED")
