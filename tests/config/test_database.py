"""Who comes to the database as what."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection
from django.test import TransactionTestCase

from accounts.models import User
from common.database_roles import let_app
from config.database import as_owner
from config.settings import _database


def current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_the_tests_come_as_the_app_role():
    assert current_user() == "daibiao_app"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (id int)", "DROP TABLE accounts_user", "TRUNCATE django_session"],
)
def test_the_app_role_cannot_change_tables(statement):
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_owner_works_under_the_usual_alias_and_hands_it_back():
    with as_owner():
        inside = current_user()

    assert (inside, current_user()) == ("daibiao_owner", "daibiao_app")


class TestFlush(TransactionTestCase):
    """The flush that Django runs after each such test is the owner's."""

    def test_first(self):
        assert User.objects.count() == 0
        User.objects.create(username="leftover", name="留下的人")

    def test_second(self):
        assert User.objects.count() == 0
        User.objects.create(username="leftover", name="留下的人")


@pytest.mark.django_db
def test_the_database_compares_chinese_text():
    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity('关于增设充电桩的建议', '增设充电桩') > 0")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
class TestLetApp:
    """What a migration leaves to the app role."""

    @pytest.fixture(autouse=True)
    def _table(self):
        with as_owner() as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE narrowed (id int)")
        yield
        with as_owner() as owner, owner.cursor() as cursor:
            cursor.execute("DROP TABLE narrowed")

    def rights(self) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT privilege FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE'])"
                " AS privilege WHERE has_table_privilege('daibiao_app', 'narrowed', privilege)"
            )
            return {privilege for (privilege,) in cursor.fetchall()}

    def run(self, operation, *, backwards: bool = False) -> None:
        code = operation.reverse_code if backwards else operation.code
        with as_owner() as owner, owner.schema_editor() as editor:
            code(apps, editor)

    def test_a_new_table_may_be_read_and_written(self):
        assert self.rights() == {"SELECT", "INSERT", "UPDATE", "DELETE"}

    def test_a_narrowed_one_only_so_far(self):
        self.run(let_app("narrowed", "SELECT", "INSERT"))

        assert self.rights() == {"SELECT", "INSERT"}

    def test_going_back_widens_it_again(self):
        operation = let_app("narrowed", "SELECT")
        self.run(operation)
        self.run(operation, backwards=True)

        assert self.rights() == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_what_stands_behind_the_address_of_a_database_is_kept():
    options = _database("postgresql://a@db/x?sslmode=verify-full", {"lock_timeout": 1})["OPTIONS"]

    assert options == {
        "sslmode": "verify-full",
        "options": "-c lock_timeout=1 -c jit=off -c join_collapse_limit=6"
        " -c parallel_setup_cost=10000 -c random_page_cost=1.1 -c work_mem=16MB",
    }
