# The words of the desk in English, for technicians and for whoever reads the code. Every file here has the same keys.

product = Loa Làng
product-line = Broadcasting station of { $commune }
skip = Skip to the content
close = Close
back = Back
never = Never
not-reported = Not reported
not-known-yet = Not known yet
unknown-code = Unknown code: { $code }
confirm-yes = Yes
confirm-no = No
live-signed-out = Your session has ended. Sign in again; what you wrote is still here.
look-again = Look again

menu-main = Pages
menu-person = Account { $name }
tab-home = Home
tab-compose = Compose
tab-log = Log
tab-plans = Plan
tab-units = Units

## Signing in

sign-in-title = Sign in
sign-in-name = Name
sign-in-password = Password
sign-in-act = Sign in
sign-in-wrong = The name or the password is not right.
sign-in-throttled = Too many wrong tries. Wait { $seconds } seconds, then sign in again.
sign-in-kept = Your session has ended. The text that you sent is kept; sign in to go on. A recording must be chosen again.
sign-in-late = Your session has ended, so nothing was done yet. Sign in and do it again.
sign-out = Sign out
password-title = Change password
password-old = Present password
password-new = New password
password-hint = A long sentence that is easy to remember is better than a word that is hard to remember.
password-act = Change password
password-changed = The password was changed. Other browsers must sign in again.

## Times

date-full = { $weekday }, { $date }
day-today = Today, { $date }
day-tomorrow = Tomorrow, { $date }
day-yesterday = Yesterday, { $date }
day-both = { $date } · { $lunar }
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mo
weekday-short-2 = Tu
weekday-short-3 = We
weekday-short-4 = Th
weekday-short-5 = Fr
weekday-short-6 = Sa
weekday-short-7 = Su
lunar-early = day { $day }
lunar-ram = full moon
lunar-late = day { $day }
lunar-date = { $day } of lunar month { $month }
lunar-leap = { $day } of leap lunar month { $month }
lunar-month-1 = 1
lunar-month-2 = 2
lunar-month-3 = 3
lunar-month-4 = 4
lunar-month-5 = 5
lunar-month-6 = 6
lunar-month-7 = 7
lunar-month-8 = 8
lunar-month-9 = 9
lunar-month-10 = 10
lunar-month-11 = 11
lunar-month-12 = 12
ago-seconds = { $count } s ago
ago-minutes = { $count } min ago
ago-hours = { $count } h ago
ago-days = { $count } days ago
length-seconds = { $seconds } s
length-minutes = { $minutes } min { $seconds } s
length-whole = { $minutes } min
date-shape = dd/mm/yyyy
date-pick = Choose on a calendar
time-shape = 05:30
times-shape = 05:30, 17:00
dates-shape = 30/04/2027, 02/09/2027

## Class and status

class-routine = Routine
class-routine-hint = Waits its turn; yields to priority.
class-priority = Priority
class-priority-hint = Interrupts a routine bulletin that sounds.
class-emergency = Emergency
status-actual = Actual
status-actual-hint = People hear it and act on it.
status-test = Test
status-test-hint = The loudspeaker says first that it is a test.
status-exercise = Exercise
status-exercise-hint = The loudspeaker says first that it is an exercise.
language-vi = Vietnamese
language-tay = Tày
language-nung = Nùng
language-dao = Dao
language-mong = Mông
language-muong = Mường

## Home

home-title = Home
compose-act = Compose a bulletin
on-air-title = On air
on-air-now = Loudspeakers are sounding
on-air-since = since { $time }
on-air-where = At { $units }
on-air-none = No loudspeaker is sounding.
stop-act = Stop
stop-sent = The order to stop was sent. The result is shown at each unit.
next-title = Next 24 hours
next-all = Whole plan
next-none = No bulletin in the next 24 hours.
health-title = Health of the units
health-all = Details
health-ok = Good
health-warn = Look at it
health-lost = Lost
health-never = Never seen
recent-title = Recently
recent-all = Log
broker-absent = The desk does not reach the message broker (MQTT): the state of the units below may be old. It keeps trying.
alarms-title =
    { $count ->
        [one] { $count } thing to look at
       *[other] { $count } things to look at
    }
