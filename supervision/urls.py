from django.urls import path

from supervision.views import deeds, digests, notices, overview

app_name = "supervision"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("urge/", overview.urge_many, name="urge_many"),
    path("cases/<int:case_id>/urge/", deeds.urge, name="urge"),
    path("cases/<int:case_id>/designate/", deeds.designate, name="designate"),
    path("cases/<int:case_id>/grade/", deeds.grade, name="grade"),
    path("key-cases/<int:key_case_id>/change/", deeds.change_charge, name="change_charge"),
    path("key-cases/<int:key_case_id>/remove/", deeds.remove, name="remove"),
    path("key-cases/<int:key_case_id>/log/", deeds.add_log, name="add_log"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("notices/<int:notice_id>/release/", notices.release_notice, name="release_notice"),
    path("notices/<int:notice_id>/drop/", notices.drop_notice, name="drop_notice"),
    path("notices/<int:notice_id>/answer/", notices.answer_notice, name="answer_notice"),
    path("notices/<int:notice_id>/<str:kind>/", notices.print_notice, name="print_notice"),
    path("digests/", digests.digests, name="digests"),
    path("digests/<int:digest_id>/", digests.digest, name="digest"),
    path("urgings/<int:urging_id>/answer/", deeds.answer_urging, name="answer_urging"),
]
