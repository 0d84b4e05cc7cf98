# Signing keys and the emergency lock on the desk's pages.

emergency-title = Emergency lock
emergency-what = An emergency bulletin sounds at any hour. To send one, type the emergency code; the lock closes by itself after some minutes.
emergency-open = Open until { $time }
emergency-open-what = Only this account can send an emergency while the lock is open.
emergency-shut = Locked
emergency-code = Emergency code
emergency-code-hint = The code that was printed when the commune was made, or when it was changed. Capitals, spaces and hyphens do not matter.
emergency-unlock-act = Unlock
emergency-lock-act = Lock now
emergency-opened = The emergency lock is open.
emergency-closed = Locked.
emergency-throttled = Too many wrong codes. Try again in { $seconds } seconds.
emergency-stop-note = Stopping needs no code: “Stop” on the home page always works.
unlock-waiting = The voice is ready, but the emergency lock has closed. Type the code to send it now.
unit-revoked = The key of this unit was revoked

state-waiting-for-unlock = Waits for the code
health-revoked = Revoked
alarm-receipts-lost = Some receipts of { $unit } are lost: whether those broadcasts were heard is unknown.
alarm-emergency-waits = The emergency “{ $title }” waits for the emergency code.
alarm-desk-clock = No time service keeps the controller's clock: it does not tell units the time. Look at network and chrony.

fault-emergency-locked = The emergency lock is closed. Type the emergency code, then send again.
fault-emergency-unusable = There is no emergency key that can be used. A technician must run: loalang keys code
fault-emergency-targets = An emergency must name its villages or units.
fault-code-short = The emergency code must have at least { $least } characters.
fault-code-long = The emergency code may have at most { $most } characters.
fault-code-wrong = The emergency code is wrong.
fault-root-wrong = This is not the root key of this commune.
fault-keys-set-back = The unit “{ $unit }” holds a newer delegation than the controller: its data is an old copy. Use: loalang keys recover
fault-caps-invalid = The caps make no sense: hours, length or volume.
