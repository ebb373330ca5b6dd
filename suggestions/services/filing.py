"""To which session and which kind of business a suggestion belongs on a day."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from common.refusals import Refusal
from congress.models import Congress, Session
from congress.selectors import current_session
from suggestions.models import Suggestion


class NoCurrentSession(Refusal):
    def __init__(self, congress: Congress):
        super().__init__(f"{congress}还没有设置当前会议，暂时不能提出建议。请联系系统管理员。")


def session_to_file_in(congress: Congress) -> Session:
    """
    Find the session whose business is being filed.

    :raises NoCurrentSession: if none is set.
    """
    session = current_session(congress)
    if session is None:
        raise NoCurrentSession(congress)
    return session


def filing_of(session: Session, *, at: datetime) -> Suggestion.Filing:
    """
    Say whether what is submitted now is business of the sitting or of the months after it.

    Before the opening it is entered for the sitting (会前预录); after the closing time for
    suggestions it is 闭会 business even while the session still sits.
    """
    day = timezone.localdate(at)
    has_closed = session.closes_on is None or day > session.closes_on
    is_too_late = session.filing_closes_at is not None and at > session.filing_closes_at
    if session.opens_on is None or has_closed or is_too_late:
        return Suggestion.Filing.BETWEEN_SESSIONS
    return Suggestion.Filing.IN_SESSION
