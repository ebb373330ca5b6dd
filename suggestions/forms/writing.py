"""The screens of the draft: lenient, for a draft may be half done; the check asks the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from common.forms import PageForm, in_words
from congress.models import Category, Deputy, Origin, Unit
from suggestions.models import Suggestion
from suggestions.steps import ITEM_LIMIT, MOST_ITEMS, TEXT_LIMIT, TITLE_LIMIT, WritingStep


class ItemsInput(forms.Widget):
    """Several text areas of one name (具体建议); the template of the step draws them."""

    def value_from_datadict(
        self, data: MultiValueDict, files: MultiValueDict, name: str
    ) -> list[str]:
        return list(data.getlist(name))

    def value_omitted_from_data(
        self, data: MultiValueDict, files: MultiValueDict, name: str
    ) -> bool:
        return name not in data


class ItemsField(forms.Field):
    """The numbered requests of a suggestion, blank ones left out."""

    widget = ItemsInput

    def clean(self, value: list[str]) -> list[str]:
        items = [_plain(text) for text in value if text.strip()]
        if len(items) > MOST_ITEMS:
            raise forms.ValidationError(f"具体建议最多{MOST_ITEMS}条，请合并或分成几件。")
        for number, text in enumerate(items, start=1):
            if len(text) > ITEM_LIMIT:
                raise forms.ValidationError(
                    f"第{number}条具体建议有{len(text)}个字，最多{ITEM_LIMIT}个字。"
                )
        return items


class StepForm(PageForm):
    """A screen of the draft; ``case`` gives the choices of its congress."""

    #: Which page this is, so that a page is never in its own way (services.drafting.save).
    page = forms.CharField(max_length=16, widget=forms.HiddenInput)
    draft_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    @property
    def values(self) -> dict[str, Any]:
        """What the person has entered, without the marks of the page."""
        return {k: v for k, v in self.cleaned_data.items() if k not in {"page", "draft_version"}}

    def differing(self, stored: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return what is stored and is not what the person has entered: its label, and in words."""
        entered = self.values
        return [
            line
            for name, value in stored.items()
            if name not in entered or not _are_same(value, entered[name])
            for line in _lines(self.fields[name], value)
        ]


def _are_same(stored: Any, entered: Any) -> bool:
    if isinstance(entered, set):
        return set(stored) == entered
    return (stored or "") == (entered or "")


def _lines(field: forms.Field, value: Any) -> list[tuple[str, str]]:
    if isinstance(field, ItemsField) and value:
        return [(f"第{number}条", text) for number, text in enumerate(value, start=1)]
    return [(str(field.label), in_words(field, value))]


def _text_area(label: str, help_text: str, rows: int = 10) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "max_length": f"{label}最多%(limit_value)d个字，现在有%(show_value)d个字。"
        },
    )