alarms-all = All alarms
alarms-page = Alarms
alarms-none = No alarms.
alarm-raised = Since { $time }, { $date }
alarm-cleared = over at { $time }, { $date }
alarm-because = { $sentence } Reason: { $reason }.
alarm-dismiss = Seen
alarm-dismissed = The alarm was put away.
alarm-unit-lost = Contact with { $unit } is lost.
alarm-sound-failed = The sound of { $unit } has failed.
alarm-broadcast-missed = “{ $title }” did not sound at { $unit }.
alarm-broadcast-unconfirmed = It is not known whether “{ $title }” sounded at { $unit }.
alarm-speech-failed = No voice could be made for “{ $title }”.
alarm-broker-absent = The message broker (MQTT) is not reached.
sitting-repeats = Repeats
sitting-villages = { $count } villages
sitting-ready = { $ready }/{ $of } units ready
sitting-heard = { $ready }/{ $of } units played it

## Composing

steps-label = Steps
step-write = Write
step-listen = Listen
step-villages = Villages
step-time = Time
step-check = Check
for-bulletin = Bulletin: { $title }
compose-title = Compose a bulletin
compose-edit-title = Change the bulletin
compose-new = Another bulletin
compose-source = The bulletin is
source-text = Text, read by a voice
source-text-hint = Type it or paste it.
source-upload = Record, or a recording
source-upload-hint = Other languages, a leader's words, a finished programme.
compose-name = Name of the bulletin
compose-name-hint = Empty: the first line of the text.
compose-text = Text
compose-text-hint = Write as in a paper notice: 07h30, 14/5, UBND, 1.200.000đ. The voice spells it out.
count-limit = { $limit } characters
compose-file = Recording
compose-file-hint = mp3, wav, m4a, ogg, opus, flac, webm; at most { $limit } MB and less than 1 hour.
compose-language = Language of the recording
compose-recording = Recording of { $date }
compose-status = It is
compose-repeat = Read how often
repeat-times =
    { $count ->
        [one] once
       *[other] { $count } times
    }
compose-next = Go on: listen
draft-saved = Draft saved at { $time }
draft-restored = Text that was not saved last time was brought back from this browser.
draft-forget = Throw away
draft-forget-sure = Throw away all that is being written?
reading-act = Show the reading
reading-title = How it will be read
reading-hint = Marked pieces are read differently from how they are written.
reading-empty = No text to read yet.
reading-written = Written: { $written }
reading-changed =
    { $count ->
        [one] { $count } piece is read differently
       *[other] { $count } pieces are read differently
    }
reading-questions =
    { $count ->
        [one] { $count } abbreviation has several meanings
       *[other] { $count } abbreviations have several meanings
    }
reading-question = “{ $source }” is read as “{ $chosen }”. Meanings: { $choices }.
reading-question-way = Press the word with the question mark to choose now, or choose at the next step.

listen-title = Listen
listen-none = This browser cannot play the sound here.
listen-length = Length
listen-voice = Voice
listen-loudness = Loudness
loudness = { $lufs } LUFS
listen-edit = Change
listen-next = Go on: villages
voice-pending = Waiting for the voice…
voice-rendering = The voice is being made…
voice-wait = No need to wait: villages and time can be chosen now.
voice-failed-over = A voice could not be used, so this one was taken.
voice-engine-failed = { $engine }: { $reason }
voice-none = No sound could be made for this bulletin.
voice-again = Try again
voice-other-file = Choose another file
voice-recording = Recording
voice-named = { $engine }, voice { $voice }
engine-gtts = Google (over the Internet)
engine-espeak = eSpeak (on this machine)
engine-piper = Piper (on this machine)

villages-title = Where?
villages-all = Choose all
villages-tally = # / # villages · # households
villages-households = { $villages } villages · { $households } households
villages-without = No unit yet
villages-shared = Villages in one box share a unit: choose one and the whole unit plays.
villages-none = The commune has no village in its list.
village-line = { $households } households
villages-next = Go on: time

time-title = When?
when-now = Now
when-now-hint = As soon as it is sent, within seconds.
when-once = Once
when-once-hint = At a date and time.
when-repeating = Repeating
when-repeating-hint = Daily, weekly or monthly.
time-date = Date
time-time = Time
time-time-hint = 24 hours, such as 05:30 or 17h.
time-every = Repeats
every-daily = Daily
every-weekly = Weekly
every-monthly = Monthly
time-weekdays = On these weekdays
time-days = On these days of the month
time-last-day = Last day of the month
time-times = Times
time-times-hint = Several times with commas between: 05:30, 17:00.
time-from = From
time-until = Through
time-until-hint = Empty if not decided.
time-conditions = Conditions
time-lunar = By the lunar calendar
lunar-choice-any = Every day
lunar-choice-ram-mung-mot = Only on full and new moon
lunar-choice-ram = Only on full moon
lunar-choice-mung-mot = Only on new moon
time-not-tet = Not during Tết
time-not-tet-hint = From the 29th of the twelfth lunar month through the 5th of the first.
time-not-holidays = Not on public holidays
time-except = Except on
time-except-hint = Several dates with commas between.
time-class = Class
time-next = Go on: check

