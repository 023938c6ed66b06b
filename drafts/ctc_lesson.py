# %% [markdown]
# # Speech recognition with CTC
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/)
#
# You build a network that writes down what is said, letter by letter, though nobody told it where a letter is. You write the algorithm that makes this possible, and the search that reads its answers with a sense of language.
#
# Running it takes about a minute and a half on two quiet CPU cores, longer than most notebooks here: sound makes long sequences. A GPU is not needed. Doing the exercises takes about an hour and a half.
#
# It accompanies week 3 of the course "Sequence Models" (DeepLearning.AI, on Coursera), and is not affiliated with it.

# %% [markdown]
# **You will be able to**
# - turn a path of symbols into text, and say why double letters need a blank,
# - sum up all paths of a text with the forward algorithm, and train a network with it,
# - decode greedily, and with a prefix beam search and a language model,
# - measure word and character errors,
# - say what a network loses that may not look ahead, and how far it is from a human voice.
#
# **You need** the notebook *A recurrent network, step by step*; *Trigger-word detection* explains spectrograms. It follows the lecture on speech recognition.

# %%
# @title Setup

# %%
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops
from sklearn.linear_model import LogisticRegression

from utils import plots
from utils.checks.oracles import gradients
from utils.checks.week3.speech_recognition_ctc import check, hold_out
from utils.models import ctc, language_model
from utils.models.ctc import add_paths
from utils.sound import microphone, noises, recognition, strings
from utils.sound import recognition_pictures as pictures
from utils.sound.augmentation import moved, stretched
from utils.sound.commands import command
from utils.sound.playing import joined, play
from utils.sound.recognition import LETTERS
from utils.sound.recordings import RATE

SEED, BLANK = 1, 0

# %% [markdown]
# ## 1. Sound and text, side by side
#
# `datasets/speech` holds strings of twenty words, the ten digits and ten commands, said by 63 voices of a **synthesiser**. No person said them. The ten voices of the test were never heard in training, nor were its noises.
#
# In training any word may follow any other. In validation and test the strings are commands for a machine, such as "go left two": they have a grammar. Section 9 plays it the digits of a human voice.

# %% tags=["nbval-check-output"]
said = {split: strings.load_strings(split) for split in ("training", "validation", "test")}
for split, some in said.items():
    seconds = sum(len(one.samples) for one in some) / RATE
    voices = {one.voice.partition("+")[2] for one in some}
    print(f"{split:<11}{len(some)} strings, {seconds:.0f} s, {len(voices)} voices:", end=" ")
    print("; ".join(one.text for one in some[:3]))
talkers = {split: strings.words_of(some) for split, some in said.items()}  # for babble

# %%
play(joined([one.samples for one in said["test"][2:90:22]], 0.5))

# %% [markdown]
# A log-mel spectrogram has a hundred frames a second; a text has some ten letters a second. **Which frame belongs to which letter, nobody says.** To mark it by hand takes hours for a minute of speech. The trigger word had its end marked; here only the text is known.
#
# The network answers every 40 ms, with probabilities for 21 symbols: 19 letters, the space, and a **blank**, written "_", which says "nothing new".

# %% tags=["nbval-check-output"]
KERNEL, STRIDE = 11, 4  # frames


