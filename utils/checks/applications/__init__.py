"""The checks of the applications, a module for each notebook."""
