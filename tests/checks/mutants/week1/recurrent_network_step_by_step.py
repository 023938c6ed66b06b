"""Wrong and right answers to the exercises of `week1/1_recurrent_network_step_by_step`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

MUTANTS = {
    "rnn_cell_forward": [
        (' + parameters["ba"]', "", "if the bias ba is left out"),
        (' + a_prev @ parameters["Waa"]', "", "if a_prev @ Waa is left out"),
        ('xt @ parameters["Wax"] + ', "", "if xt @ Wax is left out"),
        (' + parameters["ba"]', ' - parameters["ba"]', "if ba is subtracted"),
        ("np.tanh(z)", "z", "if tanh is left out"),
        ("np.tanh(z)", "1 / (1 + np.exp(-z))", "with a sigmoid in place of tanh"),
        ("np.tanh(z)", "np.maximum(z, 0)", "with a ReLU in place of tanh"),
        ("np.tanh(z)", 'np.tanh(z - parameters["ba"]) + parameters["ba"]', "added after tanh"),
        (
            "np.tanh(z)",
            'np.tanh(xt @ parameters["Wax"]) + np.tanh(a_prev @ parameters["Waa"])'
            ' + parameters["ba"]',
            "tanh taken of each term",
        ),
        ('parameters["Waa"]', 'parameters["Waa"].T', "with Waa transposed"),
        (
            'xt @ parameters["Wax"]',
            'parameters["Wax"] @ xt',
            'in the line `z = parameters["Wax"] @ xt + a_prev @ parameters["Waa"] + '
            'parameters["ba"]` with ValueError: the two factors of @ do not fit',
        ),
        ("np.tanh(z)", "np.tanh(z).T", "which is (m, n_a). The axes stand in another order"),
        ("return np.tanh(z)", "a_next = np.tanh(z)", "Does it end with `return`?"),
        (
            "np.tanh(z)",
            "np.tanh(z), z",
            "a_next should be an array or a number; yours is of type tuple",
        ),
        ("np.tanh(z)", "np.tanh(z, out=a_prev)", "changes its argument a_prev in place"),
        ('parameters["Wax"]', 'parameters["Wxa"]', "KeyError: 'Wxa'"),
        ("np.tanh(z)", "np.round(np.tanh(z), 4)", "a_next is nearly right"),
    ],
    "rnn_forward": [
        ("x[:, t], a_prev,", "x[:, t], a0,", "if every step starts from a0 again"),
        ("= a0, []", "= np.zeros_like(a0), []", "with zeros in place of a0"),
        ("axis=1", "axis=0", "a has the time axis first"),
        ("axis=1", "axis=2", "it looks transposed"),
        (
            "np.stack(states, axis=1)",
            "np.concatenate(states, axis=1)",
            "which is (m, T_x, n_a)",
        ),
        ("np.stack(states, axis=1)", "a_prev", "a holds one step only"),
        ("np.stack(states, axis=1)", "states", "yours is of type list"),
        (
            "np.stack(states, axis=1)",
            "np.stack(states, axis=1)[:, ::-1]",
            "the states stand in reverse order",
        ),
        ("range(x.shape[1])", "reversed(range(x.shape[1]))", "with the steps in reverse order"),
        ("range(x.shape[1])", "range(x.shape[1] - 1)", "Keep one state for each input"),
        ("= a0, []", "= a0, [a0]", "a0 is not one of them"),
        ("x[:, t], a_prev,", "x[:, 0], a_prev,", "if each step sees the first input"),
        (
            "        a_prev = rnn_cell_forward(x[:, t], a_prev, parameters)\n"
            "        states.append(a_prev)\n",
            "        states.append(a_prev)\n"
            "        a_prev = rnn_cell_forward(x[:, t], a_prev, parameters)\n",
            "the states stand one step too late",
        ),
        (
            "x[:, t], a_prev,",
            "x[t], a_prev,",
            "in the line `a_prev = rnn_cell_forward(x[t], a_prev, parameters)`",
        ),
        (
            "        states.append(a_prev)\n    return np.stack(states, axis=1)",
            "        x[:, t, 0] = a_prev[:, 0]\n"
            "        states.append(a_prev)\n    return np.stack(states, axis=1)",
            "changes its argument x in place",
        ),
        ("range(x.shape[1])", "range(6)", "a holds 6 steps, x has"),
    ],
    "softmax": [
        (
            "exponentials.sum(axis=-1,",
            "exponentials.sum(axis=1,",
            "the sum is taken over the time axis",
        ),
        (
            "exponentials.sum(axis=-1,",
            "exponentials.sum(axis=0,",
            "the sum is taken over the batch",
        ),
        (
            "exponentials.sum(axis=-1, keepdims=True)",
            "exponentials.sum()",
            "the sum is taken over the whole array",
        ),
        (
            "exponentials.sum(axis=-1, keepdims=True)",
            "exponentials.sum(axis=-1)",
            "in the line `return exponentials / exponentials.sum(axis=-1)` with ValueError: "
            "operands could not be broadcast together",
        ),
        ("np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z)", "softmax overflows"),
        ("z.max(axis=-1, keepdims=True)", "z.max()", "the largest value of each row"),
        (
            "np.exp(z - z.max(axis=-1, keepdims=True))",
            "np.exp(np.clip(z, -500, 500))",
            "softmax of values near 1000 is off: large values have become equal",
        ),
        ("np.exp(z - z.max(axis=-1, keepdims=True))", "z", "by the sum without the exponential"),
        (
            " / exponentials.sum(axis=-1, keepdims=True)",
            "",
            "after the largest value is taken off, the division by the sum is missing",
        ),
        (
            "z - z.max(axis=-1, keepdims=True)",
            "z.max(axis=-1, keepdims=True) - z",
            "the sign of z is turned",
        ),
        (
            "exponentials / exponentials.sum(axis=-1, keepdims=True)",
            "np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))",
            "this is its logarithm",
        ),
        (
            "exponentials = np.exp(z - z.max(axis=-1, keepdims=True))",
            "z -= z.max(axis=-1, keepdims=True)\n    exponentials = np.exp(z)",
            "changes its argument z in place",
        ),
    ],
    "sequence_loss": [
        ("-np.sum", "np.sum", "the minus sign is missing"),
        ("-np.sum(y * np.log(y_hat)) / len(y)", "-np.mean(y * np.log(y_hat))", "over every number"),
        ("len(y)", "len(y) / y.shape[1]", "it is averaged over the steps too"),
        (" / len(y)", "", "it is summed over the examples"),
        ("len(y)", "y.shape[1]", "it is divided by T_y in place of m"),
        ("np.log(y_hat)", "np.log2(y_hat)", "the logarithm has base 2"),
        ("np.log(y_hat)", "np.log10(y_hat)", "the logarithm has base 10"),
        ("np.log(y_hat)", "y_hat", "the logarithm is missing"),
        ("y * np.log(y_hat)", "y_hat * np.log(y)", "np.log meets a zero"),
        ("-np.sum(y * np.log(y_hat))", "np.sum((y - y_hat) ** 2)", "this is a squared error"),
        (
            "y * np.log(y_hat)",
            "y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)",
            "There is no term (1 - y) log(1 - y_hat)",
        ),
        ("np.log(y_hat))", "np.log(y_hat), axis=(1, 2))", "The loss should be one number"),
        ("return -np", "loss = -np", "Does it end with `return`?"),
    ],
    "rnn_cell_backward": [
        (" * (1 - a_next**2)", "", "if the slope of tanh, 1 - a_next**2, is left out"),
        ("a_next**2)", "a_next)", "with 1 - a_next; the slope"),
        ("(1 - a_next**2)", "(1 - a_prev**2)", "with 1 - a_prev**2"),
        ("(1 - a_next**2)", "a_next * (1 - a_next)", "with the slope of a sigmoid"),
        ("a_next**2)", "np.tanh(a_next) ** 2)", "if tanh is taken of a_next again"),
        ("(1 - a_next**2)", "(a_next**2 - 1)", "the sign is turned"),
        (
            'parameters["Waa"].T',
            'parameters["Waa"]',
            "da_prev is off: the values match if Waa is not transposed",
        ),
        (
            'dz @ parameters["Waa"].T',
            'da_next @ parameters["Waa"].T',
            "da_prev is off: the values match if the slope of tanh, 1 - a_next**2, is left out",
        ),
        ("xt.T @ dz", "dz.T @ xt", "which is the shape of Wax. The axes stand in another order"),
        ("a_prev.T @ dz", "dz.T @ a_prev", "dWaa is off: it is transposed"),
        ("a_prev.T @ dz", "a_next.T @ dz", "dWaa is off: it is made from a_next"),
        ("xt.T @ dz", "xt.T @ dz / len(xt)", "dWax is off: it is a mean over the batch"),
        ("dz.sum(axis=0)", "dz.mean(axis=0)", "dba is off: it is a mean over the batch"),
        ("dz.sum(axis=0)", "dz", "which is the shape of ba, summed over the batch"),
        ("dz.sum(axis=0)", "dz.sum(axis=1)", "which is the shape of ba, summed over the batch"),
        ("dz.sum(axis=0)", "dz.sum(axis=0, keepdims=True)", "dba has shape (1, "),
        ('"dxt"', '"dx"', 'lacks the key "dxt"'),
        ("dz = da_next * (", "da_next *= (", "NameError: name 'dz' is not defined"),
        (
            "dz = da_next * (1",
            "dz = da_next\n    dz *= (1",
            "changes its argument da_next in place",
        ),
        ("xt.T @ dz", "(xt.T @ dz).astype(np.float32)", "dWax is nearly right"),
    ],
    "rnn_backward": [
        ("da[:, t] + da_later", "da[:, t]", "if nothing flows back from step t+1"),
        ("da[:, t] + da_later", "da_later", "each step's own da[:, t] must enter"),
        ("gradients[name] += ", "gradients[name] = ", "for one step alone"),
        ("a[:, t - 1] if t > 0 else a0", "a[:, t]", "if step t takes a[:, t] as its previous"),
        ("a[:, t - 1] if t > 0 else a0", "a[:, t - 1]", "if the first step takes a[:, -1]"),
        ("t > 0", "t > 1", "if the second step, t = 1, takes a0 as its previous state"),
        ("da[:, t] + da_later", "da[:, t] + 2 * da_later", "of step t+1 is added twice"),
        ("reversed(range(x.shape[1]))", "range(x.shape[1])", "if the loop runs forward in time"),
        ("range(x.shape[1])", "range(1, x.shape[1])", "before the first step, t = 0"),
        ('"da0": da_later', '"da0": np.zeros_like(a0)', "da0 is off: it is zero; it should"),
        ('"da0": da_later', '"da0": da[:, 0]', "da0 is off: it is da[:, 0]"),
        (
            "dx[:, t], da_later",
            "dx[:, -t - 1], da_later",
            "dx is off: its steps stand in reverse order",
        ),
        (
            'dx[:, t], da_later = step["dxt"], step["da_prev"]',
            'dx[:, t], da_later = step["dxt"], da_later + step["da_prev"]',
            "if the da_prev of all later steps are added up",
        ),
        ("+= step[name]", "+= step[name] / x.shape[1]", "it is a mean over the steps"),
        ("+= step[name]", "+= step[name] / x.shape[0]", "it is a mean over the batch"),
        ("da[:, t] + da_later", "da[:, t].__iadd__(da_later)", "changes its argument da in place"),
        ("np.zeros_like(x)", "np.zeros_like(x, dtype=int)", "dx holds whole numbers (int64)"),
        ("np.zeros_like(x)", "np.zeros(x.shape, np.float32)", "dx is nearly right"),
        ('"dx": dx', '"dx": dx.transpose(1, 0, 2)', "shape of x. The axes stand in another order"),
        (
            '{"dx": dx, "da0": da_later, **gradients}',
            "dx, da_later, gradients",
            "a dictionary with",
        ),
    ],
    "lstm_cell_forward": [
        ("[a_prev, xt]", "[xt, a_prev]", "if xt stands before a_prev"),
        ("axis=1", "axis=0", "in the line `joined = np.concatenate([a_prev, xt], axis=0)`"),
        (
            ' + parameters["bf"]',
            "",
            'gates["gamma_f"] is off: the values match if the bias is left out',
        ),
        ('np.tanh(joined @ parameters["Wc"]', 'sigmoid(joined @ parameters["Wc"]', "takes tanh"),
        (
            '"gamma_o": sigmoid',
            '"gamma_o": np.tanh',
            'gates["gamma_o"] is off: the values match with tanh; a gate takes the sigmoid',
        ),
        (
            'np.tanh(joined @ parameters["Wc"]',
            '(joined @ parameters["Wc"]',
            'gates["c_tilde"] is off: the values match before the sigmoid or tanh',
        ),
        (
            'parameters["Wf"]',
            'parameters["Wu"]',
            'gates["gamma_f"] is off: the values match with Wu;',
        ),
        (
            'parameters["Wf"] + parameters["bf"]',
            'parameters["Wo"] + parameters["bo"]',
            'gates["gamma_f"] is off: the values match with Wo and bo;',
        ),
        (
            'gates["gamma_u"] * gates["c_tilde"] + gates["gamma_f"] * c_prev',
            'gates["gamma_f"] * gates["c_tilde"] + gates["gamma_u"] * c_prev',
            "if the update and the forget gate change places",
        ),
        ('gates["gamma_f"] * c_prev', "c_prev", "if the forget gate is left out"),
        ('gates["gamma_u"] * gates', "gates", "if the update gate is left out"),
        (' + gates["gamma_f"] * c_prev', "", "if the old cell c_prev is left out"),
        (
            'gates["gamma_f"] * c_prev',
            '(1 - gates["gamma_u"]) * c_prev',
            "with 1 - gamma_u as forget",
        ),
        ("np.tanh(c_next)", "c_next", "if tanh(c_next) is replaced by c_next"),
        ('gates["gamma_o"] * np', "np", "if the output gate is left out"),
        ("np.tanh(c_next)", "np.tanh(c_prev)", "with the old cell, c_prev"),
        (
            'return gates["gamma_o"] * np.tanh(c_next), c_next, gates',
            'return c_next, gates["gamma_o"] * np.tanh(c_next), gates',
            "c_next is off: this is a_next",
        ),
        (
            "np.tanh(c_next), c_next, gates",
            "np.tanh(c_next), c_next",
            "the 3 values (a_next, c_next, gates); yours has 2",
        ),
        ('"c_tilde": np', '"c": np', "KeyError: 'c_tilde'"),
        (
            "(c_next), c_next, gates",
            "(c_next), c_next, tuple(gates.values())",
            "gates should be a dictionary",
        ),
    ],
    "lstm_forward": [
        ("x[:, t], a_t, c_t,", "x[:, t], a_t, c0,", "if the cell starts from c0 again"),
        ("x[:, t], a_t, c_t,", "x[:, t], a0, c_t,", "if the state starts from a0 again"),
        ("a_t, c_t = a0, c0", "a_t, c_t = a0, np.zeros_like(c0)", "with zeros in place of c0"),
        ("a_t, c_t = a0, c0", "a_t, c_t = np.zeros_like(a0), c0", "with zeros in place of a0"),
        ("a_t, c_t = a0, c0", "a_t, c_t = c0, a0", "if a0 and c0 change places"),
        ("range(x.shape[1])", "reversed(range(x.shape[1]))", "with the steps in reverse order"),
        ("np.stack(states, axis=1)", "np.stack(states)", "a has shape"),
        ("np.stack(cells, axis=1)", "np.stack(cells)", "c has shape"),
        ("all_gates], axis=1", "all_gates]", 'gates["gamma_u"] has shape'),
        (
            "np.stack(states, axis=1), np.stack(cells, axis=1), gates",
            "np.stack(cells, axis=1), np.stack(states, axis=1), gates",
            "The first part of the answer is the states a",
        ),
        ("cells.append(c_t)", "cells.append(a_t)", "these are the states a, not the cells"),
        (
            "        a_t, c_t, gates_t = lstm_cell_forward(x[:, t], a_t, c_t, parameters)\n"
            "        states.append(a_t)\n"
            "        cells.append(c_t)\n",
            "        cells.append(c_t)\n"
            "        a_t, c_t, gates_t = lstm_cell_forward(x[:, t], a_t, c_t, parameters)\n"
            "        states.append(a_t)\n",
            "the cells stand one step too late",
        ),
        ("a_t, c_t, gates_t =", "c_t, a_t, gates_t =", "`c, a, gates = lstm_cell_forward(...)`"),
        (
            "states.append(a_t)\n        cells.append(c_t)\n",
            "states.append(a_t)\n        cells.append(c_t)\n        a_t, c_t = c_t, a_t\n",
            "if each step's state and cell change places before the next",
        ),
        ("x[:, t], a_t, c_t,", "x[:, t], c_t, a_t,", "is given the cell before the state"),
        ("axis=1), gates", "axis=1), gates_t", 'gates["gamma_u"] has shape'),
        ("axis=1), gates", "axis=1), all_gates", "gates should be a dictionary with the keys"),
        ("g[name] for", 'g["gamma_u"] for', 'gates["gamma_f"] is off: this is gamma_u'),
        ("np.stack(states, axis=1), np", "a_t, np", "a holds one step only"),
    ],
    "lstm_cell_backward": [
        ("dc_next + da_next * o", "da_next * o", "if dc_next is left out"),
        (
            " + da_next * o * (1 - squashed**2)",
            "",
            "if the way from a_next into the cell is left out",
        ),
        ("o * (1 - squashed**2)", "o * (1 - c_next**2)", "with 1 - c_next**2"),
        (
            "(1 - squashed**2)",
            "(1 - squashed)",
            "dWu is off: the values match with 1 - tanh(c_next)",
        ),
        ("np.tanh(c_next)", "np.tanh(c_prev)", "dWu is off: the values match with tanh(c_prev)"),
        (
            "next * squashed",
            "next * np.tanh(c_prev)",
            "dWo is off: the values match with tanh(c_prev)",
        ),
        ("da_next * o * (1 -", "da_next * (1 -", "if gamma_o is left out on the way"),
        (" * (1 - squashed**2)", "", "if the slope of tanh is left out on the way"),
        ("c_tilde * u * (1 - u)", "c_tilde", "if gamma_u lacks its slope"),
        ("c_prev * f * (1 - f)", "c_prev", "if gamma_f lacks its slope"),
        ("squashed * o * (1 - o)", "squashed", "if gamma_o lacks its slope"),
        ("u * (1 - c_tilde**2)", "u", "if c_tilde lacks its slope"),
        ("(1 - c_tilde**2)", "c_tilde * (1 - c_tilde)", "with a sigmoid's slope for c_tilde"),
        ("(1 - c_tilde**2)", "(1 - c_tilde)", "with 1 - c_tilde; the slope is 1 - c_tilde**2"),
        ("o * (1 - o)", "o", "dWo is off: the values match if gamma_o lacks (1 - gamma_o)"),
        (
            "da_next * squashed",
            "dc * squashed",
            "dWo is off: the values match with dc in place of da_next in dz_o",
        ),
        ("da_next * squashed", "da_next * c_next", "with c_next in place of tanh(c_next) in dz_o"),
        ("dc * c_prev", "dc * c_next", "with c_next in place of c_prev in dz_f"),
        ("dc * c_tilde", "dc", "with dc alone in dz_u, without c_tilde"),
        ("dc * u * (1 - c", "dc * (1 - c", "with dc alone in dz_c, without gamma_u"),
        ("[a_prev, xt]", "[xt, a_prev]", "the rows for xt stand first"),
        (
            'djoined[:, n_a:], "da_prev": djoined[:, :n_a]',
            'djoined[:, :n_a], "da_prev": djoined[:, n_a:]',
            "which is the shape of a_prev",
        ),
        (
            "joined.T @ dz[g]",
            "dz[g].T @ joined",
            "which is the shape of Wu. The axes stand in another order",
        ),
        ("for g in dz)\n", 'for g in "ufc")\n', "if the way back through Wo is left out"),
        (
            'djoined = sum(dz[g] @ parameters[f"W{g}"].T for g in dz)\n',
            'for g in dz:\n        djoined = dz[g] @ parameters[f"W{g}"].T\n',
            "if the way back through Wo alone counts",
        ),
        ("dz[g].sum(axis=0)", "dz[g].mean(axis=0)", "dbu is off: it is a mean over the batch"),
        ("dc * f}", "dc}", "dc_prev is off: the values match if the forget gate is left out"),
        (
            "dc * f}",
            "dc_next * f}",
            "dc_prev is off: the values match if the way from a_next into the cell is left out",
        ),
        ("    dc = dc_next + da", "    dc = dc_next\n    dc += da", "changes its argument dc_next"),
    ],
    "lstm_backward": [
        ("da[:, t] + da_later", "da[:, t]", "if da_prev is not handed on"),
        ("da[:, t] + da_later", "da_later", "each step's own da[:, t] must enter"),
        (
            "da_later, dc_later, x[:, t]",
            "da_later, 0 * dc_later, x[:, t]",
            "if dc_prev is not handed on",
        ),
        (
            "da[:, t] + da_later, dc_later, x",
            "da[:, t], np.zeros_like(c0), x",
            "if nothing is handed on from step to step",
        ),
        ("gradients[name] += ", "gradients[name] = ", "for one step alone"),
        (
            "(a[:, t - 1], c[:, t - 1]) if t > 0 else (a0, c0)",
            "a[:, t], c[:, t]",
            "if step t takes a[:, t] and c[:, t] as its previous ones",
        ),
        (" if t > 0 else (a0, c0)", "", "if the first step takes a[:, -1] and c[:, -1]"),
        (
            "c_prev, c[:, t], gates_t",
            "c[:, t], c[:, t], gates_t",
            "takes c[:, t] as its previous cell",
        ),
        (
            "a_prev, c_prev, c[:, t], gates_t",
            "a[:, t], c_prev, c[:, t], gates_t",
            "takes a[:, t] as its previous state",
        ),
        ("reversed(range(x.shape[1]))", "range(x.shape[1])", "if the loop runs forward in time"),
        ("range(x.shape[1])", "range(1, x.shape[1])", "before the first step, t = 0"),
        ('"da0": da_later', '"da0": np.zeros_like(a0)', "da0 is off: it is zero; it should"),
        ('"dc0": dc_later', '"dc0": np.zeros_like(c0)', "dc0 is off: it is zero; it should"),
        ('"dc0": dc_later, ', "", 'lacks the key "dc0"'),
        ("t > 0", "t > 1", "if the second step, t = 1, takes a0 and c0"),
        (
            "c_prev, c[:, t], gates_t",
            "c_prev, c_prev, gates_t",
            "takes its previous cell as c_next",
        ),
        (
            "_later, dc_later, x",
            "_later, dc_later + da[:, t], x",
            "if da[:, t] is added to the cell's gradient too",
        ),
        (
            "_later, dc_later, x",
            "_later, dc_later + da[:, t] + da_later, x",
            "if da[:, t] + da_prev is added to the cell's gradient too",
        ),
        ("da[:, t] + da_later", "da[:, t] + 2 * da_later", "of step t+1 is added twice"),
        (
            "dx[:, t], da_later",
            "dx[:, -t - 1], da_later",
            "dx is off: its steps stand in reverse order",
        ),
        ("+= step[name]", "+= step[name] / x.shape[1]", "it is a mean over the steps"),
        (
            '"da0": da_later, "dc0": dc_later',
            '"da0": dc_later, "dc0": da_later',
            "da0 and dc0 have changed places",
        ),
        ("da[:, t] + da_later", "da[:, t].__iadd__(da_later)", "changes its argument da in place"),
        (
            "{name: gate[:, t] for name, gate in gates.items()}",
            "gates",
            "in the line `step = lstm_cell_backward(`: what it hands to lstm_cell_backward does "
            "not fit (ValueError: operands could not be broadcast together",
        ),
    ],
    "bidirectional_forward": [
        ("back[:, ::-1]]", "back]", "Turn them round again"),
        (
            "x[:, ::-1], a0, parameters_backward)",
            "x, a0, parameters_backward)[:, ::-1]",
            "if the second network also reads forward",
        ),
        ("rnn_forward(x[:, ::-1]", "rnn_forward(x", "but the second network reads x forward"),
        (
            "a0, parameters_backward)",
            "a0, parameters_forward)",
            "both directions use parameters_forward",
        ),
        ("[there, back[:, ::-1]]", "[back[:, ::-1], there]", "the backward half stands first"),
        ("x[:, ::-1]", "x[::-1]", "the examples of x are turned round, not the steps"),
        (
            "x[:, ::-1], a0, p",
            "x[:, ::-1], there[:, -1], p",
            "starts from the first one's last state",
        ),
        (", axis=-1", ", axis=1", "The two directions follow each other in time"),
        (", axis=-1", ", axis=0", "The two directions follow each other in the batch"),
        ("np.concatenate([there, back[:, ::-1]], axis=-1)", "there + back[:, ::-1]", "or a sum"),
        ("np.concatenate([there, back[:, ::-1]], axis=-1)", "there", "one direction, or a sum"),
        (
            "np.concatenate([there, back[:, ::-1]], axis=-1)",
            "there, back[:, ::-1]",
            "of type tuple",
        ),
    ],
    "deep_forward": [
        ("return states", "return states[-1]", "a list with the states of each layer"),
        ("return states", "return states[::-1]", "The list starts with the top layer"),
        ("= [], x", "= [x], x", "should be a list of 3 arrays; yours has 4"),
        (
            "        below = rnn_forward(below, np.zeros((len(x), len(parameters["
            '"ba"]))), parameters)\n        states.append(below)\n',
            "        states.append(below)\n        below = rnn_forward(below, np.zeros((len(x), "
            'len(parameters["ba"]))), parameters)\n',
            "The list starts with x",
        ),
        (
            "rnn_forward(below,",
            "rnn_forward(x,",
            'in the line `below = rnn_forward(x, np.zeros((len(x), len(parameters["ba"]))), '
            "parameters)`: what it hands to rnn_forward does not fit (ValueError: size ",
        ),
        ("np.zeros", "np.ones", "Layer 1 is off: the values match if its state starts at ones"),
        (
            "rnn_forward(below,",
            "rnn_forward(below[:, ::-1],",
            "Layer 1 is off: the values match if the layer reads its input backward",
        ),
        (
            'len(parameters["ba"])',
            'len(layers[0]["ba"])',
            "These must fit together: x (",
        ),
        ("append(below)", "append(below[:, -1])", "Layer 1 has shape"),
        (
            "append(below)",
            "append(below)\n        below = below[:, -1:] + 0 * below",
            "Layer 2 is off: the values match if the layer sees only the last step",
        ),
        ("in layers:", "in layers[:-1]:", "yours has 2"),
        ("in layers:", "in layers[::-1]:", "in the line `below = rnn_forward(below,"),
        ("return states", "return dict(enumerate(states))", "yours is a dict"),
    ],
}

ALTERNATIVES = {
    "rnn_cell_forward": [
        """
