"""Components written into a test, as a page would write them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.template import RequestContext, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler


def rendered(source: str, **context: Any) -> str:
    """Render a piece of a page with components in it."""
    request = RequestFactory().get("/")
    request.user, request._messages = AnonymousUser(), CookieStorage(request)
    template = Template(CottonCompiler().process(source))
    return template.render(RequestContext(request, context))
