"""A voice of a tune in ABC: its signs become notes, chords and repeats in bars."""

import re
from fractions import Fraction

from utils.files import DataError
from utils.music.bars import JUMPS, MAX_BARS, MAX_IN_A_BAR, Bar, check_count, jump, unknown_chord
from utils.music.chords import NATURALS, TICKS, parse_chord

WHOLE = 4 * TICKS
ACCIDENTALS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
IN_TIME_OF = {2: 3, 4: 3, 8: 3}  # so many notes take the time of 3; others that of 2
NO_CHORD = ("", "NC", "N.C.", "N.C", "n.c.")
TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | !(?P<mark>[^!\s|]+(?:\ [^!\s|]+)*)! | \+(?P<plus>[a-zA-Z.]{2,})\+ |
    \[(?P<field>[A-Za-z]):(?P<value>[^\]]*)\] | \{[^}]*\} |
    \.?(?P<bar>:{0,9}\[?\|[|\]]*:*|::) (?:[ ]*\[?(?P<turns>\d[\d,.-]*))? |
    \[(?P<ending>\d[\d,.-]*) |
    \((?P<tuplet>\d+)(?::(?P<time>\d*))?(?::(?P<count>\d*))? |
    (?P<sharp>\^{1,2}(?![\^/])|_{1,2}(?![_/])|=)? (?P<letter>[A-Ga-g]) (?P<octave>[',]*)
        (?P<length>[\d/]*) |
    [zx] (?P<rest>[\d/]*) | [ZX] (?P<bars>\d*) | \[(?P<chord>[^\]|]*)\] (?P<long>[\d/]*) |
    (?P<tie>\.?-) | (?P<broken><+|>+) | (?P<over>\(?&+\)?) | (?P<sign>[SO]) |
    y[\d/]* | !$ | [\s`()\\$*.~HI-Wh-w]
    """,
    re.VERBOSE,
)


class Voice:
    """The bars of a voice, and what is open while its signs are read."""

    def __init__(self, tune):
        self.tune, self.drums = tune, False
        self.unit = self.key = self.octave = None  # as in the whole tune, until set
        self.bars, self.bar, self.layers = [], Bar("1"), [[]]  # a layer: voices parted by &
        self.symbol = None  # the chord that waits for its note
        self.altered = {}  # by accidentals in this bar
        self.tied, self.tied_below, self.tied_before_ending = {}, {}, {}  # to pitches, by note
        self.left, self.ratio, self.next_ratio = 0, 1, 1  # of tuplets, and after > and <
        self.ending, self.opened = frozenset(), 1

    def take(self, token: re.Match) -> None:
        """Take the next sign."""
        if token["quoted"] is not None:
            self.quote(token["quoted"].strip())
        elif token["mark"] or token["plus"]:
            self.decoration(token["mark"] or token["plus"])
        elif token["sign"]:
            self.bar.marks.add({"S": "segno", "O": "coda"}[token["sign"]])
        elif token["bar"]:
            self.bar_line(token["bar"], token["turns"])
        elif token["ending"]:
            self.bar_line("", token["ending"])
        elif token["tuplet"]:
            self.tuplet(*(token[name] for name in ("tuplet", "time", "count")))
        elif token["letter"]:
            self.sound(self.length(token["length"]), [token])
        elif token["rest"] is not None:
            self.item(self.length(token["rest"]), [])
        elif token["bars"] is not None:
            self.bars_of_rest(int(token["bars"][:9] or 1))
        elif token["chord"] is not None:
            self.block(token["chord"], self.length(token["long"]))
        elif token["tie"]:
            if self.layers[-1]:
                self.tied = {key: pitch for *_, key, pitch in self.layers[-1][-1][1]}
        elif token["broken"]:
            self.broken(token)
        elif token["over"]:
            self.overlay(token["over"])

    def refuse(self, what: str, advice: str) -> None:
        line = self.tune.number
        raise DataError(f"has {what} in bar {len(self.bars) + 1} (line {line}): {advice}.")

    # --- what stands over the notes ---

    def quote(self, text: str) -> None:
        if mark := jump(text.lstrip("^_<>@")):
            self.bar.marks.add(mark)
        elif text[:1] in tuple("^_<>@") or text in NO_CHORD or not self.tune.symbols:
            return
        else:
            try:
                symbol = parse_chord(text)
            except ValueError as error:
                raise unknown_chord(text, self.bar.number) from error
            if self.symbol not in (None, symbol):
                names = f"{self.symbol.symbol} and {symbol.symbol}"
                self.refuse(f"two chords over one note, {names},", "keep one, or give each a rest")
            self.symbol = symbol

    def decoration(self, name: str) -> None:
        if name in JUMPS or jump(name):
            self.bar.marks.add(name if name in JUMPS else jump(name))
        elif re.fullmatch(r"(?!f+$)(?=.*[A-Ga-g])[A-Ga-gxyz\d/,'^_= -]+", name):  # f is forte
            self.refuse(f"{name!r} between two signs of decoration", "take these out")

    # --- notes ---

    def length(self, text: str) -> Fraction:
        """Return the factor of a note's length: 3/2 for "3/2", 1/4 for "//"."""
        number, *parts = text.split("/")
        digits = [number or "1", *(part or "2" for part in parts)]
        if len(digits) > 8 or any(len(digit) > 4 or int(digit) == 0 for digit in digits):
            self.refuse(f"the length {text[:20]!r}", "write one such as 2, 3/2 or /")
        value = Fraction(int(digits[0]))
        for digit in digits[1:]:
            value /= int(digit)
        return value

    def sound(self, factor: Fraction, tokens: list, own=(Fraction(1),)) -> None:
        tied, tones = self.tied, []
        for token, length in zip(tokens, own, strict=True):
            key, pitch = self.pitch(token, tied)
            tones.append([length, pitch in tied.values(), key, pitch])
        self.item(factor * own[0], tones, factor)

    def pitch(self, token: re.Match, tied: dict) -> tuple:
        letter = token["letter"].upper()
        octave = 4 + token["letter"].islower()
        octave += token["octave"].count("'") - token["octave"].count(",")
        octave += self.tune.octave if self.octave is None else self.octave
        key, lasting = (letter, octave), self.tune.lasting
        scope = letter if lasting == "pitch" else key
        if token["sharp"]:
            alter = ACCIDENTALS[token["sharp"]]
            if lasting != "not":
                self.altered[scope] = alter
        elif key in tied:
            return key, tied[key]
        else:
            signature = self.tune.key if self.key is None else self.key
            alter = self.altered.get(scope, signature.get(letter, 0))
        return key, 12 * (octave + 1) + NATURALS[letter] + alter

    def item(self, factor: Fraction, tones: list, each: Fraction = Fraction(1)) -> None:
        """Put a note, block or rest of so many unit notes behind the one before."""
        ratio = self.next_ratio * (self.ratio if self.left else 1)
        self.left, self.next_ratio, self.tied = max(0, self.left - 1), 1, {}
        unit = self.tune.unit_note(self) * ratio
        layer = self.layers[-1]
        if len(layer) == MAX_IN_A_BAR:
            self.refuse(f"more than {MAX_IN_A_BAR} notes", "write the bar lines")
        tones = [(each * unit * length, *more) for length, *more in tones]
        layer.append((factor * unit, tones, self.symbol))
        self.symbol = None

    def block(self, inside: str, factor: Fraction) -> None:
        """Take notes together: [ceg]."""
        tokens, ties, position = [], [], 0
        while position < len(inside):
            self.tune.count()
            token = TOKEN.match(inside, position)
            if not token or any(token[name] for name in ("field", "bar", "tuplet", "broken")):
                self.refuse(f"the sign {inside[position]!r} in a block [...]", "take it out")
            position = token.end()
            if token["letter"]:
                tokens.append(token)
            elif token["tie"] and tokens:
                ties.append(len(tokens) - 1)
            elif token["quoted"] is not None:
                self.quote(token["quoted"].strip())
        if not tokens:
            self.refuse("a block [...] without notes", "take it out")
        self.sound(factor, tokens, [self.length(token["length"]) for token in tokens])
        tones = self.layers[-1][-1][1]
        self.tied = {tones[i][2]: tones[i][3] for i in ties}

    def broken(self, token: re.Match) -> None:
        """Take c>d: the first is longer by what the second is shorter."""
        if not self.layers[-1]:
            self.refuse(f"{token[0]!r} without a note before it", "take it out")
        length, tones, symbol = self.layers[-1][-1]
        short = Fraction(1, 2 ** min(len(token["broken"]), 4))
        first = 2 - short if token["broken"][0] == ">" else short
        tones = [(tone * first, *more) for tone, *more in tones]
        self.layers[-1][-1] = (length * first, tones, symbol)
        self.next_ratio = 2 - first

    def tuplet(self, notes: str, time: str, count: str) -> None:
        numbers = [int(text[:3] or 0) for text in (notes, time or "", count or "")]
        if not numbers[0]:
            self.refuse("a tuplet of 0 notes", "write how many, as in (3")
        self.ratio = Fraction(numbers[1] or IN_TIME_OF.get(numbers[0], 2), numbers[0])
        self.left = numbers[2] or numbers[0]

    # --- bars ---

    def overlay(self, sign: str) -> None:
        """Go back to the start of the bar, with another voice."""
        if sign != "&":
            self.refuse(f"voices over several bars ({sign})", "write each bar with one &")
        if len(self.layers) == 1:
            self.tied_below = self.tied
        self.layers.append([])
        self.altered, self.tied = {}, {}

    def bars_of_rest(self, count: int) -> None:
        if count > MAX_BARS:
            self.refuse(f"{count} bars of rest", f"at most {MAX_BARS} bars are read")
        if any(self.layers):
            self.refuse("bars of rest (Z) beside notes", "put a bar line between them")
        metre = (self.tune.metre or 1) * WHOLE
        for _ in range(count):
            self.layers = [[(metre, [], self.symbol)]]
            self.symbol = None
            self.close()

    def bar_line(self, line: str, turns: str | None) -> None:
        if any(self.layers):
            self.close()
        back = 1 if line == "::" else len(line) - len(line.lstrip(":"))
        forward = 1 if line == "::" else len(line) - len(line.rstrip(":"))
        if back and self.bars:
            self.bars[-1].times = 1 + min(max(back, self.opened), 99)
            self.opened = 1
        if forward:
            self.bar.forward, self.opened = True, forward
        if line.strip("|") or "||" in line:  # a double bar ends an ending
            self.ending = frozenset()
        if turns:
            self.start_ending(turns)
        self.bar.endings = self.ending

    def start_ending(self, turns: str) -> None:
        if len(turns) > 40:
            self.refuse("an ending of too many numbers", "number it as in [1 or [1,3")
        pairs = re.findall(r"(\d{1,2})(?:-(\d{1,2}))?", turns)
        self.ending = frozenset(
            turn for first, last in pairs for turn in range(int(first), int(last or first) + 1)
        )
        if 1 in self.ending:
            self.tied_before_ending = self.tied
        else:
            self.tied = self.tied_before_ending

    def close(self) -> None:
        """End the bar that is being written."""
        check_count(len(self.bars) + 1)
        for layer in self.layers:
            now = Fraction(0)
            for length, tones, symbol in layer:
                for tone, tied, _, pitch in tones:
                    self.bar.add(now, now + tone, pitch, tied)
                if symbol:
                    self.bar.add_symbol(now, symbol)
                now += length
            self.bar.length = max(self.bar.length, now)
        if len(self.layers) > 1:
            self.tied = self.tied_below
        self.bars.append(self.bar)
        self.bar = Bar(str(len(self.bars) + 1), endings=self.ending)
        self.layers, self.altered = [[]], {}

    def finished(self) -> "Voice":
        """End the voice; a first bar that is not full is a pickup, bar 0."""
        if any(self.layers):
            self.close()
        if self.symbol:
            self.refuse(f"the chord {self.symbol.symbol} with nothing under it", "add a rest")
        if self.bars and self.bar.marks:
            self.bars[-1].marks |= self.bar.marks
        if self.bars and self.bars[0].length < (self.tune.metre or 1) * WHOLE:
            for number, bar in enumerate(self.bars):
                bar.number = str(number)
        return self
