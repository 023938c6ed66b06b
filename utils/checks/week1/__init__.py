"""The checks of week 1, a module for each notebook."""
