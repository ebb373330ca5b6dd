"""
``manage.py bench``: a scratch database of any size, and how long pages and jobs take on it.

docs/performance.md tells how to run it, what it found and what was decided because of it.
"""
