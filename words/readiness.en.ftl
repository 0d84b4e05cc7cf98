# Ready or not, and why; when the controller went back to an older copy; hours and data of each unit; emergency phrases.

## Readiness

verdict-ready = Ready: the bulletin is on the unit, and will sound on time even without a network.
verdict-ready-unseen = The bulletin is on the unit, so it still sounds on time, but there is no connection now.
verdict-not-ready = Not ready.
verdict-badge-ready = Ready
verdict-badge-ready-unseen = Stored, no connection
verdict-badge-not-ready = Not ready
ready-revoked = The key of this unit was revoked.
ready-voice-failed = The bulletin could not be made into sound.
ready-voice-pending = The voice is still being made.
ready-never-seen = The unit has never made contact.
ready-too-long = The bulletin is { $minutes } minutes long; the unit may sound at most { $limit } minutes.
ready-quiet-hours = Outside the hours in which the unit may sound ({ $hours }).
ready-no-contact = No connection for { $span }, { $holding }.
ready-holding-broadcast = the bulletin is on the unit
ready-holding-plan = the plan has arrived, but not all of its sound
ready-holding-previous = the previous programme is still there
ready-holding-previous-until = the previous programme is still there, good until { $date }
ready-holding-nothing = the unit holds no programme
ready-delegation-not-held = The unit does not hold the new list of keys.
ready-set-back = The unit holds a later plan than the controller; a person has to choose.
ready-sound-failed = The sound output has failed.
ready-disk-failed = { $disk }.
ready-clock-untrusted = The clock is not trusted ({ $clock }).
ready-clock-disputed = The machine's clock is off by { $span }; the unit follows the right time.
ready-programme-not-held = The unit does not hold the new programme.
ready-clip-missing = { $clips } clips missing, { $percent } % fetched.
ready-clip-missing-unsaid = { $clips } clips missing.
ready-data-budget = The month's mobile data is used up.
ready-undervoltage = The power supply is weak.
ready-do-revoked = Enrol this unit again, or leave its villages out.
ready-do-voice-failed = Open the bulletin and make its sound again.
ready-do-voice-pending = Wait some minutes; it is sent as soon as it is ready.
ready-do-never-seen = Look at the unit's power, network and unit.toml.
ready-do-too-long = Write a shorter bulletin, or several.
ready-do-quiet-hours = Choose another time, or change the unit's hours.
ready-do-no-contact = Call whoever looks after the unit: power, network, SIM.
ready-do-no-contact-broadcast = It sounds on time all the same; look at the unit's network when convenient.
ready-do-delegation-not-held = Wait until it connects; after 5 minutes, bring the list of keys on a USB stick.
ready-do-set-back = Open the recovery page and choose a plan.
ready-do-sound-failed = Send somebody to look at amplifier and cables.
ready-do-disk-failed = Replace the unit's memory card.
ready-do-clock-untrusted = Wait until it has asked the controller for the time; after 5 minutes look at its network.
ready-do-clock-disputed = Let a technician look at the unit's time source (NTP).
ready-do-programme-not-held = Wait some seconds; after 2 minutes restart the unit.
ready-do-clip-missing = Wait for it; on a weak network write a shorter bulletin.
ready-do-data-budget = Raise the unit's monthly data, or bring the sound on a USB stick.
ready-do-undervoltage = Replace the power supply or its cable.
ready-reasons = Why
span-seconds = { $count } seconds
span-minutes = { $count } minutes
span-hours = { $count } hours
span-days = { $count } days
disk-ok = The card is well
disk-full = The card is full
disk-read-only = The card cannot be written
disk-failed = The card gives errors
concern-disk-full = The card is full
concern-disk-read-only = The card cannot be written
concern-disk-failed = The card gives errors
concern-dispute = The machine's clock is off by { $span }
concern-set-back = Holds a later plan than the controller
concern-delegation = Does not hold the new list of keys
concern-coming = Fetching sound: { $percent } %
unit-dispute = Clock off by
unit-month = Data this month
data-used = { $megabytes } MB
clock-error = off by at most { $ms } milliseconds

## Alarms

alarm-not-ready-soon = “{ $title }” at { $time } is not ready at { $units }.
alarm-controller-set-back = { $units } hold a later plan than the controller: it went back to an older copy.
alarm-disk-failed = The memory card of { $unit } is in trouble.
alarm-clock-untrusted = The clock of { $unit } is not trusted; routine and priority bulletins will not sound.
alarm-clock-disputed = The machine's clock of { $unit } differs from the right time.
alarm-undervoltage = The power supply of { $unit } is weak.
alarm-plan-ending = { $unit } is silent, and the plan that it holds is about to end.
alarm-plan-ended = { $unit } is silent, and the plan that it holds has ended: it sounds nothing any more.
alarm-units-more = { $units } and { $more } more
alarm-to-recovery = Open the recovery page

## Hours and data

