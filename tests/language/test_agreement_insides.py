"""utils.language.agreement_insides: states, gates, gradients against Keras and a step by hand."""

import keras
import numpy as np
import pytest

from utils.language import agreement
from utils.language import agreement_insides as insides
from utils.language import agreement_training as training

UNITS, M, T_X = 5, 3, 7
INDICES = np.random.default_rng(0).integers(1, 107, (M, T_X))
GATES = {"SimpleRNN": 0, "GRU": 2, "LSTM": 3}


@pytest.fixture(scope="module", params=GATES)
def model(request):
    """Return a model whose weights, biases too, are random."""
    made = training.small_model(getattr(keras.layers, request.param)(UNITS))
    rng = np.random.default_rng(1)
    made.set_weights([rng.normal(0, 0.6, w.shape) for w in made.get_weights()])
    return made


def kind_of(model):
    return type(model.layers[-2]).__name__


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logit_of(model, x):
    """Return the logit after the last word, by hand in float64, from word embeddings (T_x, n_e)."""
    kernel, recurrent, bias, Wya, by = (w.astype(float) for w in model.get_weights()[1:])
    a, c = np.zeros(UNITS), np.zeros(UNITS)
    for x_t in x:
        a, c, _ = step(kind_of(model), x_t, a, c, kernel, recurrent, bias)
    return (a @ Wya + by)[0]


def step(kind, x_t, a, c, kernel, recurrent, bias):
    """Return the new state and memory, and the gates as the course names them."""
    if kind == "SimpleRNN":
        return np.tanh(x_t @ kernel + a @ recurrent + bias), c, []
    if kind == "GRU":
        of_x = np.split(x_t @ kernel + bias[0], 3)
        of_a = np.split(a @ recurrent + bias[1], 3)
        keep, relevance = (sigmoid(of_x[k] + of_a[k]) for k in (0, 1))
        candidate = np.tanh(of_x[2] + relevance * of_a[2])
        return keep * a + (1 - keep) * candidate, c, [1 - keep, relevance]
    z_u, z_f, z_c, z_o = np.split(x_t @ kernel + a @ recurrent + bias, 4)
    c = sigmoid(z_u) * np.tanh(z_c) + sigmoid(z_f) * c
    return sigmoid(z_o) * np.tanh(c), c, [sigmoid(z_u), sigmoid(z_f), sigmoid(z_o)]


def test_states_are_those_of_the_keras_layer(model):
    found = insides.inside(model, INDICES)
    twin = getattr(keras.layers, kind_of(model))(UNITS, return_sequences=True)
    x = model.get_weights()[0][INDICES]
    twin.build(x.shape)
    twin.set_weights(model.get_weights()[1:-2])
    assert found.a.shape == (M, T_X, UNITS)
    assert np.allclose(found.a, twin(x), atol=1e-5)


def test_logits_are_the_models_answer_after_each_word(model):
    logits = insides.inside(model, INDICES).logits
    assert logits.shape == (M, T_X)
    for length in (1, 4, T_X):
        said = model.predict(INDICES[:, :length], verbose=0)[:, 0]
        assert np.allclose(sigmoid(logits[:, length - 1]), said, atol=1e-5)


def test_zeros_behind_a_text_leave_what_stands_before(model):
    filled = np.pad(INDICES, ((0, 0), (0, 4)))
    before, after = insides.inside(model, INDICES), insides.inside(model, filled)
    assert np.allclose(before.a, after.a[:, :T_X], atol=1e-6)
    assert np.allclose(before.logits, after.logits[:, :T_X], atol=1e-5)
    said = model.predict(filled, verbose=0)[:, 0]
    assert np.allclose(sigmoid(after.logits[:, T_X - 1]), said, atol=1e-5)


def test_gates_are_those_of_a_step_by_hand(model):
    gates = insides.inside(model, INDICES).gates
    assert len(gates) == GATES[kind_of(model)]
    if not len(gates):
        return
    assert gates.shape == (len(gates), M, T_X, UNITS)
    assert gates.min() >= 0 and gates.max() <= 1
    table, *weights = (w.astype(float) for w in model.get_weights()[:-2])
    for row, text in enumerate(INDICES):
        a, c = np.zeros(UNITS), np.zeros(UNITS)
        for t, word in enumerate(text):
            a, c, by_hand = step(kind_of(model), table[word], a, c, *weights)
            assert np.allclose(gates[:, row, t], by_hand, atol=1e-5)


def test_reach_equals_finite_differences(model):
    texts, back = [INDICES[0], INDICES[1, :5], INDICES[2]], 4
    table, slopes = model.get_weights()[0].astype(float), []
    for text in texts:
        x = table[text]
        slope = np.zeros_like(x)
        for place in np.ndindex(x.shape):
            change = np.zeros_like(x)
            change[place] = 1e-5
            up, down = (logit_of(model, x + s) for s in (change, -change))
            slope[place] = (up - down) / 2e-5
        slopes.append(np.abs(slope[-back:]).mean(axis=1))
    found = insides.reach(model, texts, back)
    assert found.shape == (back,)
    assert np.allclose(found, np.mean(slopes, axis=0), rtol=1e-4, atol=1e-6)
    assert np.allclose(insides.reach(model, texts, 1), found[-1:])
    assert np.allclose(insides.reach(model, texts[::-1], back), found)


def test_the_step_by_hand_is_the_models(model):
    table = model.get_weights()[0].astype(float)
    said = model.predict(INDICES, verbose=0)[:, 0]
    assert np.allclose([sigmoid(logit_of(model, table[text])) for text in INDICES], said, atol=1e-5)


