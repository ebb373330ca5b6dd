"""The suggestion itself: what was asked, by whom, and under which number."""

from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Membership
from common.fulltext import Pairs
from congress.models import (
    Category,
    Congress,
    DeclineGround,
    Delegation,
    Deputy,
    Grade,
    Official,
    Origin,
    Session,
    Unit,
)
from suggestions.stages import Stage
from suggestions.visibility import SuggestionQuerySet


@cache
def _pages() -> str:
    """Return the address below which the pages of cases lie; a list has fifty of them."""
    return reverse("desk:case", args=[0]).removesuffix("0/")


def case_address(pk: int) -> str:
    """Return the address of the page of a case."""
    return f"{_pages()}{pk}/"


#: What says who may see a case, and in which session it is, beside the keys of an index.
_SEEN = ["congress", "stage", "proposed_on", "entered_by"]
_SEEN_IN = ["congress", "session", "stage", "proposed_on", "entered_by"]


class Suggestion(models.Model):
    """A suggestion, criticism or opinion of deputies (代表建议、批评和意见); in prose a case."""

    class Filing(models.TextChoices):
        IN_SESSION = "in_session", "大会"
        BETWEEN_SESSIONS = "between_sessions", "闭会"

    class Nature(models.TextChoices):
        SUGGESTION = "suggestion", "建议"
        CRITICISM = "criticism", "批评"
        OPINION = "opinion", "意见"

    class Proposer(models.TextChoices):
        SINGLE = "single", "代表个人提出"
        JOINT = "joint", "代表联名提出"
        DELEGATION = "delegation", "代表团提出"

    class Disclosure(models.TextChoices):
        FULL = "full", "全文公开"
        TITLE_ONLY = "title_only", "仅标题"
        NONE = "none", "不公开"

    class Handling(models.TextChoices):
        SOLE = "sole", "独办"
        LEAD_AND_SUPPORT = "lead_and_support", "主办+协办"
        SPLIT = "split", "分办"

    class Repeated(models.TextChoices):
        TWO_YEARS = "two", "两年"
        THREE_YEARS = "three", "三年"
        LONGER = "longer", "三年以上"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="suggestions", verbose_name="届次会议"
    )
    filing = models.CharField("提出类型", max_length=20, choices=Filing)
    nature = models.CharField("性质", max_length=12, choices=Nature, default=Nature.SUGGESTION)
    proposer = models.CharField(
        "提出方式", max_length=12, choices=Proposer, default=Proposer.SINGLE
    )
    lead_deputy = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_suggestions",
        verbose_name="领衔代表",
        db_index=False,  # suggestion_of_deputy begins with it
    )
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        related_name="suggestions",
        verbose_name="代表团",
        db_index=False,  # suggestion_keys_of_delegation begins with it
    )

    title = models.CharField("标题", max_length=120, blank=True)
    situation = models.TextField("情况", blank=True)
    analysis = models.TextField("分析", blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="类别",
        db_index=False,  # suggestion_of_category begins with it
    )
    origin = models.ForeignKey(
        Origin, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="形成方式"
    )
    disclosure = models.CharField(
        "公开方式", max_length=12, choices=Disclosure, default=Disclosure.FULL
    )
    disclosure_reason = models.CharField("不公开理由", max_length=200, blank=True)
    wished_units = models.ManyToManyField(
        Unit, blank=True, related_name="+", verbose_name="希望承办单位"
    )
    may_be_cosigned = models.BooleanField("可以联名", default=True)
    wants_contact = models.BooleanField("希望加强联系沟通", default=False)
    reference_only = models.BooleanField("仅供参考，不需书面答复", default=False)
    repeated = models.CharField("多年多次提出", max_length=8, choices=Repeated, blank=True)
    earlier_numbers = ArrayField(
        models.CharField(max_length=40), verbose_name="历年编号", default=list, blank=True
    )
    imported_cosigner_count = models.PositiveSmallIntegerField(
        "导入联名人数", null=True, blank=True
    )

    # Written by suggestions.workflow alone.
    stage = models.CharField(
        "阶段", max_length=20, choices=Stage, default=Stage.DRAFT, editable=False
    )
    round = models.PositiveSmallIntegerField("办理轮次", default=1)
    number = models.PositiveIntegerField("序号", null=True, blank=True)
    number_text = models.CharField("编号", max_length=40, blank=True)
    handling = models.CharField("办理方式", max_length=20, choices=Handling, blank=True)
    grade = models.ForeignKey(
        Grade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议分级"
    )
    led_by = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_cases",
        verbose_name="领办领导",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_cases",
        verbose_name="并入建议",
    )
    decline_ground = models.ForeignKey(
        DeclineGround,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="不作建议处理理由",
    )

    created_at = models.DateTimeField("创建时间")
    saved_at = models.DateTimeField("保存时间")
    version = models.PositiveIntegerField("草稿版本", default=1)
    # {step: [version, page]}: at which version a step of the form was last saved, by which page.
    step_versions = models.JSONField("各步版本", default=dict, blank=True, editable=False)
    entered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    entered_for_deputy = models.BooleanField("代录", default=False)
    proposed_on = models.DateField("提出日期", null=True, blank=True)
    registered_on = models.DateField("受理日期", null=True, blank=True)
    handed_over_on = models.DateField("交办日期", null=True, blank=True)
    replied_on = models.DateField("办复日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    is_imported = models.BooleanField("导入", default=False)
    is_published = models.BooleanField("建议公开", default=False)
    published_replies = models.PositiveSmallIntegerField("公开答复数", default=0)
    remark = models.TextField("备注", blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表建议"
        ordering = ["-pk"]
        # Not model rights: the reasons for which a body is granted one case (see grants.py).
        permissions = [
            ("handles", "承办"),
            ("supports", "协办"),
            ("assigns", "转办"),
            ("tracks", "跟踪督办"),
            ("leads", "领办督办"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "filing", "number"],
                condition=Q(number__isnull=False),
                name="suggestion_number_once",
            ),
            models.UniqueConstraint(
                fields=["session", "number_text"],
                condition=~Q(number_text=""),
                name="suggestion_number_text_once",
            ),
            # Lets other tables hold (suggestion, congress) as one key, so that a congress id
            # copied onto a child row can never disagree with its case.
            models.UniqueConstraint(fields=["id", "congress"], name="suggestion_of_congress"),
            models.CheckConstraint(
                condition=Q(
                    stage__in=[
                        "draft",
                        "delegation_review",
                        "committee_review",
                        "sent_back",
                        "declined",
                        "merged",
                        "withdrawn",
                    ]
                )
                | ~Q(number_text=""),
                name="suggestion_in_handling_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(stage="merged") | Q(merged_into__isnull=False),
                name="suggestion_merged_names_the_other",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="suggestion_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(proposer="delegation") | Q(lead_deputy__isnull=False),
                name="suggestion_has_a_lead_deputy",
            ),
        ]
        indexes = [
            # Counts of lists read this alone: a row is wide, and who may see it is in the index.
            models.Index(
                fields=["congress", "session", "stage", "-id"],
                include=["proposed_on", "entered_by"],
                name="suggestion_counted",
            ),
            # A list of few among many walks along this, and looks at no row it does not show.
            models.Index(
                fields=["session", "-filing", "number", "id"],
                include=_SEEN,
                name="suggestion_by_number",
            ),
            # Cases found by their clocks, promises, receipts or grants: seen, and of which session.
            models.Index(fields=["id"], include=_SEEN_IN, name="suggestion_seen"),
            models.Index(fields=["congress", "title", "id"], name="suggestion_by_title"),
            models.Index(fields=["congress", "stage", "-id"], name="suggestion_by_stage"),
            # Two queues of 代表工委: what is to be written anew, and whether a case lacks a unit.
            models.Index(
                fields=["entered_by"], condition=Q(stage="sent_back"), name="suggestion_sent_back"
            ),
            models.Index(
                fields=["congress", "id"],
                condition=Q(stage__in=["handling", "rehandling"], is_imported=False),
                name="suggestion_in_hand",
            ),
            # Lists by deputy and by category: each part is counted and read in its order from here.
            models.Index(fields=["lead_deputy", "-id"], include=_SEEN, name="suggestion_of_deputy"),
            models.Index(fields=["lead_deputy", "-saved_at", "-id"], name="suggestion_latest"),
            models.Index(
                fields=["category", "-id"], include=_SEEN_IN, name="suggestion_of_category"
            ),
            models.Index(fields=["delegation", "stage"], name="suggestion_of_delegation"),
            # The search asks for the keys of all that a deputy may see, and for nothing else.
            models.Index(fields=["delegation", "id"], name="suggestion_keys_of_delegation"),
            models.Index(
                fields=["delegation", "id"],
                condition=Q(proposer="delegation"),
                name="suggestion_by_delegation",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="suggestion_merged",
            ),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="suggestion_title_like"),
            GinIndex(
                Pairs("title", "number_text", "situation", "analysis"), name="suggestion_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_text} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return case_address(self.pk)

    def get_stage_display(self) -> str:
        """Name the stage; Django's own way makes a dictionary of all stages for each row."""
        return str(Stage(self.stage).label)


class SuggestionItem(models.Model):
    """One numbered request (具体建议); a reply answers each."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="items", verbose_name="建议"
    )
    number = models.PositiveSmallIntegerField("序号")
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "具体建议"
        ordering = ["suggestion", "number"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "number"], name="item_number_once"),
        ]
        indexes = [
            GinIndex(Pairs("text"), name="item_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text[:30]}"


class NumberCounter(models.Model):
    """The last number given in a session and filing kind (编号计数); locked while one is given."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="+", verbose_name="会议")
    filing = models.CharField("提出类型", max_length=20, choices=Suggestion.Filing)
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号计数"
        constraints = [
            models.UniqueConstraint(fields=["session", "filing"], name="counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.get_filing_display()} {self.last}"
