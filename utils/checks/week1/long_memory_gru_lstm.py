"""The checks of `week1/4_long_memory_gru_lstm`.

Steps are held against the networks of `utils.models` and Keras layers, shares of a memory against
a memory that is run step by step, the probe against scikit-learn, the model against networks in
NumPy. Inputs are drawn fresh: first no two axes have the same length, then each in turn has 1.
"""

from functools import cache
from itertools import permutations

import keras
import numpy as np
from scipy.special import expit as sigmoid
from sklearn.linear_model import LinearRegression

from utils.checks.answers import entries, same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.networks import COUNTS, read
from utils.checks.oracles import layer_output
from utils.checks.wrong import Wrong
from utils.language import agreement, agreement_training
from utils.models import gru, peephole, recurrent

check = Checks()

FLOAT32 = 1e-5  # Keras computes in float32
OF_GRU, OF_LSTM = "urc", "ufco"  # in the order of Keras

# What several mistakes say.
SQUEEZED = "np.squeeze takes away an axis that happens to have length 1."
ORDER = "The joined vector is [memory, xt]: in the weights, too, the memory's rows stand first."
BARE = "this is before the sigmoid or tanh."
OWN = "each gate and the candidate have weights of their own."
OLD = "from the new memory; a gate is computed before it is there."


def _parameters(gates, n_x, n_a):
    pairs = [{f"W{g}": numbers(n_a + n_x, n_a) / 2, f"b{g}": numbers(n_a)} for g in gates]
    return {name: array for pair in pairs for name, array in pair.items()}


def stacked(parameters, gates):
    """Return the parameters of the lesson as `utils.models` takes them: Wx, Wa, b."""
    W = np.concatenate([parameters[f"W{g}"] for g in gates], axis=1)
    n_a = len(parameters[f"W{gates[0]}"][0])
    b = np.concatenate([parameters[f"b{g}"] for g in gates])
    return {"Wa": W[:n_a], "Wx": W[n_a:], "b": b}


def apart(parameters, gates):
    """Return the parameters of `utils.models`, a bias for each gate, as the lesson takes them."""
    W = np.concatenate([parameters["Wa"], parameters["Wx"]])
    Ws, bs = (np.split(part, len(gates), axis=-1) for part in (W, parameters["b"]))
    parts = zip(gates, Ws, bs, strict=True)
    return {name: part for g, W, b in parts for name, part in ((f"W{g}", W), (f"b{g}", b))}


def _same_step(got, want, names, axes="(m, n_c)"):
    for name, value, right in zip(names.split(", "), unpack(got, names), want, strict=True):
        same(name, value, right, axes, FLOAT32)


def simple_gru_step(xt, c_prev, parameters):
    """Return the memory and the update gate of a GRU without relevance gate, each (m, n_c)."""
    joined = np.concatenate([c_prev, xt], axis=1)
    gamma_u = sigmoid(joined @ parameters["Wu"] + parameters["bu"])
    c_tilde = np.tanh(joined @ parameters["Wc"] + parameters["bc"])
    return gamma_u * c_tilde + (1 - gamma_u) * c_prev, gamma_u


JOINED = "np.concatenate([c_prev, xt], axis=1)"
GATE, CANDIDATE = 'joined @ parameters["Wu"]', 'joined @ parameters["Wc"]'
MIX = "gamma_u * c_tilde + (1 - gamma_u) * c_prev"
U = "the share of the candidate is gamma_u, that of the old memory 1 - gamma_u."

OF_MIX = {
    f"{MIX} => gamma_u * c_prev + (1 - gamma_u) * c_tilde": (
        "if the two shares change places (Keras writes it that way). Here " + U
    ),
    f"{MIX} => gamma_u * c_tilde": "if the old memory is left out.",
    f"{MIX} => gamma_u * c_tilde + c_prev": "if the old memory is kept whole: " + U,
    f"{MIX} => c_tilde + (1 - gamma_u) * c_prev": "if the candidate comes in whole: " + U,
    f"{MIX} => gamma_u * c_tilde + gamma_u * c_prev": "with gamma_u for the old memory: " + U,
    f"{MIX} => np.tanh({MIX})": "with a tanh of the new memory; there is none.",
    f"{MIX} => np.where(gamma_u > 0.5, c_tilde, c_prev)": (
        "if the gate is only open or shut. It is a number in between: a weighted mean."
    ),
}


