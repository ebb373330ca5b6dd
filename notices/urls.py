from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("resend-failed/", views.resend_failed, name="resend_failed"),
    path("<int:message_id>/resend/", views.settle, {"deed": "resend"}, name="resend"),
    path("<int:message_id>/mark-sent/", views.settle, {"deed": "mark_sent"}, name="mark_sent"),
]