def n_outputs(frames):
    """Return how many outputs so many frames have."""
    return -(-frames // STRIDE)


print(len(LETTERS), "symbols:", *map(repr, LETTERS.tokens))
longest = max(said["test"], key=lambda one: len(one.text) / len(one.samples))
frames = len(longest.samples) // 160
print(f'most letters a second: "{longest.text}", {len(longest.text)} letters,', end=" ")
print(f"{frames} frames, {n_outputs(frames)} outputs")

# %% [markdown]
# ## 2. From a path to text
#
# One symbol for each output is a **path**. The rule of **connectionist temporal classification** (CTC; Graves and others 2006): first merge what is repeated side by side, then leave out the blanks.
#
# ttt_h_eee___ ___q__ → the q
#
# ### Exercise 1: collapse
#
# <details><summary>Hint 1</summary>A symbol is written when it differs from the symbol just before it, and is no blank.</details>
# <details><summary>Hint 2</summary>Remember the symbol before, blank or not. Why must blanks be remembered, too? Try "l_l".</details>

# %%
def collapse(path, blank):
    """Return the labels of a path, a list: repeats merged, then blanks left out.

    path: symbols, whole numbers or characters. blank: one of them.
    """
    ### BEGIN SOLUTION
    labels, before = [], None
    for symbol in path:
        if symbol != before and symbol != blank:
            labels.append(symbol)
        before = symbol
    return labels
    ### END SOLUTION

# %%
collapse = check(collapse)

# %% tags=["nbval-check-output"]
for path in ("ttt_h_eee___ ___q__", "hheel_lloo", "hheelllloo"):
    print(f"{path:<20} →", "".join(collapse(list(path), "_")))
kept = [s for s in "hheel_lloo" if s != "_"]
print("blanks first, then repeats:", "".join(collapse(kept, "_")))

# %% [markdown]
# The two l of "hello" need a blank between them. Some published notes leave the blanks out *before* they merge: then there is no way to write a double letter at all.
#
# ## 3. The probability of a text
#
# The network's outputs are taken as independent, given the sound: the probability of a path is the product of its symbols' probabilities. Many paths give the same text, so
#
# $$P(\text{text}) = \sum_{\text{paths of the text}} \;\prod_{t=1}^{T} P_t(\text{symbol of the path at } t)$$
#
# Three outputs, two symbols beside the blank: 27 paths. Here are those of "a".

# %% tags=["nbval-check-output"]
by_hand = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.7, 0.2, 0.1]])  # blank, a, b
total = 0
for path in np.ndindex(3, 3, 3):
    if collapse(list(path), BLANK) == [1]:
        p = np.prod(by_hand[range(3), path])
        total += p
        print("".join("_ab"[s] for s in path), f"{p:.3f}", end="   ")
everything = sum(map(np.exp, ctc.all_labels(np.log(by_hand)).values()))
print(f"\nP(a) = {total:.3f}; of all texts together {everything:.3f}")

# %% [markdown]
# With 50 outputs there are more paths than atoms. But a path can only *wait* or *go on*, so they can be summed as in a table. Write a blank before, between and behind the labels: these are the **states**, 2 L + 1 of them. A path begins in state 0 or 1 and ends in one of the last two. From one output to the next it stays, or goes one state on, or, sometimes, two: over a blank that is not needed.
#
# ### Exercise 2: the states
#
# Return the symbol of each state, and the numbers of the states that may be reached over one (from two before).
#
# <details><summary>Hint 1</summary>For labels 3, 5 and blank 0: 0, 3, 0, 5, 0.</details>
# <details><summary>Hint 2</summary>Labels stand at 1, 3, 5, …. State 3 can be reached from state 1, over the blank between. When not? Think of "ll".</details>

# %%
def states(labels, blank):
    """Return the symbols of the 2 L + 1 states, and the states that may be reached over one.

    labels: L whole numbers, none of them the blank. Returns two lists.
    """
    ### BEGIN SOLUTION
    symbols = [blank]
    for label in labels:
        symbols += [label, blank]
    skips = [s for s in range(3, len(symbols), 2) if symbols[s] != symbols[s - 2]]
    return symbols, skips
    ### END SOLUTION

# %%
states = check(states)

# %% [markdown]
# Let $\alpha_t(s)$ be the probability of the outputs up to $t$, over all beginnings of paths that stand in state $s$ then. It is what arrives there, times $P_t$ of the state's symbol:
#
# $$\alpha_t(s) = P_t(\text{symbol of } s)\,\bigl(\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + [\,s \text{ in skips}\,]\;\alpha_{t-1}(s-2)\bigr)$$
#
# After some hundred outputs these numbers are too small for a computer. So keep their logarithms: a product becomes a sum, and a sum of probabilities becomes `np.logaddexp`.
#
# ### Exercise 3: the forward algorithm
#
# <details><summary>Hint 1</summary>Begin with an array of minus infinity, the logarithm of 0, for all states. At the first output, two states are possible.</details>
# <details><summary>Hint 2</summary>For each later output keep the old values, and for each state collect the old values of those it can be reached from. <code>np.logaddexp.reduce(list)</code> adds up any number of them.</details>
# <details><summary>Hint 3</summary>At the end a path stands in the last label or in the blank behind it: <code>alpha[-2:]</code>. Without labels there is one state only; that slice works, too.</details>

# %%
def ctc_log_prob(log_probs, labels, blank):
    """Return the logarithm of the probability of the labels, minus infinity if there is no path.

    log_probs: (T, n_y), of each symbol at each output. labels: L whole numbers.
    """
    ### BEGIN SOLUTION
    symbols, skips = states(labels, blank)
    alpha = np.full(len(symbols), -np.inf)
    alpha[:2] = log_probs[0, symbols[:2]]
    for row in log_probs[1:]:
        before = alpha.copy()
        for s, symbol in enumerate(symbols):
            ways = before[max(0, s - 1) : s + 1].tolist()
            if s in skips:
                ways.append(before[s - 2])
            alpha[s] = np.logaddexp.reduce(ways) + row[symbol]
    return np.logaddexp.reduce(alpha[-2:])
    ### END SOLUTION

