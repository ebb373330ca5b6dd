"""Forms of the entrance and of the administrators."""
