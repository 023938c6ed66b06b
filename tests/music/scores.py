"""Scores in MusicXML and MIDI for the tests, written by hand as other programs write them."""

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
C = "<harmony><root><root-step>C</root-step></root><kind>major</kind></harmony>"
FORWARD = '<barline location="left"><repeat direction="forward"/></barline>'
BACKWARD = '<barline location="right"><repeat direction="backward"/></barline>'


def attributes(divisions=1, beats=4, below=4, more=""):
    time = f"<time><beats>{beats}</beats><beat-type>{below}</beat-type></time>"
    return f"<attributes><divisions>{divisions}</divisions>{time}{more}</attributes>"


def note(pitch="C5", duration=4, before="", after=""):
    step, octave = pitch
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{after}</note>"


def rest(duration=4, more=""):
    return f"<note><rest {more}/><duration>{duration}</duration></note>"


def harmony(kind, text=None, degrees=(), more=""):
    shown = "" if text is None else f' text="{text}"'
    degrees = "".join(
        f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
        f"<degree-type>{way}</degree-type></degree>"
        for value, alter, way in degrees
    )
    root = "<root><root-step>C</root-step></root>"
    return f"<harmony>{root}<kind{shown}>{kind}</kind>{degrees}{more}</harmony>"


def words(text, more=""):
    return f"<direction><direction-type><words>{text}</words></direction-type>{more}</direction>"


def sign(name, more=""):
    return f"<direction><direction-type><{name}/></direction-type>{more}</direction>"


def ending(number, kind="start"):
    return f'<barline><ending number="{number}" type="{kind}"/></barline>'


def part(*bars, first=None, number="P1"):
    first = attributes() if first is None else first
    body = "".join(
        f'<measure number="{i}">{first if i == 1 else ""}{bar}</measure>'
        for i, bar in enumerate(bars, start=1)
    )
    return f'<part id="{number}">{body}</part>'


def score(*parts, head=HEAD, title=""):
    listed = "".join(f'<score-part id="P{i}"/>' for i in range(1, len(parts) + 1))
    title = f"<work><work-title>{title}</work-title></work>" if title else ""
    body = f"{title}<part-list>{listed}</part-list>{''.join(parts)}"
    return f'{head}<score-partwise version="4.0">{body}</score-partwise>'


# --- MIDI ------------------------------------------------------------------------------------


def length(ticks):
    """Return a number as MIDI writes it, seven bits a byte."""
    digits = [ticks & 127]
    while ticks := ticks >> 7:
        digits.append(ticks & 127 | 128)
    return bytes(reversed(digits))


def track(*events, end=0, closed=True):
    """Return a track of (tick, bytes) that ends at the last of them, or at `end`."""
    now, parts = 0, []
    for tick, event in sorted(events, key=lambda timed: timed[0]):
        parts.append(length(tick - now) + event)
        now = tick
    if closed:
        parts.append(length(max(0, end - now)) + b"\xff\x2f\0")
    data = b"".join(parts)
    return b"MTrk" + len(data).to_bytes(4, "big") + data


def midi(*tracks, form=1, announced=None, division=480):
    fields = (form, len(tracks) if announced is None else announced, division)
    return b"MThd\0\0\0\6" + b"".join(n.to_bytes(2, "big") for n in fields) + b"".join(tracks)


def played(*notes, channel=0):
    """Return the events of (start, end, pitch)."""
    return [
        event
        for start, end, pitch in notes
        for event in (
            (start, bytes([0x90 | channel, pitch, 80])),
            (end, bytes([0x80 | channel, pitch, 0])),
        )
    ]
