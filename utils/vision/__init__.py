"""Pictures: drawn scenes, what is said of them, and pictures that a learner brings."""
