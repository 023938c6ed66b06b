"""The headline figures, and the README's table of them: `python -m utils.course.headline`.

Each worked notebook ends with one line ``headline: name=value … seconds=N``. The table in the
README is made from the stored lines, never typed.
"""

import re
from pathlib import Path

import nbformat

from utils.course.badges import badge
from utils.course.exercises import NOTEBOOKS, worked_notebooks
from utils.files import write_atomically

README = NOTEBOOKS.parent / "README.md"
# What the figures are, their units, and which way is better.
WORDS = {
    "1_recurrent_network_step_by_step": (
        "Largest difference from Keras, forward: {forward_error}; from automatic differentiation, "
        "backward: {gradient_error} (less is better)."
    ),
    "2_dinosaurus_island": (
        "Loss on held-out names, nats a character (less is better): Kneser–Ney trigram {trigram}, "
        "longer n-grams {ngram}, RNN in NumPy {numpy_rnn}, GRU {gru}, several mixed {mixture}."
    ),
    "3_jazz_improvisation": (
        "Loss on held-out heads, nats an event (less is better): n-grams {ngram}, LSTM {lstm}. "
        "Share of notes on a beat that fit their chord: real heads {chord_tones_real}, solos "
        "{chord_tones}, over new progressions {chord_tones_unseen}; with the chords moved, a "
        "control, {chord_tones_shifted}. Bars that fill their metre: {valid_bars}. Runs of 12 "
        "notes that are copied: {copied_12} (less is better)."
    ),
    "4_long_memory_gru_lstm": (
        "Share of verbs right, 30 words behind their subject (more is better): GRU {gru_30}, LSTM "
        "{lstm_30}, RNN {rnn_30}, the rule of the last noun {last_noun}. Read from the RNN's "
        "state 20 words behind, by a probe: {probe_rnn_20}."
    ),
    "5_language_model": (
        "Perplexity on held-out text (less is better): Kneser–Ney 5-gram {kn5}, LSTM {lstm}, both "
        "mixed {mixture}. Bits a character (less is better): the mixture {bits_per_char_word}, an "
        "8-gram of characters {bits_per_char_char}. *Pear* is at least {pear_over_pair} times as "
        "probable as *pair*. Sound-alikes told apart: {sound_alikes}."
    ),
    "6_named_entities": (
        "F1 of whole names, of 1 (more is better): made sentences {f1}, read one way {one_way}, a "
        "window without memory {window_baseline}; real news {f1_real}. Networks that tell Teddy "
        "from a teddy: {teddy}."
    ),
    "1_word_vectors_and_debiasing": (
        "Share of analogies solved (more is better): {google}, in the hardest section "
        "{worst_section}; vectors of a text without meaning, a control, {control}. Correlation of "
        "the bias found with the one planted: {bias_correlation}. Direct bias once it is removed: "
        "{direct_bias}; WEAT effect before {weat_before}, after {weat_after} (nearer to 0 is "
        "better)."
    ),
    "2_emojify_and_sentiment": (
        "Share of negated messages read right (more is better): LSTM {lstm_negated}, average "
        "{average_negated}, bigrams {bigrams_negated}; affirmative ones, LSTM: "
        "{lstm_affirmative}. Wrong labels found: {mislabelled_found}."
    ),
    "3_learning_word_vectors": (
        "Share of analogies solved, planted text (more is better): softmax {softmax}, "
        "hierarchical softmax {hierarchical}, negative sampling {negative_sampling}, CBOW {cbow}, "
        "GloVe {glove}, gensim's skip-gram {gensim}. By expected counts, {words_per_second_ratio} "
        "times as many words a second as gensim."
    ),
    "1_date_translation_attention": (
        "Share of dates wholly right (more is better): {exact_match}, where the best possible is "
        "{ceiling}; pairs of language and format that training never showed: {unseen_pairs}."
    ),
    "2_trigger_word_detection": (
        "F1, of 1 (more is better): {f1} in noise of 3 to 20 dB, with a precision of {precision}; "
        "{f1_20db} at 20 dB. False alarms an hour (less is better): {false_alarms_per_hour}; "
        "among words that training never had, {with_new_words}. Seconds of computing for a second "
        "of sound: {real_time_factor}."
    ),
    "3_translation_beam_search": (
        "BLEU, of 100 (more is better): {bleu}; without attention, long sentences, "
        "{bleu_no_attention_long}. Share that is a right translation: {valid}; that is the most "
        "frequent one: greedy {exact_greedy}, beam {exact_beam}. Errors for which the search is "
        "to blame: {search_at_fault}."
    ),
    "4_image_captioning": (
        "Share of captions wholly right (more is better): new scenes {new}, pairs never seen "
        "{held_out}, handwritten digits {digits}; of another picture, a control, {shuffled}. "
        "Attention on the thing that is named: at its colour {focus_colour}, at its noun "
        "{focus_noun}. Pairs never seen, after 300 updates: {whole_300}, without attention "
        "{no_attention_300}."
    ),
    "5_speech_recognition_ctc": (
        "Word error rate (less is better): {wer}, without a language model {wer_greedy}, in noise "
        "{wer_noise}, one human voice {wer_human}. Difference of our loss from Keras: "
        "{loss_error}."
    ),
    "1_dna_sequence_analysis": (
        "Share of bases right (more is better): network {accuracy}, longest open frame "
        "{orf_accuracy}, counted codons {codon_accuracy}; a phage {phix}, another organism's "
        "plasmid {accuracy_other_organism}. F1 of genes' bases, of 1: forward {f1_forward}, "
        "reverse {f1_reverse}. Genes found, ends within 30 bases: {gene_recall}."
    ),
    "2_video_activity_recognition": (
        "Share of clips right (more is better): GRU {accuracy}, frames averaged {averaged}; pairs "
        "that differ in direction alone {reversed_pairs}. The GRU on spoilt clips, a control: "
        "shuffled {shuffled}, frozen {frozen}. Frames until 0.9 of the clips are right: "
        "{frames_for_90}."
    ),
}
BEGIN, END = "<!-- table: made by `make table` -->", "<!-- end of table -->"


