"""The base of every anticipated "no"."""


class Refusal(Exception):
    """
    An expected failure with a sentence for the person who asked.

    A service raises a subclass defined beside it; a view shows ``str(refusal)`` and keeps what
    was typed. Anything else that goes wrong is a fault, not a refusal.
    """
