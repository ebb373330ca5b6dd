from django.urls import path

from evaluation import views

app_name = "evaluation"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("cases/<int:suggestion_id>/judge/", views.judge, name="judge"),
    path("cases/<int:suggestion_id>/receipt/", views.enter_receipt, name="enter_receipt"),
    path("cases/<int:suggestion_id>/release/", views.release, name="release_verdicts"),
    path("cases/<int:suggestion_id>/again/", views.decide_rehandling, name="decide_rehandling"),
    path("cases/<int:suggestion_id>/silent/", views.mark_silent, name="mark_silent"),
    path("verdicts/<int:verdict_id>/correct/", views.correct, name="correct"),
]
