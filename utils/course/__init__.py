"""Tools for those who make the notebooks."""