# %%
ctc_log_prob = check(ctc_log_prob)

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(3)
print(f"P(a) by the forward algorithm: {np.exp(ctc_log_prob(np.log(by_hand), [1], BLANK)):.3f}")
logits = rng.normal(size=(24, 6)).astype("float32")
log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
labels = [1, 4, 4, 2, 5]
loss = ops.ctc_loss(np.array([labels], "int32"), logits[None], [len(labels)], [len(logits)])
loss_error = abs(float(ops.convert_to_numpy(loss)[0]) + ctc_log_prob(log_probs, labels, BLANK))
print(f"against keras.ops.ctc_loss: equal {loss_error < 1e-4}")
for few in ([1, 2, 3], [1, 1, 3]):
    p = np.exp(ctc_log_prob(log_probs[:3], few, BLANK))
    print(f"three outputs, labels {few}: {'possible' if p > 0 else 'impossible'}")

# %%
shares = ctc.occupancy(log_probs, labels)
names = [LETTERS.tokens[s] for s in states(labels, BLANK)[0]]
pictures.lattice(shares, names, "Where the paths of one text run: from the first states to the last, never back");

# %% [markdown]
# An untrained network knows nothing, so all ways from bottom left to top right carry some of the probability.
#
# ## 4. What the gradient says
#
# The loss is $-\log P(\text{text})$. Its gradient with respect to the logits is what the network says, minus what it should have said: the softmax, minus the share that each symbol has over all paths of the text. TensorFlow's **automatic differentiation** finds the same without being told:

# %%
with env.quiet():
    import tensorflow as tf


def tf_loss(tensors):
    """Return the CTC loss of one example, by TensorFlow."""
    x = tf.cast(tensors["logits"], tf.float32)[:, None]
    lengths = [len(labels)], [len(logits)]
    return tf.reduce_sum(tf.nn.ctc_loss([labels], x, *lengths, True, blank_index=0))


by_tape = gradients(tf_loss, {"logits": logits.astype(float)})["dlogits"]
by_us = ctc.gradient(logits, labels)
print("equal:", np.allclose(by_tape, by_us, atol=1e-4))
figure, axis = plt.subplots(figsize=(9, 2.6))
pictures.curves(axis, np.arange(len(logits)), -by_us, LETTERS.tokens, least=0.08)
axis.set(title="Minus the gradient: which symbols should rise, at which output", xlabel="output");

# %% [markdown]
# The labels rise one after the other, each over a wide stretch: nobody said where it is. In training these hills become sharper by themselves.
#
# ## 5. The network and its loss
#
# Examples of a batch have different lengths, so both lengths must reach the loss. `keras.losses.CTC` takes none: for it, zeros that only fill up are labels or sound. So we pack the lengths into `y`: a row has the labels, zeros, then **the number of labels and the number of outputs**.
#
# ### Exercise 4: the loss
#
# Use `ops.ctc_loss(labels, logits, label lengths, output lengths, mask_index=0)`; `mask_index` is the blank. Keras hands `y` over as floats.
#
# <details><summary>Hint 1</summary><code>y = ops.cast(y, "int32")</code>. The last two columns are the lengths.</details>
# <details><summary>Hint 2</summary><code>y[:, :-2]</code>, <code>y[:, -2]</code>, <code>y[:, -1]</code>.</details>

# %%
def ctc_loss(y, logits):
    """Return the CTC loss of each example, (m,).

    y: (m, L + 2): labels, zeros behind them, the number of labels, the number of outputs.
    logits: (m, T_y, n_y); the blank is symbol 0.
    """
    ### BEGIN SOLUTION
    y = ops.cast(y, "int32")
    return ops.ctc_loss(y[:, :-2], logits, y[:, -2], y[:, -1], mask_index=0)
    ### END SOLUTION

# %%
ctc_loss = check(ctc_loss)

# %% [markdown]
# A convolution reads 11 frames and takes steps of 4; two **bidirectional** GRUs read the whole string in both directions; the last layer gives a logit for each symbol.
#
# The training examples are made as the trigger word's were: runs of words of one string, or words of any strings, faster or slower, with a longer or shorter throat and another microphone, over five kinds of noise. This is done with spectrograms: powers are added.

# %%
MOST, EXAMPLES, EPOCHS, BATCH = 208, 6016, 2, 32  # frames of an example; examples; …


