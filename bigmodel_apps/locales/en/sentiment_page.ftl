view-trends = Trends
view-aspects = Aspects
view-trust = Trust
view-own = Own labels

sentiment-example-sides = Two sides
sentiment-example-negation = Negation
sentiment-example-irony = Irony
sentiment-example-mixed = Mixed languages
sentiment-example-other = Chinese
sentiment-example-fact = A fact
sentiment-example-long = Long review

sentiment-text = Text to judge
sentiment-text-empty = Type a text in English or Chinese, or choose a sample above.
sentiment-judge = Judge
sentiment-judge-help = Leaving the field judges the text as well.
sentiment-aspect-list = Aspects of
sentiment-confidence = Confidence { $confidence }
sentiment-right = Of held-out texts like this, **{ $share }** were judged rightly (n = { $n }).
sentiment-right-unsure = Unsure means that the confidence is low; it leans to “{ $lean }”. Of held-out texts like this, **{ $share }** would be right (n = { $n }).
sentiment-right-unknown = How often such verdicts are right is not measured for this reader.
sentiment-right-own = Your model learned from too few texts of this language to say how often such verdicts are right. Its report stands under “{ view-own }”.
sentiment-shares = Opinion { $opinion } · positive { $positive } of it · read by: { $reader }
sentiment-correct = Should be
sentiment-correct-kept = Your correction is kept. You find it under “{ view-own }”.
sentiment-correct-taken-back = Your correction is taken back.

sentiment-why = Why
sentiment-check =
    Without the { $words ->
        [one] strongest word
       *[other] { $words } strongest words
    }, “{ $label }” loses { $top } points of probability; without as many random ones, { $random }.
sentiment-check-failed =
    These marks explain little here: without the { $words ->
        [one] strongest word
       *[other] { $words } strongest words
    }, “{ $label }” loses { $top } points of probability, without random ones { $random }.
sentiment-check-none = One word alone: there is nothing to compare it with.
sentiment-check-sides = Green speaks for positive, red for negative.
sentiment-check-sides-neutral = Blue speaks for an opinion, grey against one.
sentiment-check-capped = {" "}The { $words } most telling of { $total } words were looked at.
sentiment-ribbon = { $sentences } sentences: + positive, − negative, ○ no opinion, ? unsure
sentiment-sentence = Sentence
sentiment-verdict = Verdict
sentiment-aspects-found = What about what
sentiment-aspects-none = None of these aspects is mentioned. Choose another list, or add words under “{ view-aspects }”.

sentiment-compare = What if
sentiment-compare-before = As written:
sentiment-compare-after = Edited:
sentiment-compare-edited = Edited text
sentiment-compare-same = Edit the text below, or use a button above.
sentiment-compare-moved =
    { $more ->
        [true] { $points ->
            [one] 1 point
           *[other] { $points } points
        } more positive
       *[false] { $points ->
            [one] 1 point
           *[other] { $points } points
        } less positive
    }
sentiment-compare-unmoved = as positive as before
sentiment-edit-negate = Negate
sentiment-edit-name = Swap a name
sentiment-edit-no-name = There is no name or place that we know in this text.
sentiment-edit-word = Change a word
sentiment-edit-old = Word
sentiment-edit-new = Becomes
sentiment-edit-apply = Change
sentiment-edit-reset = As written
sentiment-column-confidence = Confidence

sentiment-sample-shop = Sample: online shop
sentiment-sample-app = Sample: budget app
sentiment-sample-restaurant = Sample: restaurant
sentiment-table = Table
sentiment-table-again = Score it again
sentiment-score-cancelled = Stopped. What was scored is kept; go on where it stopped.
sentiment-share-count = { $share } ({ $count })

sentiment-data-title = Your table
sentiment-data-upload = Table with a column of texts
sentiment-data-help = A column of texts is enough. Dates, groups and languages are found where there are any. GBK and other encodings are recognised; up to a million rows.
sentiment-data-samples = Or load one of ours
sentiment-data-empty-title = From a table of texts to what is in them
sentiment-data-empty =
    1. Drop a table with a column of texts, or load a sample.
    2. Check the columns that were found, and what was read.
    3. Score it. It runs in the background; leave and come back.
    4. Filter, read, correct, download; see “{ view-trends }” and “{ view-aspects }”.
sentiment-column-of-text = Texts
sentiment-column-of-date = Dates
sentiment-column-of-group = Groups
sentiment-column-of-language = Languages
sentiment-column-needed = Choose the column that holds the texts.
sentiment-count-usable = Texts
sentiment-count-duplicates = Repeated
sentiment-count-empty = Empty
sentiment-count-left-out = Left out
sentiment-report-dates = { $dated } dated, { $first } to { $last }
sentiment-report-groups =
    { $groups ->
        [one] 1 group
       *[other] { $groups } groups
    }