check-title = Check once more
check-what = Bulletin
check-length = Length
check-where = Where
check-when = When
check-now = It sounds as soon as you press.
check-now-later = It sounds as soon as the voice is ready.
check-voice-pending = The voice is being made
check-count = { $count } times in the next 14 days.
check-not-after = If late, never after { $time }.
check-without = No unit is heard in: { $villages }.
check-unwell = Something is wrong at: { $units }. They may not play.
check-collisions =
    { $count ->
        [one] { $count } conflict
       *[other] { $count } conflicts
    }
check-clear = No conflict with another bulletin.
collision-own = this bulletin
collision-other = “{ $title }”
collision-interrupted = { $time } { $date }: { $prevails } interrupts { $yields } at { $units }; it goes on afterwards.
collision-cut-short = { $time } { $date }: { $prevails } cuts { $yields } at { $units }; the rest is dropped.
collision-waits = { $time } { $date }: { $yields } waits for { $prevails } at { $units }.
collision-skipped = { $time } { $date }: { $yields } does not sound at { $units }, because { $prevails } takes too long.
send-now = Broadcast now
send-once = Plan it
send-repeating = Plan it repeatedly

rule-core = { $days } at { $times }
rule-once = Once
rule-daily = Daily
rule-weekly = Weekly ({ $days })
rule-monthly = Monthly (day { $days })
rule-last-day = the last
rule-from = from { $date }
rule-until = through { $date }
rule-lunar = only on lunar days { $days }
rule-not-tet = not during Tết
rule-not-holidays = not on public holidays
rule-except = except { $dates }
rule-except-more = except { $dates } and { $more } more

## Results and log

state-waiting-for-voice = Waits for its voice
state-voice-failed = No sound
state-planned = Planned
state-on-air = On air
state-heard = Played
state-partly = Partly played
state-missed = Not played
state-unknown = Unknown
state-cancelled = Cancelled
outcome-waiting = Planned
outcome-playing = Playing
outcome-heard = Played
outcome-partly = Partly played
outcome-missed = Not played
outcome-unknown = Unknown
outcome-cancelled = Cancelled
outcome-playing-long = Playing.
outcome-heard-long = Played { $played } of { $of } s.
outcome-partly-long = Partly played: { $played } of { $of } s.
outcome-missed-long = Not played.
outcome-unknown-long = Unknown: its time has come and the unit has not reported.
outcome-cancelled-long = Cancelled.
tally-heard = played
tally-playing = playing
tally-partly = partly
tally-missed = not played
tally-unknown = unknown
tally-cancelled = cancelled
tally-ready = ready
tally-waiting = not ready
mark-delivered = Arrived
mark-stored = Ready
mark-started = Playing
mark-finished = Played
mark-unknown = unknown
no-contact = No contact
result-totals = In numbers
result-units = Each unit
result-stages = Stages
result-facts = Bulletin
result-after = It sounded { $seconds } s after it was sent.
result-error = { $ms } ms off the planned instant.
result-immediate = As soon as it was sent
result-waiting-voice = The voice is being made; it sounds when that is done.
result-see-bulletin = See the bulletin
result-author = Sent by
result-plan = Plan
result-plan-link = Part of a repeating plan
result-cancelled = Cancelled at
result-bulletin = Text
result-bulletin-link = Read and listen again
result-id = Broadcast id
result-again = Broadcast again
cancel-act = Cancel
cancel-sure = Cancel this bulletin? No unit will play it.
cancel-sent = Cancelled. A unit that plays it stops.
log-title = Broadcast log
log-window = From { $first } to { $last }
log-none = Nothing was broadcast in this week.
log-pages = Weeks
log-older = Week before
log-newer = Week after
plans-title = Plan
plans-coming = Next { $days } days
plans-none = Nothing is planned.
plans-repeating = Repeating
plans-repeating-none = Nothing repeats.
plans-next = Next:
plans-author = Planned by { $name } on { $date }
schedule-end = End it
schedule-end-sure = End this plan? Its coming broadcasts are cancelled.
schedule-ended = The repeating plan was ended.

