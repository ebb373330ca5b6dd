from django.urls import path

from handling.views import answering, drafting, extensions, opinions, promises, talks

app_name = "handling"

urlpatterns = [
    path("meetings/", talks.meetings, name="meetings"),
    path("assignments/<int:assignment_id>/talk/", talks.record_talk, name="record_talk"),
    path("assignments/<int:assignment_id>/attempt/", talks.record_attempt, name="record_attempt"),
    path("talks/<int:talk_id>/answer/", talks.answer_talk, name="answer_talk"),
    path("talks/<int:talk_id>/confirm-attempt/", talks.confirm_attempt, name="confirm_attempt"),
    path(
        "assignments/<int:assignment_id>/opinion/", opinions.submit_opinion, name="submit_opinion"
    ),
    path(
        "opinions/<int:opinion_id>/send-back/", opinions.send_back_opinion, name="send_back_opinion"
    ),
    path("opinions/<int:opinion_id>/paper/", opinions.opinion_paper, name="opinion_paper"),
    path("assignments/<int:assignment_id>/reply/", drafting.draft_reply, name="draft_reply"),
    path(
        "assignments/<int:assignment_id>/reply/autosave/",
        drafting.autosave_reply,
        name="autosave_reply",
    ),
    path("replies/<int:reply_id>/", answering.reply, name="reply"),
    path("replies/<int:reply_id>/read/", answering.mark_read, name="mark_read"),
    path("replies/<int:reply_id>/check/", drafting.send_to_check, name="send_to_check"),
    path("replies/<int:reply_id>/consult/", drafting.consult, name="consult"),
    path("replies/<int:reply_id>/send-back/", drafting.send_back_draft, name="send_back_draft"),
    path("replies/<int:reply_id>/issue/", drafting.issue, name="issue"),
    path("replies/<int:reply_id>/letter.<slug:kind>", drafting.letter, name="letter"),
    path("replies/<int:reply_id>/class/", answering.review_class, name="review_class"),
    path(
        "consultations/<int:consultation_id>/answer/",
        answering.answer_consultation,
        name="answer_consultation",
    ),
    path("consultations/<int:consultation_id>/lapse/", answering.let_lapse, name="let_lapse"),
    path("consultations/<int:consultation_id>/overrule/", answering.overrule, name="overrule"),
    path("deliveries/<int:delivery_id>/received/", answering.record_receipt, name="record_receipt"),
    path("deliveries/<int:delivery_id>/slip.pdf", answering.receipt_slip, name="receipt_slip"),
    path(
        "assignments/<int:assignment_id>/extension/", extensions.ask_extension, name="ask_extension"
    ),
    path("extensions/<int:request_id>/view/", extensions.give_view, name="give_view"),
    path(
        "extensions/<int:request_id>/decide/", extensions.decide_extension, name="decide_extension"
    ),
    path("promises/", promises.promises, name="promises"),
    path("promises/<int:promise_id>/claim/", promises.claim_clearance, name="claim_clearance"),
    path("promises/<int:promise_id>/clear/", promises.decide_clearance, name="decide_clearance"),
    path("promises/<int:promise_id>/change/", promises.change_promise, name="change_promise"),
    path("promises/<int:promise_id>/end/", promises.end_promise, name="end_promise"),
    path("promises/<int:promise_id>/rate/", promises.rate_fulfilment, name="rate_fulfilment"),
]