def rnn_cell_forward(xt, a_prev, parameters):
    rows = []
    for x_row, a_row in zip(xt, a_prev):
        z = np.dot(x_row, parameters["Wax"]) + np.dot(a_row, parameters["Waa"])
        rows.append(np.tanh(z + parameters["ba"]))
    return np.array(rows)
""",
        """
def rnn_cell_forward(xt, a_prev, p):  # in the course's order, then turned; float32
    z = p["Wax"].T @ xt.T + p["Waa"].T @ a_prev.T + p["ba"].reshape(-1, 1)
    return np.tanh(z).T.astype(np.float32)
""",
        """
def rnn_cell_forward(xt, a_prev, parameters):
    both = np.hstack([xt, a_prev])
    weights = np.vstack([parameters["Wax"], parameters["Waa"]])
    return keras.ops.convert_to_numpy(keras.ops.tanh(both @ weights + parameters["ba"]))
""",
    ],
    "rnn_forward": [
        """
def rnn_forward(x, a0, parameters):
    m, T_x, n_x = x.shape
    a = np.zeros((m, T_x, a0.shape[1]), np.float32)
    for t in range(T_x):
        a[:, t, :] = rnn_cell_forward(x[:, t, :], a0 if t == 0 else a[:, t - 1, :], parameters)
    return a
