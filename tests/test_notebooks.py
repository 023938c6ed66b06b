"""What holds for every stored notebook, and how a notebook finds this project's `utils`."""

import ast
import base64
import io
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.manager import start_new_kernel
from PIL import Image

from utils import env
from utils.course import badges, exercises, headline, opening, reset

ROOT = exercises.NOTEBOOKS.parent
WORKED = exercises.worked_notebooks()
INDEX = exercises.NOTEBOOKS / "index.ipynb"
MARK = "nbval-check-output"


COPIES = {exercises.copy_path(path): path for path in WORKED}
worked = pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
everything = pytest.mark.parametrize(
    "path",
    [INDEX, *WORKED, *COPIES],
    ids=lambda path: path.relative_to(exercises.NOTEBOOKS).as_posix(),
)


def read(path):
    """Return a notebook; a learner's copy as it is made, whatever a learner has written into it."""
    if path in COPIES:
        return exercises.learner_copy(COPIES[path])
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert len(WORKED) >= 2


@worked
def test_it_was_run_top_to_bottom_in_one_go(path):
    cells = code_cells(read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@worked
def test_every_marked_cell_has_stored_output(path):
    marked = [c for c in code_cells(read(path)) if MARK in c.metadata.get("tags", [])]
    assert len(marked) >= 3
    for cell in marked:
        assert any(out.get("text") or out.get("data") for out in cell.outputs), cell.source


@worked
def test_no_marked_output_holds_a_long_fraction(path):
    """CPU, GPU and both backends agree on five decimals, not on more."""
    for cell in code_cells(read(path)):
        if MARK in cell.metadata.get("tags", []):
            text = "".join(out.get("text", "") for out in cell.outputs)
            assert not re.search(r"\d\.\d{6,}", text), text


@worked
def test_outputs_hold_no_error_warning_or_path(path):
    for cell in code_cells(read(path)):
        for out in cell.outputs:
            assert out.output_type != "error", cell.source
            assert out.get("name") != "stderr", out.get("text")
            text = str(out.get("text", "")) + str(out.get("data", {}).get("text/plain", ""))
            assert not re.search(r"warning|cuda drivers|cpu_feature_guard", text, re.I), text
            assert not re.search(r"(?<![\w.])/(root|home|work|tmp|Users)/", text), text


@everything
def test_every_picture_has_an_alternative_text_of_its_own(path):
    """In the metadata of an output, where `utils.alt_text` puts it, in Markdown or in HTML."""
    texts, pages = [], []
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            texts += re.findall(r"!\[(.*?)\]\(", cell.source)
            pages.append(cell.source)
        for out in cell.get("outputs", []):
            kinds = [kind for kind in out.get("data", {}) if kind.startswith("image/")]
            texts += [out.metadata.get(kind, {}).get("alt", "") for kind in kinds]
            pages.append("".join(out.get("data", {}).get("text/html", "")))
    images = [image for page in pages for image in BeautifulSoup(page, "html.parser")("img")]
    texts += [image.get("alt", "") for image in images]
    assert all(text.strip() for text in texts), texts
    assert len(set(texts)) == len(texts), texts


@worked
def test_its_code_goes_on_in_the_next_line_on_paper(path):
    setup = code_cells(read(path))[0]
    assert env.PAPER in [out.get("data", {}).get("text/html") for out in setup.outputs]


@worked
def test_it_has_the_setup_cell_once_and_first(path):
    cells = code_cells(read(path))
    assert cells[0].source == badges.setup_cell(), "run `make badges`"
    assert cells[0].metadata == badges.FOLDED, "run `make badges`"
    assert sum(cell.source.startswith(badges.SETUP_MARK) for cell in cells) == 1


@worked
def test_its_headline_has_the_agreed_names(path):
    names = {
        "1_recurrent_network_step_by_step": "forward_error gradient_error exercises seconds",
        "2_dinosaurus_island": "trigram ngram numpy_rnn gru mixture exercises seconds",
        "3_jazz_improvisation": "ngram lstm chord_tones_real chord_tones chord_tones_shifted "
        "chord_tones_unseen valid_bars copied_12 exercises seconds",
        "4_long_memory_gru_lstm": "rnn_30 gru_30 lstm_30 last_noun probe_rnn_20 exercises seconds",
        "5_language_model": "kn5 lstm mixture bits_per_char_word bits_per_char_char "
        "pear_over_pair sound_alikes exercises seconds",
        "6_named_entities": "f1 one_way f1_real window_baseline teddy exercises seconds",
        "1_word_vectors_and_debiasing": "google worst_section control bias_correlation direct_bias "
        "weat_before weat_after exercises seconds",
        "2_emojify_and_sentiment": "lstm_negated average_negated bigrams_negated lstm_affirmative "
        "mislabelled_found exercises seconds",
        "3_learning_word_vectors": "softmax negative_sampling hierarchical glove cbow gensim "
        "words_per_second_ratio exercises seconds",
        "1_date_translation_attention": "exact_match unseen_pairs ceiling exercises seconds",
        "3_translation_beam_search": "bleu valid exact_greedy exact_beam "
        "bleu_no_attention_long search_at_fault exercises seconds",
        "4_image_captioning": "new held_out focus_colour focus_noun whole_300 no_attention_300 "
        "shuffled digits exercises seconds",
        "2_trigger_word_detection": "f1 precision false_alarms_per_hour with_new_words f1_20db "
        "real_time_factor exercises seconds",
        "5_speech_recognition_ctc": "wer wer_noise wer_greedy wer_human loss_error exercises "
        "seconds",
        "1_dna_sequence_analysis": "accuracy f1_forward f1_reverse orf_accuracy codon_accuracy "
        "gene_recall phix accuracy_other_organism exercises seconds",
        "2_video_activity_recognition": "accuracy averaged frozen shuffled reversed_pairs "
        "frames_for_90 exercises seconds",
    }
    figures = headline.figures(read(path))
    assert " ".join(figures) == names[path.stem]
    right, of = figures["exercises"].split("/")
    assert right == of
    assert float(figures["seconds"]) > 0  # how many is the machine's: `make bench` compares them


@worked
def test_it_opens_with_title_badge_and_goals(path):
    first, _, third = read(path).cells[:3]
    assert first.source.startswith("# ")
    assert badges.badge(path.relative_to(ROOT).as_posix()) in first.source
    assert "You will be able to" in third.source


@worked
def test_it_opens_with_the_picture_of_its_last_run(path):
    notebook = read(path)
    source = notebook.cells[1].source
    stored = (opening.PICTURES / f"{path.stem}.png").read_bytes()
    drawn = opening.small(opening.drawn(notebook)[0])
    assert source.startswith("![The result of this notebook. "), "run `make run`"
    assert base64.b64encode(stored).decode() in source
    assert len(stored) < 90_000
    pictures = [np.asarray(Image.open(io.BytesIO(png)).convert("L")) for png in (stored, drawn)]
    assert pictures[0].shape == pictures[1].shape
    assert np.abs(pictures[0] - pictures[1].astype(float)).mean() < 2  # of 255: another Pillow


@worked
def test_the_learners_copy_is_what_the_command_makes(path):
    """What is committed is, in CI; elsewhere a copy may have been run, or hold a learner's work."""
    copy = exercises.copy_path(path)
    assert copy.exists(), "run `make exercises`"
    made, content = read(copy), copy.read_bytes()
    strict = bool(os.environ.get("CI")) and reset.committed(copy) == content
    if not strict and not exercises.is_fresh(content, made):
        pytest.skip(f"{copy.name} holds a learner's work")
    stored = nbformat.reads(content.decode(), as_version=4)
    assert exercises.checksum(stored) == made.metadata[exercises.MADE], "run `make exercises`"
    if strict:
        assert content.decode() == exercises.as_stored(made).decode(), "run `make exercises`"


@worked
def test_the_exercise_cells_are_marked_for_nbgrader(path):
    notebook = read(path)
    before = nbformat.writes(notebook)
    names = exercises.mark(notebook)
    assert len(names) >= 4
    assert nbformat.writes(notebook) == before, "run `make exercises`"


@worked
def test_the_learners_copy_holds_no_solution_and_no_output(path):
    copy = read(exercises.copy_path(path))
    stubs = sum("raise NotImplementedError()" in cell.source for cell in code_cells(copy))
    assert stubs == sum(exercises.BEGIN in cell.source for cell in code_cells(read(path)))
    for cell in code_cells(copy):
        assert "SOLUTION" not in cell.source
        assert not cell.outputs and cell.execution_count is None


@worked
def test_every_exercise_has_a_folded_hint(path):
    notebook = read(path)
    hints = [c.source.count("<details>") for c in notebook.cells if c.cell_type == "markdown"]
    assert sum(hints) >= 2 * len(exercises.mark(notebook))


@everything
def test_it_is_valid_and_small(path):
    assert len(exercises.as_stored(read(path))) < 2_000_000


@everything
def test_its_kernel_is_named_as_jupyterlab_names_it(path):
    """JupyterLab writes the name when it opens a notebook; another would be a change for git."""
    wanted = {key: get_kernel_dict()[key] for key in ("display_name", "language")}
    assert read(path).metadata["kernelspec"] == {**wanted, "name": "python3"}, "run `make badges`"
    assert read(path).metadata["language_info"].keys() >= {"version", "pygments_lexer"}


@everything
def test_its_links_lead_somewhere(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for link in re.findall(r"\]\((?!https?:|data:|#)([^)#]+)", cell.source):
                target = path.parent / urllib.parse.unquote(link)
                assert target.exists(), f"{path.name} links to {link}"


@everything
def test_no_cell_asks_for_trouble(path):
    for cell in code_cells(read(path)):
        tree = ast.parse(
            cell.source.replace("%", "#%") if cell.source.startswith("%") else cell.source
        )
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"eval", "exec", "pickle"}, cell.source


FIND = badges.setup_cell().partition("from utils import env")[0] + "print(utils.__file__)\n"


@pytest.mark.parametrize(
    "folder",
    sorted({p.parent for p in [*WORKED, *map(exercises.copy_path, WORKED)]}),
    ids=lambda folder: folder.relative_to(exercises.NOTEBOOKS).as_posix(),
)
def test_utils_is_this_project_even_beside_another_one(folder, tmp_path):
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "__init__.py").write_text("raise ImportError('the other utils')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    manager, client = start_new_kernel(cwd=str(folder), env=environment)
    said = []
    try:
        reply = client.execute_interactive(
            FIND, timeout=60, output_hook=lambda m: said.append(m["content"].get("text", ""))
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply["content"]
    assert Path("".join(said).strip()) == ROOT / "utils" / "__init__.py"


ANOTHER = {
    "a package": "utils/env.py",
    "a file": "utils.py",
    "a folder without __init__": "utils/other/none.py",
}


@pytest.mark.parametrize("name", ANOTHER.values(), ids=ANOTHER)
def test_another_utils_already_imported_is_told_in_one_sentence(name, tmp_path):
    other = tmp_path / name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("")
    if name == "utils/env.py":
        (other.parent / "__init__.py").touch()
    before = "import utils\n"
    done = run_plain(before + badges.setup_cell(), WORKED[0].parent, PYTHONPATH=str(tmp_path))
    assert done.returncode
    said = done.stderr.splitlines()[-1]
    assert said == (
        "RuntimeError: Restart the kernel: another package named utils is already imported."
    )
    restarted = run_plain(FIND, WORKED[0].parent, PYTHONPATH=str(tmp_path))
    assert Path(restarted.stdout.strip()) == ROOT / "utils" / "__init__.py"


def test_the_setup_cell_finds_the_project_again_from_elsewhere(tmp_path):
    """As where an instructor grades outside the project: only the path leads to it, by a link."""
    (tmp_path / "link").symlink_to(ROOT)
    inside = f"import os\nos.chdir({str(WORKED[0].parent)!r})\n"
    done = run_plain(FIND + inside + FIND, tmp_path, PYTHONPATH=str(tmp_path / "link"))
    assert done.stdout.split() == [str(ROOT / "utils" / "__init__.py")] * 2, done.stderr


def run_plain(code, folder, **variables):
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_outside_the_project_the_setup_cell_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(RuntimeError, match="Open this notebook from inside it"):
        exec(FIND, {})
