"""Files of a case: reading them."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from suggestions import attachments
from suggestions.models import Attachment

_SHOWN_IN_PLACE = ("image/jpeg", "image/png")


@login_required
@require_safe
@never_cache
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    kept = get_object_or_404(Attachment.objects.visible_to(request.actor), pk=attachment_id)
    attachments.note_reading(kept, by=request.actor, at=timezone.now())
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=kept.content_type not in _SHOWN_IN_PLACE,
        filename=kept.name,
        content_type=kept.content_type,
    )
    # Somebody's file: it may be looked at, it may do nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