settings-title = Hours and mobile data
settings-hours = Hours in which it may sound
settings-hours-hint = Such as 05:30-11:30, 13:30-21:00. Empty: the commune's hours ({ $hours }). An actual emergency is not bound by them.
settings-hours-act = Set hours
settings-hours-set = Hours set: { $hours }. The unit takes them when it is connected.
settings-hours-cleared = The unit follows the commune's hours: { $hours }.
settings-downloads = Hours for fetching what is not needed soon
settings-downloads-hint = Such as 00:00-04:00. Empty: at any time.
settings-month = Data a month (MB)
settings-month-hint = Empty: no limit. When it is used up, only priority and emergency bulletins are fetched.
settings-downloads-act = Set data
settings-downloads-set = The unit's way of fetching is set.
unit-hours = May sound
hours-own = of this unit
hours-unreadable = Cannot read the hours “{ $written }”. Write them like 05:30-21:00.
month-unreadable = Data must be a number of MB, such as 500.
fault-quiet-hours = Outside the hours, so no unit would sound it. Hours: { $hours }.
fault-too-long = The bulletin is { $minutes } minutes long; the commune allows at most { $limit_minutes } minutes at a time.
fault-hours-invalid = These are no hours. Write them like 05:30-21:00; several parted by commas.
fault-hours-outside = This lies outside the commune's hours ({ $hours }), which can be narrowed but not widened.
fault-data-out-of-range = Data must be { $least } to { $most } MB.
check-refusing = Some units will be silent
check-refusing-quiet-hours = { $unit }: { $time } { $date } is outside its hours ({ $hours }).
check-refusing-too-long = { $unit }: the bulletin is longer than it may sound.

## Recovery

recovery-title = Recovery
recovery-none = The controller and the units agree. There is nothing to recover.
recovery-what = What happened?
recovery-what-text = This controller runs on an older copy, and knows less than the units below. They go on with the plan that they hold. No new plan is sent to them until you have chosen. Playing now, stopping and emergencies work.
recovery-what-choose = Without a choice, the plans that the units hold end after 14 days at most.
recovery-versions = Programme { $theirs }; the controller knows up to { $ours }.
recovery-noticed = Noticed at { $time }, { $date }.
recovery-waiting = Waiting for the unit to send what it holds.
recovery-waiting-lost = The unit is out of contact, and has not sent what it holds.
recovery-root = The unit holds a later list of keys than the controller. Whoever keeps the root key runs: loalang keys recover
recovery-unknown = On the unit, unknown here ({ $count })
recovery-unknown-none = Nothing is on the unit that is unknown here.
recovery-lacking = Planned here just now, not on the unit ({ $count })
recovery-cancelled = Planned here, but taken back after the copy was made ({ $count })
recovery-times = { $count } times, from then on
recovery-more = and { $count } more bulletins
recovery-keep = Keep the plan on the units
recovery-keep-what = All that the unit holds sounds on time until it ends, but its text is lost here. What was cancelled is cancelled again. Repeating plans that were lost here go on for 14 days only: plan them again.
recovery-replace = Use the plan of the controller
recovery-replace-what = What is unknown here is dropped and will not sound. What was cancelled after the copy sounds again, unless you cancel it once more.
recovery-replace-sure = Drop the bulletins that are unknown here? This cannot be undone.
recovery-all = All these { $count } units
recovery-kept = The plan on the units is kept.
recovery-replaced = The units will get the plan of the controller.
recovery-carried = Old plan on the units
recovery-carried-what = This bulletin was taken back from the units; its text is lost here.
voice-only-on-units = The sound of this bulletin lies on the units only.
fault-recovery-not-needed = The unit “{ $unit }” needs no recovery.
fault-recovery-not-received = The unit “{ $unit }” has not sent what it holds. Wait, or use the plan of the controller.
fault-recovery-needs-root = The unit “{ $unit }” needs whoever keeps the root key: loalang keys recover.
controller-help-recover = show the units that hold a later plan than the controller, and choose a plan
controller-help-recover-unit = a unit; may be repeated; none given: all
controller-help-recover-keep = keep the plan on the units
controller-help-recover-replace = use the plan of the controller
controller-recover-none = No unit needs recovery.
controller-recover-unit = { $unit }: programme { $theirs }, the controller knows up to { $ours }. The unit has { $unknown } more bulletins; the controller has { $lacking } new ones and { $cancelled } that were taken back.
controller-recover-waiting = { $unit }: programme { $theirs }, the controller knows up to { $ours }. The unit has not sent what it holds.
controller-recover-done = Done. The units get the new programme within seconds.

## Emergency phrases

phrases-title = Emergency phrases
phrases-what = These standard phrases lie ready on every unit, so that there is sound even without a network.
phrases-holding = { $count } units have them all
phrases-waiting = Not all yet: { $units }
phrases-none-holding = No unit has said yet that it has them all.
phrases-pending = Waiting for the voice
phrases-link = Emergency phrases on the units
phrase-attention = Attention! Attention! An urgent notice of the commune.
phrase-flash-flood = Flash flood warning. The stream is rising very fast.
phrase-landslide = Landslide warning. Take great care near slopes.
phrase-storm = Storm warning. Stay in a solid house, away from windows and tall trees.
phrase-forest-fire = Forest fire warning. Do not enter the forest, do not light a fire.
phrase-high-ground = Move to high ground now. Do not cross the stream.
phrase-evacuate = Leave now. Help the old, the children and the disabled.
phrase-all-clear = The danger is over. You may go home.
phrase-exercise = This is an exercise. Again: this is an exercise.
phrase-test = This is a test. Again: this is a test.

## Why something did not sound

reason-disk-read-only = the unit's card cannot be written
reason-disk-failed = the unit's card gives errors
reason-memory-failed = the unit could not write it down
reason-quiet-hours = outside the hours in which it may sound
reason-too-long = longer than it may sound
reason-key-revoked = the key that asked for it was revoked
reason-data-budget = the month's mobile data is used up
refusal-epoch = of another epoch of the plan
