"""Co-signing: nobody is added without their own will."""

import pytest

from common.uploads.intake import UploadRefused
from notices.models import Alert
from suggestions.models import Attachment, CoSigner, Suggestion
from suggestions.selectors import text_mark
from suggestions.services import cosigning, signatures
from suggestions.services.cosigning import (
    CannotCosign,
    CannotInvite,
    InvitationClosed,
    NobodyChosen,
    TextHasChanged,
)
from suggestions.services.signatures import SignaturesClosed
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.files import photo
from tests.factories.suggestions import (
    add_cosigner,
    case_in_review,
    delegation_draft,
    draft_case,
    registered_case,
    reload,
    sent_back_case,
    submitted_case,
)
from tests.suggestions.conftest import texts_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deputy, session):
    return draft_case(deputy.deputy, cosigners=[])


@pytest.fixture
def invited(case, cosigner):
    return add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)


class TestInvite:
    def test_a_deputy_is_asked_and_told(self, case, deputy, cosigner):
        rows = cosigning.invite(case.pk, [cosigner.deputy], by=deputy, at=NOW)

        assert [(row.deputy, row.state) for row in rows] == [(cosigner.deputy, "invited")]
        alert = Alert.objects.get(recipient=cosigner)
        assert alert.text == f"王代表代表请您联名《{case.title}》，请阅读全文后确认。"
        assert alert.link == f"/suggestions/cosign/{rows[0].pk}/"
        assert alert.kind == Alert.Kind.TASK

    def test_who_is_asked_already_is_not_asked_twice(self, case, deputy, invited):
        assert cosigning.invite(case.pk, [invited.deputy], by=deputy, at=NOW) == []
        assert texts_for(invited.deputy.memberships.get()) == []

    def test_somebody_must_be_chosen(self, case, deputy):
        with pytest.raises(NobodyChosen):
            cosigning.invite(case.pk, [], by=deputy, at=NOW)

    def test_the_lead_does_not_cosign(self, case, deputy):
        with pytest.raises(CannotCosign, match="是领衔代表"):
            cosigning.invite(case.pk, [deputy.deputy], by=deputy, at=NOW)

    def test_a_deputy_of_another_term_does_not_cosign(self, case, deputy, congress):
        former = bodies.make_deputy(bodies.make_term(congress))

        with pytest.raises(CannotCosign, match="不是本届在任代表"):
            cosigning.invite(case.pk, [former], by=deputy, at=NOW)

    def test_who_said_no_is_left_in_peace(self, case, deputy, cosigner):
        add_cosigner(case, cosigner.deputy, CoSigner.State.DECLINED)

        with pytest.raises(CannotCosign, match="已表示不联名"):
            cosigning.invite(case.pk, [cosigner.deputy], by=deputy, at=NOW)

    def test_a_case_closed_to_others_takes_nobody(self, case, deputy, cosigner):
        case.may_be_cosigned = False
        case.save()

        with pytest.raises(CannotInvite, match="不接受联名"):
            cosigning.invite(case.pk, [cosigner.deputy], by=deputy, at=NOW)

    def test_a_submitted_case_takes_nobody(self, deputy, cosigner, session):
        case = submitted_case(deputy.deputy)

        with pytest.raises(CannotInvite, match="代表团初审"):
            cosigning.invite(case.pk, [cosigner.deputy], by=deputy, at=NOW)

    def test_a_stranger_invites_nobody(self, case, other_deputy, cosigner):
        with pytest.raises(CannotInvite):
            cosigning.invite(case.pk, [cosigner.deputy], by=other_deputy, at=NOW)


class TestConfirm:
    def test_a_cosigner_puts_their_name_to_what_they_read(self, case, deputy, cosigner, invited):
        cosigning.confirm(invited.pk, mark=text_mark(case), by=cosigner, at=NOW)

        row = reload(invited)
        assert (row.state, row.way, row.answered_by, row.answered_at) == (
            CoSigner.State.CONFIRMED,
            CoSigner.Way.ONLINE,
            cosigner,
            NOW,
        )
        assert texts_for(deputy) == [f"李代表已确认联名《{case.title}》。"]

    def test_twice_is_once(self, case, deputy, cosigner, invited):
        for _ in range(2):
            cosigning.confirm(invited.pk, mark=text_mark(case), by=cosigner, at=NOW)

        assert len(texts_for(deputy)) == 1

    def test_another_text_than_the_one_read_is_not_signed(self, case, cosigner, invited):
        mark = text_mark(case)
        case.items.filter(number=1).update(text="换成了别的")

        with pytest.raises(TextHasChanged):
            cosigning.confirm(invited.pk, mark=mark, by=cosigner, at=NOW)

    def test_nobody_answers_for_another(self, case, other_deputy, invited):
        with pytest.raises(InvitationClosed):
            cosigning.confirm(invited.pk, mark=text_mark(case), by=other_deputy, at=NOW)

    def test_a_submitted_case_is_signed_no_more(self, deputy, cosigner, session):
        case = submitted_case(deputy.deputy)
        row = add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

        with pytest.raises(InvitationClosed):
            cosigning.confirm(row.pk, mark=text_mark(case), by=cosigner, at=NOW)

    def test_an_invitation_taken_back_is_gone(self, case, deputy, cosigner, invited):
        cosigning.uninvite(invited.pk, by=deputy, at=NOW)

        with pytest.raises(InvitationClosed):
            cosigning.confirm(invited.pk, mark=text_mark(case), by=cosigner, at=NOW)


