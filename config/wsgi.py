"""What a web server calls."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

from config.engines.lease import hold_embedded_servers
from config.garbage import look_seldom

hold_embedded_servers()
application = get_wsgi_application()
look_seldom()