""",
        """
def rnn_forward(x, a0, parameters):
    a = [a0]
    for xt in np.swapaxes(x, 0, 1):
        a += [np.tanh(xt @ parameters["Wax"] + a[-1] @ parameters["Waa"] + parameters["ba"])]
    return np.array(a[1:]).transpose(1, 0, 2)
""",
    ],
    "softmax": [
        """
def softmax(z):
    z = z - np.max(z, axis=-1)[..., np.newaxis]
    return np.exp(z) / np.einsum("...i->...", np.exp(z))[..., None]
""",
        """
def softmax(z):
    z = z - z.max(-1, keepdims=True)
    return np.exp(z - np.log(np.exp(z).sum(-1, keepdims=True))).astype("float32")
""",
        """
def softmax(z, axis=-1):
    return keras.ops.convert_to_numpy(keras.ops.softmax(z, axis))
""",
    ],
    "sequence_loss": [
        """
def sequence_loss(y_hat, y):
    losses = [-np.log(p[t == 1]).sum() for p, t in zip(y_hat, y)]
    return sum(losses) / len(losses)
""",
        """
def sequence_loss(y_hat, y):
    return float(-np.einsum("mti,mti->m", y, np.log(y_hat + 1e-12)).mean())
""",
        """
def sequence_loss(y_hat, y):
    return np.mean(-np.sum(np.log((y * y_hat).sum(-1)), axis=1)).astype(np.float32)
