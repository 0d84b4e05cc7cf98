"""A stand-alone program: Vietnamese text on standard input, a WAV file on standard output.

It loads the library of espeak-ng, which is under GPL-3, and therefore runs as a process of its own and imports
nothing of this project; whoever runs it in another process is no derived work. Try it:

    echo "Xin chào bà con" | python espeak_program.py vi 130 70 > hello.wav

Exit status: 0 spoken, 2 wrong call, 3 the library or its voice is missing, 4 it could not speak.
"""

import ctypes
import sys
import wave

import espeakng_loader

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
_RATE, _VOLUME = 1, 2  # espeakRATE, espeakVOLUME
_UTF8 = 1  # espeakCHARS_UTF8
_BY_CHARACTER = 1  # POS_CHARACTER
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(text: bytes, voice: str, rate: int, volume: int) -> tuple[int, bytes]:
    """Speak UTF-8 text; gives the sample rate and 16-bit mono samples."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    sample_rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT))
    if sample_rate <= 0 or library.espeak_SetVoiceByName(voice.encode()) != 0:
        sys.exit(3)
    library.espeak_SetParameter(_RATE, rate, 0)
    library.espeak_SetParameter(_VOLUME, volume, 0)
    heard: list[bytes] = []

    def take(samples: object, count: int, _events: object) -> int:
        if samples and count > 0:
            heard.append(ctypes.string_at(samples, 2 * count))  # type: ignore[arg-type]
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    buffer = ctypes.create_string_buffer(text)
    size = ctypes.c_size_t(len(buffer))
    status = library.espeak_Synth(buffer, size, 0, _BY_CHARACTER, 0, _UTF8, None, None)
    if status != 0 or library.espeak_Synchronize() != 0:
        sys.exit(4)
    return sample_rate, b"".join(heard)


def main() -> None:
    """Read the call: voice, words a minute, volume in percent (100 is the library's own)."""
    if len(sys.argv) != 4:
        sys.exit(2)
    rate, samples = speak(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    with wave.open(sys.stdout.buffer, "wb") as file:
        file.setparams((1, 2, rate, len(samples) // 2, "NONE", "not compressed"))
        file.writeframes(samples)


if __name__ == "__main__":
    main()
