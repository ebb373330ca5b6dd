"""What is done to congresses, bodies, people, codes, rules and the calendar; all of it recorded."""

from congress.services.bodies import (
    NameTaken,
    NotOfThisCongress,
    add_committee,
    add_office,
    add_system,
    add_unit,
    direct_system,
)
from congress.services.calendar import (
    DayEntry,
    DayTwice,
    WorkdayAndHoliday,
    import_days,
    override_day,
)
from congress.services.codes import CodeTaken, add_code, add_default_codes
from congress.services.congresses import (
    SessionOfAnotherCongress,
    create_congress,
    mark_as_demonstration,
    open_session,
    open_term,
)
from congress.services.corrections import AlreadyThere, correct
from congress.services.people import (
    DeputyTaken,
    HeadNotOfDelegation,
    add_delegation,
    add_deputy,
    add_official,
    appoint_head,
)
from congress.services.profiles import VersionBackdated, add_profile_version

__all__ = [
    "AlreadyThere",
    "CodeTaken",
    "DayEntry",
    "DayTwice",
    "DeputyTaken",
    "HeadNotOfDelegation",
    "NameTaken",
    "NotOfThisCongress",
    "SessionOfAnotherCongress",
    "VersionBackdated",
    "WorkdayAndHoliday",
    "add_code",
    "add_committee",
    "add_default_codes",
    "add_delegation",
    "add_deputy",
    "add_office",
    "add_official",
    "add_profile_version",
    "add_system",
    "add_unit",
    "appoint_head",
    "correct",
    "create_congress",
    "direct_system",
    "import_days",
    "mark_as_demonstration",
    "open_session",
    "open_term",
    "override_day",
]
