"""What people choose: a workbook to take in, and of what to count figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Membership
from common.forms import PageForm
from congress.models import Session, System
from ledgers.selectors.pages import systems_of


class UploadForm(PageForm):
    """A ledger workbook, and whether what it names may be made."""

    workbook = forms.FileField(
        label="台账工作簿",
        help_text="Excel 工作簿（.xlsx），不超过20MB，每个工作表不超过50000行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    creates_missing = forms.BooleanField(
        label="允许新建台账中提到而系统中没有的会议、单位、代表和代码",
        help_text="用于导入历史台账。不勾选时，名称写错会作为问题列出。",
        required=False,
    )


class FiguresForm(PageForm):
    """Of what figures are made; everything has a value that is meant when nothing is chosen."""

    session = forms.ModelChoiceField(
        Session.objects.none(), label="届次会议", required=False, empty_label=None
    )
    as_of = forms.DateField(label="截至", required=False)
    system = forms.ModelChoiceField(
        System.objects.none(), label="口径", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, actor: Membership, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        sessions = Session.objects.filter(congress_id=actor.congress_id)
        self._sessions = sessions.order_by("-is_current", "-opens_on", "-pk")
        own = systems_of(actor)
        self._own: QuerySet[System] | None = own
        everything = System.objects.filter(congress_id=actor.congress_id)
        self.fields["session"].queryset = self._sessions
        self.fields["system"].queryset = everything if own is None else own
        if own is not None:
            self.fields["system"].empty_label = None

    @property
    def chosen(self) -> tuple[Session | None, date, System | None]:
        """Return the session, the day and the system that are meant."""
        data = self.cleaned_data if self.is_valid() else {}
        system = data.get("system")
        if self._own is not None:
            system = system or self._own.first()
        return (
            data.get("session") or self._sessions.first(),
            data.get("as_of") or self._today,
            system,
        )

    @property
    def has_nothing_to_count(self) -> bool:
        """Test if a system's office directs no system: it has no figures of its own."""
        return self._own is not None and not self._own.exists()