stage-stored = Stored in the unit
stage-started = Started
stage-interrupted = Interrupted
stage-resumed = Resumed
stage-finished = Finished
stage-skipped = Skipped
stage-failed = Failed
stage-applied = Order carried out
stage-refused = Refused
reason-late = its time had passed
reason-clip-missing = the sound had not arrived
reason-clock-untrusted = the unit's clock was not trusted
reason-cancelled = cancelled
reason-stopped = somebody stopped it
reason-preempted = something more important came first
reason-restarted = the unit restarted
reason-sound-failed = the sound failed
reason-relay-failed = the relay did not close
reason-relay-limit = the loudspeaker had been on for as long as is allowed
reason-unreadable-clip = the sound file is damaged
reason-disk-full = the unit's disk is full
refusal-size = the message is too large
refusal-malformed = the message is malformed
refusal-unsupported = the unit's software is too old for this message
refusal-unknown-key = unknown key
refusal-role = the key may not order this
refusal-signature = wrong signature
refusal-commune = a message of another commune
refusal-target = a message for another unit
refusal-replayed = an old message was sent again
refusal-too-early = the message came before its time
refusal-expired = the message has expired
refusal-outranked = something more important sounds
refusal-caps = beyond the unit's limits

## Units

units-title = Units
units-none = The commune has no unit yet.
unit-simulated = Simulated
unit-on-air = On air
unit-never = Was never heard of.
unit-lost = No contact: last seen { $ago }.
unit-playing = Plays “{ $title }”.
unit-seen = Works normally, reported { $ago }.
unit-next = Next: { $title }
unit-old-facts = As it was when it last reported.
unit-last-seen = Reported
unit-clock = Clock
unit-sound = Sound
unit-relay = Relay
unit-programme = Programme
unit-receipts = Receipts
unit-temperature = Temperature
unit-disk = Disk
unit-refused = Refused messages
unit-software = Software
unit-volume = Volume
volume-act = Set
volume-set = The volume was set to { $percent } %. The unit follows within seconds when it has a network.
clock-trusted = Right
clock-estimated = Estimated, not trusted
clock-unknown = Unknown
clock-none = Not reported
sound-yes = Good
sound-no = Failed
sound-unknown = Not reported
relay-yes = On
relay-no = Off
relay-unknown = Not reported
programme-held = Holds the newest
programme-not-held = Does not hold the newest
receipts-pending = { $count } not sent yet
refused-count =
    { $count ->
        [one] once
       *[other] { $count } times
    }
disk-free = { $gigabytes } GB free
concern-sound = The sound has failed
concern-clock = The clock is not trusted
concern-programme = Does not hold the newest programme
concern-clips = { $count } sounds are missing
concern-voltage = The power supply is weak
concern-hot = Hot: { $degrees } °C

## What is not right in the fields

faults-title = Not done yet, please look again:
fault-text-empty = There is no text. Type or paste the bulletin.
fault-text-too-long = The text has { $length } characters, at most { $limit } are allowed. Make several bulletins; nothing was cut.
fault-title-too-long = The name has { $length } characters, at most { $limit } are allowed.
fault-repeat-out-of-range = It can be read { $least } to { $most } times.
fault-language-unknown = This language is not in the list.
fault-language-needs-upload = There is no voice for this language. Choose a recording.
fault-upload-missing = There is no recording. Choose a file.
fault-upload-empty = This file is empty. Choose another.
fault-upload-too-large = The file is too large, at most { $limit_mb } MB are allowed.
fault-press-used = This page has sent something else already. Open it again and send.
fault-bulletin-unknown = This bulletin does not exist any more.
fault-bulletin-planned = The bulletin is planned and cannot be changed any more. Compose another.
fault-voice-failed = No sound could be made: { $error }
fault-status-differs = The sound of this bulletin was made for another status. Change the bulletin.
fault-no-village = No village is chosen.
fault-village-unknown = The commune has no village “{ $village }”.
fault-no-unit = The chosen villages have no unit.
fault-time-past = This time has passed. Choose a later one.
fault-time-naive = It is not clear in which time zone this is.
fault-time-too-far = This is too far ahead; the next { $days } days can be planned.
fault-end-before-start = The end lies before the start.
fault-never-sounds = This plan never sounds. Look at dates, times and conditions.
fault-emergency-repeats = An emergency cannot repeat.
fault-broadcast-unknown = There is no such broadcast.
fault-broadcast-over = This broadcast is over.
fault-schedule-unknown = There is no such plan.
fault-unit-unknown = There is no unit “{ $unit }”.
fault-volume-out-of-range = The volume must be { $least } to { $most } %.
fault-alarm-unknown = There is no such alarm.
fault-alarm-standing = This alarm ends by itself when its cause is gone.
fault-password-short = The password needs at least { $least } characters.
fault-password-long = The password may have at most { $most } characters.
fault-password-wrong = The present password is not right.
fault-name-taken = The name “{ $name }” is taken.
fault-name-invalid = A name has small letters, digits and dashes only.
fault-id-invalid = The id “{ $id }” is not valid: small letters, digits and hyphens only.
fault-key-invalid = The public key cannot be read.
fault-key-taken = This key belongs to the unit “{ $unit }” already.

