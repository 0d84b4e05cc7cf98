# The languages of the villages: bulletins in several languages, ready phrases, emergencies put together from them.

## The languages

language-thai = Thai (Viet Nam)
language-khmer = Khmer
language-cham = Cham
language-hoa = Hoa Chinese
language-e-de = Ê Đê
language-gia-rai = Gia Rai
language-ba-na = Ba Na
language-xo-dang = Xơ Đăng
language-co-ho = Cơ Ho
language-van-kieu = Vân Kiều
language-khac = Another language

## Villages and languages

villages-page-title = Villages and languages
villages-page-what = Which languages each village understands, the most used one first. Loudspeakers follow this order.
villages-language = Language { $place }
villages-language-none = None
villages-languages-act = Save the languages
villages-languages-set = Saved the languages of { $count } villages. Coming broadcasts follow them.
villages-languages-same = The languages of the villages are unchanged.
units-more = Related pages

## The languages of a bulletin

languages-title = Languages of this bulletin
languages-listen = Listen to { $tongue }
languages-lacking = Villagers also understand: { $languages }
languages-add = Add or replace a language
languages-which = Which language
languages-there = (replaces the present one)
languages-file-hint = A recording of someone speaking this language. It can be added later.
languages-paper = Text to read from while recording
languages-paper-hint = Not required. It is kept for whoever reads it aloud; Vietnamese is spoken by the machine.
languages-put-act = Save this language
languages-put = Saved { $tongue }.
languages-unspoken = No sound yet: this text waits for someone to read and record it.
languages-record = Add a recording
languages-remove = Remove this language
languages-remove-sure = Remove { $tongue } from this bulletin?
languages-removed = Removed { $tongue }.
languages-leave = Broadcast without this language
languages-left-out = The bulletin is broadcast without this language.
languages-held-up = What is planned waits for this language. Without it, the others are broadcast.
rendition-unspoken = To be recorded
rendition-pending = Waiting
rendition-rendering = Being made
rendition-ready = Ready
rendition-failed = No sound
rendition-left-out = Left out
voice-unspoken = Waits to be read and recorded
voice-assembled = Put together from ready phrases

## Before it is sent

languages-heard = Which village hears which language
languages-heard-none = No language that is understood:
languages-longest = (at the unit where it is longest)
languages-missing = Not in every language
languages-missing-line = No { $tongue } yet: { $villages }.
languages-by-default = Hear Vietnamese instead of their own: { $villages }.
result-items = { $heard }/{ $of } items
fault-language-failed = { $tongue } has no sound: { $error } Mend it, or leave it out.
fault-language-unspoken = { $tongue } was not recorded yet. Add a recording, or leave it out.
fault-language-missing = The bulletin has no { $tongue }.
fault-language-last = This is the only language of the bulletin, so it cannot be removed.
fault-languages-empty = { $village } has no language. Choose at least one.
fault-hears-nothing = Nothing that is understood would be heard in: { $villages }. Add a language, take these villages out, or look at Villages and languages.
fault-too-many-items = { $count } items, at most { $limit } in one broadcast. Choose fewer phrases, or fewer repeats.

## Ready phrases

phrases-languages = Languages
phrases-count = { $tongue }: { $ready }/{ $of } phrases are there
phrases-how = Someone who speaks { $tongue } reads each phrase below, records it with a telephone and sends it. It then lies ready on the units of the villages that understand it.
phrases-listen = Listen to: { $phrase }
phrases-recorded = Recorded
phrases-spoken = Spoken by the machine
phrases-coming = The recording was received and is being worked on.
phrases-unrecorded = Not recorded
phrases-outdated = The words were changed after this was recorded. Record it again.
phrases-record = Record, or send a recording
phrases-rerecord = Record again
phrases-take = Send this recording
phrases-taken = The recording was received. It is being worked on.
phrases-drop = Drop the recording
phrases-drop-sure = Drop the recording of this phrase?
phrases-dropped = The recording was dropped.
phrase-part-begin = Beginning
phrase-part-hazard = What danger
phrase-part-place = Where
phrase-part-act = What to do
phrase-part-end = End
phrase-part-status = Announcing an exercise or a test
phrase-opening = Dear villagers, this is the commune's loudspeaker.
phrase-dam-release = The dam is releasing water. The river rises very fast.
phrase-villages = Attention in the following villages.
phrase-keep-away = Stay away from streams, rivers and fords. Keep children indoors.
phrase-closing = Please do so at once, and tell your neighbours.
fault-phrase-unknown = There is no such phrase in the list.

## Put together from ready phrases

assemble-title = From ready phrases
assemble-what = Choose phrases that are ready, to warn at once, also in a language that the machine cannot speak.
assemble-act = Choose phrases
assemble-next = Continue: check
assemble-words = The loudspeakers will say
assemble-names = Then the names of the villages chosen below are said.
assemble-foreign = No language that is understood there; it sounds all the same
assemble-lacking = { $tongue } cannot be heard, it lacks: { $phrases }
assemble-kept = The phrases lie on the unit already.
assemble-fetched = The unit has not said that it has all phrases; those that it lacks travel with the order.
assemble-send = Warn now
fault-no-phrase = No phrase was chosen. Choose at least one beside the names of villages.
fault-phrases-incomplete = In no language are all of these phrases there. Choose fewer, or record more.
fault-status-unsaid = The phrase that announces “{ $status }” is not there yet. Wait until the machine has made it.