@check.exercise(
    simple_gru_step,
    {
        **OF_MIX,
        f'{MIX}, gamma_u => {MIX}, {GATE} + parameters["bu"]': BARE,
        f"return {MIX}, gamma_u => return gamma_u, {MIX}": "the two are swapped: the memory first.",
        f"return {MIX} => return c_tilde": "this is the candidate, not the new memory.",
        f"sigmoid({GATE} => np.tanh({GATE}": "with tanh, not a sigmoid: a gate is between 0 and 1.",
        f"np.tanh({CANDIDATE} => sigmoid({CANDIDATE}": "with a sigmoid; the candidate takes tanh.",
        f"np.tanh({CANDIDATE} => ({CANDIDATE}": "if the candidate lacks its tanh.",
        ' + parameters["bu"] =>': "if bu is left out.",
        ' + parameters["bc"] =>': "if bc is left out.",
        "[c_prev, xt] => [xt, c_prev]": f"if xt stands first. {ORDER}",
        (f'{GATE} => joined @ parameters["Wc"]', "c_tilde = np => c_tilde = np"): f"with Wc; {OWN}",
        f'{CANDIDATE} => joined @ parameters["Wu"]': f"with Wu; {OWN}",
        f"np.tanh({CANDIDATE} => np.tanh(np.concatenate([gamma_u * c_prev, xt], axis=1)"
        ' @ parameters["Wc"]': "with a gate on the old memory. That comes in exercise 3.",
        f"return {MIX} => return np.squeeze({MIX})": SQUEEZED,
    },
)
def _(attempt):
    for m, n_x, n_c in [*sizes_and_ones(3), sizes(3)]:
        xt, c_prev, p = numbers(m, n_x), numbers(m, n_c), _parameters("uc", n_x, n_c)
        # The full GRU, its relevance gate fully open.
        full = p | {"Wr": np.zeros_like(p["Wu"]), "br": np.full(n_c, 50.0)}
        c, cache = gru.gru_cell_forward(xt, c_prev, stacked(full, OF_GRU))
        _same_step(attempt(xt, c_prev, p), (c, cache["gates"][0, 0]), "c, gamma_u")
    return "Memory and gate equal those of a full GRU whose relevance gate is open."


def kept(gamma_u):
    """Return which share of each step's memory is left after the last, (m, T_x, n_c)."""
    shares = np.ones_like(gamma_u)
    for t in reversed(range(gamma_u.shape[1] - 1)):
        shares[:, t] = shares[:, t + 1] * (1 - gamma_u[:, t + 1])
    return shares


CUMULATED = "np.cumprod((1 - gamma_u)[:, ::-1], axis=1)"
LATER = "the gate of a step itself writes its memory; those of later steps overwrite it."


