"""
The cache on Redis: values as JSON, and nothing fails because it is out of reach.

A pickle in Redis would be code that somebody may plant. What is cached can be had again, only
slower; limits that cannot be counted let everybody pass, for an outage must not lock people out.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends import redis
from django.core.serializers.json import DjangoJSONEncoder
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class JSONSerializer:
    """What Django's Redis cache asks of a serializer."""

    def dumps(self, value: Any) -> bytes | int:
        # A plain number stays one, so that Redis can count with it.
        if type(value) is int:
            return value
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode()

    def loads(self, stored: bytes | int) -> Any:
        return stored if isinstance(stored, int) else json.loads(stored)


def _or_else(instead: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answer with something else, and say so in the log, where the server is out of reach."""

    def forgiving(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def ask(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return operation(self, *args, **kwargs)
            except RedisError as error:
                log.warning("the cache is out of reach: %s", error)
                return instead(*args, **kwargs)

        return ask

    return forgiving


def _default(key: str, default: Any = None, version: int | None = None) -> Any:
    return default


class RedisCache(redis.RedisCache):
    """Django's, of which nothing is left but its speed when the server is gone."""

    # Whoever adds a lock gets it: better two at once than nobody.
    add = _or_else(lambda *_, **__: True)(redis.RedisCache.add)
    get = _or_else(_default)(redis.RedisCache.get)
    set = _or_else(lambda *_, **__: None)(redis.RedisCache.set)
    touch = _or_else(lambda *_, **__: False)(redis.RedisCache.touch)
    delete = _or_else(lambda *_, **__: False)(redis.RedisCache.delete)
    get_many = _or_else(lambda *_, **__: {})(redis.RedisCache.get_many)
    has_key = _or_else(lambda *_, **__: False)(redis.RedisCache.has_key)
    set_many = _or_else(lambda data, *_, **__: list(data))(redis.RedisCache.set_many)
    delete_many = _or_else(lambda *_, **__: None)(redis.RedisCache.delete_many)

    def reach(self) -> None:
        """
        Ask the server whether it is there.

        :raises RedisError: if it is not.
        """
        self._cache.get_client().ping()
