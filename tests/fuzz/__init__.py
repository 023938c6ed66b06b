"""Fuzzing: many seeded inputs at every door, each with a limit on time and memory (`make fuzz`).

A door is a function that reads what a user brings. What it does with an input is one of

- right: it gives what the file or text says, as far as that is known;
- refused: DataError, ValueError or LookupError of our own, in one line that ends in a full stop;
- changed: it gives something else than what stands there, without a word;
- traceback: an error of another kind, or a library's;
- hang: it takes longer than SECONDS, or more memory than MEGABYTES.

The last three are faults, and there should be none.
"""
