"""Addresses of 提出审核, one for each deed."""

from django.urls import path

from suggestions.views import (
    cosigning,
    drafts,
    lists,
    papers,
    reviewing,
    submitting,
    withdrawing,
    writing,
)

app_name = "suggestions"
urlpatterns = [
    path("mine/", lists.mine, name="mine"),
    path("delegation/", lists.of_delegation, name="of_delegation"),
    path("new/", drafts.new, name="new"),
    path("new/for/", drafts.draft_for, name="draft_for"),
    path("<int:case_id>/draft/", drafts.draft, name="draft"),
    path("<int:case_id>/draft/cosigners/", cosigning.cosigners, name="cosigners"),
    path("<int:case_id>/draft/attachments/", papers.papers, name="papers"),
    path("<int:case_id>/draft/discard/", drafts.discard, name="discard"),
    path("<int:case_id>/draft/<slug:step>/", writing.write, name="write"),
    path("<int:case_id>/draft/<slug:step>/autosave/", writing.autosave, name="autosave"),
    path("<int:case_id>/submit/", submitting.submit, name="submit"),
    path("<int:case_id>/submitted/", submitting.submitted, name="submitted"),
    path("<int:case_id>/alike/", lists.alike, name="alike"),
    path("<int:case_id>/print/", papers.print_original, name="print"),
    path("<int:case_id>/signatures/", cosigning.record_signatures, name="record_signatures"),
    path("cosign/", cosigning.cosign_requests, name="cosign_requests"),
    path("cosign/<int:cosigner_id>/", cosigning.cosign, name="cosign"),
    path("cosign/<int:cosigner_id>/uninvite/", cosigning.uninvite, name="uninvite"),
    path("attachments/<int:attachment_id>/", papers.attachment, name="attachment"),
    path("attachments/<int:attachment_id>/detach/", papers.detach, name="detach"),
    path("first-reviews/", reviewing.first_reviews, name="first_reviews"),
    path("<int:case_id>/pass-on/", reviewing.pass_on, name="pass_on"),
    path("reviews/", reviewing.reviews, name="reviews"),
    path("reviews/accept/", reviewing.accept_many, name="accept_many"),
    path("<int:case_id>/accept/", reviewing.accept, name="accept"),
    path("<int:case_id>/send-back/", reviewing.send_back, name="send_back"),
    path("<int:case_id>/decline/", reviewing.decline, name="decline"),
    path("<int:case_id>/merge/", reviewing.merge, name="merge"),
    path("<int:case_id>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path(
        "withdrawals/<int:withdrawal_id>/cancel/",
        withdrawing.cancel_withdrawal,
        name="cancel_withdrawal",
    ),
    path("consents/<int:consent_id>/", withdrawing.consent, name="consent"),
]