def build(two_ways=True):
    """Return the network: log-mels (m, T_x, 40) to logits (m, T_y, 21)."""
    x = keras.Input((None, 40))
    a = layers.Conv1D(96, KERNEL, strides=STRIDE, padding="same", activation="relu")(x)
    for units in (64, 64):
        gru = layers.GRU(units if two_ways else round(1.6 * units), return_sequences=True)
        a = layers.Bidirectional(gru)(a) if two_ways else gru(a)
    return keras.Model(x, layers.Dense(len(LETTERS))(a))


rng = np.random.default_rng([SEED, 1])
mixer = recognition.Mixer(said["training"], noises.TRAINING, talkers["training"], rng)
examples = mixer.draw(EXAMPLES, MOST)
y_train = examples.y.copy()
y_train[:, -1] = n_outputs(y_train[:, -1])
hours = examples.y[:, -1].sum() / 360_000
print(f"{hours:.1f} hours of speech; for example:", *examples.texts[:3], sep="\n")

# %% tags=["training"]
def train(network, x, y, epochs=EPOCHS, batch=BATCH, rate=0.01):
    """Train with Adam: the learning rate rises, then falls along a cosine. Return the losses."""
    steps = len(x) // batch * epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 10, warmup_target=rate, warmup_steps=steps // 10
    )
    optimizer = keras.optimizers.Adam(schedule, beta_2=0.98, global_clipnorm=1.0)
    network.compile(optimizer, ctc_loss, jit_compile=env.jit_compile(64))
    progress = plots.fit_progress(epochs, "training")
    history = network.fit(x, y, batch, epochs, verbose=0, callbacks=[progress])
    return history.history["loss"]


keras.utils.set_random_seed(SEED)
model = build()
losses = train(model, examples.x, y_train)
print("loss of each epoch:", *(f"{value:.1f}" for value in losses))

# %% [markdown]
# ## 6. Reading the answers
#
# ### Exercise 5: greedy decoding
#
# Take the likeliest symbol at each output: that is the likeliest *path*. Collapse it.
#
# <details><summary>Hint</summary><code>np.argmax(log_probs, axis=1)</code> is the path.</details>

# %%
def greedy_decode(log_probs, blank):
    """Return the labels of the likeliest path, a list. log_probs: (T, n_y)."""
    ### BEGIN SOLUTION
    return collapse(np.argmax(log_probs, axis=1).tolist(), blank)
    ### END SOLUTION

# %%
greedy_decode = check(greedy_decode)

# %%
def listen(spectrograms, network=None):
    """Return the log-probabilities of each string, (T_y, 21) each."""
    x, y, _ = recognition.packed(spectrograms, ["go"] * len(spectrograms))
    z = ops.convert_to_numpy((network or model).predict(x, batch_size=60, verbose=0)).astype(float)
    z -= np.logaddexp.reduce(z, axis=-1, keepdims=True)
    return [row[: n_outputs(n)] for row, n in zip(z, y[:, -1], strict=True)]


def text_of(labels):
    """Return the text of labels."""
    return "".join(LETTERS.tokens[label] for label in labels)


rng = np.random.default_rng([SEED, 2])
quiet = listen(recognition.in_quiet(said["validation"], rng))
greedy_quiet = [text_of(greedy_decode(p, BLANK)) for p in quiet]
for one, heard in list(zip(said["validation"], greedy_quiet, strict=True))[::16]:
    print(f"{one.text:<34} → {heard}")

# %% [markdown]
# And now the network's own voice: its probabilities under the sound. The white lines show where each word begins; the network never saw them.

# %% tags=["result"]
shown = max(range(len(quiet)), key=lambda i: len(said["validation"][i].text.split()) == 5)
one = said["validation"][shown]
times = STRIDE * np.arange(len(quiet[shown])) / 100
title = f'A spike for each letter, blanks between: heard "{greedy_quiet[shown]}"'
pictures.spikes(one, times, np.exp(quiet[shown]), LETTERS.tokens, title);

# %% [markdown]
# Most outputs are blank, and a letter is a **spike**, one output wide. Does a spike stand where its letter is said? CTC does not ask for that. The likeliest path of the *known* text (Viterbi's algorithm: the sums of exercise 3 become maxima) gives each letter an output; compare the first letter of each word with the word's known beginning.

