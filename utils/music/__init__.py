"""Jazz: chords, choruses, players, scores and the band."""
