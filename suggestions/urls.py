"""Addresses of 提出审核, one for each deed."""

from django.urls import path

from suggestions.views import papers

app_name = "suggestions"
urlpatterns = [
    path("attachments/<int:attachment_id>/", papers.attachment, name="attachment"),
]
