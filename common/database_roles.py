"""What the app role may do with a table, said in the migration that makes the table."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def let_app(table: str, *rights: str) -> migrations.RunPython:
    """
    Let the app role do only this with a table: ``let_app("audit_entry", "SELECT", "INSERT")``.

    Without such an operation a new table may be read and written freely.
    """

    def narrow(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        _set_rights(editor, table, rights)

    def widen(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        _set_rights(editor, table, ROWS)

    return migrations.RunPython(narrow, widen)


def _set_rights(editor: BaseDatabaseSchemaEditor, table: str, rights: tuple[str, ...]) -> None:
    connection = editor.connection
    app_role = str(settings.DATABASES[connection.alias]["USER"])
    if app_role == connection.settings_dict["USER"]:
        return  # one role for everything: an owner's rights cannot be narrowed
    quote = connection.ops.quote_name
    editor.execute(f"REVOKE ALL ON {quote(table)} FROM {quote(app_role)}")
    if rights:
        editor.execute(f"GRANT {', '.join(rights)} ON {quote(table)} TO {quote(app_role)}")
