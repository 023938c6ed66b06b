"""The checks of week 2, a module for each notebook."""
