"""Dates and word vectors."""
