# Recording in the browser, sending a file, and what was heard in a recording.

## Recording

recorder-record = Record with the microphone
recorder-telephone = Record with the telephone's own app
recorder-file = Recording of
recorder-held = “{ $name }” was received. Record again, or choose another file, to replace it.
recorder-asking = The browser asks whether the microphone may be used. Press “Allow”.
recorder-cancel = Cancel
recorder-ready = Get ready to read…
recorder-recording = Recording
recorder-paused = Paused
recorder-level = Level
recorder-level-quiet = Too quiet: come closer to the microphone
recorder-level-fine = Good
recorder-level-loud = Too loud: move a little away
recorder-pause = Pause
recorder-resume = Go on recording
recorder-stop = Stop and listen
recorder-paper = Text to read from
recorder-paper-hint = Optional. It stands large on the screen while you record, and is kept with the recording.
recorder-listen = Listen to the recording
recorder-length = Length { $time }
recorder-leftover = A recording of { $time } was not sent yet. Listen, then use it or drop it.
recorder-keep = Use this one
recorder-again = Record again
recorder-drop = Drop this one
recorder-retry = Send again
recorder-sending = Sending to the controller
recorder-checking = All sent; the controller is looking at it
recorder-stop-sending = Stop sending
recorder-safe = The recording is still on this device, nothing is lost. You may reload the page and send it later.
recorder-failed-network = The connection was lost before all was sent.
recorder-failed-server = The controller had an error and did not take it.
recorder-failed-session = Your session has ended, so it was not sent. Reload the page, sign in, and send it again.
recorder-failed-stopped = Sending was stopped.
recorder-was-quiet = The recording is too quiet. Better come closer to the microphone and record again.
recorder-was-loud = Parts are too loud and distorted. Better move a little away and record again.
recorder-was-cut = The microphone was cut off. What was recorded is still here.
recorder-was-unkept = The browser does not let the recording be kept on this device: do not close or reload the page before it is sent.

## When the microphone cannot be used

recorder-denied = The browser may not use the microphone.
recorder-denied-do = Press the sign beside the page's address, allow the microphone, and press “Record with the microphone” again. Or choose a file.
recorder-missing = No microphone was found.
recorder-missing-do = Plug in a microphone or a headset, and press again. Or choose a file.
recorder-busy = Another program is using the microphone.
recorder-busy-do = End the call or close the program that uses it, and press again.
recorder-insecure = This page was not opened over a secure connection, so the browser does not allow the microphone.
recorder-insecure-do = Open the page by an address that begins with https://, or on the controller itself (localhost). Else record with the telephone's own app and choose the file.
recorder-unsupported = This browser cannot record.
recorder-unsupported-do = Use a newer browser, or record with a recording app and choose the file.
recorder-broken = The microphone has a fault, so nothing was recorded.
recorder-broken-do = Unplug it, plug it in and press again, or choose a file.

## For those who use a screen reader

recorder-said-counting = About to record.
recorder-said-recording = Recording.
recorder-said-paused = Paused.
recorder-said-taken = Recording has stopped. Listen, then use it or record again.
recorder-said-sending = Sending.
recorder-said-kept = The controller has received it.
recorder-said-failed = It was not sent.
recorder-said-barred = It cannot be recorded.
recorder-said-busy-first = Recording. Stop it first.
recorder-said-limit = The longest duration is reached; recording has stopped.
recorder-said-ended = The microphone was cut off. What was recorded is still here.

## What was heard in a recording

sound-outline = Outline of the recording, { $length } long
sound-cut-lead = { $seconds } s of silence at the beginning were cut off.
sound-cut-tail = { $seconds } s of silence at the end were cut off.
sound-cut-both = { $lead } s of silence at the beginning and { $tail } s at the end were cut off.
sound-problems = Listen closely before it goes on air
sound-may-go-on = It may still be sent if it can be understood.
sound-again = Record again or choose another file
