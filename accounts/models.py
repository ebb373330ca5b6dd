"""Users, and the dated memberships in which they act."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Prefetch, Q, QuerySet, Value, When

from congress.models import Committee, Congress, Delegation, Deputy, Office, Official, Unit


class User(AbstractUser):
    """A person who signs in. What the person may do is said by memberships alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=60)
    phone = models.CharField("手机号码", max_length=40, blank=True)
    elder_mode = models.BooleanField("长辈版", default=False)
    must_change_password = models.BooleanField("须更改初始密码", default=False)
    initial_password_until = models.DateTimeField("初始密码失效时间", null=True, blank=True)
    password_changed_at = models.DateTimeField("更改密码时间", null=True, blank=True)
    # A session that began before is dead: it survives neither a reset nor being shut out.
    sessions_since = models.DateTimeField("强制退出时间", null=True, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership lets a person act as (身份)."""

    DEPUTY = "deputy", "代表"
    DELEGATION_SECRETARY = "delegation_secretary", "代表团联络员"
    SESSION_STAFF = "session_staff", "大会秘书处议案建议组"
    STAFF = "staff", "代表工委工作人员"
    DIRECTOR = "director", "代表工委主任"
    SYSTEM_OFFICE = "system_office", "系统督查机构"
    CLERK = "clerk", "承办人"
    UNIT_HEAD = "unit_head", "承办单位负责人"
    COMMITTEE = "committee", "专门委员会"
    LEADER = "leader", "常委会领导"
    LEADING_OFFICIAL = "leading_official", "领办领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


#: Which body or person a membership of each role must name.
SEAT_OF_ROLE: dict[str, str | None] = {
    Role.DEPUTY: "deputy",
    Role.DELEGATION_SECRETARY: "delegation",
    Role.SESSION_STAFF: "office",
    Role.STAFF: "office",
    Role.DIRECTOR: "office",
    Role.SYSTEM_OFFICE: "office",
    Role.CLERK: "unit",
    Role.UNIT_HEAD: "unit",
    Role.COMMITTEE: "committee",
    Role.LEADER: "official",
    Role.LEADING_OFFICIAL: "official",
    Role.SYSTEM_ADMIN: None,
    Role.SECURITY_ADMIN: None,
    Role.AUDIT_ADMIN: None,
}
#: Carried in a pocket: deputies and leaders on the move. Everybody else sits at a desk.
POCKET_ROLES = frozenset({Role.DEPUTY, Role.LEADER, Role.LEADING_OFFICIAL})
SEATS = ["deputy", "delegation", "office", "unit", "committee", "official"]


def _each_role_names_its_seat() -> Q:
    """Say which seat column is filled for each role, and that no other is."""
    condition = Q()
    for role, seat in SEAT_OF_ROLE.items():
        filled = {f"{name}__isnull": name != seat for name in SEATS}
        condition |= Q(role=role, **filled)
    return condition


def _duty() -> Case:
    """Name a role's duty: each of the three administrators (三员) has one, business is another."""
    admins = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]
    return Case(When(role__in=admins, then=F("role")), default=Value("business"))


def _days() -> Func:
    """Span the days of a membership, both ends included."""
    both = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return Func(
        "valid_from", "valid_until", both, function="daterange", output_field=DateRangeField()
    )


class MembershipQuerySet(QuerySet["Membership"]):
    def current(self, *, on: Any) -> "MembershipQuerySet":
        """Keep the memberships that hold on a day, of users who may sign in."""
        open_end = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(open_end, valid_from__lte=on, user__is_active=True)

    def with_seats(self) -> "MembershipQuerySet":
        """Fetch what rules and pages ask of an acting membership."""
        # One query for each kind of seat that occurs, and none for the others: PostgreSQL plans a
        # join of ten tables longer (9 ms) than it answers all of these.
        unit = Prefetch("unit", Unit.objects.select_related("system"))
        others = [seat for seat in SEATS if seat != "unit"]
        return self.select_related("user", "congress").prefetch_related(*others, unit)


class Membership(models.Model):
    """A person's seat from one day to another (身份任期); everything is done in one of these."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="用户")
    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="memberships", verbose_name="人大"
    )
    role = models.CharField("身份", max_length=20, choices=Role)
    deputy = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="代表",
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="代表团",
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="机构",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="承办单位",
    )
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="专委会",
    )
    official = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name="领导",
    )
    valid_from = models.DateField("起始日期")
    valid_until = models.DateField("截止日期", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "身份任期"
        ordering = ["user", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=_each_role_names_its_seat(), name="membership_role_names_its_seat"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="membership_keeps_duties_apart",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (_duty(), RangeOperators.NOT_EQUAL),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["congress", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.seat_name}"

    @property
    def seat(self) -> Any:
        """Return the body or person this membership acts for, or None for an administrator."""
        name = SEAT_OF_ROLE[self.role]
        return getattr(self, name) if name else None

    @property
    def seat_name(self) -> str:
        """Name the seat as the top bar shows it."""
        label = Role(self.role).label
        return f"{self.seat}（{label}）" if self.seat and self.role != Role.DEPUTY else label

    @property
    def shell(self) -> str:
        """Name the shell its pages come in: pocket or desk."""
        return "pocket" if self.role in POCKET_ROLES else "desk"

    @property
    def group_id(self) -> int | None:
        """Return the group whose grants this membership acts under, if its body has one."""
        body = self.unit or self.office or self.committee or self.official
        return body.group_id if body else None
