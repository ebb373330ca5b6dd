"""Headings of tables that nobody sorts."""


def plain_columns(*labels: str) -> list[dict[str, str]]:
    """Make the columns of a table out of their labels."""
    return [{"label": label} for label in labels]
