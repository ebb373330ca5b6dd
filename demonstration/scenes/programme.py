"""
What state each of the 120 suggestions is in, and the road that led there.

One function a scene; ``PROGRAMME`` says how many of each. Days are days before the day of the
demonstration. What was filed while the session sat (大会) came in at its opening and went out to
units in one hand-over; what is 闭会 came in later, each on its own day.
"""

from __future__ import annotations

from collections.abc import Callable

from demonstration.road import Road
from demonstration.scenes import answered, filing, hands
from demonstration.scenes.stage import Stage

Scene = Callable[[Stage, Road], None]

#: scene and how many of it; together 120
PROGRAMME: list[tuple[Scene, int]] = [
    (answered.closed, 12),
    (answered.answered, 9),
    (hands.being_drafted, 5),
    (answered.tracked, 5),
    (hands.supporter_is_late, 4),
    (hands.split_in_two, 3),
    (answered.judged, 4),
    (answered.dissatisfied, 2),
    (answered.handled_again, 3),
    (answered.answered_again, 2),
    (answered.closed_after_a_second_round, 2),
    (answered.promise_is_late, 2),
    (answered.promise_to_be_cleared, 2),
    (answered.promise_kept, 2),
    (answered.closed_in_silence, 1),
    (answered.answered_long_ago, 2),
    (hands.asked_for_the_deputys_view, 4),
    (hands.deputy_disagrees, 1),
    (hands.waiting_for_the_signature, 3),
    (hands.takes_six_months, 2),
    (hands.asks_for_longer, 1),
    (hands.was_given_longer, 1),
    (filing.merged, 2),
    (hands.reply_is_late, 2),
    (filing.registered, 5),
    (filing.referred, 4),
    (hands.waiting_to_be_signed_for, 4),
    (hands.late_to_be_signed_for, 1),
    (hands.returning_inside_the_system, 2),
    (hands.returning_across_systems, 1),
    (hands.returned_and_reassigned, 2),
    (hands.freshly_signed, 3),
    (hands.nobody_called, 2),
    (hands.talk_to_confirm, 3),
    (filing.in_committee_review, 4),
    (filing.in_first_review, 4),
    (filing.sent_back, 2),
    (filing.declined, 1),
    (filing.withdrawn_early, 1),
    (filing.withdrawn_in_handling, 1),
    (filing.being_written, 2),
    (filing.waiting_for_cosigners, 2),
]
