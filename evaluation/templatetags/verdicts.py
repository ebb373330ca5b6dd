"""Words of a verdict for templates."""

from django import template

from evaluation.models import Grade

register = template.Library()


@register.filter
def grade(value: str) -> str:
    """Write a grade's code as its word; an empty one stays empty."""
    return Grade(value).label if value else ""