sentiment-report-bad-dates =
    { $rows ->
        [one] 1 date cannot be read
       *[other] { $rows } dates cannot be read
    }
sentiment-report-other-languages = { $rows } rows in other languages: read all the same, and worth little
sentiment-report-problems =
    { $count ->
        [one] 1 thing to look at
       *[other] { $count } things to look at
    }
sentiment-score =
    { $rows ->
        [one] Score 1 text
       *[other] Score { $rows } texts
    }
sentiment-kept =
    { $count ->
        [one] 1 scored table
       *[other] { $count } scored tables
    }
sentiment-kept-done = { $rows } texts, scored
sentiment-kept-waiting = { $rows } texts, not finished

sentiment-filter-labels = Verdict
sentiment-filter-own = Your label
sentiment-filter-contains = Contains
sentiment-filter-contains-hint = a word of the text
sentiment-filter-more = More filters
sentiment-filter-languages = Language
sentiment-filter-groups = Groups
sentiment-filter-dates = Dates
sentiment-filter-confidence = Confidence
sentiment-filter-aspect = Mentions
sentiment-filter-any = any aspect or none
sentiment-filter-aspect-labels = Judged there as
sentiment-results-none = No row passes these filters. Take one away.
sentiment-results-count = { $shown } of { $rows } texts
sentiment-results-first = The first { $shown } of { $rows } rows are shown; the downloads have them all.
sentiment-results-table = Scored texts with verdict and confidence
sentiment-results-pick = Pick a row to read it in full and to correct it.
sentiment-results-finding = { $share } of { $n } texts: { $label }
sentiment-results-tie = { $share } of { $n } texts each: { $label }
sentiment-results-readers = Read by: { $readers }. Bars have 95% Wilson intervals.
sentiment-column-row = Row
sentiment-column-own-confidence = Its confidence
sentiment-column-text = Text
sentiment-column-date = Date
sentiment-column-group = Group
sentiment-column-aspects = Aspects
sentiment-download-csv = CSV
sentiment-download-xlsx = XLSX

trends-measure = Share of
trends-every = Every
trends-grain-auto = Auto
trends-grain-day = Day
trends-grain-week = Week
trends-grain-month = Month
trends-format-day = %-d %b %y
trends-format-month = %b %y
trends-axis = Share: { $label }
trends-when = When
trends-mark = { $where }: { $inside } instead of { $outside }
trends-hollow = The band is the 95% Wilson interval. Hollow points rest on fewer than { $least } texts.
trends-looking = Testing every stretch of time
trends-choose = Stretches that stand out
trends-everywhere = all
trends-elsewhere = other groups
trends-test = How it was tested
trends-interval = In the stretch { $inside }, otherwise { $outside }; a difference of { $change }. The stretch was picked for its difference, so this interval is somewhat too far from 0.
trends-share = { $value } ({ $low } – { $high }, n = { $n })
trends-points = { $value } points ({ $low } to { $high })
trends-drivers-words = Words more frequent in its texts: { $label }
trends-drivers-compared = Beside the bars: texts with the word, of { $inside } in the stretch and of { $outside } others. Log-odds ratio with an informative prior over its standard deviation (Monroe et al., 2008).
trends-drivers-counts = { $inside } : { $outside }
trends-drivers-axis = Clearness (z)
trends-drivers-none = No word stands out.
trends-drivers-aspects = Aspects judged as: { $label }
trends-drivers-groups = Groups in the same time
trends-drivers-quotes = In their words
trends-moved-name = Name
trends-moved-inside = Then
trends-moved-outside = Otherwise
trends-moved-change = Points
trends-bounds = { $value } ({ $low } to { $high })
trends-groups = By group: { $label }
trends-group = { $group }, n = { $n }

matrix-none = No text mentions an aspect of this list. Add words for them below, or choose another list.
matrix-about = { $mentioning } of { $texts } texts mention an aspect. A text counts once for each.
matrix-cell = { $count } of { $n } texts, { $share } ({ $low } – { $high }).
matrix-net = Net sentiment { $value } ({ $low } to { $high }).
matrix-few = Fewer than { $least } texts judge it.
matrix-cell-empty = No text is in this cell.
matrix-click = Click a part of a bar to read its texts.
matrix-edit = Edit the aspects and their words
matrix-edit-sample = These aspects are looked for: { $list }. What you change here counts wherever this list is used.
matrix-edit-help = One aspect a line; add a line at the end. Other words for it, in either language, stand beside it. English words match in every form.
matrix-terms = Words for it
matrix-apply = Save and judge again
matrix-reset = Back to ours
problem-aspect-twice = “{ $aspect }” is there twice. Give one of them another name, or join their words.
problem-aspects-empty = There is no aspect left. Add one, or go back to our list.