# %%
offsets = []
for one, p in zip(said["validation"], quiet, strict=True):
    labels = LETTERS.encode(one.text)[:-1]
    at = ctc.alignment(p, labels)
    letters_at = [np.flatnonzero(at == 2 * i + 1)[0] for i in range(len(labels))]
    firsts = [0, *(i + 1 for i, c in enumerate(one.text) if c == " ")]
    begins = one.begins / RATE
    offsets += [STRIDE * letters_at[i] / 100 - b for i, b in zip(firsts, begins, strict=True)]
print(f"the spike of a word's first letter comes {np.median(offsets):.2f} s after its beginning")
print(f"(median of {len(offsets)} words; 90% between {np.quantile(offsets, 0.05):.2f} and", end=" ")
print(f"{np.quantile(offsets, 0.95):.2f} s)")

# %% [markdown]
# So a CTC network tells *what* was said, and only roughly *when*.
#
# ## 7. How wrong is a text?
#
# The **word error rate** (WER) counts the words to insert, delete or change, and divides by the words that were said. The least number of such edits is Levenshtein's **edit distance** (1966). Let $d(i, j)$ be that of the first $i$ words said and the first $j$ heard: the last words are equal or changed, or one is lost, or one is new.
#
# $$d(i, j) = \min\bigl(d(i-1, j) + 1,\; d(i, j-1) + 1,\; d(i-1, j-1) + [a_i \neq b_j]\bigr)$$
#
# ### Exercise 6: the edit distance
#
# <details><summary>Hint 1</summary>From nothing to the first j words heard, j insertions are needed; from the first i words said to nothing, i deletions.</details>
# <details><summary>Hint 2</summary>Keep one row of d at a time: <code>list(range(len(heard) + 1))</code> is the first.</details>

# %%
def edit_distance(said, heard):
    """Return how many words must be inserted, deleted or changed, at the least.

    said, heard: lists of words.
    """
    ### BEGIN SOLUTION
    distances = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        above, distances = distances, [i]
        for j, b in enumerate(heard, 1):
            change = above[j - 1] + (a != b)
            distances.append(min(above[j] + 1, distances[j - 1] + 1, change))
    return distances[-1]
    ### END SOLUTION

# %%
edit_distance = check(edit_distance)

# %% [markdown]
# ### Exercise 7: the error rate
#
# Of many strings: all their edits, divided by all words that were said. Long strings count more.
#
# <details><summary>Hint</summary>Not the mean of the strings' rates: add up first, then divide. <code>zip(said, heard, strict=True)</code> goes through both.</details>

# %%
def error_rate(said, heard):
    """Return the edits that make what was heard of what was said, for each word that was said.

    said, heard: lists of as many strings, each a list of words.
    """
    ### BEGIN SOLUTION
    edits = sum(edit_distance(a, b) for a, b in zip(said, heard, strict=True))
    return edits / sum(len(words) for words in said)
    ### END SOLUTION

# %%
error_rate = check(error_rate)

# %%
def words(texts):
    """Return the words of each text."""
    return [text.split() for text in texts]


texts = {split: [one.text for one in some] for split, some in said.items()}
wer_validation = error_rate(words(texts["validation"]), words(greedy_quiet))
cer_validation = error_rate(texts["validation"], greedy_quiet)  # of characters: CER
whole = np.mean([a == b for a, b in zip(texts["validation"], greedy_quiet, strict=True)])
print(f"validation, quiet, greedy: WER {wer_validation:.3f}, CER {cer_validation:.3f}", end="; ")
print(f"{whole:.0%} of the strings are right as a whole")

# %% [markdown]
# ## 8. With a sense of language
#
# Greedy has two faults. The likeliest path need not be the likeliest text, for a text has many paths. And it writes what is no word at all, such as "fiv".
#
# **Prefix beam search** (Hannun and others 2014) keeps the best *beginnings* of texts, each with two numbers: the log-probability of its paths that end in a blank, and of those that end in its last letter. (Only behind a blank can the same letter be written once more.) Whenever a letter is added, a **language model** adds what it thinks of it.
#
# ### Exercise 8: prefix beam search
#
# `language(prefix)` gives an array: at c, what is added when letter c follows the prefix; at 0, what is added if nothing more follows (once, at the very end). `add_paths(beam, prefix, blank=…, label=…)` adds log-probabilities of paths to a prefix. Labels below `least` at an output are not tried.
#
# <details><summary>Hint 1</summary>For each beginning, three things may come: a blank (the prefix stays); its last letter once more (the prefix stays, and the path still ends in the letter); a letter (a longer prefix).</details>
# <details><summary>Hint 2</summary>A letter that equals the last one makes a longer prefix only from paths that end in a blank; another letter, from both.</details>
# <details><summary>Hint 3</summary>The beam begins as <code>{(): (0.0, -np.inf)}</code>. After each output sort by <code>np.logaddexp(*pair)</code>, and keep <code>width</code>.</details>