def test_memory_is_the_state_or_the_cell(model):
    found = insides.inside(model, INDICES)
    if kind_of(model) != "LSTM":
        assert np.array_equal(found.c, found.a)
        return
    assert np.allclose(found.a, found.gates[2] * np.tanh(found.c), atol=1e-6)
    assert np.allclose(found.c[:, 1:], _next_cells(model, found), atol=1e-5)


def _next_cells(model, found):
    table, kernel, recurrent, bias = model.get_weights()[:4]
    z = table[INDICES][:, 1:] @ kernel + found.a[:, :-1] @ recurrent + bias
    candidate = np.tanh(np.split(z, 4, axis=-1)[2])
    return found.gates[0][:, 1:] * candidate + found.gates[1][:, 1:] * found.c[:, :-1]


@pytest.fixture(scope="module")
def splits():
    return agreement.splits(0, train=60, each=4)


def test_states_behind_the_subject(model, splits):
    far = splits["test"].take(splits["test"].distance == 30)
    found = insides.states_behind(model, far, (0, 1, 8))
    assert found.shape == (4, len(far.texts), UNITS)
    for row, (text, subject) in enumerate(zip(far.texts, far.subject, strict=True)):
        assert text[subject + 1] == ","
        for place, length in enumerate((subject + 1, subject + 3, subject + 10, len(text))):
            indices = training.encode([text[:length]], length)
            state = insides.inside(model, indices).a[0, -1]
            assert np.allclose(found[place, row], state, atol=1e-5)


def test_questions_to_a_probe(model, splits):
    found = insides.questions(model, splits, (0, 8))
    assert [*found] == ["subject", "+8", "verb", "one, 10", "one, 20+"]
    fit, far = (splits[k].take(splits[k].distance >= 20) for k in ("validation", "test"))
    near = splits["train"].take(splits["train"].distance > 0)
    ten = splits["test"].take(splits["test"].distance == 10)
    expected = {
        "subject": (fit, far, 0), "+8": (fit, far, 1), "verb": (fit, far, 2),
        "one, 10": (near, ten, -1), "one, 20+": (near, far, -1),
    }  # fmt: skip
    for name, (fitted, asked, place) in expected.items():
        for part, states, plural in ((fitted, *found[name][:2]), (asked, *found[name][2:])):
            words = () if place == -1 else (0, 8)
            assert np.array_equal(states, insides.states_behind(model, part, words)[place])
            assert np.array_equal(plural, part.plural)


def test_unit_of_number_finds_the_unit_that_holds_it(model, splits):
    """A unit of a made memory is the number turned round, another is still."""
    far = splits["test"]
    rng = np.random.default_rng(2)

    def made(model, indices):
        memory = rng.normal(size=(*indices.shape, UNITS))
        memory[..., 1] = 1 - 2 * far.plural[:, None]
        memory[..., 2] = 0.5
        return insides.Inside(memory, memory, np.zeros(0), np.zeros(0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(insides, "inside", made)
        unit, correlation = insides.unit_of_number(model, far)
    assert unit == 1 and correlation == pytest.approx(-1)
    unit, correlation = insides.unit_of_number(model, far)
    indices, lengths = agreement.encode(far.texts, agreement.vocabulary())
    memory = insides.inside(model, indices).c[np.arange(len(far.texts)), lengths - 1, unit]
    assert correlation == pytest.approx(np.corrcoef(memory, far.plural)[0, 1], abs=1e-6)


def test_by_word_takes_the_mean_of_each_kind(splits):
    some = splits["test"].take(np.arange(3))
    values = np.zeros((3, max(map(len, some.texts)), 2))
    for row, (nouns, subject) in enumerate(zip(some.nouns, some.subject, strict=True)):
        values[row, [place for place, _ in nouns]] = 2, 20
        values[row, subject] = 1, 10
    found = insides.by_word(values, some)
    if len([place for nouns in some.nouns for place, _ in nouns]) > 3:
        assert found["other animals"].tolist() == [2, 20]
    assert found["subject"].tolist() == [1, 10] and found["other words"].tolist() == [0, 0]


def test_curves_of_one_unit(model):
    texts = [["the", "cat", ","], ["the", "cats", ","]]
    found, rows = insides.inside(model, training.encode(texts, 3)), insides.curves(model, texts, 2)
    gates = {"GRU": ["update gate", "relevance gate"], "SimpleRNN": []}
    named = gates.get(kind_of(model), ["update gate", "forget gate", "output gate"])
    assert [*rows] == ["memory, unit 2", *named, "P(were)"]
    assert np.array_equal(rows["memory, unit 2"], found.c[..., 2])
    for gate, name in zip(found.gates, named, strict=True):
        assert np.array_equal(rows[name], gate[..., 2])
    said = model.predict(training.encode(texts, 3), verbose=0)[:, 0]
    assert np.allclose(rows["P(were)"][:, -1], said, atol=1e-5)


def test_left_of_subject_leaves_the_padding_out(splits):
    some = splits["test"].take(np.arange(3))
    gates = np.full((3, 60, 2), 0.5)
    for row, (text, subject) in enumerate(zip(some.texts, some.subject, strict=True)):
        gates[row, len(text) :] = 1
        gates[row, : subject + 1] = np.nan  # nor does what came before the subject matter

    behind = [len(t) - s - 1 for t, s in zip(some.texts, some.subject, strict=True)]

    def kept(gates):
        gone = np.cumsum(gates[:, ::-1], axis=1)[:, ::-1]
        return np.concatenate([gone[:, 1:], np.zeros_like(gone[:, :1])], axis=1)

    assert insides.left_of_subject(kept, gates, some) == pytest.approx(np.mean(behind) / 2)
