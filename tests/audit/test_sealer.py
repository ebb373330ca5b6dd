"""One chain, whoever writes and however many seal; any change to it shows."""

import random
import tracemalloc
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.db.utils import DatabaseError, InternalError

from audit import anchor, sealer
from audit.models import AuditEvent
from audit.services import record
from audit.tasks import anchor_audit_record, seal_audit_record
from config.database import as_owner
from tests.factories import NOW
from tests.together import at_once


def write(n: int, *, action: str = "suggestion.change") -> None:
    AuditEvent.objects.bulk_create(
        AuditEvent(at=NOW + timedelta(seconds=i), action=action, detail={"字": i}, congress_id=1)
        for i in range(n)
    )


def chain() -> list[int]:
    return list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db
class TestSeal:
    def test_numbers_and_chains_what_was_written(self):
        write(3)

        assert sealer.seal() == 3

        first, second, third = AuditEvent.objects.order_by("seq")
        assert chain() == [1, 2, 3]
        assert [first.previous_hash, second.previous_hash, third.previous_hash] == [
            "0" * 64,
            first.hash,
            second.hash,
        ]
        assert list(sealer.faults()) == []

    def test_goes_on_where_it_stopped(self):
        write(5)

        assert [sealer.seal(limit=2) for _ in range(4)] == [2, 2, 1, 0]

        assert chain() == [1, 2, 3, 4, 5]
        assert list(sealer.faults()) == []

    def test_what_a_person_did_is_part_of_the_hash(self, staff):
        event = record("suggestion.read", by=staff, at=NOW, subject=staff, address="::1")
        sealer.seal()
        event.refresh_from_db()

        event.address = "::2"

        assert sealer.digest(event, event.previous_hash) != event.hash

    def test_the_task_seals_everything(self):
        write(3)

        seal_audit_record(rung_by="a newer beat")

        assert chain() == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_many_writers_and_sealers_make_one_chain(self):
        def write_one_by_one():
            for _ in range(60):
                record("suggestion.change", by=None, at=NOW)

        def write_in_long_transactions():
            for _ in range(6):
                with transaction.atomic():
                    for _ in range(10):
                        record("suggestion.change", by=None, at=NOW)

        def seal():
            return sum(sealer.seal(limit=7) for _ in range(40))

        writers = [write_one_by_one] * 6 + [write_in_long_transactions] * 6
        outcomes = at_once(*writers, *[seal] * 4)
        while sealer.seal():
            pass

        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert chain() == list(range(1, 12 * 60 + 1))
        assert list(sealer.faults()) == []


# What somebody with the owner's key might do to sealed rows.


def edit(rng: random.Random, ids: list[int]) -> None:
    changes = {
        "at": F("at") + timedelta(microseconds=1),
        "action": "suggestion.read",
        "detail": {"字": -1},
        "congress_id": 2,
        "membership_id": 7,
        "subject_type": "suggestions.suggestion",
        "subject_id": "7",
        "address": "127.0.0.1",
        "hash": f"{rng.getrandbits(256):064x}",
        "previous_hash": f"{rng.getrandbits(256):064x}",
    }
    column = rng.choice(sorted(changes))
    AuditEvent.objects.filter(pk=rng.choice(ids)).update(**{column: changes[column]})


def delete(rng: random.Random, ids: list[int]) -> None:
    AuditEvent.objects.filter(pk=rng.choice(ids[:-1])).delete()


def swap_contents(rng: random.Random, ids: list[int]) -> None:
    one, other = AuditEvent.objects.filter(pk__in=rng.sample(ids, 2))
    AuditEvent.objects.filter(pk=one.pk).update(detail=other.detail)
    AuditEvent.objects.filter(pk=other.pk).update(detail=one.detail)


def swap_places(rng: random.Random, ids: list[int]) -> None:
    one, other = AuditEvent.objects.filter(pk__in=rng.sample(ids, 2))
    AuditEvent.objects.filter(pk=one.pk).update(seq=None)
    AuditEvent.objects.filter(pk=other.pk).update(seq=one.seq)
    AuditEvent.objects.filter(pk=one.pk).update(seq=other.seq)


def insert(rng: random.Random, ids: list[int]) -> None:
    place = rng.randrange(1, len(ids) + 1)
    AuditEvent.objects.filter(seq__gte=place).update(seq=-F("seq"))
    AuditEvent.objects.filter(seq__lt=0).update(seq=1 - F("seq"))
    event = AuditEvent(at=NOW, action="forged", seq=place, previous_hash="0" * 64)
    event.hash = sealer.digest(event, event.previous_hash)
    event.save()


WAYS = [edit, delete, swap_contents, swap_places, insert]


