"""How cached values are written: JSON, for a pickle in Redis is code that somebody may plant."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class JSONSerializer:
    """What Django's Redis cache asks of a serializer."""

    def dumps(self, value: Any) -> bytes | int:
        # A plain number stays one, so that Redis can count with it.
        if type(value) is int:
            return value
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode()

    def loads(self, stored: bytes | int) -> Any:
        return stored if isinstance(stored, int) else json.loads(stored)
