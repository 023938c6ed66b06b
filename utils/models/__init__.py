"""What sequence models are made of."""
