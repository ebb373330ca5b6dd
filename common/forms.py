"""
How forms look: labels, hints and errors from ``templates/django/forms/``.

``{{ form }}`` prints the error summary and every field, ``<c-field :field="form.name" />`` one.
"""

from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_filters.widgets import DateRangeWidget, SuffixedMultiWidget

#: What Django writes for "nothing chosen".
EMPTY = "---------"


class Renderer(TemplatesSetting):
    """Render forms through the project's own templates (setting ``FORM_RENDERER``)."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Render a template; a list of choices and a field with nothing but its label are not."""
        # Half the time of a list page went into the options of its filters, 240 of them units:
        # the template includes two others for each.
        if template_name == "django/forms/widgets/select.html":
            return _select(context["widget"])
        # And much of the rest into what a filter does not have: a hint, an error, a 必填.
        if template_name == self.field_template_name and _is_plain(context["field"]):
            return _plain(context["field"])
        return str(super().render(template_name, context, request))


def _is_plain(field: forms.BoundField) -> bool:
    return not (
        field.help_text
        or field.field.required
        or field.errors
        or field.css_classes()
        or field.use_fieldset
        or field.widget_type == "checkbox"
        or (field.form.errors and field.field.widget.needs_multipart_form)
    )


def _plain(field: forms.BoundField) -> SafeString:
    """Write what ``field.html`` writes of a field that is plain."""
    return format_html(
        '<div class="field field-{}"><label class="label" for="{}">{}</label>{}</div>',
        field.widget_type,
        field.id_for_label,
        field.label,
        field,
    )


def _select(widget: dict[str, Any]) -> SafeString:
    parts = [f'<select name="{escape(widget["name"])}"{flatatt(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        written = "".join(
            f'<option value="{escape(str(option["value"]))}"{_attributes(option["attrs"])}>'
            f"{escape(str(option['label']))}</option>"
            for option in options
        )
        parts.append(
            f'<optgroup label="{escape(group)}">{written}</optgroup>' if group else written
        )
    return mark_safe("".join([*parts, "</select>"]))  # noqa: S308 - all of it is escaped above


def _attributes(given: dict[str, Any]) -> str:
    """Write the attributes of an option; of three hundred all but one have none."""
    if not given:
        return ""
    return " selected" if given == {"selected": True} else flatatt(given)


class NamedSelect(forms.Select):
    """A choice among many rows by their names, whose options are written once for all pages."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Write the select; nothing chosen is the option without a value."""
        given = flatatt(self.build_attrs(self.attrs, attrs))
        options = _options(tuple(self.choices))
        (chosen,) = self.format_value(value)
        plain = f'<option value="{escape(chosen)}"'
        options = options.replace(f"{plain}>", f"{plain} selected>", 1)
        return mark_safe(f'<select name="{escape(name)}"{given}>{options}</select>')  # noqa: S308


@lru_cache(maxsize=512)
def _options(choices: tuple[tuple[Any, str], ...]) -> str:
    return "".join(
        f'<option value="{escape(str(value))}">{escape(str(label))}</option>'
        for value, label in choices
    )


class DayInput(forms.DateInput):
    """A date with the browser's own calendar (日期), which needs ISO values."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MinuteInput(forms.DateTimeInput):
    """A day and time with the browser's own picker (日期和时间)."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DayRangeInput(DateRangeWidget):
    """Two calendars, from and to, for a ``DateFromToRangeFilter`` (起止日期)."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        SuffixedMultiWidget.__init__(self, (DayInput, DayInput), attrs)


class FormMixin:
    """
    Give a form the browser inputs and the Chinese wording of this project.

    Put it before ``forms.Form`` or ``forms.ModelForm``: dates get a calendar, labels lose the
    colon, and Django's own messages become ours.
    """

    fields: dict[str, forms.Field]
    label_suffix: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _use_browser_inputs(field)
            _say_it_plainly(field)


class PageForm(FormMixin, forms.Form):
    """A plain form with this project's inputs and wording."""


class PageModelForm(FormMixin, forms.ModelForm):
    """A model form with this project's inputs and wording."""


def _use_browser_inputs(field: forms.Field) -> None:
    widget = field.widget
    if type(widget) is forms.DateTimeInput:
        field.widget = _replacing(widget, MinuteInput())
    elif type(widget) is forms.DateInput:
        field.widget = _replacing(widget, DayInput())
    elif isinstance(field, forms.ModelChoiceField) and field.empty_label == EMPTY:
        field.empty_label = "请选择"
    elif type(widget) is forms.Textarea and widget.attrs.get("rows") == "10":
        widget.attrs["rows"] = 6


def _replacing(old: forms.Widget, new: forms.Widget) -> forms.Widget:
    new.attrs = {**old.attrs, **new.attrs}
    new.is_localized, new.is_required = old.is_localized, old.is_required
    return new


def _say_it_plainly(field: forms.Field) -> None:
    """Name the field in the message, for a summary read without the form beside it."""
    if field.label and field.error_messages.get("required") == str(
        forms.Field.default_error_messages["required"]
    ):
        if isinstance(field, forms.BooleanField):
            field.error_messages["required"] = f"请勾选“{field.label}”。"
            return
        picks = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
        field.error_messages["required"] = f"请{'选择' if picks else '填写'}{field.label}。"


def in_words(form_field: forms.Field, value: Any) -> str:
    """Write what a field was cleaned to as people read it: labels for codes, 是 and 否, names."""
    if isinstance(value, slice):
        return f"{_text_of(value.start)} 至 {_text_of(value.stop)}".strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) or not isinstance(value, list | tuple | set | QuerySet):
        values = [value]
    else:
        values = list(value)
    choices = _flat_choices(form_field)
    return "、".join(choices.get(str(one), _text_of(one)) for one in values)


def _flat_choices(form_field: forms.Field) -> dict[str, str]:
    # A choice of rows would be queried whole; its values are rows and know their name.
    if not hasattr(form_field, "choices") or hasattr(form_field, "queryset"):
        return {}
    flat: dict[str, str] = {}
    for value, label in form_field.choices:
        if isinstance(label, list | tuple):
            flat |= {str(inner): str(text) for inner, text in label}
        else:
            flat[str(value)] = str(label)
    return flat


def _text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value)
    if hasattr(value, "strftime"):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)
