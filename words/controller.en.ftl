# What `loalang controller` says on the command line, and what is said before a test or exercise.

announce-test = This is a test broadcast.
announce-exercise = This is an exercise.

controller-what = Run the commune's controller: pages, plans and the MQTT broker.
controller-answers = The controller is ready. Open { $url }
controller-made = { $commune } was made in { $folder }.
controller-password = Account { $user }, password { $password } (shown once, write it down).
controller-ask-password = Password for { $user }:{" "}
controller-not-initialised = The folder { $folder } has no commune yet. Run: loalang controller init --data { $folder } --commune ID --name NAME --user NAME
controller-busy = A controller runs on the folder { $folder } already. Stop it, or choose another folder with --data.
controller-port-taken = The pages cannot be opened on port { $port } ({ $reason }). Choose another with --port.
controller-mqtt-port-taken = Another program uses the MQTT port { $port }. Choose another with --mqtt-port.
controller-cannot-start = The controller cannot start: { $reason }
controller-help-data = the controller's data folder
controller-help-host = address of the pages
controller-help-port = port of the pages
controller-help-public-url = address by which browsers and units reach the controller
controller-help-mqtt-host = address of the MQTT broker
controller-help-mqtt-port = port of the MQTT broker
controller-help-broker = which broker: auto, amqtt, mosquitto, external
controller-help-speech = which voices, in order
controller-help-init = make the commune and its first user
controller-help-village = add or change a village
controller-help-enrol = enrol a unit and print its unit.toml
controller-help-observe = make a read-only account to watch MQTT messages
controller-help-commune-name = the name shown on the pages
controller-help-user = sign-in name of the first user
controller-help-shown-name = the user's name as shown on the pages
controller-help-password-file = file with the password in its first line (- is standard input)
controller-help-generate = make up a password and print it once
controller-help-language = language of the village's people: vi, tay, nung, dao, mong, muong; may be repeated
controller-help-villages = village that hears this unit; may be repeated
controller-help-key = the unit's public key (printed by loalang edge init)
controller-help-unit-data = the data folder on the unit
