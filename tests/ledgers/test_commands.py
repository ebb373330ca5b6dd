"""The three commands on which people and scripts rely (docs/ledger-format.md)."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledgers.models import ImportedCase
from suggestions.models import Suggestion
from tests.common.workbooks import package
from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import SESSION, case_row, receipt_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    """Return a maker of workbook files on disk."""

    def make(*rows):
        file = tmp_path / "台账.xlsx"
        file.write_bytes(workbook(*rows).read())
        return str(file)

    return make


def said(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_import_and_figures_and_export(path, tmp_path):
    file = path([case_row()], [receipt_row()])

    assert said("import_ledger", file, "--congress=lishi", "--create") == (
        f"{SESSION}：新增1件，更正0件，未变0件。\n"
    )
    found = json.loads(said("figures", "--congress=lishi", f"--session={SESSION}"))
    assert found["suggestions"]["total"] == 1
    part = ["figures", "--congress=lishi", f"--session={SESSION}", "--system=党群"]
    assert json.loads(said(*part, "--as-of=2023-12-31"))["suggestions"]["total"] == 0
    out = str(tmp_path / "导出.xlsx")
    said("export_ledger", "--congress=lishi", f"--session={SESSION}", "-o", out)
    assert "未变1件" in said("import_ledger", out, "--congress=lishi")


def test_every_fault_is_printed_and_the_exit_code_is_one(path):
    out = StringIO()

    with pytest.raises(CommandError, match="2处问题") as caught:
        call_command(
            "import_ledger",
            path([case_row(), case_row(建议公开="也许")]),
            "--congress=lishi",
            "--create",
            stdout=out,
        )

    assert caught.value.returncode == 1
    assert out.getvalue().splitlines() == [
        "建议台账!A3: 编号“第0001号”与第2行重复。",
        "建议台账!V3: “也许”应填“是”或“否”。",
    ]
    assert (Suggestion.objects.count(), ImportedCase.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["import_ledger", "no-such.xlsx", "--congress=lishi"], "文件打不开"),
        (["figures", "--congress=nowhere", "--session=x"], "没有代码为“nowhere”的人大"),
        (["export_ledger", "--congress=nowhere", "--session=x", "-o", "x"], "没有代码为“nowhere”"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(args, reason):
    with pytest.raises(CommandError, match=reason):
        call_command(*args)


def test_an_unknown_session_or_system_is_said(path):
    said("import_ledger", path([case_row()]), "--congress=lishi", "--create")

    for args, reason in [
        (["figures", "--congress=lishi", "--session=x"], "没有名为“x”的会议"),
        (["export_ledger", "--congress=lishi", "--session=x", "-o", "x"], "没有名为“x”的会议"),
        (["figures", "--congress=lishi", f"--session={SESSION}", "--system=x"], "归口系统"),
        (["export_ledger", "--congress=lishi", f"--session={SESSION}", "-o", "/"], "写不了"),
    ]:
        with pytest.raises(CommandError, match=reason):
            call_command(*args)


def test_a_file_that_is_no_ledger_is_refused(tmp_path):
    file = tmp_path / "坏.xlsx"
    file.write_bytes(package().getvalue())

    with pytest.raises(CommandError, match="缺少工作表“承办明细”"):
        call_command("import_ledger", str(file), "--congress=lishi", "--create")


def test_a_code_that_cannot_be_one_is_refused(path):
    with pytest.raises(CommandError, match="只能用字母"):
        call_command("import_ledger", path([case_row()]), "--congress=历史", "--create")