# %%
def prefix_beam(log_probs, width, language, least):
    """Return the labels with the best score, a list.

    log_probs: (T, n_y); the blank is 0. width: how many beginnings, tuples of labels, are kept
    after each output: those with the most log-probability over all their paths, the language
    model's numbers added. language, least: see above.
    """
    ### BEGIN SOLUTION
    beam = {(): (0.0, -np.inf)}
    for row in log_probs:
        found = {}
        for prefix, (blank, label) in beam.items():
            both, added = np.logaddexp(blank, label), language(prefix)
            add_paths(found, prefix, blank=both + row[0])
            if prefix:
                add_paths(found, prefix, label=label + row[prefix[-1]])
            for c in range(1, len(row)):
                if row[c] >= least:
                    before = blank if prefix[-1:] == (c,) else both
                    add_paths(found, (*prefix, c), label=before + row[c] + added[c])
        best = sorted(found, key=lambda p: np.logaddexp(*found[p]), reverse=True)
        beam = {prefix: found[prefix] for prefix in best[:width]}
    return list(max(beam, key=lambda p: np.logaddexp(*beam[p]) + language(p)[0]))
    ### END SOLUTION

# %%
prefix_beam = check(prefix_beam)

# %% [markdown]
# The classic example: two outputs, a blank with 0.6 and "a" with 0.4 at each. The likeliest path is two blanks, 0.36. But "a" has three paths: 0.16 + 0.24 + 0.24 = 0.64.

# %% tags=["nbval-check-output"]
two = np.log([[0.6, 0.4], [0.6, 0.4]])
found = prefix_beam(two, 5, ctc.no_language(2), -np.inf)
print("greedy:", greedy_decode(two, BLANK), " beam:", found)

# %% [markdown]
# Our language model counts letters: the Kneser–Ney 6-gram of the notebook on language models, over 3,000 commands as text. (Text is cheap; sound is not.) Its weight beside the network, and a bonus a letter (each letter costs probability, so a language model likes short texts), are chosen on validation, in noise.

# %%
rng = np.random.default_rng([SEED, 3])
commands = [" ".join(command(rng)) for _ in range(3000)]
step = language_model.kneser_ney([LETTERS.encode(text) for text in commands], len(LETTERS), 6)
some_noise = noises.VALIDATION, (0, 5), talkers["validation"], rng
noisy = listen(recognition.in_noise(said["validation"], *some_noise))


def decoded(log_probs, weight, bonus, width=8):
    """Return the texts that the prefix beam search finds."""
    language = ctc.language(step, weight, bonus)
    return [text_of(prefix_beam(p, width, language, -6.0)) for p in log_probs]


