# What the command line says.

command-usage =
    Loa Làng: the village loudspeaker system of a commune.

    loalang demo         run the whole system with a sample commune and four simulated units
    loalang controller   run the controller at the commune office
    loalang edge         run one loudspeaker unit
    loalang say "…"      send a bulletin from the command line (--to khau-bang)
    loalang read         read a notice from standard input, print what will be said
    loalang doctor       check this machine and say what to do
    loalang keys         the commune's keys: put away, rotate, revoke, recover
    loalang voices       the voices: their order, installing one for Piper, hearing them

    Add --help after a command to see its options.
command-unknown = There is no command “{ $word }”.
command-read = Print the spoken form of each line of text from standard input.
command-say = Send a bulletin to units through the running controller, and follow it to its end.
command-demo = Run the whole system on one machine: controller, MQTT broker and four simulated units.
command-doctor = Check this machine: a controller (--data) or a unit (--config).
read-json = print every piece, how it is said and why, as JSON
read-not-utf8 = The text received is not UTF-8. Please save the file as UTF-8.

say-help-text = what is to be said
say-help-to = id of a unit or of a village; may be repeated; none means the whole commune
say-help-data = the controller's data folder
say-help-no-wait = do not wait for the end
say-no-desk = No running controller was found ({ $where }). Run “make demo”, or name the data folder with --data.
say-taken = The controller has taken the bulletin. Follow it at { $url }

tell-voice = ✓ Spoken and mastered: voice { $voice }, { $seconds } s long, { $loudness } LUFS, { $size } kB
tell-recording = ✓ Recording mastered: { $seconds } s long
tell-engine-failed = ! Voice { $engine } could not be used ({ $code }); the next one was
tell-voice-failed = ✗ No sound could be made: { $reason }
tell-delivered = ✓ { $unit }: has the programme and verified its signature
tell-stored = ✓ { $unit }: has stored every clip, ready
tell-started = ♪ { $unit }: began at { $at } (off by { $error } ms)
tell-finished = ✓ { $unit }: played { $played } of { $whole } s
tell-interrupted = ! { $unit }: played only { $played } of { $whole } s: { $reason }
tell-not-played = ✗ { $unit }: did not play: { $reason }

demo-hello = Loa Làng: the whole system on this machine.
demo-step-commune = Preparing { $commune }: { $villages } villages, { $households } households, { $units } units…
demo-step-controller = Starting the controller and the MQTT broker…
demo-step-units = Starting { $units } simulated units…
demo-waiting = … waited { $seconds } s
demo-unit-online = ✓ { $unit } is connected
demo-bulletin = Sending the sample bulletin “{ $title }” to the whole commune, to be played at { $at }:
demo-heard = The sample bulletin was played at all { $units } units and receipted, { $seconds } s after the command.
demo-not-heard = The sample bulletin was not fully played everywhere. Logs: { $logs }
demo-page = The officer's page:  { $url }
demo-login = Sign in with:        { $name } / { $password }
demo-sound = The sound of each unit (WAV):
demo-observe = Watch MQTT:          mosquitto_sub -h 127.0.0.1 -p { $port } -u { $user } -P { $password } -t 'loalang/#' -v
demo-try = Send another:        .venv/bin/loalang say "Mời bà con đi họp lúc 19h30." --to khau-bang
demo-keep-running = The system is running. Press Ctrl-C to end it.
demo-ending = Ending…
demo-ended = Ended. The data stays in { $folder }; the next “make demo” goes on with it.
demo-leftovers = Ended { $count } processes that the last run left behind.
demo-port-taken = Another program is using port { $port }. Choose another one, for example: make demo DEMO="{ $option } { $other }"
demo-child-ended = ! { $name } ended unexpectedly (code { $code }) and is started again. Log: { $log }
demo-child-failed = ✗ { $name } did not start (code { $code }). Log: { $log }
demo-already = Another demonstration is using the folder { $folder }. End it first, or choose another --folder.
demo-help-port = the port of the officer's page
demo-help-mqtt-port = the MQTT port
demo-help-folder = the folder of the demonstration's data
demo-help-once = end as soon as the sample bulletin was played

doctor-ok = ✓ { $check }
doctor-warn = ! { $check }: { $found }
doctor-fail = ✗ { $check }: { $found }
doctor-all-well = Everything is well.
doctor-some-wrong = { $count ->
    [one] One thing needs attention.
   *[other] { $count } things need attention.
  }
doctor-nothing-here = There is no controller and no unit on this machine. Name a folder with --data or a file with --config.
doctor-help-config = the unit's configuration file, unit.toml
doctor-help-simulate = the unit is simulated: do not look at relay, sound card and clock
doctor-folder = Data folder
doctor-folder-missing = there is no folder { $folder }. Make it with “loalang controller init”, or correct the path.
doctor-folder-closed = { $folder } cannot be written. Correct its permissions.
doctor-folder-full = only { $megabytes } MB are free at { $folder }. Tidy up, or use a larger card.
doctor-configuration = Configuration file
doctor-configuration-bad = { $reason }. Correct it and run again.
doctor-keys = The commune's signing keys
doctor-keys-missing = there are none in { $folder }. Run “loalang controller init”.
doctor-keys-unreadable = { $reason }. No new ones are made: every unit would stop obeying. Restore them from a backup.
doctor-confinement = Confinement of what reads strangers' files
doctor-confinement-partial = only in part: { $reached }. Use a Linux with Landlock (Debian 12 and later have it), or install the package bubblewrap.
doctor-ffmpeg = Audio program (ffmpeg)
doctor-ffmpeg-missing = { $reason }. Install Loa Làng again.
doctor-voice = Vietnamese voice
doctor-voice-silent = does not speak: { $reason }. Install Loa Làng again.
doctor-running = Controller runs
doctor-running-silent = it does not answer at { $folder }. Start it: systemctl start loalang-controller
doctor-running-no-broker = it has not reached the MQTT broker. Read its log: journalctl -u loalang-controller
doctor-unit-key = The unit's own key
doctor-unit-key-missing = not there yet; the unit makes it when it first runs.
doctor-unit-key-open = others can read { $file }. Run: chmod 600 { $file }
doctor-relay = GPIO pins for the relay
doctor-relay-missing = { $reason }. Check that this is a Raspberry Pi and that rpi-lgpio is installed.
doctor-sound = Sound card
doctor-sound-no-library = { $reason }. Install pyalsaaudio.
doctor-sound-missing = “{ $device }” is not there (there are: { $known }). Plug it in again, or correct sound.device.
doctor-clock = Clock
doctor-clock-untrusted = not to be trusted ({ $trust }); the unit starts no routine programme. Check the network and chrony.
doctor-broker = Way to the MQTT broker
doctor-broker-silent = { $address } does not answer. Check network, address and firewall.
doctor-clips = Way to the clips
doctor-clips-silent = { $address } does not answer. Check network, address and firewall.
