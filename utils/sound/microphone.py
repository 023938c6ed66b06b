"""A microphone for a notebook: a button that records in the browser."""

import html
import re
from collections.abc import Callable
from pathlib import Path

from IPython.display import HTML, display

from utils.files import DataError
from utils.sound.playing import play, with_chimes
from utils.sound.recordings import RATE, faults, read_recording


def ask(path, target: str, detect: Callable) -> None:
    """Say where a word is in a recording, and what is wrong with it; play a short one with chimes.

    Args:
        path: of the file. One that cannot be read is answered with one sentence.
        target: the word.
        detect: samples -> seconds at which the word was heard.
    """
    try:
        sound = read_recording(path)
    except DataError as error:
        print(error)
        return
    name = Path(path).name
    for fault in faults(sound):
        print(f"{name}: {fault}")
    events = detect(sound)
    times = ", ".join(f"{event:.1f} s" for event in events[:20])
    heard = f"was heard at {times}" if events else "was not heard"
    print(f"{name}, {len(sound) / RATE:.1f} s: {target} {heard}.")
    if RATE / 5 <= len(sound) <= 30 * RATE:
        display(play(with_chimes(sound, events)))


def transcribe(path, recognise: Callable, longest: float = 20) -> None:
    """Say what is heard in a recording, and what is wrong with it; play it.

    Args:
        path: of the file. One that cannot be read is answered with one sentence.
        recognise: samples -> text.
        longest: seconds; of a longer recording only its beginning is heard.
    """
    try:
        sound = read_recording(path)
    except DataError as error:
        print(error)
        return
    name = Path(path).name
    for fault in faults(sound):
        print(f"{name}: {fault}")
    if len(sound) < RATE / 5:
        print(f"{name} is shorter than a word: record a second or more.")
        return
    if len(sound) > longest * RATE:
        print(f"{name} has {len(sound) / RATE:.0f} s: only the first {longest:.0f} are heard.")
        sound = sound[: round(longest * RATE)]
    text = recognise(sound)
    print(f'{name}, {len(sound) / RATE:.1f} s: "{text}"' if text else f"{name}: nothing was heard.")
    display(play(sound))


def recorder(seconds: float = 10, name: str = "recording.wav"):
    """Return a button that records from the microphone in the browser, in JupyterLab and Colab.

    What is recorded can be heard, and saved by a link as a WAV file of 16 bits, in the folder that
    the browser saves to. Put it beside the notebook and give its name to
    `read_recording`.

    Args:
        seconds: recorded at most, up to 600; a second click ends it earlier.
        name: of the file, ending in ".wav".

    Raises:
        ValueError: the time or the name cannot be used.
    """
    if not 0 < seconds <= 600:
        raise ValueError(f"{seconds} s cannot be recorded: give more than 0 and at most 600.")
    if not re.fullmatch(r"[^/\\]+\.wav", name):
        raise ValueError(
            f"{name!r} is not the name of a WAV file: give one such as 'recording.wav'."
        )
    name, script = html.escape(name), html.escape(_RECORD)
    return HTML(
        f"""<div style="font-family: sans-serif">
<button type="button" data-seconds="{seconds}" onclick="{script}">Record</button>
<span role="status"></span>
<div hidden><audio controls></audio><br>
<a download="{name}" style="color: inherit; text-decoration: underline">Save {name}</a>,
then put it beside the notebook.</div>
</div>"""
    )


# In an attribute and not in a script element, so that it finds its own button in every front end;
# a plain `URL` would be the address of the page there. The WAV file is made here because libsndfile
# cannot read what the browser's own recorder makes (WebM, MP4).
_RECORD = """(async (button) => {
  if (button.stop) return button.stop();
  const status = button.parentElement.querySelector("span");
  const result = button.parentElement.querySelector("div");
  const say = (text) => { status.textContent = text; };
  const elsewhere = " and click again, or record with another device and upload the file.";
  const reasons = {
    NotAllowedError: "The browser may not use the microphone: allow it for this page",
    NotFoundError: "There is no microphone: connect one",
    NotReadableError: "Another program uses the microphone: close it",
  };
  const tap = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([input]) { if (input.length) this.port.postMessage(input[0].slice()); return true; }
  })`;
  let stream, context;
  button.disabled = true;
  try {
    if (!navigator.mediaDevices) {
      return say("A page without https gets no microphone: open it at http://localhost"
        + elsewhere);
    }
    say("Waiting for the microphone ...");
    stream = await navigator.mediaDevices.getUserMedia(
      {audio: {echoCancellation: false, noiseSuppression: false}});
    context = new AudioContext();
    await context.audioWorklet.addModule("data:text/javascript," + encodeURIComponent(tap));
    const node = new AudioWorkletNode(
      context, "tap", {channelCount: 1, channelCountMode: "explicit"});
    const blocks = [], rate = context.sampleRate, most = Math.round(button.dataset.seconds * rate);
    let count = 0;
    const end = new Promise((resolve) => {
      button.stop = resolve;
      node.port.onmessage = ({data}) => {
        blocks.push(data);
        count += data.length;
        say(`Recording: ${Math.max(0, (most - count) / rate).toFixed(1)} s left`);
        if (count >= most) resolve();
      };
    });
    context.createMediaStreamSource(stream).connect(node).connect(context.destination);
    button.textContent = "Stop";
    button.disabled = false;
    await end;
    node.port.onmessage = null;
    count = Math.min(count, most);
    const view = new DataView(new ArrayBuffer(44 + 2 * count));
    const text = (at, letters) =>
      [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
    text(0, "RIFF"); view.setUint32(4, 36 + 2 * count, true); text(8, "WAVEfmt ");
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, rate, true); view.setUint32(28, 2 * rate, true);
    view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, "data"); view.setUint32(40, 2 * count, true);
    let at = 0;
    for (const block of blocks) for (const sample of block) if (at < count) {
      const limited = Math.max(-1, Math.min(1, sample));
      view.setInt16(44 + 2 * at++, Math.round(32767 * limited), true);
    }
    const player = result.querySelector("audio"), link = result.querySelector("a");
    window.URL.revokeObjectURL(link.href);
    player.src = link.href = window.URL.createObjectURL(new Blob([view], {type: "audio/wav"}));
    result.hidden = false;
    say(`${(count / rate).toFixed(1)} s recorded.`);
  } catch (error) {
    say((reasons[error.name] ?? `The microphone cannot be used (${error}): try another browser`)
      + elsewhere);
  } finally {
    stream?.getTracks().forEach((track) => track.stop());
    context?.close();
    button.stop = null;
    button.textContent = "Record";
    button.disabled = false;
  }
})(this)"""