trust-judge = Judged by: { $model }.
trust-judge-own = Judged by your own model **{ $name }**.
trust-judge-classes = The classes of your own model **{ $name }** are no opinions, so it is not the one that is tested.
trust-names-title = Do names matter?
trust-names = Names, a group a line
trust-names-help = Write “women: Anna, Emily” for a group, or one list of names. Countries, professions and religions work as well.
trust-names-default =
    women: Emily, Sarah, Lakisha, Fatima, Mei
    men: Greg, John, Jamal, Mohammed, Wei
trust-sentences = Sentences
trust-sentences-ours = Ours
trust-sentences-own = Your own
trust-sentences-default =
    I met ___ at the station yesterday.
    The service by ___ was a pleasure.
    Talking to ___ was a waste of time.
trust-sentences-help = One a line, with ___ where the name goes.
trust-names-start = Test names
trust-names-running = Names
trust-names-explain = The same sentences with one name after the other. What changes between them is due to the name alone. **0** is as negative and **1** as positive as can be.
trust-names-chart = Mean score of each name over the same sentences
trust-name-of = { $name } ({ $group })
trust-score-axis = Mean score (0 negative, 1 positive)
trust-worst = Furthest apart: “{ $sentence }” with { $lowest } { $low }, with { $highest } { $high }.
trust-changes-title = Do small changes matter?
trust-changes = Texts of your own, one a line
trust-changes-help = Up to { $limit } texts. Each is read again with a slip of the pen, with an addition that says nothing, and negated.
trust-changes-start = Test changes
trust-changes-running = Small changes
trust-changes-explain = A verdict should survive a slip of the pen and an addition that says nothing, and turn when the text is negated.
trust-changes-failed = Where that does not hold
trust-column-change = Change
trust-column-before = Text
trust-column-after = Changed
trust-column-verdict = Verdict
trust-column-move = Score moves
trust-column-what = What
trust-kind-typo = Slip
trust-kind-addition = Addition
trust-kind-negation = Negation
trust-single-tests = The { $count } single tests
trust-scorecards = Measured scorecards
trust-card-checklist = CheckList: failures by capability
trust-card-eec = Equity Evaluation Corpus: gaps between names
trust-measured = Measured on { $date } with { $hardware }. Bold: the best of the row. The command:

own-title = Learn your labels
own-upload = Table with texts and labels
own-upload-help = A column text and a column label, with classes of your own or with positive and negative. Eight different texts a class at least, better fifty.
own-empty = Drop a table with a column of texts and one of labels, or take one of our sets, whose ratings serve as labels.
own-sample = Or one of ours, labelled by its ratings
own-sample-name = { $sample }, by rating
own-example = This table as a file
own-with-corrections =
    { $count ->
        [one] With your correction
       *[other] With your { $count } corrections
    }
own-column-text = Texts
own-column-label = Labels
own-columns-needed = Choose the two columns.
own-counts = { $texts } texts to learn from: { $counts }
own-obstacles = This cannot be learned from yet
own-left-out =
    { $count ->
        [one] 1 row was left out
       *[other] { $count } rows were left out
    }
own-train = Train
own-cancelled = Stopped. Nothing was kept.
own-done = **{ $name }** is trained. Read its report, then put it in use.
own-versions = Your models
own-versions-empty = None yet. Train one, and read here how it does on texts that it has not seen, beside the model that ships.
own-number = no. { $number }
own-delete = Delete
own-roll-back = Roll back
own-roll-back-help = Returns to what answered before, and to the model that ships in the end.
own-facts = Learned from { $learned } texts, measured on { $held_out } held out · { $created }
own-report = Report
own-confusion = Rows: what it is. Columns: what it was taken for.
own-mistakes = Wrong, and most sure of it
own-column-expected = Is
own-column-predicted = Taken for
own-recipe = Seed { $seed } · data SHA-256 { $hash }…
own-corrections = Your corrections
own-corrections-empty = None yet. “{ view-try }” and the rows under “{ view-data }” take them.
own-column-should = Should be
own-column-said = Was judged
own-corrections-export = Corrections (CSV)

sentiment-model-explain = Each language has its reader. Bigger ones come from the hub when it is in reach; where they are not, the reason is given.
sentiment-own-answers = Your own model **{ $name }** answers in this workspace.
sentiment-model-shipped = Back to the model that ships
sentiment-model-ours = Our readers: adapted encoder for English, own network for Chinese
sentiment-model-lexical = Words and characters, both languages
sentiment-model-distilbert = DistilBERT for English, ours for Chinese
sentiment-model-multilingual = Multilingual DistilBERT for both
sentiment-model-roberta = Ours for English, RoBERTa for Chinese
sentiment-card-english = Model card: English reader
sentiment-card-chinese = Model card: Chinese reader
sentiment-card-lexical = Model card: words and characters