def wer(split, heard):
    """Return the word error rate on a split, whose strings may be taken several times."""
    return error_rate(words(texts[split]) * (len(heard) // len(texts[split])), words(heard))


# %%
pairs = [(w, b) for w in (0.0, 0.3, 0.6, 1.0) for b in (0.0, 0.7, 1.4) if w or not b]
choices = {pair: wer("validation", decoded(noisy, *pair)) for pair in pairs}
weight, bonus = min(choices, key=choices.get)
greedy_noisy = [text_of(greedy_decode(p, BLANK)) for p in noisy]
print(f"validation in noise: greedy {wer('validation', greedy_noisy):.3f}")
for (w, b), value in choices.items():
    print(f"weight {w}, bonus {b}: {value:.3f}" + "  chosen" * ((w, b) == (weight, bonus)))

# %% [markdown]
# A weight of 0 is the control: the same search, with no language.
#
# ## 9. The test
#
# Ten new voices, once in quiet and twice in noise of kinds that were not trained with, at 0 to 5 dB. A **baseline** that is told more: it gets each word cut out at its *known* beginning, and logistic regression on its spectrum names it. The network is not told where words begin.

# %%
rng = np.random.default_rng([SEED, 4])
test = {
    "quiet": recognition.in_quiet(said["test"], rng),
    "noise": recognition.in_noise(said["test"] * 2, noises.HELD_OUT, (0, 5), talkers["test"], rng),
}
heard = {kind: listen(some) for kind, some in test.items()}
greedy = {kind: [text_of(greedy_decode(p, BLANK)) for p in some] for kind, some in heard.items()}
plain = {kind: decoded(some, 0.0, 0.0) for kind, some in heard.items()}
best = {kind: decoded(some, weight, bonus) for kind, some in heard.items()}

# %%
rng = np.random.default_rng([SEED, 5])
to_learn = [recognition.in_quiet(said["training"], rng)]
some_noise = noises.TRAINING, (0, 15), talkers["training"], rng
to_learn += [recognition.in_noise(said["training"], *some_noise)]
x_words = np.concatenate([recognition.cut_out(some, said["training"]) for some in to_learn])
names = [word for one in said["training"] for word in one.text.split()]
baseline = LogisticRegression(C=0.01, max_iter=300).fit(x_words, names * 2)
table = {}
for kind, times_said in (("quiet", 1), ("noise", 2)):
    truth = [word for one in said["test"] * times_said for word in one.text.split()]
    found = baseline.predict(recognition.cut_out(test[kind], said["test"] * times_said))
    table["words cut out, regression", kind] = np.mean(found != truth)
    for name, some in (("greedy", greedy), ("prefix beam", plain), ("with language model", best)):
        table[name, kind] = wer("test", some[kind])
print(f"{'word error rate, test':<28}{'quiet':>8}{'noise':>8}")
for name in dict.fromkeys(name for name, _ in table):
    print(f"{name:<28}{table[name, 'quiet']:>8.3f}{table[name, 'noise']:>8.3f}")

# %% [markdown]
# Compare the rows: what the search finds by itself (prefix beam against greedy), and what the language model adds. Where is the network still wrong?

# %%
kinds = {kind: [] for kind in noises.HELD_OUT}
for number, text in enumerate(best["noise"]):
    kinds[noises.HELD_OUT[number % len(noises.HELD_OUT)]].append(number)
for kind, numbers in kinds.items():
    a, b = ([some[i].split() for i in numbers] for some in (texts["test"] * 2, best["noise"]))
    print(f"{kind:<8} {error_rate(a, b):.3f}", end="   ")
print("\n")
wrong = [i for i, text in enumerate(best["noise"]) if text != (texts["test"] * 2)[i]]
for i in wrong[:: max(1, len(wrong) // 6)]:
    print(f"{(texts['test'] * 2)[i]:<32} → {best['noise'][i]:<30} greedy: {greedy['noise'][i]}")

# %% [markdown]
# ## 10. Without looking ahead
#
# A bidirectional network must hear the whole string before it writes. On a stream only the past is there. The one-way network has about as many weights, the same examples and the same training; only its direction is less.

# %% tags=["training"]
keras.utils.set_random_seed(SEED)
one_way = build(two_ways=False)
print(f"weights: {model.count_params():,} two ways, {one_way.count_params():,} one way")
train(one_way, examples.x, y_train)
for kind, some in test.items():
    heard_one = [text_of(greedy_decode(p, BLANK)) for p in listen(some, one_way)]
    table["one way, greedy", kind] = wer("test", heard_one)
    print(f"{kind}: greedy, two ways {table['greedy', kind]:.3f},", end=" ")
    print(f"one way {table['one way, greedy', kind]:.3f}")

# %% [markdown]
# ## 11. A human voice
#
# Now the ten digits that one woman said in a studio (Allison Smith, CC BY-SA 3.0; `datasets/human_voice`), strung together with pauses to 60 numbers of three to five digits. Nothing was trained with her voice.
#
# Two things that a machine may do with a new voice, without knowing what is said: bring the mean of each band to that of the training (another microphone); and change throat and speed to those that make the network **surest** of what it writes.

# %%
rng = np.random.default_rng([SEED, 6])
human = strings.human_strings(60, rng)
human_texts = [one.text for one in human]
as_it_is = recognition.in_quiet(human, rng)
typical = np.mean([recognition.mean_spectrum(x) for x in to_learn[0]], axis=0)


def equalised(x):
    """Return a spectrogram whose loud frames have the mean spectrum of the training's."""
    return x + (typical - recognition.mean_spectrum(x))


def changed(x, factor, speed):
    """Return a spectrogram with its frequencies divided by factor, and so many times as fast."""
    return stretched(moved(x, factor), speed, round(len(x) / speed))


def surest(spectrograms):
    """Return the throat and the speed that make the network surest, and the spectrograms so."""
    pairs = [(f, v) for f in (0.9, 1.0, 1.12, 1.25) for v in (1.0, 1.25, 1.5)]
    tries = {pair: listen([changed(x, *pair) for x in spectrograms]) for pair in pairs}
    best = max(tries, key=lambda pair: np.mean([p.max(axis=1).mean() for p in tries[pair]]))
    return best, [changed(x, *best) for x in spectrograms]


ways = {"as it is": as_it_is, "bands equalised": [equalised(x) for x in as_it_is]}
pair, ways["throat and speed"] = surest(as_it_is)
for name, some in ways.items():
    found = decoded(listen(some), weight, bonus)
    table[name, "human"] = error_rate(words(human_texts), words(found))
    print(f"{name:<16} {table[name, 'human']:.3f}   {human_texts[0]} → {found[0]}")
print(f"throat {pair[0]}, speed {pair[1]}; synthetic voices, quiet: {table['with language model', 'quiet']:.3f}")
play(joined([one.samples for one in human[:2]], 0.5))

# %% [markdown]
# Ten recordings of one person, said one by one: this tells whether *she* is heard, not people. The synthetic voices follow one set of rules; a human voice follows none of them.
#
# ## 12. Headline

# %%
check.report()
wer_quiet, wer_noise = table["with language model", "quiet"], table["with language model", "noise"]
assert wer_quiet <= 0.05 and wer_noise <= 0.20
assert wer_noise <= 0.9 * table["greedy", "noise"]
assert wer_quiet < table["words cut out, regression", "quiet"]
assert wer_noise < table["words cut out, regression", "noise"]
assert loss_error < 1e-3
print(
    f"headline: wer={wer_quiet:.3f} wer_noise={wer_noise:.3f}",
    f"wer_greedy={table['greedy', 'quiet']:.3f}",
    f"wer_human={table['as it is', 'human']:.3f} loss_error={loss_error:.6f}",
    f"exercises={check.score} seconds={env.seconds():.0f}",
)

# %% [markdown]
# ## 13. Your turn
#
# Say digits and commands to it, with short pauses: run the next cell, press the button, speak, and save the file beside this notebook (in Colab: into the files on the left). Then run the cell again. Any WAV, FLAC, OGG or MP3 file will do. It may well not understand you: it has heard synthetic voices alone.

# %%
def transcribed(samples):
    """Return what the network hears in a recording."""
    return decoded(listen([recognition.as_loud(samples)]), weight, bonus)[0]


if Path("recording.wav").exists():  # beside this notebook
    microphone.transcribe("recording.wav", transcribed)
microphone.recorder(6, "recording.wav")

# %% [markdown]
# ## 14. The challenge: hear her better
#
# Write `adapted`: it takes the log-mels of one human string, (T_x, 40), and returns log-mels of any length that the network understands better. Train nothing. The check draws new strings of her digits, and counts words in error after greedy decoding. You have `model`, `listen`, `typical`, `moved` and the training's strings; her voice itself is not yours to look at.
#
# <details><summary>Hint 1</summary>What differs: pitch and throat, microphone, speed, loudness. Which of these can you change in a spectrogram? See <code>utils.sound.augmentation</code>.</details>
# <details><summary>Hint 2</summary>Try several changes, and average the networks' answers? You return one spectrogram only; but you may choose the one that makes the network surest.</details>

# %%
new = strings.human_strings(30, np.random.default_rng([SEED, 7]))
hold_out(lambda some: [text_of(greedy_decode(p, BLANK)) for p in listen(some)], new)


def adapted(x):
    """Return the log-mels of one string, (any length, 40), made easier to understand.

    x: (T_x, 40).
    """
    ### BEGIN SOLUTION
    tries = [x, equalised(x), *(moved(x, f) for f in (0.9, 1.1))]
    sure = [p.max(axis=1).mean() for p in listen(tries)]
    return tries[int(np.argmax(sure))]
    ### END SOLUTION

# %%
adapted = check.challenge(adapted)

# %% [markdown]
# ## What to remember
#
# - CTC sums over all ways in which a text may lie along the sound: nobody has to mark letters. Merge repeats first, then leave out blanks.
# - The forward algorithm sums them in a table of outputs and states, in logarithms.
# - The gradient is what the network says minus what it should have said.
# - A prefix beam search adds up paths of the same text and can ask a language model, which learns from text alone.
# - Word error rate: all edits over all words that were said.
#
# **Open questions.** What if letters give way to whole words as symbols? Do spikes come later in the one-way network? How much text does the language model need?
#
# **Sources.** Graves, Fernández, Gomez, Schmidhuber (2006), *Connectionist temporal classification*. Levenshtein (1966), *Binary codes capable of correcting deletions, insertions, and reversals*. Viterbi (1967), *Error bounds for convolutional codes*. Hannun, Maas, Jurafsky, Ng (2014), *First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs*. Warden (2018), *Speech Commands*. Chen, Goodman (1999), *An empirical study of smoothing techniques for language modeling*.
#
# **Next:** the map (`notebooks/index.ipynb`) shows the others.
