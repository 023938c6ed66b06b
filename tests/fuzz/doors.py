"""The doors, and what is brought to them."""

from tests.fuzz import cells, clips, data, genomics, music, pictures, sound, texts
from tests.fuzz.trying import UNKNOWN, Door, drawn
from utils.language import agreement, own_text, sentiment, tokens

DOORS = {
    "names": Door(drawn(texts.names), texts.read_names, texts.same_names),
    "vectors": Door(drawn(texts.word_vectors), texts.load_vectors, texts.same_vectors),
    "dates": Door(drawn(texts.written_dates), texts.typed, texts.is_read),
    "messages": Door(drawn(texts.messages), texts.split_message),
    "texts": Door(texts.TEXTS.map(lambda text: (text, UNKNOWN)), texts.typed),
    "words": Door(texts.PROSE.map(lambda text: (text, UNKNOWN)), texts.words),
    "own texts": Door(drawn(texts.own_texts), texts.read_own),
    "own texts for vectors": Door(drawn(texts.own_texts), texts.read_own_for_vectors),
    "a word": Door(cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), texts.ask_for_neighbours),
    "a scored sentence": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)),
        lambda given, _: own_text.read_sentence(given),
    ),
    "tokens": Door(texts.TEXTS.map(lambda text: (text, UNKNOWN)), texts.split_message),
    "chords": Door(drawn(music.typed_chords), music.read_chords, music.same_chords),
    "scores": Door(drawn(music.scores), music.read_tune, music.same_tune),
    "sound": Door(drawn(sound.sounds), sound.read_sound, sound.same_tone),
    "pictures": Door(drawn(pictures.pictures), pictures.read_picture, pictures.same_squares),
    "clips": Door(drawn(clips.gifs), clips.read_gif, clips.same_colours),
    "datasets": Door(drawn(data.damaged_data), data.load_damaged),
    "archives": Door(drawn(data.archives), data.fetch_archive),
    "bits": Door(cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), cells.mark_changes),
    "a sentence": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), lambda given, _: agreement.read(given)
    ),
    "a message": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)),
        lambda given, _: sentiment.known(given, {"a": 1, "0": 2}),
    ),
    "names in a sentence": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), lambda given, _: tokens.read(given)
    ),
    "a French sentence": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), cells.ask_for_a_translation
    ),
    "DNA files": Door(drawn(genomics.dna_files), genomics.read_file, genomics.same_records),
    "DNA": Door(drawn(genomics.typed_dna), genomics.read_typed, genomics.same_bases),
    "DNA of any kind": Door(
        cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), genomics.read_typed
    ),
    "a date": Door(cells.ANYTHING.map(lambda thing: (thing, UNKNOWN)), cells.ask_for_a_date),
}