class TitleForm(StepForm):
    title = forms.CharField(
        label="标题",
        required=False,
        max_length=TITLE_LIMIT,
        help_text="一事一议。一般写成“关于……的建议”，例如：关于增设社区老年食堂的建议。",
        error_messages={"max_length": "标题最多%(limit_value)d个字，现在有%(show_value)d个字。"},
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), label="类别", required=False, empty_label="请选择"
    )
    nature = forms.ChoiceField(
        label="性质", choices=Suggestion.Nature, widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["category"]
        chosen.queryset = Category.objects.filter(congress=self.case.congress_id, is_active=True)

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_nature(self) -> str:
        return self.cleaned_data["nature"] or Suggestion.Nature.SUGGESTION


class SituationForm(StepForm):
    situation = _text_area(
        "情况", "现在怎样，存在什么问题：时间、地点、涉及多少人，写得越具体越好。"
    )

    def clean_situation(self) -> str:
        return _plain(self.cleaned_data["situation"])


class AnalysisForm(StepForm):
    analysis = _text_area(
        "分析", "问题的原因是什么，为什么需要解决。可以不填，但有分析的建议更容易办好。"
    )

    def clean_analysis(self) -> str:
        return _plain(self.cleaned_data["analysis"])


class ItemsForm(StepForm):
    items = ItemsField(label="具体建议", required=False)


class OriginForm(StepForm):
    origin = forms.ModelChoiceField(
        Origin.objects.none(),
        label="这件建议是怎样形成的",
        required=False,
        widget=forms.RadioSelect,
        blank=True,
    )
    repeated = forms.ChoiceField(
        label="是否属于多年多次提出、尚未解决",
        required=False,
        choices=[("", "不是"), *Suggestion.Repeated.choices],
        widget=forms.RadioSelect,
    )
    earlier_numbers = forms.CharField(
        label="历年编号",
        required=False,
        max_length=400,
        help_text="多次提出的，请写上以前的编号，用顿号或分号隔开，例如：0214、闭0031。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["origin"]
        chosen.queryset = Origin.objects.filter(congress=self.case.congress_id, is_active=True)

    def clean_earlier_numbers(self) -> list[str]:
        text = self.cleaned_data["earlier_numbers"]
        for separator in "；;，,\n":
            text = text.replace(separator, "、")
        numbers = [part.strip() for part in text.split("、") if part.strip()]
        if any(len(number) > 40 for number in numbers):
            raise forms.ValidationError("有一个编号太长，请用顿号隔开各个编号。")
        return numbers


class DisclosureForm(StepForm):
    disclosure = forms.ChoiceField(
        label="是否同意公开",
        choices=Suggestion.Disclosure,
        widget=forms.RadioSelect,
        help_text="公开以前，代表工委和承办单位还会分别审核。",
    )
    disclosure_reason = forms.CharField(
        label="不全文公开的理由",
        required=False,
        max_length=200,
        help_text="选择“仅标题”或“不公开”的，请说明理由。",
    )
    wished_units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="希望由哪个单位承办",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="可以不填。供交办时参考。",
    )
    wants_contact = forms.BooleanField(label="希望承办单位加强联系沟通", required=False)
    reference_only = forms.BooleanField(label="仅供研究参考，不需要书面答复", required=False)
    may_be_cosigned = forms.BooleanField(label="可以联名提出", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(congress=self.case.congress_id, is_active=True)
        self.fields["wished_units"].queryset = units.select_related("system").order_by(
            "system__order", "order", "pk"
        )

    def clean_wished_units(self) -> set[Unit]:
        return set(self.cleaned_data["wished_units"])

    def clean_disclosure_reason(self) -> str:
        return self.cleaned_data["disclosure_reason"].strip()


FORM_OF_STEP: dict[WritingStep, type[StepForm]] = {
    WritingStep.TITLE: TitleForm,
    WritingStep.SITUATION: SituationForm,
    WritingStep.ANALYSIS: AnalysisForm,
    WritingStep.ITEMS: ItemsForm,
    WritingStep.ORIGIN: OriginForm,
    WritingStep.DISCLOSURE: DisclosureForm,
}


class ProxyForm(PageForm):
    """Whose suggestion is written down (代录)."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label="为哪位代表代录", required=False, empty_label="请选择代表"
    )
    for_delegation = forms.BooleanField(label="以代表团名义提出（须有团长签名）", required=False)

    def __init__(self, *args: Any, deputies: Any, may_propose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies
        self.fields["deputy"].label_from_instance = _name_and_delegation
        if not may_propose:
            del self.fields["for_delegation"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("deputy") and not cleaned.get("for_delegation"):
            self.add_error("deputy", "请选择代表。")
        if cleaned.get("deputy") and cleaned.get("for_delegation"):
            self.add_error("deputy", "以代表团名义提出的，不必选择代表。")
        return cleaned


def _name_and_delegation(deputy: Deputy) -> str:
    paper = "，纸质办理" if deputy.works_on_paper else ""
    return f"{deputy.name}（{deputy.delegation}{paper}）"


def _plain(text: str) -> str:
    """Store one kind of line end, whatever the browser sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
