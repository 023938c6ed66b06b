"""What the notebooks share, a room for each subject. Importing it imports nothing else."""
