"""What is done to users and memberships; all of it on record."""

from accounts.services.bulk import NewAccount, NobodyToOpenFor, open_accounts
from accounts.services.memberships import (
    DutiesNotSeparated,
    SeatMissing,
    SeatOfAnotherCongress,
    end_membership,
    grant_membership,
    switch_membership,
)
from accounts.services.passwords import (
    INITIAL_PASSWORD_HOURS,
    InitialPasswordExpired,
    password_was_changed,
    reset_password,
    use_initial_password,
)
from accounts.services.users import (
    OwnAccount,
    UsernameTaken,
    correct_user,
    create_user,
    disable_user,
    enable_user,
    reset_second_factor,
    set_elder_mode,
)

__all__ = [
    "INITIAL_PASSWORD_HOURS",
    "DutiesNotSeparated",
    "InitialPasswordExpired",
    "NewAccount",
    "NobodyToOpenFor",
    "OwnAccount",
    "SeatMissing",
    "SeatOfAnotherCongress",
    "UsernameTaken",
    "correct_user",
    "create_user",
    "disable_user",
    "enable_user",
    "end_membership",
    "grant_membership",
    "open_accounts",
    "password_was_changed",
    "reset_password",
    "reset_second_factor",
    "set_elder_mode",
    "switch_membership",
    "use_initial_password",
]