def tampered(rng: random.Random, ids: list[int], way) -> bool:
    """Tamper as the owner with triggers off, look whether it shows, and undo it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        way(rng, ids)
        seen = list(sealer.faults())
        transaction.set_rollback(True)
    return bool(seen)


def misses(times: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    write(40)
    sealer.seal()
    ids = list(AuditEvent.objects.order_by("seq").values_list("pk", flat=True))
    with as_owner():
        ways = [rng.choice(WAYS) for _ in range(times)]
        missed = [way.__name__ for way in ways if not tampered(rng, ids, way)]
        assert list(sealer.faults()) == []
    return missed


@pytest.mark.django_db(transaction=True)
class TestTampering:
    @pytest.mark.parametrize("way", WAYS)
    def test_each_way_shows(self, way):
        write(5)
        sealer.seal()
        ids = list(AuditEvent.objects.order_by("seq").values_list("pk", flat=True))

        with as_owner():
            assert tampered(random.Random(1), ids, way)

    def test_no_random_tampering_goes_unseen(self):
        assert misses(200, seed=48) == []

    @pytest.mark.long
    def test_no_random_tampering_goes_unseen_for_long(self):
        assert misses(1_000, seed=random.randrange(10**9)) == []

    def test_a_short_end_shows_against_the_head_kept_outside(self):
        write(20)
        sealer.seal()
        kept = anchor.head()
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            AuditEvent.objects.filter(seq__gt=15).delete()
        write(10)
        sealer.seal()

        assert list(sealer.faults()) == []
        assert list(anchor.faults(kept)) == ["审计记录第 20 号与锚定的摘要不符：记录链被重写。"]

    def test_a_database_of_yesterday_shows_against_the_head_of_today(self):
        write(3)
        sealer.seal()

        assert list(anchor.faults(anchor.Head(4, "a" * 64))) == [
            "审计记录缺少第 4 号：末尾被截断，或者数据库被恢复到更早的时间。"
        ]


@pytest.mark.django_db
class TestWhatTheAppMayDo:
    """The app role appends, and its sealer chains once; all else the database refuses."""

    @pytest.fixture(autouse=True)
    def _two_events(self):
        write(2)
        sealer.seal(limit=1)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM audit_auditevent",
            "TRUNCATE audit_auditevent",
            "UPDATE audit_auditevent SET action = 'other'",
            "UPDATE audit_auditevent SET detail = '{}' WHERE seq IS NULL",
            "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
            "DROP TABLE audit_auditevent",
        ],
    )
    def test_it_has_no_right_to(self, statement):
        with (
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
        ):
            cursor.execute(statement)

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("UPDATE audit_auditevent SET hash = '' WHERE seq = 1", "append-only"),
            ("UPDATE audit_auditevent SET seq = 9 WHERE seq = 1", "append-only"),
            (
                """
                INSERT INTO audit_auditevent (at, action, subject_type, subject_id, detail,
                seq, previous_hash, hash) VALUES (now(), 'x', '', '', '{}', 2, '', '')
                """,
                "only the sealer",
            ),
        ],
    )
    def test_a_trigger_stops_it_when_it(self, statement, why):
        with (
            connection.cursor() as cursor,
            pytest.raises((InternalError, DatabaseError), match=why),
            transaction.atomic(),
        ):
            cursor.execute(statement)


@pytest.mark.django_db
class TestMemory:
    def test_checking_a_long_record_takes_no_more_memory_than_a_short_one(self):
        def peak() -> int:
            tracemalloc.start()
            assert list(sealer.faults()) == []
            used = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return used

        write(1_000)
        sealer.seal()
        peak()  # what is loaded once
        short = peak()
        write(3_000)
        sealer.seal()

        assert AuditEvent.objects.filter(seq=4_000).exists()
        assert peak() < 2 * short  # a list of them all would take four times as much


@pytest.mark.django_db
class TestAnchor:
    def test_the_head_goes_into_the_log_once_a_day(self, caplog):
        write(3)
        sealer.seal()
        caplog.set_level("INFO")

        anchor_audit_record()

        [line] = [each for each in caplog.records if each.name == "audit.anchor"]
        last = AuditEvent.objects.get(seq=3)
        assert (line.getMessage(), line.seq, line.hash) == ("audit_anchor", 3, last.hash)
        assert list(anchor.faults(anchor.Head(line.seq, line.hash))) == []

    def test_an_empty_record_has_no_head(self, caplog):
        caplog.set_level("INFO")

        anchor_audit_record()

        assert (anchor.head(), caplog.records) == (None, [])

    def test_a_head_is_read_as_it_is_printed(self):
        head = anchor.Head(7, "ab" * 32)

        assert anchor.Head.parse(f" {head}\n") == head

    @pytest.mark.parametrize("text", ["", "7", "7:abc", f"x:{'a' * 64}"])
    def test_what_is_no_head_is_refused(self, text):
        with pytest.raises(ValueError, match="no head of the record"):
            anchor.Head.parse(text)
