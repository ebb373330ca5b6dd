"""The form of one row of the roster, made for its kind and limited to one congress."""

from typing import Any

from django import forms

from accounts.roster import Kind
from common.forms import PageModelForm
from congress.models import Congress, Delegation, Deputy


class RosterForm(PageModelForm):
    """Fields of one kind; choices are rows of the actor's congress alone."""

    def __init__(self, *args: Any, congress: Congress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = field.queryset.filter(congress=congress)
        self._narrow_delegations()
        if "name" in self.fields and self._meta.model._meta.model_name in {"session", "term"}:
            self.fields["name"].required = False
            self.fields["name"].help_text = "不填写的，按届次自动命名。"

    def _narrow_delegations(self) -> None:
        kinds = {"delegation": Delegation.Kind.DELEGATION}
        kinds |= {"contact_group": Delegation.Kind.CONTACT_GROUP}
        for name, kind in kinds.items():
            if name in self.fields:
                self.fields[name].queryset = self.fields[name].queryset.filter(kind=kind)
        if "head" in self.fields:
            here = Deputy.objects.filter(is_active=True)
            of_group = here.filter(delegation=self.instance) | here.filter(
                contact_group=self.instance
            )
            self.fields["head"].queryset = of_group

    def validate_constraints(self) -> None:
        """Leave it to the service, which looks at the rows under the lock."""


def form_class(kind: Kind, *, is_new: bool) -> type[RosterForm]:
    """Make the form of one kind, for a new row or for one that is there."""
    return forms.modelform_factory(
        kind.model, form=RosterForm, fields=kind.form_fields(is_new=is_new)
    )


def changes_of(form: RosterForm) -> dict[str, Any]:
    """Return what was typed, an empty name left to the rules."""
    given = dict(form.cleaned_data)
    is_unnamed = "name" in given and not given["name"]
    if is_unnamed:
        del given["name"]
    return given
