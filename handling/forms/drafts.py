"""The draft page as a form: each numbered request with its answer, the class and its needs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from assignment.models import Assignment
from common.forms import DayInput, PageForm
from congress.models import ResultClass
from handling.models import Reply, ReplyItem
from handling.rules.slips import Pledge
from handling.selectors.letter import CLOSING, opening_for
from handling.services.replies import DraftText
from suggestions.models import SuggestionItem

#: Empty rows offered for promises; saving makes room for more.
SPARE_PLEDGES = 2
MOST_PLEDGES = 20


class ClassField(forms.ModelChoiceField):
    """A result class by its letter and label."""

    def label_from_instance(self, obj: ResultClass) -> str:
        return f"{obj.code} {obj.label}"


class DraftForm(PageForm):
    """Everything may be left empty while it is a draft; what is missing is said at sending."""

    draft_version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    opening = forms.CharField(
        label="引言", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    closing = forms.CharField(
        label="结语", widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    claimed_class = ClassField(
        label="自评类别",
        queryset=ResultClass.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
        blank=True,
    )
    class_reason = forms.CharField(
        label="不能解决的理由", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    reported_to = forms.CharField(label="向谁反映", max_length=100, required=False)
    reported_on = forms.DateField(label="反映日期", required=False)
    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=40, required=False)

    def __init__(self, *args: Any, assignment: Assignment, reply: Reply | None, **kwargs: Any):
        self.items = list(
            SuggestionItem.objects.filter(suggestion=assignment.suggestion_id).order_by("number")
        )
        written = {row.item_id: row for row in reply.items.all()} if reply else {}
        promised = list(reply.promises.order_by("pk")) if reply else []
        kwargs["initial"] = _initial(assignment, reply) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        classes = ResultClass.objects.filter(congress=assignment.suggestion.congress_id)
        self.fields["claimed_class"].queryset = classes.filter(is_active=True)
        for item in self.items:
            self._add_answer(item, written.get(item.pk))
        self.pledge_rows = min(MOST_PLEDGES, max(len(promised), self._posted()) + SPARE_PLEDGES)
        for place in range(self.pledge_rows):
            self._add_pledge(place, promised[place] if place < len(promised) else None)

    def _posted(self) -> int:
        names = [name for name in self.data if name.startswith("pledge_content_")]
        return max(0, min(MOST_PLEDGES, len(names)) - SPARE_PLEDGES)

    def _add_answer(self, item: SuggestionItem, row: ReplyItem | None) -> None:
        self.fields[f"outcome_{item.pk}"] = forms.ChoiceField(
            label="办理情况",
            choices=[("", "请选择"), *ReplyItem.Outcome.choices],
            required=False,
            initial=row.outcome if row else "",
        )
        self.fields[f"text_{item.pk}"] = forms.CharField(
            label=f"对第{item.number}项的答复",
            widget=forms.Textarea(attrs={"rows": 6}),
            required=False,
            initial=row.text if row else "",
        )

    def _add_pledge(self, place: int, promise: Any) -> None:
        self.fields[f"pledge_content_{place}"] = forms.CharField(
            label="承诺内容",
            widget=forms.Textarea(attrs={"rows": 2}),
            required=False,
            initial=promise.content if promise else "",
        )
        self.fields[f"pledge_person_{place}"] = forms.CharField(
            label="责任人",
            max_length=60,
            required=False,
            initial=promise.person if promise else "",
        )
        self.fields[f"pledge_due_on_{place}"] = forms.DateField(
            label="完成时限",
            required=False,
            widget=DayInput(),
            initial=promise.due_on if promise else None,
        )

    def answer_fields(self) -> Iterator[tuple[SuggestionItem, BoundField, BoundField]]:
        """Yield each numbered request with the fields of its answer."""
        for item in self.items:
            yield item, self[f"outcome_{item.pk}"], self[f"text_{item.pk}"]

    def pledge_fields(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """Yield the rows of promises."""
        for place in range(self.pledge_rows):
            yield (
                self[f"pledge_content_{place}"],
                self[f"pledge_person_{place}"],
                self[f"pledge_due_on_{place}"],
            )

    def draft(self) -> DraftText:
        """Return what was typed, as the service takes it."""
        cleaned = self.cleaned_data
        return DraftText(
            opening=cleaned["opening"],
            closing=cleaned["closing"],
            claimed_class=cleaned["claimed_class"],
            class_reason=cleaned["class_reason"],
            reported_to=cleaned["reported_to"],
            reported_on=cleaned["reported_on"],
            contact_name=cleaned["contact_name"],
            contact_phone=cleaned["contact_phone"],
            answers={
                item.pk: (cleaned[f"outcome_{item.pk}"], cleaned[f"text_{item.pk}"])
                for item in self.items
            },
            pledges=list(self._pledges()),
        )

    def _pledges(self) -> Iterator[Pledge]:
        for place in range(self.pledge_rows):
            pledge = Pledge(
                self.cleaned_data[f"pledge_content_{place}"],
                self.cleaned_data[f"pledge_person_{place}"],
                self.cleaned_data[f"pledge_due_on_{place}"],
            )
            if pledge.content or pledge.person or pledge.due_on:
                yield pledge


def _initial(assignment: Assignment, reply: Reply | None) -> dict[str, Any]:
    """Begin a new draft with title, number, closing and telephone right (拟稿底稿)."""
    if reply is None:
        unit = assignment.unit
        return {
            "draft_version": 0,
            "page": secrets.token_urlsafe(12),
            "opening": opening_for(assignment),
            "closing": CLOSING,
            "contact_name": unit.contact,
            "contact_phone": unit.phone,
        }
    return {
        "draft_version": reply.version,
        "page": secrets.token_urlsafe(12),
        "opening": reply.opening,
        "closing": reply.closing,
        "claimed_class": reply.claimed_class_id,
        "class_reason": reply.class_reason,
        "reported_to": reply.reported_to,
        "reported_on": reply.reported_on,
        "contact_name": reply.contact_name,
        "contact_phone": reply.contact_phone,
    }


def take_over(
    form: DraftForm, assignment: Assignment, reply: Reply | None
) -> list[tuple[str, str]]:
    """
    Let a form that met a newer draft be saved over it next, and return what stands there instead.

    What the writer typed stays in the form; of the newer draft only what differs is told.
    """
    theirs = DraftForm(assignment=assignment, reply=reply)
    form.data = form.data.copy()
    form.data["draft_version"] = str(theirs["draft_version"].value())
    return [
        (str(field.label), _in_words(theirs[name]))
        for name, field in theirs.fields.items()
        if not field.widget.is_hidden
        and _plain(theirs[name]) != (_plain(form[name]) if name in form.fields else "")
    ]


def _plain(field: BoundField) -> str:
    value = field.value()
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _in_words(field: BoundField) -> str:
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return _plain(field)
    words = {str(value): str(label) for value, label in choices}
    return words.get(_plain(field), "")
