"""
The kinds of rows of the roster (基础资料): what is shown, what may be corrected, how one is added.

The pages are the same for all of them; only this table differs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model

from accounts.models import Membership
from congress import models, services
from congress.models.codes import Coded

Add = Callable[..., Any]


@dataclass(frozen=True)
class Kind:
    """One kind of row: columns are (label, attribute), fields those of its form."""

    slug: str
    label: str
    model: type[Model]
    columns: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    only_when_added: tuple[str, ...] = ()
    only_later: tuple[str, ...] = ()
    add: Add | None = None
    sort_by: str | tuple[str, ...] = "order"
    related: tuple[str, ...] = ()

    def add_row(self, actor: Membership, *, at: datetime, **values: Any) -> Any:
        """Add a row to the roster of the actor's congress."""
        add = self.add or partial(_refuse_to_add, self)
        return add(actor.congress, **values, by=actor, at=at)

    def form_fields(self, *, is_new: bool) -> list[str]:
        """List the fields of the form for a new row, or for one that is there."""
        left_out = self.only_later if is_new else self.only_when_added
        return [name for name in self.fields if name not in left_out]


def _refuse_to_add(kind: Kind, *_args: Any, **_values: Any) -> None:
    raise TypeError(f"{kind.slug} cannot be added here")


def _add_deputy(_congress: models.Congress, *, term: models.Term, **values: Any) -> Any:
    is_active = values.pop("is_active", True)
    return services.add_deputy(term, **values, is_active=is_active)


_ACTIVE = ("启用", "is_active")


def _code_list(slug: str, label: str, model: type[Coded], *more: str) -> Kind:
    extra = tuple((str(model._meta.get_field(name).verbose_name), name) for name in more)
    return Kind(
        slug=slug,
        label=label,
        model=model,
        columns=(("代码", "code"), ("名称", "label"), *extra, _ACTIVE),
        fields=("code", "label", *more, "order", "is_active"),
        only_when_added=("code",),
        only_later=("order", "is_active"),
        add=partial(services.add_code, model),
    )


_KINDS = (
    Kind(
        "deputies",
        "代表",
        models.Deputy,
        columns=(
            ("姓名", "name"),
            ("代表证号", "credential_no"),
            ("届", "term"),
            ("代表团", "delegation"),
            ("联系组", "contact_group"),
            ("联系电话", "phone"),
            ("纸质办理", "works_on_paper"),
            ("在任", "is_active"),
        ),
        fields=(
            "term",
            "name",
            "credential_no",
            "delegation",
            "contact_group",
            "phone",
            "address",
            "postcode",
            "works_on_paper",
            "is_active",
        ),
        only_when_added=("term",),
        only_later=("is_active",),
        add=_add_deputy,
        sort_by=("-term__number", "delegation__order", "pk"),
        related=("term", "delegation", "contact_group"),
    ),
    Kind(
        "delegations",
        "代表团和联系组",
        models.Delegation,
        columns=(("名称", "name"), ("类型", "get_kind_display"), ("团长（组长）", "head")),
        fields=("kind", "name", "head", "order"),
        only_when_added=("kind",),
        only_later=("head",),
        add=services.add_delegation,
        related=("head",),
    ),
    Kind(
        "units",
        "承办单位",
        models.Unit,
        columns=(
            ("名称", "name"),
            ("归口系统", "system"),
            ("联系人", "contact"),
            ("联系电话", "phone"),
            ("本系统内签发", "signs_inside"),
            _ACTIVE,
        ),
        fields=(
            "name",
            "short_name",
            "system",
            "superior",
            "contact",
            "phone",
            "signs_inside",
            "order",
            "is_active",
        ),
        add=services.add_unit,
        related=("system",),
    ),
    Kind(
        "systems",
        "归口系统",
        models.System,
        columns=(("名称", "name"), ("督查机构", "office")),
        fields=("name", "office", "order"),
        add=services.add_system,
        related=("office",),
    ),
    Kind(
        "offices",
        "交办机构",
        models.Office,
        columns=(
            ("名称", "name"),
            ("类型", "get_kind_display"),
            ("联系电话", "phone"),
            _ACTIVE,
        ),
        fields=("name", "short_name", "phone", "order", "is_active"),
        add=services.add_office,
    ),
    Kind(
        "committees",
        "专门委员会",
        models.Committee,
        columns=(("名称", "name"), ("作为承办单位", "unit"), ("联系电话", "phone"), _ACTIVE),
        fields=("name", "short_name", "unit", "phone", "order", "is_active"),
        add=services.add_committee,
        related=("unit",),
    ),
    Kind(
        "officials",
        "领导",
        models.Official,
        columns=(
            ("姓名", "name"),
            ("职务", "title"),
            ("领导类别", "category"),
            ("在任", "is_active"),
        ),
        fields=("name", "title", "category", "order", "is_active"),
        only_later=("is_active",),
        add=services.add_official,
        related=("category",),
    ),
    Kind(
        "terms",
        "届",
        models.Term,
        columns=(("名称", "name"), ("开始日期", "starts_on"), ("结束日期", "ends_on")),
        fields=("number", "name", "starts_on", "ends_on"),
        only_when_added=("number",),
        add=services.open_term,
        sort_by="-number",
    ),
    Kind(
        "sessions",
        "会议",
        models.Session,
        columns=(
            ("名称", "name"),
            ("开幕日期", "opens_on"),
            ("闭幕日期", "closes_on"),
            ("建议提交截止时间", "filing_closes_at"),
            ("当前会议", "is_current"),
        ),
        fields=("term", "number", "name", "opens_on", "closes_on", "filing_closes_at"),
        only_when_added=("term", "number"),
        add=services.open_session,
        sort_by=("-opens_on", "-pk"),
    ),
    _code_list("categories", "类别", models.Category, "committee"),
    _code_list("origins", "形成方式", models.Origin, "is_research"),
    _code_list("grades", "建议分级", models.Grade),
    _code_list(
        "result-classes",
        "结果类别",
        models.ResultClass,
        "definition",
        "needs_promise",
        "needs_reason",
        "needs_report",
        "counts_as_solved",
    ),
    _code_list("decline-grounds", "不作建议处理理由", models.DeclineGround),
    _code_list("return-reasons", "申请调整理由", models.ReturnReason),
    _code_list("dissatisfaction-reasons", "不满意原因", models.DissatisfactionReason),
    _code_list("supervisor-categories", "督办领导类别", models.SupervisorCategory),
)

KINDS: dict[str, Kind] = {kind.slug: kind for kind in _KINDS}
#: The page of the roster shows them in these groups.
GROUPS = {
    "人员": ("deputies", "delegations", "officials"),
    "单位和机构": ("units", "systems", "offices", "committees"),
    "届次和会议": ("terms", "sessions"),
    "代码表": tuple(kind.slug for kind in _KINDS if issubclass(kind.model, Coded)),
}