""",
    ],
    "rnn_cell_backward": [
        """
def rnn_cell_backward(da_next, xt, a_prev, a_next, parameters):
    dz = da_next - da_next * np.square(a_next)
    gradients = {}
    gradients["dba"] = np.ones(len(dz)) @ dz
    gradients["dWax"] = np.einsum("mi,mj->ij", xt, dz)
    gradients["dWaa"] = sum(np.outer(a, d) for a, d in zip(a_prev, dz))
    gradients["dxt"] = np.matmul(dz, np.transpose(parameters["Wax"]))
    gradients["da_prev"] = (parameters["Waa"] @ dz.T).T
    gradients["dz"] = dz
    return gradients
""",
    ],
    "rnn_backward": [
        """
def rnn_backward(da, x, a0, a, parameters):
    previous = np.concatenate([a0[:, None], a[:, :-1]], axis=1)
    dz, later = np.zeros_like(a), 0
    for t in range(x.shape[1] - 1, -1, -1):
        dz[:, t] = (da[:, t] + later) * (1 - a[:, t] ** 2)
        later = dz[:, t] @ parameters["Waa"].T
    return dict(
        dx=dz @ parameters["Wax"].T,
        da0=later,
        dWax=np.einsum("mti,mtj->ij", x, dz),
        dWaa=np.tensordot(previous, dz, ((0, 1), (0, 1))),
        dba=dz.sum((0, 1)),
    )
