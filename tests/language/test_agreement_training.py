"""utils.language.agreement_training: starts, and that a small network trains again to the same."""

import keras
import numpy as np
import pytest

from utils.language import agreement
from utils.language import agreement_training as training
from utils.language.agreement_training import SHORTER, T_X, Network


@pytest.fixture(scope="module")
def found():
    return agreement.splits(0, train=100, each=20)


@pytest.fixture(scope="module")
def network():
    return Network(lambda: training.small_model(keras.layers.SimpleRNN(4)))


def weights_after(network, sentences, rate, seed):
    network.train(sentences, rate, seed)
    return network.model.get_weights()


def same(weights, others):
    return all(np.array_equal(a, b) for a, b in zip(weights, others, strict=True))


def test_the_same_seed_trains_to_the_same_weights(network, found):
    first = weights_after(network, found["train"], 0.01, 1)
    other = weights_after(network, found["train"], 0.01, 2)
    slower = weights_after(network, found["train"], 0.002, 1)
    again = weights_after(network, found["train"], 0.01, 1)
    assert same(first, again)
    assert not same(first, other) and not same(first, slower)
    assert int(keras.ops.convert_to_numpy(network.model.optimizer.iterations)) == 2 * len(
        training.EPOCHS
    )


def test_a_rate_of_zero_leaves_the_start_of_the_seed(network, found):
    trained = weights_after(network, found["train"], 0.0, 3)
    keras.utils.set_random_seed(3)
    assert same(trained, network.make().get_weights())


def test_each_epoch_has_its_share_of_the_rate(network, found, monkeypatch):
    rates, fit = [], network.model.fit

    class Watched(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            rates.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))

    def watched(*arguments, callbacks, **options):
        return fit(*arguments, callbacks=[*callbacks, Watched()], **options)

    monkeypatch.setattr(network.model, "fit", watched)
    network.train(found["train"], 0.01, 1)
    assert rates == pytest.approx([0.005, 0.01, 0.003])


