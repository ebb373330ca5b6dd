"""
Answering browsers: whole pages, parts of pages, and where to go next.

The only code that knows whether a request came from htmx. A view hands its template and context
to ``render_page`` and its destination to ``go_to``; ``LostSessionMiddleware`` keeps a sign-in page
from being swapped into the middle of another.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers

PART = "HX-Request"


def is_part_request(request: HttpRequest) -> bool:
    """Test if htmx asks for a part of the page and not for the page."""
    asked = request.headers.get("HX-Request") == "true"
    boosted = request.headers.get("HX-Boosted") == "true"
    restoring = request.headers.get("HX-History-Restore-Request") == "true"
    return asked and not boosted and not restoring


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    part: str | None = None,
    status: int | None = None,
) -> HttpResponse:
    """
    Render a page, or only its named part where htmx asked for it.

    The status is 422 as soon as a bound form in the context does not hold, so that browsers,
    htmx and tests can tell a refused form from a fresh one; pass ``status`` to decide otherwise.
    """
    context = dict(context or {})
    if status is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if _refused(context) else HTTPStatus.OK
    name = f"{template}#{part}" if part and is_part_request(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, [PART])
    return response


def go_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """
    Send the browser to another page after something was done.

    ``to`` is a URL name, a path or an object with ``get_absolute_url``. htmx follows a 302
    inside the swap and would put a whole page into a part, so it gets ``HX-Redirect``.
    """
    url = resolve_url(to, *args, **kwargs)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(url)
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})


class LostSessionMiddleware:
    """
    Answer 401 instead of a redirect to the sign-in page where htmx or a script is asking.

    The page then opens a dialog (``session-lost`` in app.js) and keeps what was typed, instead
    of showing the sign-in form inside itself. Stands after the session middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _by_script(request) and _leads_to_sign_in(response):
            return HttpResponse(
                status=HTTPStatus.UNAUTHORIZED, headers={"HX-Trigger": "session-lost"}
            )
        return response


class StalePageMiddleware:
    """
    Let a page that an older release made load itself again instead of taking a part of the new.

    Only where it reads: what is being sent is taken as it is, and answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        made_by = request.headers.get("X-Release", settings.RELEASE)
        if request.method == "GET" and made_by != settings.RELEASE:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
        return self.get_response(request)


def _by_script(request: HttpRequest) -> bool:
    return (
        request.headers.get("HX-Request") == "true"
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
    )


def _leads_to_sign_in(response: HttpResponse) -> bool:
    if response.status_code not in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
        return False
    return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def _refused(context: Mapping[str, Any]) -> bool:
    forms = [value for value in context.values() if isinstance(value, BaseForm | BaseFormSet)]
    return any(form.is_bound and not form.is_valid() for form in forms)
