# What is wrong with a table of texts.
problem-sentiment-no-text-column = No column holds texts. The columns are: { $columns }. Pick the one with the texts, or add one called “text”.
problem-sentiment-column-unknown = There is no such column. The columns are: { $columns }.
problem-sentiment-column-twice = This column is used for two things. Pick another one for one of them.
problem-sentiment-no-usable-texts = No row has a text that can be read: { $empty } are empty and { $long } longer than { $limit } characters. Pick another column, or shorten the texts.
problem-sentiment-text-too-long = This text is longer than { $limit } characters. Shorten it, or split it over several rows; it has no verdict.
problem-sentiment-date-unreadable = “{ $value }” is not a date that can be read. Write it like 2026-03-05; the row is scored and left out of the trends.
problem-sentiment-table-unfinished = This table is not scored yet. Continue the scoring first.
problem-sentiment-workbook-too-long = A workbook holds at most { $limit } rows here. Take CSV, or filter the table first.

# Findings in words, on the page and in the report.
st-headline = Of { $n } texts, { $positive } are positive and { $negative } negative.
st-two-sentences = { $first } { $second }
st-no-dates = There are too few dated texts to see a change over time.
st-no-shift = Over time, no stretch stands out from the rest.
st-shift-all = From { $start } to { $end }, { $inside } were { $measure ->
    [negative] negative
   *[positive] positive
    } instead of { $outside } (p ≤ { $p }).
st-shift-group = In { $group }, { $inside } were { $measure ->
    [negative] negative
   *[positive] positive
    } from { $start } to { $end }, instead of { $outside } in the rest of the time (p ≤ { $p }).
st-shift-rest = Outside the larger groups, { $inside } were { $measure ->
    [negative] negative
   *[positive] positive
    } from { $start } to { $end }, instead of { $outside } in the rest of the time (p ≤ { $p }).
st-shift-mark = Shift
st-grain-day = by day
st-grain-week = by week
st-grain-month = by month
st-trend-title =
    { $count ->
        [0] No stretch stands out, { $grain }
        [one] One stretch stands out, { $grain }
       *[other] { $count } stretches stand out, { $grain }
    }
st-shares-title = Most frequent: { $label }
st-share-axis = Share of texts
st-aspects-question = What is said about which aspect?
st-aspects-finding = { $high ->
        [liked] Best liked
       *[disliked] Least disliked
    }: { $best }. { $low ->
        [disliked] Most disliked
       *[liked] Least liked
    }: { $worst }.
st-unsure = Mostly unsure, so not ranked: { $aspects }.
st-aspect = Aspect
st-texts = Texts
st-net = Net sentiment
st-interval = { $value } ({ $low } to { $high })
st-drivers = What it is made of
st-too-few = too few texts
st-cell = { $count } ({ $share })
st-row = row { $row }
st-quote = “{ $text }” ({ $place })
st-word = { $word } ({ $inside }:{ $outside })
st-list-separator = ,{" "}
st-driver-words = Words of texts that lean { $label ->
    [negative] negative
   *[positive] positive
    }, more frequent than otherwise (texts with it in this stretch, of { $inside }, and in the others, of { $outside }): { $words }.
st-driver-aspects = More texts judged as { $label ->
    [negative] negative
   *[positive] positive
    }: { $aspects }.
st-moved = { $name } ({ $inside } instead of { $outside })

# How a table was read.
st-report-title = Sentiment in { $file }
st-report-notes = How this was read
st-rows = The file has { $rows } rows; { $usable } of them were judged.
st-filtered = Filtered: { $shown } of { $rows } texts.
st-judged-by = Judged by: { $engines } (model { $model }).
st-scored-on = Judged on { $date }.
st-read-texts = Texts are those of the column “{ $column }”.
st-read-date = Dates are those of the column “{ $column }”.
st-read-group = Groups are those of the column “{ $column }”.
st-read-language = Languages are those of the column “{ $column }”; where it names neither English nor Chinese, the language was detected.
st-left-out = Left out: { $count } rows, of these { $empty } without a text, { $long } too long and { $skipped } that could not be read.
st-duplicates = { $count } texts repeat an earlier one. They are counted.
st-undated = { $count } texts without a readable date are in no trend.
st-ambiguous-dates = { $count } dates could be read in two ways. They were read with the { $order ->
    [month-first] month
   *[day-first] day
    } first.
st-other-languages = { $count } texts are in other languages by the file’s own account. Their verdicts are worth little.
st-how-labels = “No opinion” is a verdict; “unsure” means a confidence below { $below }.
st-expected = By how texts with such confidences were judged on held-out data, { $share } of { $rows } verdicts are right (those called unsure not counted).
st-expected-unknown = How many of the verdicts are right is not known for this model. Check some by hand.
st-how-intervals = Intervals are 95% Wilson intervals; periods with fewer than { $least } texts are hollow. Net sentiment is positive less negative over both, in points; a text counts once an aspect.
st-how-shifts = A stretch stands out when the texts lean another way than in the rest of the time (by how positive each is, from 0 to 100), by at least { $points } points on average and by a permutation test over all stretches and groups at once, which finds something in { $level } of tables in which nothing changes. p is the chance of as clear a stretch in such a table.