def figures(notebook) -> dict[str, str]:
    """Return the figures of a notebook's stored headline line, by name.

    Raises:
        ValueError: there is not exactly one such line.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    texts = [out.get("text", "") for cell in cells for out in cell.outputs]
    lines = re.findall(r"^headline: (.*)$", "".join(texts), flags=re.MULTILINE)
    if len(lines) != 1:
        raise ValueError(f"A notebook prints one headline line; this one prints {len(lines)}.")
    return dict(pair.split("=", 1) for pair in lines[0].split())


def in_words(path: Path) -> tuple[str, str]:
    """Return what a notebook's figures say, and the seconds of its last run.

    Raises:
        KeyError: WORDS has no such notebook, or names a figure that the notebook does not print.
    """
    found = figures(nbformat.read(path, as_version=4))
    return WORDS[path.stem].format(**found), found["seconds"]


def title(notebook) -> str:
    """Return a notebook's title, the first heading."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def table() -> str:
    """Return the README's table: a row for each notebook."""
    rows = ["| notebook | measured in its last run | seconds | do it | |", "|---|---|---|---|---|"]
    for path in worked_notebooks():
        notebook = nbformat.read(path, as_version=4)
        found = figures(notebook)
        seconds = found.pop("seconds")
        measured = ", ".join(f"{name} {value}" for name, value in found.items())
        here = path.relative_to(NOTEBOOKS.parent).as_posix()
        copy = here.replace("notebooks/", "notebooks/exercises/", 1)
        rows.append(
            f"| [{title(notebook)}]({here}) | {measured} | {seconds} | "
            f"[exercises]({copy}) | {badge(copy)} |"
        )
    return "\n".join(rows)


def with_table(text: str) -> str:
    """Return the README's text with its table made anew.

    Raises:
        ValueError: the two marks of the table are not there.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"README.md needs the lines {BEGIN} and {END} around its table.")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def main(readme: Path = README) -> None:
    """Write the table into the README."""
    text = with_table(readme.read_text(encoding="utf-8"))
    write_atomically(readme, text)


if __name__ == "__main__":
    main()
