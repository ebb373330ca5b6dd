"""What gunicorn serves to ``manage.py bench``: the system as it is, and the bare page beside it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.garbage import look_seldom

settings.ROOT_URLCONF = "config.bench.urls"
settings.CACHES["default"]["KEY_PREFIX"] = settings.DATABASES["default"]["NAME"]
application = get_wsgi_application()
look_seldom()