plan-missing-date = There is no date.
plan-missing-time = There is no time.
plan-missing-from = There is no first date.
plan-unreadable-dates = “{ $written }” is no date. Write it as 23/11/2026.
plan-unreadable-times = “{ $written }” is no time. Write it as 05:30.

rule-no-times = There is no time.
rule-too-many-times = At most 24 times a day.
rule-time-with-zone = A time carries no zone.
rule-time-too-fine = A time is whole seconds.
rule-end-before-start = The end lies before the start.
rule-date-out-of-range = Dates are 2000 to 2099.
rule-too-many-dates = At most 366 exceptions.
rule-extra-date-outside = An extra date lies outside the plan.
rule-extra-date-excepted = A date is both added and excepted.
rule-unknown-zone = There is no such time zone.
rule-interval-out-of-range = The interval is 1 to 366.
rule-no-weekdays = No weekday is chosen.
rule-weekday-unknown = There is no such weekday.
rule-no-month-days = No day of the month is chosen.
rule-month-day-out-of-range = There is no such day of the month.
rule-nth-out-of-range = There is no such nth weekday.
rule-too-many-conditions = Too many conditions.
rule-no-lunar-days = No lunar day is chosen.
rule-lunar-day-out-of-range = Lunar days are 1 to 30.
rule-tet-out-of-range = These are no days of Tết.
rule-unreadable = The stored plan cannot be read.

voice-not-audio = This file is no sound that can be read. Use mp3, wav, m4a, 3gp, amr, aac, ogg, opus, flac or webm.
voice-no-sound-track = The file holds pictures only, no sound.
voice-protected = The file is locked by its seller and cannot be opened. Use a recording of your own.
voice-unknown-coding = The sound in this file is coded in a way that cannot be read. Save it as mp3 or m4a.
voice-empty = The file holds no sound.
voice-too-short = The sound is too short.
voice-too-long = The recording is too long; it must be shorter than 1 hour.
voice-too-large = The file is too large.
voice-silent = The file holds only silence.
voice-damaged = The file is damaged.
voice-upload-lost = The received file is gone. Choose it again.
voice-too-slow = Reading the file took too long; it may be damaged.
voice-empty-text = no letter to read
voice-text-too-long = the text is too long for this voice
voice-language = this voice does not speak the language
voice-timed-out = it took too long
voice-crashed = the speech program failed
voice-no-sound = no sound came
voice-unreachable = the Internet is not reached
voice-untrusted = the voice server could not be trusted
voice-refused = the voice server refused
voice-resting = it rests after several failures
voice-not-set-up = it is not set up on this machine

## Errors

stale-form = Your session had ended, so nothing was sent. All is still in the fields; look at it and press again.
stale-act = Your session had ended, so nothing was done. Press again.
error-home = To the first page
error-code = Error { $code }
error-400-title = The request was not understood
error-400-text = The browser sent something that this page does not understand. Go back and try again.
error-403-title = Not allowed
error-403-text = This account may not do that.
error-404-title = There is no such page
error-404-text = The address is wrong, or what was there is gone.
error-405-title = The address is not used like this
error-405-text = Go back and use the buttons of the page.
error-413-title = Too much was sent
error-413-text = What was sent is larger than allowed. Go back; what you were writing is in the draft.
error-429-title = Try again later
error-429-text = Too many requests. Wait a few seconds.
error-500-title = Something failed
error-500-text = It was written down. The units go on by the programme that they hold. Try again in a few minutes.
error-503-title = Busy
error-503-text = Too much to do just now. Try again in a few seconds.
error-other-title = That did not work
error-other-text = Something is not right. Go back and try again.
