"""Recordings, noises, clips and spectrograms."""