@check.exercise(
    kept,
    {
        "- gamma_u[:, t + 1]) => - gamma_u[:, t])": f"if each step's own gate counts: {LATER}",
        "(1 - gamma_u[:, t + 1]) => gamma_u[:, t + 1]": "with gamma_u; 1 - gamma_u is kept.",
        "return shares => return shares * gamma_u": (
            "times its own gate: that is what is left of each candidate. Asked is the memory."
        ),
        "shares[:, t + 1] * (1 => (1": "with one step alone. Multiply those of all later steps.",
        "shares[:, t + 1] * (1 - gamma_u[:, t + 1]) => shares[:, t + 1] - gamma_u[:, t + 1]": (
            "if the gates are subtracted. A share of a share is a product."
        ),
        "=> return np.cumprod(1 - gamma_u, axis=1)": (
            "from the first step on: this is what is left of the memory before the first step."
        ),
        f"=> return {CUMULATED}[:, ::-1]": f"one gate too many: {LATER}",
        f"=> return {CUMULATED}": (
            "the steps stand in reverse order, and one gate is too many."
        ),
        "=> return np.ones_like(gamma_u) * np.prod(1 - gamma_u, axis=1, keepdims=True)": (
            "if all gates count for every step. For each step, only later ones do."
        ),
        "=> return np.prod(1 - gamma_u, axis=1)": "each step has a share of its own.",
        "return shares => return shares[:, ::-1]": "the steps stand in reverse order.",
        "return shares => return np.squeeze(shares)": SQUEEZED,
        "return shares => return shares.mean(axis=-1)": "each unit has a share of its own.",
        "np.ones_like => np.zeros_like": "with zeros. Of the last step's memory all is left: 1.",
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    for m, T_x, n_c in [*sizes_and_ones(3), sizes(3)]:
        gamma_u = rng.uniform(0.02, 0.9, (m, T_x, n_c))
        gamma_u[0, T_x // 2] = 0  # what is kept whole, and what is overwritten whole
        gamma_u[-1, T_x // 3, 0] = 1
        want = np.zeros((m, T_x, n_c))
        for t in range(T_x):  # a memory of 1 at step t, and candidates of 0 afterwards
            c = np.ones((m, n_c))
            for later in range(t + 1, T_x):
                c = gamma_u[:, later] * 0 + (1 - gamma_u[:, later]) * c
            want[:, t] = c
        same("The answer", attempt(gamma_u), want, "(m, T_x, n_c)", FLOAT32)
    return "Each step's share is what later gates leave of it, also behind a gate of 0 or 1."


def gru_step(xt, c_prev, parameters):
    """Return the memory, the update and the relevance gate of a GRU, each (m, n_c)."""
    joined = np.concatenate([c_prev, xt], axis=1)
    gamma_u = sigmoid(joined @ parameters["Wu"] + parameters["bu"])
    gamma_r = sigmoid(joined @ parameters["Wr"] + parameters["br"])
    relevant = np.concatenate([gamma_r * c_prev, xt], axis=1)
    c_tilde = np.tanh(relevant @ parameters["Wc"] + parameters["bc"])
    return gamma_u * c_tilde + (1 - gamma_u) * c_prev, gamma_u, gamma_r


RELEVANT = "np.concatenate([gamma_r * c_prev, xt], axis=1)"


@check.exercise(
    gru_step,
    {
        **OF_MIX,
        f"return {MIX}, => return gamma_u * c_tilde + (1 - gamma_u) * gamma_r * c_prev,": (
            "if gamma_r also multiplies the old memory in the mean. It is for the candidate alone."
        ),
        'np.tanh(relevant @ parameters["Wc"] + parameters["bc"]) => np.tanh(gamma_r * '
        '(joined @ parameters["Wc"] + parameters["bc"]))': (
            "if gamma_r multiplies the whole sum. It multiplies c_prev alone."
        ),
        f"{RELEVANT} => joined": "if the relevance gate is left out.",
        f"{RELEVANT} => gamma_r[:, :1] * joined": (
            "if one number of gamma_r stands for all. Each unit has its own."
        ),
        f"{RELEVANT} => np.concatenate([gamma_u * c_prev, xt], axis=1)": (
            "with gamma_u in place of gamma_r."
        ),
        f"{RELEVANT} => np.concatenate([(1 - gamma_r) * c_prev, xt], axis=1)": (
            "with 1 - gamma_r; at 1 all of the old memory counts."
        ),
        f"{RELEVANT} => np.concatenate([c_prev, xt], axis=1)\n"
        "    relevant = np.concatenate([gamma_u * gamma_r * c_prev, xt], axis=1)": (
            "with both gates on the old memory."
        ),
        f"{RELEVANT} => np.concatenate([gamma_r * (gamma_u * np.tanh(joined @ parameters['Wc'] + "
        "parameters['bc']) + (1 - gamma_u) * c_prev), xt], axis=1)": (
            "with the new memory c in the candidate. It is made from the old one, c_prev."
        ),
        'np.tanh(relevant @ parameters["Wc"] + parameters["bc"]) => np.tanh(gamma_r * '
        '(joined @ parameters["Wc"]) + parameters["bc"])': (
            "if gamma_r multiplies the product, and xt with it. It multiplies c_prev alone."
        ),
        'np.tanh(relevant @ parameters["Wc"] + parameters["bc"]) => np.tanh(gamma_r * '
        '(c_prev @ parameters["Wc"][:c_prev.shape[1]]) + xt @ parameters["Wc"][c_prev.shape[1]:] '
        '+ parameters["bc"])': "if gamma_r comes after the product. That is exercise 4.",
        'sigmoid(joined @ parameters["Wr"] => sigmoid(joined @ parameters["Wu"]': f"with Wu; {OWN}",
        'sigmoid(joined @ parameters["Wu"] => sigmoid(joined @ parameters["Wr"]': f"with Wr; {OWN}",
        ' + parameters["bu"] =>': "if bu is left out.",
        ' + parameters["br"] =>': "if br is left out.",
        ' + parameters["bc"] =>': "if bc is left out.",
        "np.tanh(relevant => sigmoid(relevant": "with a sigmoid; the candidate takes tanh.",
        'sigmoid(joined @ parameters["Wr"] => np.tanh(joined @ parameters["Wr"]': (
            "with tanh, not a sigmoid: a gate is between 0 and 1."
        ),
        ("= np.concatenate([c_prev, xt], axis=1)\n    gamma_u => = np.concatenate([xt, c_prev], "
         "axis=1)\n    gamma_u"): f"if xt stands first. {ORDER}",
        "c_prev, gamma_u, gamma_r => c_prev, gamma_r, gamma_u": "the two gates are swapped.",
        f"return {MIX} => return np.squeeze({MIX})": SQUEEZED,
    },
)  # fmt: skip
def _(attempt):
    for m, n_x, n_c in [*sizes_and_ones(3), sizes(3)]:
        xt, c_prev, p = numbers(m, n_x), numbers(m, n_c), _parameters(OF_GRU, n_x, n_c)
        c, cache = gru.gru_cell_forward(xt, c_prev, stacked(p, OF_GRU))
        got = attempt(xt, c_prev, p)
        _same_step(got, (c, *cache["gates"][0, :2]), "c, gamma_u, gamma_r")
    layer = keras.layers.GRU(n_c, reset_after=False)
    weights = gru.gru_to_keras(stacked(p, OF_GRU))
    same("c", got[0], layer_output(layer, weights, xt[:, None], [c_prev]), "(m, n_c)", FLOAT32)
    return "It equals Keras' GRU with reset_after=False."


def gru_step_reset_after(xt, c_prev, parameters):
    """Return the memory (m, n_c) of a GRU as Keras computes it by default."""
    n_c = c_prev.shape[1]
    joined = np.concatenate([c_prev, xt], axis=1)
    gamma_u = sigmoid(joined @ parameters["Wu"] + parameters["bu"])
    gamma_r = sigmoid(joined @ parameters["Wr"] + parameters["br"])
    recalled = c_prev @ parameters["Wc"][:n_c] + parameters["bm"]
    c_tilde = np.tanh(gamma_r * recalled + xt @ parameters["Wc"][n_c:] + parameters["bc"])
    return gamma_u * c_tilde + (1 - gamma_u) * c_prev


RECALLED = 'c_prev @ parameters["Wc"][:n_c] + parameters["bm"]'
NEW = 'xt @ parameters["Wc"][n_c:] + parameters["bc"]'


@check.exercise(
    gru_step_reset_after,
    {
        **OF_MIX,
        f"{RECALLED} => c_prev @ parameters['Wc'][:n_c]": "if bm is left out.",
        "gamma_r * recalled => gamma_r * (recalled - parameters['bm']) + parameters['bm']": (
            "if bm is added after the gate. It belongs to the product that gamma_r multiplies."
        ),
        f"gamma_r * recalled + {NEW} => gamma_r * (recalled + {NEW})": (
            "if gamma_r multiplies xt's part, too."
        ),
        f"gamma_r * recalled + {NEW} => gamma_r * (recalled + parameters['bc']) + "
        "xt @ parameters['Wc'][n_c:]": "if gamma_r multiplies bc. That bias belongs to xt.",
        "gamma_r * recalled => recalled": "if the relevance gate is left out.",
        "gamma_r * recalled => gamma_u * recalled": "with gamma_u in place of gamma_r.",
        "recalled = c_prev @ => recalled = (gamma_r * c_prev) @": (
            "if gamma_r multiplies before the product as well."
        ),
        f"gamma_r * recalled + {NEW} => (gamma_r * c_prev) @ parameters['Wc'][:n_c] + "
        f"parameters['bm'] + {NEW}": (
            "if gamma_r comes before the product. That is the textbook form of exercise 3."
        ),
        f"gamma_r * recalled + {NEW} => (gamma_r * c_prev) @ parameters['Wc'][:n_c] + {NEW}": (
            "if this is the textbook form of exercise 3. Here gamma_r multiplies the product."
        ),
        f"gamma_r * recalled + {NEW} => (gamma_r * c_prev) @ parameters['Wc'][:n_c] + gamma_r * "
        f"parameters['bm'] + {NEW}": (
            "if gamma_r multiplies c_prev and bm. Here it multiplies the product plus bm."
        ),
        ('Wc"][:n_c] => Wc"][-n_c:]', 'Wc"][n_c:] => Wc"][:-n_c]'): (
            f"if xt's rows stand first. {ORDER}"
        ),
        ' + parameters["bu"] =>': "if bu is left out.",
        ' + parameters["br"] =>': "if br is left out.",
        ' + parameters["bc"] =>': "if bc is left out.",
        f"return {MIX} => return np.squeeze({MIX})": SQUEEZED,
    },
)  # fmt: skip
def _(attempt):
    for m, n_x, n_c in [*sizes_and_ones(3), sizes(3)]:
        xt, c_prev, p = numbers(m, n_x), numbers(m, n_c), _parameters(OF_GRU, n_x, n_c)
        p["bm"] = numbers(n_c)
        both = stacked(p, OF_GRU)
        both["b"] = np.stack([both["b"], np.concatenate([np.zeros(2 * n_c), p["bm"]])])
        got = attempt(xt, c_prev, p)
        want, _ = gru.gru_cell_forward(xt, c_prev, both, reset_after=True)
        same("c", got, want, "(m, n_c)", FLOAT32)
    want = layer_output(keras.layers.GRU(n_c), gru.gru_to_keras(both), xt[:, None], [c_prev])
    same("c", got, want, "(m, n_c)", FLOAT32)
    return "It equals Keras' GRU as it is by default."


def peephole_step(xt, a_prev, c_prev, parameters):
    """Return the state and the cell of an LSTM whose gates see the cell, each (m, n_a)."""
    joined, p = np.concatenate([a_prev, xt], axis=1), parameters
    gamma_u = sigmoid(joined @ p["Wu"] + p["pu"] * c_prev + p["bu"])
    gamma_f = sigmoid(joined @ p["Wf"] + p["pf"] * c_prev + p["bf"])
    c_tilde = np.tanh(joined @ p["Wc"] + p["bc"])
    c_next = gamma_u * c_tilde + gamma_f * c_prev
    gamma_o = sigmoid(joined @ p["Wo"] + p["po"] * c_next + p["bo"])
    return gamma_o * np.tanh(c_next), c_next


CELL = "gamma_u * c_tilde + gamma_f * c_prev"


@check.exercise(
    peephole_step,
    {
        'p["po"] * c_next => p["po"] * c_prev': (
            "if the output gate sees the old cell. It comes last, and sees the new one."
        ),
        **{
            f' + p["p{g}"] * {c} =>': f"if gamma_{g} does not see the cell."
            for g, c in (("u", "c_prev"), ("f", "c_prev"), ("o", "c_next"))
        },
        (' + p["pu"] * c_prev =>', ' + p["pf"] * c_prev =>', ' + p["po"] * c_next =>'): (
            "if no gate sees the cell. That is the usual LSTM."
        ),
        **{
            f'p["p{g}"] * c_prev => p["p{g}"] * a_prev': f"if gamma_{g} sees a_prev, not the cell."
            for g in "uf"
        },
        **{
            f'sigmoid(joined @ p["W{g}"] + p["p{g}"] * {c} + p["b{g}"]) => '
            f'sigmoid(joined @ p["W{g}"] + p["b{g}"]) + p["p{g}"] * {c}': (
                f"if gamma_{g}'s peephole is added outside the sigmoid. Add it inside."
            )
            for g, c in (("u", "c_prev"), ("f", "c_prev"), ("o", "c_next"))
        },
        'p["po"] * c_next => p["po"] * np.tanh(c_next)': "if gamma_o sees tanh of the cell.",
        'p["Wc"] + => p["Wc"] + p["pu"] * c_prev +': "if the candidate sees the cell, too.",
        f"c_next = {CELL} => c_next = gamma_u * c_tilde + (1 - gamma_f) * c_prev": (
            "with 1 - gamma_f; at 1 the forget gate keeps the cell."
        ),
        f"c_next = {CELL} => c_next = gamma_u * c_tilde + (1 - gamma_u) * c_prev": (
            "with 1 - gamma_u, as in a GRU. The LSTM has a forget gate of its own."
        ),
        f"c_next = {CELL} => c_next = gamma_u * c_tilde + gamma_f * a_prev": (
            "with a_prev in place of c_prev."
        ),
        f"c_next = {CELL} => c_next = gamma_f * c_tilde + gamma_u * c_prev": (
            "if the update and the forget gate change places."
        ),
        'np.tanh(joined @ p["Wc"] => np.tanh(np.concatenate([gamma_f * a_prev, xt], axis=1) '
        '@ p["Wc"]': "with a gate on a_prev. That is the GRU's relevance gate; the LSTM has none.",
        "gamma_o * np.tanh(c_next), => gamma_o * c_next,": "if tanh(c_next) is replaced by c_next.",
        "return gamma_o * np.tanh => return np.tanh": "if the output gate is left out.",
        "np.tanh(c_next), c_next => np.tanh(c_next), np.tanh(c_next)": (
            "with a tanh: the cell goes on as it is."
        ),
        **{
            f'p["p{g}"] * c_prev => p["p{h}"] * c_prev': f"with p{h} in gamma_{g}; {OWN}"
            for g, h in (("u", "f"), ("f", "u"))
        },
        **{
            f'joined @ p["W{g}"] => joined @ p["W{h}"]': f"with W{h} in place of W{g}; {OWN}"
            for g, h in permutations(OF_LSTM, 2)
        },
        **{f' + p["b{g}"] =>': f"if b{g} is left out." for g in OF_LSTM},
        "[a_prev, xt] => [xt, a_prev]": f"if xt stands first. {ORDER}",
        "[a_prev, xt] => [c_prev, xt]": "if c_prev is joined to xt. The joined vector has a_prev.",
        "return gamma_o * np.tanh(c_next), c_next => return c_next, gamma_o * np.tanh(c_next)": (
            "the two are swapped: the state comes first."
        ),
    },
)
def _(attempt):
    for m, n_x, n_a in [*sizes_and_ones(3), sizes(3)]:
        xt, a_prev, c_prev = numbers(m, n_x), numbers(m, n_a), numbers(m, n_a)
        p = _parameters(OF_LSTM, n_x, n_a) | {f"p{g}": numbers(n_a) for g in "ufo"}
        got = unpack(attempt(xt, a_prev, c_prev, p), "a_next, c_next")
        cell = peephole.PeepholeLSTMCell(n_a)
        all_gates = stacked(p, OF_LSTM) | {"p": np.stack([p["pu"], p["pf"], p["po"]])}
        weights = [all_gates[name] for name in ("Wx", "Wa", "b", "p")]
        layer = keras.layers.RNN(cell, return_state=True)
        _, *want = layer_output(layer, weights, xt[:, None], [a_prev, c_prev])
        same("c_next", got[1], want[1], "(m, n_a)", FLOAT32)
        same("a_next", got[0], want[0], "(m, n_a)", FLOAT32)
    return "It equals the Keras cell that the notebook trains."


def gru_as_lstm(parameters):
    """Return the parameters of an LSTM that does what a GRU without relevance gate does."""
    shut = {"Wf": -parameters["Wu"], "bf": -parameters["bu"]}
    whole = {"Wo": np.zeros_like(parameters["Wu"]), "bo": np.full_like(parameters["bu"], 50.0)}
    return {**parameters, **shut, **whole}


FORGET = '{"Wf": -parameters["Wu"], "bf": -parameters["bu"]}'
TIED = "gamma_f should be 1 - gamma_u."
OPEN = "gamma_o should be 1 for every input."


@check.exercise(
    gru_as_lstm,
    {
        f"{FORGET} => {{'Wf': parameters['Wu'], 'bf': parameters['bu']}}": (
            f"if gamma_f equals gamma_u: {TIED}"
        ),
        f"{FORGET} => {{'Wf': 1 - parameters['Wu'], 'bf': 1 - parameters['bu']}}": (
            f"with 1 minus the weights: {TIED} Which z has the sigmoid 1 - sigmoid(z)?"
        ),
        f"{FORGET} => {{'Wf': -parameters['Wu'], 'bf': parameters['bu']}}": (
            "if bf keeps its sign."
        ),
        f"{FORGET} => {{'Wf': -parameters['Wu'], 'bf': 1 - parameters['bu']}}": (
            "with bf = 1 - bu. Only signs change."
        ),
        f"{FORGET} => {{'Wf': -parameters['Wu'], 'bf': 0 * parameters['bu']}}": (
            "with bf = 0. The bias changes its sign, too."
        ),
        f"{FORGET} => {{'Wf': 0 * parameters['Wu'], 'bf': 50 + 0 * parameters['bu']}}": (
            f"if the forget gate is always open: {TIED}"
        ),
        "50.0 => 0.0": f"with bo = 0; {OPEN} The sigmoid of 0 is one half.",
        "50.0 => 1.0": f"with bo = 1; {OPEN} The sigmoid of 1 is 0.73: take a large bias.",
        "50.0 => 5.0": f"with bo = 5; {OPEN} The sigmoid of 5 is .993: take a larger bias.",
        "50.0 => 10.0": f"with bo = 10; {OPEN} .99995 adds up over the steps: take 50.",
        "{**parameters, **shut => {**parameters, 'Wu': -parameters['Wu'], 'bu': -parameters['bu'], "
        "'Wf': parameters['Wu'], 'bf': parameters['bu']": (
            "if the two gates change roles: gamma_u of the LSTM should be the GRU's."
        ),
        "50.0 => -50.0": f"a negative bo shuts the output gate: {OPEN}",
        'np.zeros_like(parameters["Wu"]) => np.ones_like(parameters["Wu"])': (
            f"if Wo is full of ones, so that gamma_o depends on the input; {OPEN}"
        ),
        'np.zeros_like(parameters["Wu"]) => parameters["Wu"]': f"with Wo = Wu; {OPEN}",
    },
)
def _(attempt):
    names = [f"{kind}{g}" for g in OF_LSTM for kind in "Wb"]
    for m, T_x, n_x, n_c in [*sizes_and_ones(4), sizes(4)]:
        x, c0, p = numbers(m, T_x, n_x), numbers(m, n_c), _parameters("uc", n_x, n_c)
        x[0] *= 100  # a gate that looks at its input is shut by some of these
        x[0, -1] = -np.abs(x[0, -1])
        open_ = p | {"Wr": np.zeros_like(p["Wu"]), "br": np.full(n_c, 50.0)}
        want, _ = gru.gru_forward(x, c0, stacked(open_, OF_GRU))

        def run(got, x=x, c0=c0, p=p):
            values = entries(got, ", ".join(names))
            for name, value in zip(names, values, strict=True):
                like = p["Wu" if name.startswith("W") else "bu"]
                if np.shape(value) != like.shape:
                    shapes = f"{name} should have the shape {like.shape}; it has {np.shape(value)}."
                    raise Wrong(shapes)
            return _lstm_without_tanh(x, c0, dict(zip(names, map(np.asarray, values), strict=True)))

        got = attempt.then(run)(dict(p))
        same("The memory of your LSTM", got, want, "(m, T_x, n_c)", FLOAT32)
    return "With these weights an LSTM, its last tanh left out, does what the GRU does."


def _lstm_without_tanh(x, c0, p):
    """Run an LSTM whose state is gamma_o * c, from the state c0; return its cells."""
    a = c = c0
    cells = []
    for xt in np.swapaxes(x, 0, 1):
        z = {g: np.concatenate([a, xt], axis=1) @ p[f"W{g}"] + p[f"b{g}"] for g in OF_LSTM}
        c = sigmoid(z["u"]) * np.tanh(z["c"]) + sigmoid(z["f"]) * c
        a = sigmoid(z["o"]) * c
        cells.append(c)
    return np.stack(cells, axis=1)


def agreement_model(layer, n_words, n_e):
    """Return a Keras model: word indices (m, T_x), padded with 0, to P(plural), (m, 1)."""
    words = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(n_words, n_e, mask_zero=True)(words)
    plural = keras.layers.Dense(1, activation="sigmoid")(layer(embedded))
    return keras.Model(words, plural)


MASKED = "the zeros behind a text are read as words. Give the Embedding mask_zero=True."
P = ', activation="sigmoid"'


@check.exercise(
    agreement_model,
    {
        ", mask_zero=True =>": MASKED,
        f"{P} =>": "these are not probabilities. The last layer takes a sigmoid.",
        f'{P} => , activation="tanh"': "with tanh at the end. A probability comes from a sigmoid.",
        f'{P} => , activation="softmax"': (
            "a softmax over one number is always 1. One probability takes a sigmoid."
        ),
        "Dense(1 => Dense(2": "with two outputs. One is asked for: the probability of a plural.",
        "Embedding(n_words, n_e => Embedding(n_words, 16": "with 16 numbers a word. Take n_e.",
        "Embedding(n_words, n_e => Embedding(n_words + 1, n_e": (
            "the Embedding has a row too many. n_words already counts index 0."
        ),
        "Embedding(n_words, n_e => Embedding(107, n_e": "with 107 words. Take n_words.",
        "layer(embedded)) => keras.layers.GRU(51)(embedded))": "take the layer that is handed in.",
        "layer(embedded) => keras.layers.GlobalAveragePooling1D()(embedded)": (
            "the layer that is handed in is left out."
        ),
        "layer(embedded) => keras.layers.Dense(3)(layer(embedded))": (
            "there is a layer too many. Embedding, layer and one Dense are asked for."
        ),
        "keras.Input((None,) => keras.Input((50,)": "The model takes texts of one length alone.",
        "keras.Input((None,) => keras.Input((7,)": "The model takes texts of one length alone.",
    },
)
def _(attempt):
    for kind, m, T_x, n_words, n_e, n_a in (
        ("RNN", 5, 7, 13, 4, 3),
        ("GRU", 4, 9, 11, 3, 6),
        ("GRU", 1, 5, 8, 2, 1),
        ("RNN", 3, 1, 9, 1, 4),
    ):
        Layer = {"RNN": keras.layers.SimpleRNN, "GRU": keras.layers.GRU}[kind]
        layer = Layer(n_a)
        layer.build((None, None, n_e))
        shapes = [tuple(weight.shape) for weight in layer.weights]
        weights = [numbers(n_words, n_e), *(numbers(*shape) / 2 for shape in shapes)]
        weights += [numbers(n_a, 1), numbers(1)]
        rng = np.random.default_rng()
        lengths = rng.integers(1, T_x + 1, size=m)
        lengths[0] = (T_x + 1) // 2
        x = rng.integers(1, n_words, size=(m, T_x)) * (np.arange(T_x) < lengths[:, None])
        want = [
            _by_numpy(kind, row[:length], weights) for row, length in zip(x, lengths, strict=True)
        ]

        def run(model, x=x, weights=weights):
            return read("agreement_model", model, x.astype("int32"), weights)

        counts, got = attempt.then(run)(Layer(n_a), n_words, n_e)
        same(COUNTS, counts, [w.size for w in weights])
        same("P(plural)", got, np.array(want)[:, None], "(m, 1)", FLOAT32)
    return "It reads texts of any length, and the zeros behind them change nothing."


def _by_numpy(kind, tokens, weights):
    table, *of_layer, Wya, by = weights
    x = table[tokens][None]
    if kind == "RNN":
        a, _ = recurrent.rnn_forward(x, np.zeros((1, len(Wya))), recurrent.rnn_from_keras(of_layer))
    else:
        a, _ = gru.gru_forward(x, np.zeros((1, len(Wya))), gru.gru_from_keras(of_layer), True)
    return sigmoid(a[0, -1] @ Wya + by).item()


def probe(states, plural, new_states):
    """Return a score for each new state, (m_new,): fitted so that 1 means plural, 0 singular."""
    with_one = np.column_stack([states, np.ones(len(states))])
    weights, *_ = np.linalg.lstsq(with_one, plural, rcond=None)
    return np.column_stack([new_states, np.ones(len(new_states))]) @ weights


WITH_ONE = "np.column_stack([states, np.ones(len(states))])"
NEW_ONE = "np.column_stack([new_states, np.ones(len(new_states))])"
FIT = "weights, *_ = np.linalg.lstsq(with_one, plural, rcond=None)"


@check.exercise(
    probe,
    {
        (f"{WITH_ONE} => states", f"{NEW_ONE} => new_states"): (
            "if the probe has no constant. Put a column of ones beside the states."
        ),
        f"{NEW_ONE} => {WITH_ONE}": "the scores are asked for new_states.",
        f"{NEW_ONE} @ weights => ({NEW_ONE} @ weights > 0.5).astype(float)": (
            "these are 0 and 1. Return the scores themselves."
        ),
        "lstsq(with_one, plural, => lstsq(with_one, 2 * plural - 1,": (
            "if singular is -1. Here 1 means plural and 0 singular."
        ),
        "lstsq(with_one, plural, => lstsq(with_one, 1 - plural,": "1 means plural, 0 singular.",
        f"{FIT} => weights = with_one.T @ plural": (
            "with a plain product with the labels. The least squares have an inverse in them."
        ),
        f"{FIT} => weights = with_one.T @ plural / len(plural)": (
            "with a mean of the states. The least squares have an inverse in them."
        ),
        f"{FIT} => weights = np.linalg.solve(with_one.T @ with_one + np.eye(with_one.shape[1]), "
        "with_one.T @ plural)": "with a penalty (ridge). Plain least squares are asked for.",
        f"return {NEW_ONE} @ weights => return 1 / (1 + np.exp(-{NEW_ONE} @ weights))": (
            "with a sigmoid of the score."
        ),
        f"return {NEW_ONE} => return np.column_stack([np.ones(len(new_states)), new_states])": (
            "the column of ones stands on different sides for the old and the new states."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, m_new, n_a in ((40, 13, 6), (23, 9, 1), (31, 1, 5), (12, 17, 4)):
        states, new = numbers(m, n_a), numbers(m_new, n_a)
        plural = (states[:, 0] + rng.normal(size=m) > 0.2).astype(int)
        plural[:2] = 0, 1
        got = attempt(states, plural, new)
        same("The answer", got, LinearRegression().fit(states, plural).predict(new), "(m_new,)")
    return "It equals scikit-learn's linear regression."


def gateless_layer():
    """Return the recurrent layer of the lesson without gates, and its learning rate."""
    return keras.layers.SimpleRNN(95), 0.005


MOST = 12_500  # parameters, as the networks of the lesson have
SEED = 23  # of the sentences and the start


@check.open_task(
    gateless_layer,
    ours=1.0,
    of="right at 30 words, held-out nouns",
    more_is_better=True,
    hidden=("data", "test", "asked"),
    choose=lambda attempt: _share(attempt, "validation", slice(None)),
)
def _(attempt, rng):
    far = np.flatnonzero(_sentences()["test"].distance == agreement.MOST)
    return _share(attempt, "test", rng.permutation(far))


def _share(attempt, split, chosen):
    said = attempt.then(lambda got: _said(got, split)[chosen])()
    return np.mean(said == _sentences()[split].plural[chosen])


@cache
def _sentences():
    return agreement.splits(SEED)


def _said(got, split):
    layer, rate = unpack(got, "layer, learning_rate")
    if type(layer) is not keras.layers.SimpleRNN:
        raise Wrong("The layer should be a keras.layers.SimpleRNN, which has no gates.")
    if np.ndim(rate) or not 0 < float(rate) < 1:
        raise Wrong("The learning rate should be a number between 0 and 1.")
    config = {key: value for key, value in layer.get_config().items() if key != "name"}
    return _trained(keras.saving.serialize_keras_object(config), float(rate), split)


_known = {}


def _trained(config, rate, split):
    """Return what a SimpleRNN of this kind says, 1 for plural; each is trained once."""
    key = repr(config), rate
    if key not in _known:
        made = keras.saving.deserialize_keras_object(config)

        def make():
            return agreement_training.small_model(keras.layers.SimpleRNN.from_config(dict(made)))

        network = agreement_training.Network(make)
        if network.model.count_params() > MOST:
            raise Wrong(
                f"The network has {network.model.count_params():,} parameters; {MOST:,} are the "
                "most. Take fewer units."
            )
        network.train(_sentences()["train"], rate, SEED)
        texts = {s: _sentences()[s].texts for s in ("validation", "test")}
        _known[key] = {s: network.probabilities(texts[s]) > 0.5 for s in texts}
    return _known[key][split]
