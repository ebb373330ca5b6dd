"""Every address of the site; each app names its own."""

from django.conf import settings
from django.urls import include, path

from config import views
from config.gallery.views import gallery

handler500 = "config.views.fault"

urlpatterns = [
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("accounts/", include("accounts.urls")),
    path("administration/tasks/", views.failed_tasks, name="failed_tasks"),
    path("administration/", include("accounts.administration_urls")),
    path("roster/", include("accounts.roster_urls")),
    path("", include("desk.urls")),
    path("suggestions/", include("suggestions.urls")),
    path("assignment/", include("assignment.urls")),
    path("handling/", include("handling.urls")),
    path("supervision/", include("supervision.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("ledgers/", include("ledgers.urls")),
    path("notices/", include("notices.urls")),
]

#: allauth's, for whoever signs in, confirms or changes a password too often.
handler429 = "config.views.too_many_attempts"

if settings.DEVELOPMENT:
    urlpatterns.append(path("ui/", gallery, name="gallery"))
