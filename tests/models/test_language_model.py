"""Language models: data, n-grams, scores, mixtures, sampling, novelty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models import language_model
from utils.models.language_model import (
    batches,
    bits_per_character,
    inputs_and_targets,
    kneser_ney,
    mix,
    mixture,
    mixture_weights,
    nats,
    novelty,
    of_sequences,
    perplexity,
    sample,
    scientific,
    score,
    split,
    token_log_probs,
    uniform,
    unigram,
    witten_bell,
)
from utils.text import END

N_X = 5
tokens = st.lists(st.integers(1, N_X - 1), max_size=7)
corpora = st.lists(tokens.map(lambda sequence: [*sequence, END]), min_size=1, max_size=12)
TWO = [[1, 2, END], [1, END]]


def random_corpus(count, seed):
    """Sequences in which the last two tokens leave only two choices for the next."""
    rng = np.random.default_rng(seed)
    corpus = []
    for _ in range(count):
        a, b, sequence = 0, 0, []
        while b or not sequence:
            a, b = b, int((3 * a + 5 * b + 1 + 4 * (rng.random() < 0.3)) % 11)
            sequence.append(b)
        corpus.append(sequence)
    return corpus


def add_one(sequences, n_x, order):
    """The simplest smoothing of an n-gram model."""
    counts = {}
    for sequence in sequences:
        row = [END] * (order - 1) + list(sequence)
        for i in range(order - 1, len(row)):
            counts.setdefault(tuple(row[i - order + 1 : i]), np.ones(n_x))[row[i]] += 1

    def step(state, tokens):
        state = np.zeros((len(tokens), order - 1), int) if state is None else state
        state = np.hstack([state, tokens[:, None]])[:, 1:]
        found = np.array([counts.get(tuple(row), np.ones(n_x)) for row in state.tolist()])
        return state, np.log(found / found.sum(axis=1, keepdims=True))

    return step


def walk(step, context):
    """The probabilities after `context`."""
    state = None
    for token in [END, *context]:
        state, log_probs = step(state, np.array([token]))
    return np.exp(log_probs[0])


# Data


def test_split_parts_everything_once_and_the_same_each_time():
    names = [f"name{i}" for i in range(50)]
    parts = split(names, seed=3, validation=0.1, held_out=0.2)
    assert [len(part) for part in parts] == [35, 5, 10]
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert parts == split(names, seed=3, validation=0.1, held_out=0.2)
    assert parts != split(names, seed=4, validation=0.1, held_out=0.2)


@pytest.mark.parametrize(
    ("items", "message"), [(["a", "b", "a"], "stands twice"), (["a", "b", "c"], "3 items are too")]
)
def test_split_refuses(items, message):
    with pytest.raises(ValueError, match=message):
        split(items, seed=0)


def test_y_is_one_step_ahead_of_x():
    x, y, mask = inputs_and_targets([[3, 4, END], [2, END]])
    assert x.tolist() == [[END, 3, 4], [END, 2, END]]
    assert y.tolist() == [[3, 4, END], [2, END, END]]
    assert mask.tolist() == [[True, True, True], [True, True, False]]
    assert inputs_and_targets([[3, 4]])[0].tolist() == [[END, 3]]  # also of one that is cut off


@given(corpora, st.integers(1, 5))
def test_an_epoch_has_every_sequence_once(corpus, size):
    seen = []
    for x, y, mask in batches(corpus, size, np.random.default_rng(0)):
        assert len(x) <= size
        assert mask.any(axis=0).all()  # no column of padding alone
        seen += [row[keep].tolist() for row, keep in zip(y, mask, strict=True)]
    assert sorted(seen) == sorted(corpus)


def test_batches_are_shuffled():
    corpus = [[i, END] for i in range(1, 30)]
    epoch = [y[0, 0] for _, y, _ in batches(corpus, 1, np.random.default_rng(0))]
    assert epoch != sorted(epoch)


# Baselines that count


def test_kneser_ney_by_hand():
    """The bigrams of 1 2 END and 1 END, END being 0 and the start, counted with pencil and paper.

    (0 1) twice, (1 2), (2 0), (1 0) once: the discount is 3 / (3 + 2) = 0.6. Token 0 follows two
    different tokens, 1 and 2 follow one: there the discount is 2 / (2 + 2) = 0.5, and of the
    total 4 it frees 1.5, which the three tokens share.
    """
    step = kneser_ney(TWO, n_x=3, order=2)
    shorter = np.array([1.5, 0.5, 0.5]) / 4 + 1.5 / 4 / 3
    np.testing.assert_allclose(shorter, [0.5, 0.25, 0.25])
    np.testing.assert_allclose(walk(step, []), [0.15, 0.7 + 0.075, 0.075])
    np.testing.assert_allclose(walk(step, [1]), [0.2 + 0.3, 0.15, 0.2 + 0.15])
    np.testing.assert_allclose(walk(step, [2]), [0.4 + 0.3, 0.15, 0.15])


def test_a_trigram_counts_the_start_as_one_context():
    """After the start, 1 is a context of two tokens, (END 1): seen twice, before 2 and END."""
    step = kneser_ney(TWO, n_x=3, order=3)
    # (0 1 2), (1 2 0), (0 1 0) once and (0 1) raw, twice; no count of 2 among the trigrams: 0.5.
    shorter = walk(kneser_ney(TWO, n_x=3, order=2), [1])
    np.testing.assert_allclose(walk(step, [1]), [0.25, 0, 0.25] + 0.5 * shorter)


def test_three_discounts_where_the_counts_allow_them():
    """Four tokens are seen once, three twice, two three times, one four times: in all, 20."""
    seen = np.repeat([1, 2, 3, 4], [4, 3, 2, 1])
    sequence = [*np.repeat(np.arange(1, 10), seen[1:]), END]
    discount = np.array([0.4, 2 - 3 * 0.4 * 2 / 3, 3 - 4 * 0.4 * 1 / 2])[np.minimum(seen, 3) - 1]
    wanted = (seen - discount) / 20 + discount.sum() / 20 / 11
    probs = walk(kneser_ney([sequence], n_x=11, order=1), [])
    np.testing.assert_allclose(probs, [*wanted, discount.sum() / 20 / 11])


@given(corpora, st.integers(1, 5), st.lists(st.integers(0, N_X - 1), max_size=6))
def test_probabilities_sum_to_one_after_any_context(corpus, order, context):
    for step in (uniform(N_X), unigram(corpus, N_X), kneser_ney(corpus, N_X, order)):
        probs = walk(step, context)
        assert probs.shape == (N_X,)
        assert (probs > 0).all()
        assert abs(probs.sum() - 1) < 1e-9


def test_baselines_stand_in_their_order():
    training, held_out = random_corpus(150, seed=0), random_corpus(60, seed=1)

    def held_out_nats(step):
        return nats(score(step, held_out))

    assert held_out_nats(uniform(11)) == pytest.approx(np.log(11))
    assert held_out_nats(unigram(training, 11)) < np.log(11)
    bigram, trigram = (held_out_nats(kneser_ney(training, 11, order)) for order in (2, 3))
    assert trigram < bigram < held_out_nats(unigram(training, 11))
    assert trigram < held_out_nats(add_one(training, 11, 3)) - 0.05


def test_unigram_adds_one():
    np.testing.assert_allclose(walk(unigram(TWO, 4), [2]), np.array([3, 3, 2, 1]) / 9)


def test_order_below_one_is_refused():
    with pytest.raises(ValueError, match="1 or more, not 0"):
        kneser_ney(TWO, 3, order=0)


def test_witten_bell_by_hand():
    contexts = np.array([[0, 1], [0, 1], [0, 2], [1, 1]])
    probs = np.exp(witten_bell(contexts, np.array([0, 1, 1, 2]), 4)([[0, 1], [0, 9], [9, 1]]))
    none = (np.array([1, 2, 1, 0]) + 3 / 4) / 7  # four tokens seen, three of them different
    first = (np.array([1, 2, 0, 0]) + 2 * none) / 5
    both = (np.array([1, 1, 0, 0]) + 2 * first) / 4
    # Of an unseen context the last column is given up first, and column 0 last.
    assert np.allclose(probs, [both, first, none])
    assert np.allclose(probs.sum(axis=-1), 1)


def test_witten_bell_without_columns_is_a_smoothed_unigram():
    model = witten_bell(np.empty((3, 0), int), np.array([1, 1, 0]), 3)
    assert np.allclose(np.exp(model(np.empty((2, 0), int))), (np.array([1, 2, 0]) + 2 / 3) / 5)


def formula(contexts, y, n_x, context):
    """Witten-Bell for one context, recursive and slow."""
    shorter = formula(contexts, y, n_x, context[:-1]) if context else [1 / n_x] * n_x
    seen = [b for a, b in zip(contexts, y, strict=True) if a[: len(context)] == context]
    novel = len(set(seen))
    if not seen:
        return shorter
    return [(seen.count(x) + novel * shorter[x]) / (len(seen) + novel) for x in range(n_x)]


@given(
    st.lists(st.tuples(*[st.integers(0, 2)] * 3, st.integers(0, N_X - 1)), min_size=1, max_size=30),
    st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=4),
)
def test_witten_bell_is_a_distribution_and_its_formula(counted, asked):
    contexts, y = [row[:3] for row in counted], [row[3] for row in counted]
    probs = np.exp(witten_bell(np.array(contexts), np.array(y), N_X)(np.array(asked)))
    assert probs.shape == (len(asked), N_X)
    assert (probs > 0).all()
    np.testing.assert_allclose(probs.sum(axis=1), 1)
    np.testing.assert_allclose(probs, [formula(contexts, y, N_X, context) for context in asked])


def test_witten_bell_gives_up_column_0_last():
    """One column tells the token and one nothing: of a pair that is new, column 0 still counts."""
    telling, idle = np.repeat([0, 1], 20), np.tile(np.arange(20), 2)
    kept = witten_bell(np.stack([telling, idle], axis=1), telling, n_x=2)
    given_up = witten_bell(np.stack([idle, telling], axis=1), telling, n_x=2)
    assert np.exp(kept([[1, 99]]))[0, 1] > 0.95
    np.testing.assert_allclose(np.exp(given_up([[99, 1]])), [[0.5, 0.5]])


# Scores


def test_score_of_a_batch_is_that_of_each_sequence_alone():
    corpus = random_corpus(20, seed=2)
    step = kneser_ney(corpus, 11, order=3)
    together = score(step, corpus)
    assert together.shape == (sum(map(len, corpus)),)
    np.testing.assert_allclose(together, np.concatenate([score(step, [s]) for s in corpus]))
    by_hand = [np.log(walk(step, corpus[0][:t])[token]) for t, token in enumerate(corpus[0])]
    np.testing.assert_allclose(together[: len(by_hand)], by_hand)


def test_padding_does_not_count():
    probs = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3))
    y, mask = np.array([[1, 2, 0], [3, 0, 0]]), np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)
    found = token_log_probs(np.log(probs), y, mask)
    wanted = [probs[0, 0, 1], probs[0, 1, 2], probs[0, 2, 0], probs[1, 0, 3], probs[1, 1, 0]]
    np.testing.assert_allclose(np.exp(found), wanted)
    assert nats(found) == pytest.approx(-np.mean(np.log(wanted)))


def test_perplexity_of_the_uniform_model_is_the_size_of_the_vocabulary():
    assert perplexity(score(uniform(7), TWO)) == pytest.approx(7)


def test_a_sequence_has_the_product_of_its_tokens():
    step, read = kneser_ney(TWO, 3, 2), [[1, END], [2, 1, END], [END]]
    found = of_sequences(score(step, read), read)
    assert found.shape == (3,)
    for sequence, log_prob in zip(read, found, strict=True):
        probs = [walk(step, sequence[:t])[token] for t, token in enumerate(sequence)]
        assert np.exp(log_prob) == pytest.approx(np.prod(probs))


def test_bits_per_character():
    """Two words of a half and an eighth are four bits; their text has eight characters."""
    assert bits_per_character(np.log([1 / 2, 1 / 8]), 8) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("log_prob", "wanted"),
    [
        (np.log(3.2e-13), "3.2e-13"),
        (np.log(5.7e-10), "5.7e-10"),
        (0.0, "1.0e+00"),
        (np.log(0.25), "2.5e-01"),
        (np.log(9.97e-5), "1.0e-04"),
        (-1000 * np.log(10) + np.log(2), "2.0e-1000"),  # less than any number of a computer
        (-np.inf, "0"),
    ],
)
def test_scientific_notation(log_prob, wanted):
    assert scientific(log_prob) == wanted


@given(st.floats(-700, 0), st.integers(0, 6))
def test_scientific_notation_is_that_of_python(log_prob, digits):
    ours, python = float(scientific(log_prob, digits)), float(f"{np.exp(log_prob):.{digits}e}")
    assert ours == pytest.approx(python, rel=1.1 * 10.0**-digits)  # a tie may be rounded either way


# Mixtures


def test_mixture_weights_are_the_best_on_a_fine_grid():
    log_probs = np.log(np.random.default_rng(1).beta([[3], [3.3]], 4, size=(2, 400)))
    weights = mixture_weights(log_probs)
    grid = [nats(mix(log_probs, np.array([w, 1 - w]))) for w in np.linspace(0.001, 0.999, 999)]
    assert weights.sum() == pytest.approx(1)
    assert nats(mix(log_probs, weights)) <= min(grid) + 1e-6
    assert nats(mix(log_probs, weights)) < min(nats(log_probs[0]), nats(log_probs[1]))


def test_a_useless_model_gets_no_weight():
    good = np.log(np.full(50, 0.5))
    weights = mixture_weights(np.stack([good, good - 3, good - 4]))
    assert weights[0] > 0.999


def test_a_mixture_of_distributions_is_a_distribution():
    probs = np.random.default_rng(2).dirichlet(np.ones(6), size=(2, 5))
    weights = np.array([0.3, 0.7])
    np.testing.assert_allclose(np.exp(mix(np.log(probs), weights)), 0.3 * probs[0] + 0.7 * probs[1])
    np.testing.assert_allclose(mix(np.log(probs), np.array([1, 0])), np.log(probs[0]))


def test_the_mixture_of_models_is_the_mixture_of_their_scores():
    corpus = random_corpus(30, seed=3)
    steps = [kneser_ney(corpus, 11, 3), uniform(11), unigram(corpus, 11)]
    weights = np.array([0.6, 0.1, 0.3])
    wanted = mix([score(step, corpus[:5]) for step in steps], weights)
    np.testing.assert_allclose(score(mixture(steps, weights), corpus[:5]), wanted)


# Sampling


def test_samples_follow_the_probabilities():
    step, rng = unigram(TWO, 4), np.random.default_rng(0)
    first = [s[0] for s in sample(step, 20_000, rng, max_length=1)]
    np.testing.assert_allclose(np.bincount(first) / 20_000, np.array([3, 3, 2, 1]) / 9, atol=0.015)


def test_temperature_sharpens_and_flattens():
    step = unigram(TWO, 4)

    def share_of_the_rarest(temperature):
        rng = np.random.default_rng(0)
        return np.mean([s[0] == 3 for s in sample(step, 5_000, rng, temperature, max_length=1)])

    wanted = np.array([3, 3, 2, 1]) ** 2.0
    assert share_of_the_rarest(0.5) == pytest.approx((wanted / wanted.sum())[3], abs=0.01)
    assert share_of_the_rarest(100) == pytest.approx(0.25, abs=0.02)
    assert share_of_the_rarest(0.01) == 0


def test_the_state_goes_from_step_to_step():
    step = kneser_ney([[1, 2, 3, 1, 4, END]] * 30, N_X, order=3)
    drawn = sample(step, 5, np.random.default_rng(0), temperature=0.05)
    assert [s.tolist() for s in drawn] == [[1, 2, 3, 1, 4, END]] * 5


def test_a_sample_stops_at_its_end_or_is_cut_and_repeats_with_its_seed():
    step = kneser_ney(random_corpus(50, seed=0), 11, order=3)
    first, again, other = (
        [s.tolist() for s in sample(step, 40, np.random.default_rng(seed), max_length=6)]
        for seed in (0, 0, 1)
    )
    assert first == again != other
    assert all(END not in s[:-1] for s in first)
    assert all(s[-1] == END or len(s) == 6 for s in first)


def first_tokens(**options):
    step = unigram([[1, 1, 1, 1, 2, 2, 2, 3, 3, END]], 5)  # 5, 4, 3 and 2 of 15, and 1
    return {
        int(s[0]) for s in sample(step, 2_000, np.random.default_rng(0), max_length=1, **options)
    }


def test_what_can_be_drawn():
    assert first_tokens() == {0, 1, 2, 3, 4}
    assert first_tokens(top_k=1) == {1}
    assert first_tokens(top_k=2) == {1, 2}
    assert first_tokens(top_k=99) == {0, 1, 2, 3, 4}
    assert first_tokens(never=[1, 4]) == {0, 2, 3}
    assert first_tokens(never=[1], top_k=2) == {2, 3}  # two of those that may be drawn


def test_the_shares_of_what_is_left_stay_the_same():
    step = unigram([[1, 1, 1, 1, 2, 2, 2, 3, 3, END]], 5)
    drawn = sample(step, 20_000, np.random.default_rng(0), max_length=1, top_k=2)
    assert np.mean([s[0] == 1 for s in drawn]) == pytest.approx(5 / 9, abs=0.015)


def test_a_model_is_not_changed_by_what_is_never_drawn():
    step = unigram(TWO, 4)
    before = step(None, np.array([END]))[1].copy()
    shared = (None, before.copy())
    sample(lambda state, tokens: shared, 1, np.random.default_rng(0), max_length=2, never=[1])
    np.testing.assert_array_equal(shared[1], before)


def test_one_token_must_be_left():
    with pytest.raises(ValueError, match="must be left to draw from, not 0"):
        sample(uniform(3), 1, np.random.default_rng(0), top_k=0)


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_temperature_must_be_above_zero(temperature):
    with pytest.raises(ValueError, match="must be above 0"):
        sample(uniform(3), 1, np.random.default_rng(0), temperature)


# Novelty


def test_novelty_by_hand():
    found = novelty(["a", "b", "b", "x"], training=["a"], held_out=["b", "c"])
    assert found == {"in training": 0.25, "held out": 0.5, "new": 0.25}


def test_different_tokens_before_a_run():
    sequences = [[5, 2, 3, 0], [6, 2, 3, 2, 3, 0], [2, 3, 0], [5, 2, 3, 0], [7, 2, 4, 0]]
    assert language_model.different_before(sequences, [2, 3]) == {5, 6, 3, 0}
    assert language_model.different_before(map(np.array, sequences), (2, 4)) == {7}
    assert language_model.different_before(sequences, [9]) == set()