""",
        """
def rnn_backward(da, x, a0, a, parameters):
    da = da.copy()
    dx, total = [], {"dWax": 0, "dWaa": 0, "dba": 0}
    for t in reversed(range(x.shape[1])):
        before = a0 if t == 0 else a[:, t - 1]
        step = rnn_cell_backward(da[:, t], x[:, t], before, a[:, t], parameters)
        dx.insert(0, step["dxt"])
        total = {name: total[name] + step[name] for name in total}
        if t > 0:
            da[:, t - 1] += step["da_prev"]
    return {"dx": np.stack(dx, 1), "da0": step["da_prev"], **total}
""",
    ],
    "lstm_cell_forward": [
        """
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a = a_prev.shape[1]
    W = np.concatenate([parameters["W" + g] for g in "ufoc"], axis=1)
    b = np.concatenate([parameters["b" + g] for g in "ufoc"])
    z = a_prev @ W[:n_a] + xt @ W[n_a:] + b
    u, f, o = np.split(0.5 + 0.5 * np.tanh(z[:, : 3 * n_a] / 2), 3, axis=1)
    candidate = np.tanh(z[:, 3 * n_a :])
    c = u * candidate + f * c_prev
    gates = dict(gamma_f=f, gamma_u=u, gamma_o=o, c_tilde=candidate)
    return [(o * np.tanh(c)).astype("float32"), c.astype("float32"), gates]
