"""The addresses of the system, and a page that shows the shell and nothing in it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from common.htmx import render_page
from config.urls import urlpatterns as _urlpatterns


def bare(request: HttpRequest) -> HttpResponse:
    """Show what every page costs: the middleware, the acting membership, the navigation."""
    return render_page(request, "base.html", {})


urlpatterns = [*_urlpatterns, path("bench/bare/", bare, name="bench-bare")]
