from django.urls import path

from assignment.views import accepting, assigning, batches, mix, objections, papers, returns

app_name = "assignment"

urlpatterns = [
    path("batch/", batches.batch, name="batch"),
    path("batches/", batches.open_batch, name="open_batch"),
    path("batches/<int:batch_id>/papers/", papers.batch_papers, name="batch_papers"),
    path(
        "batches/<int:batch_id>/units/<int:unit_id>/letter.<str:kind>",
        papers.hand_over_letter,
        name="hand_over_letter",
    ),
    path("cases/<int:case_id>/assign/", assigning.assign, name="assign"),
    path("cases/<int:case_id>/assign-at-once/", batches.assign_at_once, name="assign_at_once"),
    path("cases/<int:case_id>/refer/", assigning.refer, name="refer"),
    path("cases/<int:case_id>/units/", assigning.add_units, name="add_units"),
    path("cases/<int:case_id>/object/", objections.object_to_units, name="object_to_units"),
    path(
        "objections/<int:objection_id>/answer/",
        objections.answer_objection,
        name="answer_objection",
    ),
    path(
        "referrals/<int:referral_id>/assign/",
        assigning.assign_within_system,
        name="assign_within_system",
    ),
    path(
        "referrals/<int:referral_id>/send-back/",
        assigning.send_referral_back,
        name="send_referral_back",
    ),
    path("receipts/", accepting.receipts, name="receipts"),
    path("receipts/accept/", accepting.accept_many, name="accept_many"),
    path("receipts/<int:assignment_id>/accept/", accepting.accept, name="accept"),
    path("receipts/<int:assignment_id>/delegate/", accepting.delegate, name="delegate"),
    path("receipts/<int:assignment_id>/return/", returns.ask_return, name="ask_return"),
    path("receipts/<int:assignment_id>/replace/", mix.replace_unit, name="replace_unit"),
    path("receipts/<int:assignment_id>/end/", mix.end_assignment, name="end_assignment"),
    path(
        "receipts/<int:assignment_id>/late-return/",
        mix.allow_late_return,
        name="allow_late_return",
    ),
    path("returns/<int:request_id>/decide/", returns.decide_return, name="decide_return"),
    path("returns/<int:request_id>/hand-up/", returns.hand_up_return, name="hand_up_return"),
]