def test_probabilities_do_not_depend_on_the_batch(network, found):
    texts = sorted(found["test"].texts, key=len)
    assert len(texts[0]) <= SHORTER < len(texts[-1])
    together = network.probabilities(texts)
    assert together.shape == (len(texts),)
    assert together.min() > 0 and together.max() < 1
    for k in (0, 7, len(texts) - 1):
        assert network.probabilities([texts[k]]) == pytest.approx(together[k], abs=1e-6)
    many = texts * (training.ROWS // len(texts) + 1)  # more than a batch
    assert len(many) > training.ROWS
    assert np.allclose(network.probabilities(many).reshape(-1, len(texts)), together, atol=1e-6)
    indices = training.encode(found["test"].texts)
    straight = network.model.predict(indices, verbose=0)[:, 0]
    assert np.allclose(network.probabilities(found["test"].texts), straight, atol=1e-6)


def test_answers_and_judgement_are_those_of_the_probabilities(network, found, monkeypatch):
    test = found["test"].take(np.arange(4))._replace(plural=np.array([1, 0, 0, 1]))
    said = np.array([0.9, 0.2, 0.8, 0.4])
    monkeypatch.setattr(network, "probabilities", lambda texts: said)
    assert network.right(test).tolist() == [True, True, False, False]
    loss, share = network.judged(test)
    assert share == 0.5 and loss == pytest.approx(-np.log([0.9, 0.8, 0.2, 0.4]).mean())
    monkeypatch.setattr(network, "probabilities", lambda texts: test.plural.astype(float))
    loss, share = network.judged(test)
    assert share == 1 and 0 <= loss < 1e-6


def test_encode_pads_to_the_longest(found):
    words = agreement.vocabulary()
    for split, T_x in (("train", SHORTER), ("test", T_X)):
        texts = found[split].texts
        indices = training.encode(texts, T_x)
        assert indices.shape == (len(texts), T_x) and indices.dtype == np.int32
        for row, text in zip(indices, texts, strict=True):
            assert words.decode(row) == " ".join(text) and not row[len(text) :].any()


def test_sentences_reach_the_lengths_and_not_beyond():
    long = agreement.splits(1, train=3000, each=300, distances=[agreement.MOST])
    for split, T_x in (("train", SHORTER), ("test", T_X)):
        assert max(map(len, long[split].texts)) == T_x
    with pytest.raises(ValueError, match=f"^A text has {T_X} words and commas; {SHORTER} are"):
        training.encode(long["test"].texts, SHORTER)


def test_losses_are_those_of_every_ten_updates(network):
    """At rate 0 nothing is learned: the losses of an epoch have the mean of all sentences."""
    rows = agreement.splits(0, train=training.BATCH * 3 * training.AT_ONCE, each=1)["train"]
    losses = network.train(rows, 0.0, 1)
    assert len(losses) == 3 * len(training.EPOCHS)
    want = network.judged(rows)[0]
    for epoch in range(len(training.EPOCHS)):
        assert np.mean(losses[3 * epoch : 3 * epoch + 3]) == pytest.approx(want, rel=1e-4)
    assert len({round(loss, 5) for loss in losses}) >= 3


def test_by_distance(found):
    sentences = found["test"].take(np.array([0, 1, 20, 21, 60, 61]))
    right = np.array([True, True, True, False, False, False])
    assert training.by_distance(right, sentences) == {3: 1, 10: 0.5, 30: 0}


def test_starts():
    made = {name: make() for name, make in training.starts().items()}
    lstms = {f"LSTM, $b_f$ = {b_f}": b_f for b_f in (0, 1, 3)}
    assert [*made] == ["RNN, small", "RNN, orthogonal", "GRU", *lstms]
    sizes = [model.count_params() for model in made.values()]
    assert max(sizes) < 1.05 * min(sizes)
    for model in made.values():
        assert model.output_shape == (None, 1)
        assert model.get_weights()[0].shape == (len(agreement.vocabulary()), training.N_E)
    for name, b_f in lstms.items():
        bias = made[name].get_weights()[3]
        assert bias.tolist() == np.repeat([0, b_f, 0, 0], len(bias) // 4).tolist()
    small, orthogonal = (
        made[f"RNN, {start}"].get_weights()[2] for start in ("small", "orthogonal")
    )
    assert np.allclose(orthogonal @ orthogonal.T, np.eye(len(orthogonal)), atol=1e-5)
    assert small.std() == pytest.approx(0.05, rel=0.05)


@pytest.mark.parametrize("name", training.starts())
def test_all_weights_of_a_start_are_drawn_by_the_seed_alone(name):
    drawn = []
    for seed in (0, 0, 1):
        make = training.starts()[name]
        keras.utils.set_random_seed(seed)
        drawn.append(make().get_weights())
    drawn.append(make().get_weights())  # the next draw
    assert same(drawn[0], drawn[1])
    for first, second in ((0, 2), (2, 3)):
        for part in (0, 1, 2):  # embedding, kernel, recurrent kernel
            assert not np.array_equal(drawn[first][part], drawn[second][part])


def test_use_takes_back_what_was_trained(network, found):
    first = weights_after(network, found["train"], 0.01, 5)
    weights_after(network, found["train"], 0.01, 6)
    network.use(0.01, 5)
    assert same(network.model.get_weights(), first)


def test_by_group(found):
    right = np.arange(len(found["test"].texts)) % 3 == 0
    shares = training.by_group(right, found["test"])
    assert [*shares] == [*agreement.groups(found["test"])]
    assert shares["all"] == pytest.approx(right.mean())
    misled = agreement.groups(found["test"])["the last has the other number"]
    assert shares["the last has the other number"] == pytest.approx(right[misled].mean())


def test_say_number_prints_probabilities_or_why_not(network, capsys):
    training.say_number("The cats, which ate fish,", {"RNN": network, "other": network})
    lines = capsys.readouterr().out.splitlines()
    p = network.probabilities([["the", "cats", ",", "which", "ate", "fish", ","]])[0]
    assert lines == [
        "the cats , which ate fish , …",
        f"  RNN       P(were) = {p:.3f}",
        f"  other     P(were) = {p:.3f}",
    ]
    training.say_number("the cta", {"RNN": network})
    assert capsys.readouterr().out.startswith("'cta' is not in the vocabulary.")
