"""The checks of `week2/2_emojify_and_sentiment`: what learners wrote, and the challenge."""

import textwrap

import keras
import numpy as np
import pytest

from utils.checks.week2 import emojify_and_sentiment as checks
from utils.checks.wrong import Wrong


def reader(layer):
    def small_reader(embedding):
        indices = keras.Input((None,), dtype="int32")
        outputs = keras.layers.Dense(6, activation="softmax")(layer()(embedding(indices)))
        return keras.Model(indices, outputs), 0.01

    return small_reader


@pytest.fixture
def trained(monkeypatch):
    """Count what is trained, without training it."""
    fits = []
    monkeypatch.setattr(checks, "_known", {})
    monkeypatch.setattr(checks.sentiment_training, "fit", lambda *a, **options: fits.append(a))
    return fits


def test_each_kind_of_model_is_trained_once(trained, capsys):
    layer = lambda: keras.layers.Bidirectional(keras.layers.GRU(8))  # noqa: E731
    answer = reader(layer)
    # Untrained, both orders of the examples may get one answer: that is not what is asked here.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("utils.checks.challenges.alike", lambda *_: False)
        checks.check.challenge(answer)
    assert len(trained) == 2  # it and the baseline
    assert "On validation, to choose by" in capsys.readouterr().out


def test_the_vectors_stay_as_they_are(trained):
    def small_reader(embedding):
        embedding.trainable = True
        return reader(lambda: keras.layers.GlobalAveragePooling1D())(embedding)

    checks._said(small_reader(checks._embedding()), "negated")
    [(model, *_)] = trained
    assert [tuple(weight.shape) for weight in model.trainable_weights] == [(50, 6), (6,)]
    [table] = [layer for layer in model.layers if isinstance(layer, keras.layers.Embedding)]
    assert np.allclose(table.get_weights()[0], checks._table()[0])


def test_too_many_parameters_are_refused(trained):
    with pytest.raises(Wrong, match=r"29,830 parameters; 20,000 are the most"):
        checks.check.challenge(reader(lambda: keras.layers.LSTM(64)))
    assert not trained


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (3, "2 values"),
        ((3, 0.01), r"keras\.Model"),
        ((None, 0.01), r"keras\.Model"),
    ],
)
def test_what_is_no_model_is_refused(trained, answer, says):
    def small_reader(embedding):
        return answer

    with pytest.raises(Wrong, match=says):
        checks.check.challenge(small_reader)


def test_other_outputs_are_refused(trained):
    def small_reader(embedding):
        indices = keras.Input((None,), dtype="int32")
        return keras.Model(indices, keras.layers.LSTM(5)(embedding(indices))), 0.01

    with pytest.raises(Wrong, match=r"6 probabilities a text, \(m, 6\); yours: \(None, 5\)"):
        checks.check.challenge(small_reader)


@pytest.mark.parametrize("rate", [0, 1, "0.1", None, [0.1, 0.2]])
def test_what_is_no_rate_is_refused(trained, rate):
    def small_reader(embedding):
        return reader(lambda: keras.layers.GlobalAveragePooling1D())(embedding)[0], rate

    with pytest.raises(Wrong, match="learning rate should be a number between 0 and 1"):
        checks.check.challenge(small_reader)


def complaint(body, head):
    """Return what the check says of a function with this head and body."""
    scope = {"np": np, "keras": keras}
    exec(f"def {head}:\n{textwrap.indent(textwrap.dedent(body), '    ')}", scope)
    with pytest.raises(Wrong) as caught:
        checks.check(scope[head.partition("(")[0]])
    return str(caught.value)


GRADIENTS = """
    z = x @ W + b
    z = z{shift}
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    m = len(y)
    loss = {loss}
    dz = (p - np.eye(len(b))[y]) / m
    return loss, x.T @ dz, dz.sum(axis=0), dz @ W.T
"""
ROW, ALL = " - z.max(axis=1, keepdims=True)", " - z.max()"
OF_P = "-np.log(p[np.arange(m), y]{}).mean()"
FROM_Z = "-(z - np.log(e.sum(axis=1, keepdims=True)))[np.arange(m), y].mean()"


@pytest.mark.parametrize(
    ("shift", "loss", "says"),
    [
        (ROW, OF_P.format(""), "probability becomes 0 here, and its logarithm -inf"),
        (ROW, "-(np.eye(len(b))[y] * np.log(p)).sum(axis=1).mean()", "becomes 0 here"),
        (ROW, OF_P.format(" + 1e-12"), "small number added"),
        (ROW, OF_P.format(" + 1e-9"), "small number added"),
        (ROW, "-np.log(np.clip(p, 1e-15, 1)[np.arange(m), y]).mean()", "is p cut off"),
        (ROW, OF_P.format("").replace("log(", "log2("), "the values match with log2"),
        ("", OF_P.format(""), "Large logits are too large for np.exp"),
        ("", FROM_Z, "Large logits are too large for np.exp"),
        (ALL, OF_P.format(""), "each row's own maximum"),
        (ALL, FROM_Z, "each row's own maximum"),
        (" - z.max(axis=0)", FROM_Z, "each column's maximum"),
    ],
)
def test_what_becomes_of_small_probabilities_is_told(shift, loss, says):
    for _ in range(3):
        said = complaint(GRADIENTS.format(shift=shift, loss=loss), "softmax_gradients(x, y, W, b)")
        assert says in said
        assert "log2" in says or "log2" not in said


