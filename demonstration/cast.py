"""Set up 示范市: its congress, bodies, people and the accounts of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Role
from accounts.services.memberships import grant_membership
from accounts.services.users import create_user
from congress.models import (
    Category,
    Committee,
    Congress,
    Delegation,
    Office,
    Official,
    Session,
    SupervisorCategory,
    System,
    Term,
    Unit,
)
from congress.services import bodies, congresses, people
from demonstration import roster
from demonstration.days import CLOSED, OPENED, Days


@dataclass
class Cast:
    """Everybody and everything the roads of the demonstration need."""

    days: Days
    congress: Congress
    term: Term
    session: Session
    units: dict[str, Unit] = field(default_factory=dict)
    deputies: list[Membership] = field(default_factory=list)
    clerks: dict[int, Membership] = field(default_factory=dict)
    heads: dict[int, Membership] = field(default_factory=dict)
    secretaries: dict[int, Membership] = field(default_factory=dict)
    committees: list[Committee] = field(default_factory=list)
    officials: list[Official] = field(default_factory=list)
    seats: dict[str, Membership] = field(default_factory=dict)

    def staff(self) -> Membership:
        """Return the clerk of 代表工委 who does most of the work."""
        return self.seats["gongwei01"]


class Builder:
    """Makes the cast through the services that administrators use."""

    def __init__(self, days: Days, password: str) -> None:
        self.days = days
        # One hash for all: the password is known, and 60 slow hashes would take half a minute.
        self.hashed = make_password(password)
        self.since = days.ago(400)
        self.at = days.at(120)

    def build(self) -> Cast:
        """Return the cast of the city; districts and the township are made beside it."""
        congress = self._congress("demo", "示范市人民代表大会", "示范市", Congress.Level.CITY)
        term = congresses.open_term(
            congress,
            number=16,
            name="第十六届",
            starts_on=self.days.ago(OPENED + 730),
            by=None,
            at=self.at,
        )
        session = congresses.open_session(
            congress,
            term=term,
            number=3,
            name="市十六届人大三次会议",
            opens_on=self.days.ago(OPENED),
            closes_on=self.days.ago(CLOSED),
            by=None,
            at=self.at,
        )
        cast = Cast(self.days, congress, term, session)
        self._offices(cast)
        self._units(cast)
        self._deputies(cast)
        self._watchers(cast)
        self._administrators(cast)
        self._places_below(congress)
        return cast

    # Bodies

    def _congress(self, code: str, name: str, short: str, level: str, **more: Any) -> Congress:
        congress = congresses.create_congress(
            code=code,
            name=name,
            short_name=short,
            level=level,
            valid_from=self.days.ago(1200),
            help_phone="0000-12345678",
            by=None,
            at=self.at,
            **more,
        )
        return congresses.mark_as_demonstration(congress, at=self.at)

    def _offices(self, cast: Cast) -> None:
        congress = cast.congress
        for name, systems, account, person in (
            ("市政府督查室", ["政府", "区县政府", "垂管单位和国企"], "ducha01", "秦督查"),
            ("市委督查室", ["党群", "监委", "法院", "检察院"], "dangban01", "邢督查"),
        ):
            office = bodies.add_office(congress, name=name, by=None, at=self.at)
            for system in System.objects.filter(congress=congress, name__in=systems):
                bodies.direct_system(system, office=office, by=None, at=self.at)
            self._seat(cast, account, person, Role.SYSTEM_OFFICE, office)
        committee = Office.objects.get(congress=congress, kind=Office.Kind.WORKING_COMMITTEE)
        secretariat = Office.objects.get(congress=congress, kind=Office.Kind.SECRETARIAT)
        self._seat(cast, "gongwei01", "方晓文", Role.STAFF, committee)
        self._seat(cast, "gongwei02", "钟瑞雪", Role.STAFF, committee)
        self._seat(cast, "gongwei00", "顾明德", Role.DIRECTOR, committee)
        self._seat(
            cast,
            "mishu01",
            "岳晓峰",
            Role.SESSION_STAFF,
            secretariat,
            valid_until=self.days.ago(-30),
        )

    def _units(self, cast: Cast) -> None:
        systems = {each.name: each for each in System.objects.filter(congress=cast.congress)}
        for number, (name, system, signs) in enumerate(roster.UNITS, start=1):
            unit = bodies.add_unit(
                cast.congress,
                name=name,
                system=systems[system],
                signs_inside=signs,
                contact=roster.CLERKS[number - 1],
                phone=f"0000-8600{number:04d}",
                order=number,
                by=None,
                at=self.at,
            )
            cast.units[name] = unit
            clerk = f"danwei{number:02d}"
            cast.clerks[unit.pk] = self._seat(
                cast, clerk, roster.CLERKS[number - 1], Role.CLERK, unit
            )
            if number != 5:
                cast.heads[unit.pk] = self._seat(
                    cast, f"{clerk}-head", roster.HEADS[number - 1], Role.UNIT_HEAD, unit
                )

    def _deputies(self, cast: Cast) -> None:
        delegations, groups = self._delegations(cast.congress)
        for number, name in enumerate([*roster.DEPUTIES, *roster.MORE_DEPUTIES], start=1):
            delegation = delegations[(number - 1) % len(delegations)]
            deputy = people.add_deputy(
                cast.term,
                name=name,
                delegation=delegation,
                contact_group=groups[(number - 1) % len(groups)],
                credential_no=f"16{number:04d}",
                phone=f"0000-6600{number:04d}",
                address="示范市解放路1号",
                postcode="000000",
                works_on_paper=number == 12,
                by=None,
                at=self.at,
            )
            if number <= len(delegations):
                people.appoint_head(delegation, head=deputy, by=None, at=self.at)
            seat = self._seat(cast, f"daibiao{number:02d}", name, Role.DEPUTY, deputy)
            cast.deputies.append(seat)
        self._second_seat_of_the_fifth(cast)
        for number, (delegation, group) in enumerate(zip(delegations, groups, strict=True)):
            name = f"{'甄贾易严单'[number]}联络"
            account, role = f"tuan{number + 1:02d}", Role.DELEGATION_SECRETARY
            seat = self._seat(cast, account, name, role, delegation)
            cast.secretaries[delegation.pk] = seat
            # The same liaison serves the contact group between sessions.
            cast.secretaries[group.pk] = grant_membership(
                seat.user,
                role=role,
                congress=cast.congress,
                valid_from=self.since,
                seat=group,
                by=None,
                at=self.at,
            )

    def _second_seat_of_the_fifth(self, cast: Cast) -> None:
        """A deputy who also heads a unit: one person, two seats, and recusal where they meet."""
        unit = cast.units["市农业农村局"]
        person = cast.seats["daibiao05"].user
        head = grant_membership(
            person,
            role=Role.UNIT_HEAD,
            congress=cast.congress,
            valid_from=self.since,
            seat=unit,
            by=None,
            at=self.at,
        )
        deputy_head = self._seat(cast, "danwei05-head", "邵建功", Role.UNIT_HEAD, unit)
        cast.seats["daibiao05-head"] = head
        cast.heads[unit.pk] = deputy_head

    def _delegations(self, congress: Congress) -> tuple[list[Delegation], list[Delegation]]:
        delegations, groups = [], []
        for order, name in enumerate(roster.DELEGATIONS, start=1):
            fields: dict[str, Any] = {"order": order, "by": None, "at": self.at}
            delegations.append(people.add_delegation(congress, name=name, **fields))
            group = name.replace("代表团", "联系组")
            kind = Delegation.Kind.CONTACT_GROUP
            groups.append(people.add_delegation(congress, name=group, kind=kind, **fields))
        return delegations, groups

    def _watchers(self, cast: Cast) -> None:
        congress = cast.congress
        for order, (name, categories) in enumerate(roster.COMMITTEES, start=1):
            committee = bodies.add_committee(congress, name=name, order=order, by=None, at=self.at)
            Category.objects.filter(congress=congress, label__in=categories).update(
                committee=committee
            )
            cast.committees.append(committee)
        for order, (name, title, category) in enumerate(roster.OFFICIALS, start=1):
            official = people.add_official(
                congress,
                name=name,
                title=title,
                category=SupervisorCategory.objects.get(congress=congress, label=category),
                order=order,
                by=None,
                at=self.at,
            )
            cast.officials.append(official)
        self._seat(cast, "zhuanwei01", "柏文渊", Role.COMMITTEE, cast.committees[0])
        self._seat(cast, "lingdao01", "刘长春", Role.LEADER, cast.officials[0])
        self._seat(cast, "lingban01", "陈志宏", Role.LEADING_OFFICIAL, cast.officials[1])

    def _administrators(self, cast: Cast) -> None:
        for account, name, role in (
            ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
            ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
            ("auditor", "审计管理员", Role.AUDIT_ADMIN),
        ):
            self._seat(cast, account, name, role, None)

    def _places_below(self, city: Congress) -> None:
        """Two districts and a township that share the system and never see the city's cases."""
        county, township = Congress.Level.COUNTY, Congress.Level.TOWNSHIP
        east = self._congress("demo-dongcheng", "东城区人民代表大会", "东城区", county, parent=city)
        self._congress("demo-xishan", "西山区人民代表大会", "西山区", county, parent=city)
        town = self._congress("demo-liuhe", "柳河镇人民代表大会", "柳河镇", township, parent=east)
        for congress, number in ((east, 18), (town, 19)):
            term = congresses.open_term(congress, number=number, by=None, at=self.at)
            congresses.open_session(
                congress,
                term=term,
                number=2,
                opens_on=self.days.ago(OPENED + 30),
                closes_on=self.days.ago(CLOSED + 30),
                by=None,
                at=self.at,
            )

    # Accounts

    def _seat(
        self,
        cast: Cast,
        account: str,
        name: str,
        role: str,
        seat: Any,
        valid_until: date | None = None,
    ) -> Membership:
        user, _ = create_user(
            username=account, name=name, hashed_password=self.hashed, by=None, at=self.at
        )
        membership = grant_membership(
            user,
            role=role,
            congress=cast.congress,
            valid_from=self.since,
            valid_until=valid_until,
            seat=seat,
            by=None,
            at=self.at,
        )
        cast.seats[account] = membership
        return membership


def build(days: Days) -> Cast:
    """Set up the demonstration congress and return whom and what the roads need."""
    return Builder(days, settings.DEMO_PASSWORD).build()