class TestDecline:
    def test_no_is_no_and_the_lead_is_told(self, case, deputy, cosigner, invited):
        cosigning.decline(invited.pk, by=cosigner, at=NOW)

        assert reload(invited).state == CoSigner.State.DECLINED
        assert texts_for(deputy) == [f"李代表表示不联名《{case.title}》。"]
        assert not Suggestion.objects.visible_to(cosigner).exists()

    def test_a_name_can_be_taken_back_before_submission(self, case, cosigner):
        row = add_cosigner(case, cosigner.deputy)

        cosigning.decline(row.pk, by=cosigner, at=NOW)

        assert reload(row).state == CoSigner.State.DECLINED

    def test_nobody_declines_for_another(self, other_deputy, invited):
        with pytest.raises(InvitationClosed):
            cosigning.decline(invited.pk, by=other_deputy, at=NOW)


class TestUninvite:
    def test_the_invitation_goes_and_the_deputy_is_told(self, case, deputy, cosigner, invited):
        cosigning.uninvite(invited.pk, by=deputy, at=NOW)

        assert case.cosigners.count() == 0
        assert texts_for(cosigner) == [f"王代表代表已取消请您联名《{case.title}》的邀请。"]

    def test_not_after_submission(self, deputy, session):
        case = submitted_case(deputy.deputy)

        with pytest.raises(CannotInvite):
            cosigning.uninvite(case.cosigners.first().pk, by=deputy, at=NOW)


class TestPaper:
    def test_a_signed_sheet_confirms_several(self, deputy, session, secretary, cosigner):
        case = submitted_case(deputy.deputy, cosigners=[])

        sheet = signatures.record_on_paper(
            case.pk, [cosigner.deputy], photo(), by=secretary, at=NOW
        )

        row = case.cosigners.get()
        assert (row.state, row.way, row.scan, row.answered_by) == (
            CoSigner.State.CONFIRMED,
            CoSigner.Way.PAPER,
            sheet,
            secretary,
        )
        assert reload(case).proposer == Suggestion.Proposer.JOINT
        assert sheet.purpose == Attachment.Purpose.SIGNATURES
        assert texts_for(cosigner) == [
            f"{secretary.seat_name}已按纸质签名将您录为《{case.title}》的联名代表。如有不符，请与其联系。"
        ]

    def test_who_confirmed_online_stays_so(self, deputy, session, staff):
        case = case_in_review(deputy.deputy)
        row = case.cosigners.first()

        signatures.record_on_paper(case.pk, [row.deputy], photo(), by=staff, at=NOW)

        assert reload(row).way == CoSigner.Way.ONLINE

    def test_paper_counts_more_than_an_earlier_no(self, case, cosigner, secretary):
        add_cosigner(case, cosigner.deputy, CoSigner.State.DECLINED)
        case.entered_by = secretary
        case.save()

        signatures.record_on_paper(case.pk, [cosigner.deputy], photo(), by=secretary, at=NOW)

        assert case.cosigners.get().state == CoSigner.State.CONFIRMED
        assert reload(case).proposer == Suggestion.Proposer.SINGLE  # decided at submission

    @pytest.mark.parametrize(
        ("make", "persona"),
        [
            (registered_case, "staff"),
            (case_in_review, "secretary"),
            (submitted_case, "other_staff"),
            (submitted_case, "deputy"),
            (draft_case, "secretary"),
        ],
    )
    def test_nobody_else_and_not_for_ever(self, request, deputy, session, cosigner, make, persona):
        case = make(deputy.deputy, cosigners=[])
        by = request.getfixturevalue(persona)

        with pytest.raises(SignaturesClosed):
            signatures.record_on_paper(case.pk, [cosigner.deputy], photo(), by=by, at=NOW)

    def test_a_delegations_suggestion_has_no_cosigners(self, secretary, session, cosigner):
        case = delegation_draft(secretary)

        with pytest.raises(SignaturesClosed):
            signatures.record_on_paper(case.pk, [cosigner.deputy], photo(), by=secretary, at=NOW)

    def test_not_where_the_lead_takes_no_cosigners(self, deputy, session, secretary, cosigner):
        case = submitted_case(deputy.deputy, cosigners=[], may_be_cosigned=False)

        with pytest.raises(SignaturesClosed):
            signatures.record_on_paper(case.pk, [cosigner.deputy], photo(), by=secretary, at=NOW)

    def test_somebody_must_be_named(self, deputy, session, secretary):
        case = sent_back_case(deputy.deputy, cosigners=[])

        with pytest.raises(NobodyChosen):
            signatures.record_on_paper(case.pk, [], photo(), by=secretary, at=NOW)

    def test_a_bad_scan_signs_nobody(self, deputy, session, secretary, cosigner):
        case = submitted_case(deputy.deputy, cosigners=[])

        with pytest.raises(UploadRefused):
            signatures.record_on_paper(
                case.pk, [cosigner.deputy], photo("签名.exe"), by=secretary, at=NOW
            )

        assert (case.cosigners.count(), reload(case).stage) == (0, Stage.DELEGATION_REVIEW)
