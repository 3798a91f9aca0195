"""What does a check tell, and what of it first? Each thing once, within everybody's pushes."""

from __future__ import annotations

from alerts.telling.between_checks import release
from alerts.telling.escalating import escalations
from alerts.telling.morning import digests
from alerts.telling.news import News
from alerts.telling.onlookers import group_messages, silent_sources, units_without_head
from alerts.telling.silences import endings, summaries, told_now
from db.records import NewMessage, Unit


def all_that_is_told(news: News, district: Unit) -> tuple[NewMessage, ...]:
    """All messages of a check, in the order in which they ask for room; none in quiet time.

    What cannot wait goes first, then what nobody answered, then what a silence kept back. In the
    morning such a summary goes before the digest, which then says nothing of it twice; but only
    where the digest finds room after it. What was put off since the last check goes last.
    """
    if news.quiet or news.moment.wall.time() < news.house.digest_from:
        return ()
    early = summaries(news, keep=1 if news.checks_left else 2) if news.sends_digests else ()
    to_heads = (*early, *digests(news, told_now(early)))
    to_those_above = escalations(news)
    late = summaries(news, told_now(to_heads))
    messages = (
        *to_heads,
        *group_messages(news),
        *to_those_above,
        *late,
        *silent_sources(news, district),
        *units_without_head(news),
        *endings(news),
    )
    release(news)
    return messages
