# How texts are read, the commune's dictionary, and text taken from elsewhere.

## Mending a reading

reading-hint-mend = What is marked is read otherwise than it is written. Press it to see why, and to mend it.
reading-of = “{ $written }”
reading-said = Read as
reading-nothing = not read
reading-why = Why
reading-say = Say
reading-say-hint = In full words with their marks, no digits and no abbreviations.
reading-written-field = As written in the bulletin
reading-here-only = Only here
reading-times = It stands at { $count } places. Without the tick all of them are mended.
reading-fix-once = Mend in this bulletin
reading-fix-always = Mend for ever (dictionary)
reading-fix-undo = Take it back
reading-done-once = “{ $written }” is mended in this bulletin.
reading-done-always = “{ $written }” stands in the dictionary. Every bulletin reads it so from now on.
reading-done-undo = The reading of “{ $written }” was taken back.
reading-other = Mend another word
reading-silent = Not read:
reading-lacks-marks = The marks seem to be missing.
reading-lacks-marks-way = A voice cannot guess them: “thong bao” does not become “thông báo”. Write it with its marks and look again.
reading-as-it-was = The dictionary changed after this bulletin was planned. These are the words of its clip.
reading-answered = All readings are chosen.

reading-rule-abbreviation = An abbreviation, read in full.
reading-rule-bearing = A bearing.
reading-rule-capitals = Capitals that no dictionary knows: spelled, or read as a word.
reading-rule-clock = A time.
reading-rule-code = A code: digit by digit.
reading-rule-correction = You mended it in this bulletin.
reading-rule-dash = A dash: “đến”, or a short pause.
reading-rule-date = A date.
reading-rule-dictionary = By the commune's dictionary.
reading-rule-document = A document: number, year, then its letters in full.
reading-rule-foreign = A foreign name or word, in Vietnamese sounds.
reading-rule-fraction = A fraction.
reading-rule-letter = A single letter: its name.
reading-rule-money = An amount of money.
reading-rule-number = A number in words.
reading-rule-pause = A pause.
reading-rule-quantity = An amount with its unit.
reading-rule-range = A range from … to ….
reading-rule-rate = A slash: “một” or “trên” by its unit.
reading-rule-road = A road.
reading-rule-roman = A Roman numeral.
reading-rule-section = A section, clause or point.
reading-rule-sign = A sign in words.
reading-rule-silent = A sign or script without a sound: not read.
reading-rule-standard = A standard or regulation.
reading-rule-stop = The end of a document.
reading-rule-telephone = A telephone number: digit by digit.
reading-rule-time = A time.
reading-rule-title = A signature prefix at the start of a line: not read.
reading-rule-unit = A unit.
reading-rule-web-address = A web or e-mail address.
reading-rule-word = An unknown word: read by its nearest sounds.
reading-rule-year = A year.
reading-rule-other = By a rule of the reader.

reading-likely = “{ $source }” is read as “{ $chosen }”; it can also be: { $choices }. If that is wrong, write it in full or put it into the dictionary.

questions-title = Choose how to read
questions-what =
    { $count ->
        [one] One abbreviation has several meanings. Nobody chooses for you: choose, then confirm.
       *[other] { $count } abbreviations have several meanings. Nobody chooses for you: choose, then confirm.
    }
questions-likely = Likely
questions-other = Another reading
questions-always = Always read “{ $source }” so (into the dictionary)
questions-act =
    { $count ->
        [one] Confirm the reading
       *[other] Confirm { $count } readings
    }

## The commune's dictionary

dictionary-title = Reading dictionary
dictionary-what = Abbreviations, names and foreign words that the commune uses. Every bulletin is read by it.
dictionary-add = Add a word
dictionary-change = Change a word
dictionary-hint = Write the reading in full words: “LMLM” is “lở mồm long móng”. Bulletins that are not planned are read anew at once; planned ones stay as they were heard.
dictionary-save = Save
dictionary-entries = { $count } words
dictionary-export = Export for Excel
dictionary-search = Search, also without marks
dictionary-find = Search
dictionary-open = Change or delete
dictionary-remove = Delete
dictionary-remove-sure = Delete “{ $written }” from the dictionary?
dictionary-removed = “{ $written }” was deleted.
dictionary-put = “{ $written }” stands in the dictionary.
dictionary-author = { $name }, { $date }
dictionary-more = { $count } more. Search to see them.
dictionary-not-found = No word is like “{ $search }”.
dictionary-empty = No word yet. The reader knows the common abbreviations already; add the commune's own.

list-title = Import a file
list-file = A list (CSV)
list-hint = Two columns: what is written, what is said. From Excel (saved as CSV UTF-8) or exported by another commune; { $limit } KB at most. You see it before it is done.
list-look = Look at it
list-look-again = Look again
list-check-title = Before the import
list-check-what = Nothing has been changed yet.
list-refused = { $count } lines cannot be taken
list-line = Line { $number }: “{ $text }”. { $why }
list-refused-way = They stand in the field below: mend them and look again. The other lines can be taken meanwhile.
list-added = { $count } new words
list-changed = { $count } changed words
list-same = { $count } words are the same already.
list-text = The list
list-leave = Do not import
list-act = Import { $count } words
list-done = { $added } words added, { $changed } changed.

fault-reading-questions-open = { $count } abbreviations wait for their reading to be chosen.
fault-entry-written-invalid = What is written must begin with a letter.
fault-entry-spoken-invalid = “{ $spoken }” cannot be read. Write full Vietnamese words: only letters, blanks and commas, no digits, no signs.
fault-entry-too-long = { $length } characters, at most { $limit }.
fault-entry-unknown = “{ $written }” is no longer in the dictionary.
fault-entry-not-in-text = “{ $written }” does not stand by itself in this bulletin.
fault-entry-twice = The same word stands in line { $line } already.
fault-dictionary-full = The dictionary holds at most { $limit } words.
fault-list-empty = The file has no line.
fault-list-unreadable = This file is no list of words. In Excel, save it as “CSV UTF-8”.
fault-list-too-large = The file is too large, at most { $limit_kb } KB.
fault-line-unreadable = A line needs exactly two columns: what is written, what is said.
fault-document-refused = No text was taken: { $reason }
fault-document-missing = No Word or PDF file was chosen.

## Pasted text, text from files

pasted-converted = Converted from { $encoding } to Unicode. Please read it through.
pasted-undo = Back to what was pasted
document-title = Take the text of a Word or PDF file
document-file = A Word (.docx, .odt), PDF or plain text file
document-hint = Its text is put into the field for you to look at and edit.
document-act = Take the text
document-taken = { $count } characters were taken from “{ $name }”. Look at them, then edit.

document-refusal-not-a-document = This file is no Word (.docx, .odt), PDF or plain text file.
document-refusal-no-text = The file has no text that can be taken: a scan, perhaps. Type it, or ask for the Word file.
document-refusal-protected = The file has a password. Open it, take the password off, and try again.
document-refusal-too-large = The file is too large or too long for a bulletin. Copy the part that is to be read.
document-refusal-damaged = The file is damaged. Ask for it again.
document-refusal-too-slow = It took too long to open the file; it may be damaged.
document-refusal-old-word = An old Word (.doc) or RTF file. Save it as .docx in Word and try again.
document-refusal-not-now = The file cannot be opened right now. Try again in some minutes, or paste the text into the field.
