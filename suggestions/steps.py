"""The steps in which a suggestion is written, in the order of the screens."""

from django.db import models


class WritingStep(models.TextChoices):
    """One screen of the draft (填写步骤): one question on a phone."""

    TITLE = "title", "标题与类别"
    SITUATION = "situation", "情况"
    ANALYSIS = "analysis", "分析"
    ITEMS = "items", "具体建议"
    ORIGIN = "origin", "形成方式"
    DISCLOSURE = "disclosure", "公开方式与办理意愿"
    COSIGNERS = "cosigners", "联名代表"
    ATTACHMENTS = "attachments", "附件"


#: Which columns of a suggestion each written step holds; cosigners and files have rows of theirs.
FIELDS_OF_STEP: dict[WritingStep, tuple[str, ...]] = {
    WritingStep.TITLE: ("title", "nature", "category"),
    WritingStep.SITUATION: ("situation",),
    WritingStep.ANALYSIS: ("analysis",),
    WritingStep.ITEMS: ("items",),
    WritingStep.ORIGIN: ("origin", "repeated", "earlier_numbers"),
    WritingStep.DISCLOSURE: (
        "disclosure",
        "disclosure_reason",
        "wished_units",
        "wants_contact",
        "reference_only",
        "may_be_cosigned",
    ),
}
TITLE_LIMIT = 60
TEXT_LIMIT = 5000
ITEM_LIMIT = 1000
MOST_ITEMS = 20
