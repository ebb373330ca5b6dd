"""What gunicorn serves in the long runs: the site on a test database (``SURVIVAL_DATABASE``)."""

import os

from config.wsgi import application
from tests.database import use_database

use_database(os.environ["SURVIVAL_DATABASE"])

__all__ = ["application"]