@pytest.mark.parametrize("rows", ["len(table) - 1", "len(table) + 1"])
def test_a_layer_with_other_rows_than_the_table(rows):
    said = complaint(
        f"return keras.layers.Embedding({rows}, table.shape[1], weights=[table], mask_zero=True)",
        "pretrained_embedding(table, trainable)",
    )
    assert "as many rows as the table" in said and "second time" not in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("layer = keras.layers.Embedding(len(table), table.shape[1])", "numbers of its own"),
        (
            "layer = keras.layers.Embedding(*table.shape, embeddings_initializer='normal')",
            "numbers of its own",
        ),
        (
            "layer = keras.layers.Embedding(*table.shape)\nlayer.set_weights([table])",
            "A new layer has no weights",
        ),
    ],
)
def test_a_layer_that_lacks_the_table(body, says):
    said = complaint(f"{body}\nreturn layer", "pretrained_embedding(table, trainable)")
    assert says in said and "second time" not in said


MODEL = """
    indices = keras.Input({shape}, dtype="int32")
    {a} = keras.layers.LSTM(n_a{option})({inside})
    return keras.Model(indices, keras.layers.Dense(n_y, activation="softmax")({last}))
"""
OWN = "keras.layers.Embedding({}, mask_zero=True)(indices)"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"shape": "(7,)"}, "texts of one length alone. Yours: 7 words."),
        ({"shape": "(12,)"}, "texts of one length alone. Yours: 12 words."),
        ({"inside": OWN.format("3646, 50")}, "does not use the `embedding` that is handed in"),
        (
            {"inside": OWN.format("embedding.input_dim, embedding.output_dim")},
            "does not use the `embedding` that is handed in",
        ),
        ({"a": "h, a, c", "option": ", return_state=True", "last": "c"}, "with the cell state c"),
        ({"a": "a, c", "option": ", return_state=True"}, "gives three things"),
        ({"inside": "indices"}, "are no vectors yet"),
    ],
)
def test_a_model_that_is_another(changed, says):
    filled = {"shape": "(None,)", "a": "a", "option": "", "inside": "embedding(indices)"}
    body = MODEL.format(**filled | {"last": "a"} | changed)
    assert says in complaint(body, "message_model(embedding, n_a, n_y)")


def test_a_model_of_a_class_of_ones_own():
    body = """
        class Reader(keras.Model):
            def __init__(self):
                super().__init__()
                self.parts = embedding, keras.layers.LSTM(n_a), keras.layers.Dense(n_y)

            def call(self, x):
                for part in self.parts:
                    x = part(x)
                return x

        return Reader()
    """
    said = complaint(body, "message_model(embedding, n_a, n_y)")
    assert "a class of your own" in said and "keras.Model(inputs, outputs)" in said


BY_TEXT = """
    gradient = np.zeros((n_rows, dx.shape[1]))
    for row, change in zip(indices, dx):
        words = row[row > 0]
        {}
    return gradient
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gradient[words] += change / len(words)", "twice in one text counts once"),
        (
            "for word in set(words): gradient[word] += change / len(words)",
            "twice in one text counts once",
        ),
        ("for word in words: gradient[word] += change / len(set(words))", "different words"),
        (
            "for word in set(words): gradient[word] += change / len(set(words))",
            "different words share",
        ),
    ],
)
def test_shares_of_words_that_come_twice(line, says):
    for _ in range(3):
        assert says in complaint(BY_TEXT.format(line), "table_gradient(indices, dx, n_rows)")


@pytest.mark.parametrize("parts", ["range(5)", "range(len(set(fold)))", "range(fold.max())"])
def test_parts_of_any_number(parts):
    body = f"""
        doubt = np.zeros(len(y))
        for number in {parts}:
            out = fold == number
            p = fit(x[~out], y[~out])(x[out])
            doubt[out] = 1 - p[np.arange(len(p)), y[out]]
        return doubt
    """
    for _ in range(3):
        assert "They may have any numbers" in complaint(body, "suspicion(x, y, fold, fit)")


@pytest.mark.parametrize("pairs", ["[y, guessed]", "list(zip(y, guessed))"])
def test_a_list_is_no_tuple_of_indices(pairs):
    body = f"counts = np.zeros((n_y, n_y), int)\nnp.add.at(counts, {pairs}, 1)\nreturn counts"
    assert "was given a list" in complaint(body, "confusion_matrix(y, guessed, n_y)")
