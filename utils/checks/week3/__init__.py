"""The checks of week 3, a module for each notebook."""
