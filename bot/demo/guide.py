"""What does the page tell after each check: what happened, and what is there to see or to press?"""

from __future__ import annotations

from bot.demo.mornings import Played
from bot.demo.story import GUIDE

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def describe(played: Played) -> tuple[str, str]:
    """A sentence of numbers and, where the story has one, a hint; in Vietnamese and in English."""
    hint = GUIDE.get(played.moment.replace(tzinfo=None))
    sentences = _in_numbers(played), _in_numbers_en(played)
    if hint is None:
        return sentences
    return f"{sentences[0]}\n👉 {hint[0]}", f"{sentences[1]}\n👉 {hint[1]}"


def _in_numbers(played: Played) -> str:
    moment = played.moment
    off = ", ".join(f"{day:%d/%m}" for day in played.days_off)
    after = f" (sau ngày nghỉ {off})" if off else ""
    refused = f" ({played.refused} tệp bị từ chối)" if played.refused else ""
    sent = f"đã gửi {played.messages} tin" if played.messages else "không có tin nhắn"
    return (
        f"{WEEKDAYS[moment.weekday()]} {moment:%d/%m/%Y, %H:%M}{after}: nhận {played.files} tệp"
        f"{refused}; xã Bình Khánh: {played.opened} cảnh báo mới, {played.resolved} đã khắc phục;"
        f" {sent}."
    )


def _in_numbers_en(played: Played) -> str:
    moment = played.moment
    off = ", ".join(f"{day:%d/%m}" for day in played.days_off)
    after = f" (after days off: {off})" if off else ""
    refused = f" ({played.refused} refused)" if played.refused else ""
    files = f"{played.files} file{'' if played.files == 1 else 's'}"
    sent = f"{played.messages or 'no'} message{'' if played.messages == 1 else 's'}"
    return (
        f"{WEEKDAYS_EN[moment.weekday()]} {moment:%d/%m/%Y, %H:%M}{after}: {files}{refused};"
        f" Bình Khánh: {played.opened} new, {played.resolved} recovered; {sent}."
    )
