# Sound: signature tunes to choose from, and what should be known of a recording before it is played.

sound-tune-dawn = Dawn (zither)
sound-tune-rice-field = Rice field (bamboo flute, zither)
sound-tune-spring = Spring (bamboo xylophone)
sound-tune-festival = Festival (ringing stones, gong)
sound-tune-river = River (monochord, zither)
sound-tune-highland = Highland (gongs, flute)
sound-tune-evening = Evening in the country (bells)
sound-tune-chime = Chime
sound-tune-attention = Attention tone
sound-tune-test = Test tone
sound-tune-tone = Closing chime
sound-tune-none = None

sound-problem-too-quiet = The recording is too quiet. Speak nearer to the microphone and record again.
sound-problem-clipped = The sound is distorted because it was recorded too loud. Record again, quieter or from farther away.
sound-problem-noisy = There is much noise; from a loudspeaker it will be hard to follow. Record in a quiet place.
sound-problem-long-silence = There is a long silence in the middle; listeners will think that it is over.
sound-problem-one-channel = Only one side of the stereo recording has sound; that one is used.
sound-problem-opposed-channels = The left and right channels cancel each other; only one is used.
sound-problem-hum = There is a 50 Hz mains hum. Check the microphone's cable and supply.