""",
    ],
    "lstm_forward": [
        """
def lstm_forward(x, a0, c0, parameters):
    (m, T_x, _), n_a = x.shape, a0.shape[1]
    a, c = np.empty((m, T_x, n_a), "float32"), np.empty((m, T_x, n_a), "float32")
    gates = {k: np.empty((m, T_x, n_a)) for k in ("gamma_o", "c_tilde", "gamma_f", "gamma_u")}
    for t in range(T_x):
        a0, c0, now = lstm_cell_forward(x[:, t], a0, c0, parameters)
        a[:, t], c[:, t] = a0, c0
        for k in gates:
            gates[k][:, t] = now[k]
    return [a, c, gates]
""",
    ],
    "lstm_cell_backward": [
        """
def lstm_cell_backward(da, dc, xt, a_prev, c_prev, c, gates, p):
    gu, gf, go, ct = gates["gamma_u"], gates["gamma_f"], gates["gamma_o"], gates["c_tilde"]
    dc = dc + da * go / np.cosh(c) ** 2
    dz = np.stack([dc * ct * gu * (1 - gu), dc * c_prev * gf * (1 - gf),
                   dc * gu * (1 - ct) * (1 + ct), da * np.tanh(c) * go * (1 - go)])
    W = np.stack([p["Wu"], p["Wf"], p["Wc"], p["Wo"]])
    dW = np.einsum("mi,gmj->gij", np.hstack((a_prev, xt)), dz)
    da_prev, dxt = np.split(np.einsum("gmj,gij->mi", dz, W), [a_prev.shape[1]], axis=1)
    result = dict(dxt=dxt, da_prev=da_prev, dc_prev=gf * dc)
    for g, weights, z in zip("ufco", dW, dz):
        result["dW" + g], result["db" + g] = weights, z.sum(0)
    return result
