"""Pages of the entrance, of one's own account, and of the three administrators."""
