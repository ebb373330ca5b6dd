"""Every address of the site; each app names its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("desk.urls")),
    path("suggestions/", include("suggestions.urls")),
    path("assignment/", include("assignment.urls")),
    path("handling/", include("handling.urls")),
    path("supervision/", include("supervision.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("ledgers/", include("ledgers.urls")),
]