""",
    ],
    "lstm_backward": [
        """
def lstm_backward(da, x, a0, c0, a, c, gates, parameters):
    T_x = x.shape[1]
    a, c = (np.concatenate([s[:, None], r], axis=1) for s, r in ((a0, a), (c0, c)))
    later, dc, dx, sums = 0, 0, [None] * T_x, dict.fromkeys(["d" + k for k in parameters], 0)
    for t in range(T_x)[::-1]:
        now = {name: values[:, t] for name, values in gates.items()}
        step = lstm_cell_backward(
            later + da[:, t], dc, x[:, t], a[:, t], c[:, t], c[:, t + 1], now, parameters
        )
        later, dc, dx[t] = step.pop("da_prev"), step.pop("dc_prev"), step.pop("dxt")
        sums = {name: sums[name] + step[name] for name in step}
    return {"dx": np.moveaxis(np.array(dx), 0, 1), "da0": later, "dc0": dc} | sums
""",
    ],
    "bidirectional_forward": [
        """
def bidirectional_forward(x, ahead, back):
    m, T_x, _ = x.shape
    n_a = ahead["Waa"].shape[0]
    both = np.zeros((m, T_x, 2 * n_a), "float32")
    both[:, :, :n_a] = rnn_forward(x, np.zeros((m, n_a)), ahead)
    both[:, :, n_a:] = np.flip(rnn_forward(np.flip(x, 1), np.zeros((m, n_a)), back), 1)
    return both
""",
    ],
    "deep_forward": [
        """
def deep_forward(x, layers):
    if not layers:
        return ()
    first, *rest = layers
    a = rnn_forward(x, np.zeros((x.shape[0], first["Waa"].shape[0])), first)
    return (a.astype(np.float32), *deep_forward(a, rest))
""",
    ],
}
