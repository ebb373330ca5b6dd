"""The stages of a suggestion's life, and the five steps people see (design: the life of a case)."""

from django.db import models


class Stage(models.TextChoices):
    """Where a case stands. Only ``suggestions.workflow`` writes it."""

    DRAFT = "draft", "草稿"
    DELEGATION_REVIEW = "delegation_review", "代表团初审"
    COMMITTEE_REVIEW = "committee_review", "工委审核"
    SENT_BACK = "sent_back", "退回修改"
    DECLINED = "declined", "不作建议处理"
    MERGED = "merged", "并案"
    WITHDRAWN = "withdrawn", "撤回"
    REGISTERED = "registered", "待交办"
    HANDLING = "handling", "办理中"
    REPLIED = "replied", "已答复"
    REHANDLING = "rehandling", "重新办理"
    TRACKING = "tracking", "跟踪落实"
    CLOSED = "closed", "办结"


#: Filed and alive: what figures count as a suggestion of the session, given a number.
NUMBERED_AND_COUNTED = {
    Stage.REGISTERED,
    Stage.HANDLING,
    Stage.REPLIED,
    Stage.REHANDLING,
    Stage.TRACKING,
    Stage.CLOSED,
}
#: Nothing more will happen unless somebody takes it up again.
ENDED = {Stage.DECLINED, Stage.MERGED, Stage.WITHDRAWN, Stage.CLOSED}


class Step(models.TextChoices):
    """The five steps of the stage line (五个阶段)."""

    FILING = "filing", "提出审核"
    ASSIGNMENT = "assignment", "交办"
    HANDLING = "handling", "办理答复"
    SUPERVISION = "supervision", "督办"
    EVALUATION = "evaluation", "评价"


#: The step a stage belongs to. Supervision runs beside handling and has a step of its own for
#: what is tracked after the reply.
STEP_OF_STAGE: dict[Stage, Step] = {
    Stage.DRAFT: Step.FILING,
    Stage.DELEGATION_REVIEW: Step.FILING,
    Stage.COMMITTEE_REVIEW: Step.FILING,
    Stage.SENT_BACK: Step.FILING,
    Stage.DECLINED: Step.FILING,
    Stage.MERGED: Step.FILING,
    Stage.WITHDRAWN: Step.FILING,
    Stage.REGISTERED: Step.ASSIGNMENT,
    Stage.HANDLING: Step.HANDLING,
    Stage.REHANDLING: Step.HANDLING,
    Stage.TRACKING: Step.SUPERVISION,
    Stage.REPLIED: Step.EVALUATION,
    Stage.CLOSED: Step.EVALUATION,
}
