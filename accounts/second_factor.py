"""
Who needs a second factor (两步验证), and whether it is there.

GB/T 22239-2019 8.1.4.1 d. Only a database that holds nothing but a demonstration may go without.
"""

from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.roles import SECOND_FACTOR_ROLES
from common import statements
from congress.models import Congress


def lacks_second_factor(actor: Membership) -> bool:
    """Test if the actor must set up a second factor before anything else."""
    if actor.role not in SECOND_FACTOR_ROLES:
        return False
    return not statements.rows(_factors_of, actor.user_id) and is_demanded_here()


def _factors_of(user_id: int) -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).only("pk")


def is_demanded_of(user: User, *, on: date) -> bool:
    """Test if any of a user's present roles demands a second factor."""
    seats = Membership.objects.current(on=on).filter(user=user, role__in=SECOND_FACTOR_ROLES)
    return seats.exists() and is_demanded_here()


def is_demanded_here() -> bool:
    """Test if this database demands second factors; a pure demonstration need not."""
    return settings.REQUIRE_SECOND_FACTOR or not is_demonstration()


def is_demonstration() -> bool:
    """Test if this database holds a demonstration and nothing else (演示数据)."""
    first = statements.rows(_real_ones_first)
    return bool(first) and first[0].is_demonstration


def _real_ones_first() -> QuerySet[Congress]:
    return Congress.objects.order_by("is_demonstration").only("is_demonstration")[:1]
