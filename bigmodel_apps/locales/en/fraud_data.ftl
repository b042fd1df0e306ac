# What is wrong with a file of transactions.
problem-fraud-no-time-column = No column holds dates or times. The columns are: { $columns }. Pick the one that says when each transaction was made.
problem-fraud-no-amount-column = No column holds amounts. The columns are: { $columns }. Pick the one with the amounts.
problem-fraud-column-unknown = There is no such column. The columns are: { $columns }.
problem-fraud-column-twice = This column is used for two things. Pick another one for one of them.
problem-fraud-zone-unknown = “{ $zone }” is no time zone. Write an offset such as +08:00, or a name such as Asia/Shanghai.
problem-fraud-no-usable-rows = None of the { $rows } rows is a transaction that can be used. The first problems are listed; pick other columns, or mend the rows.

# Rows that were left out, or of which something was not understood.
problem-fraud-time-missing = The time is missing. Add it; the row was left out.
problem-fraud-time-unreadable = “{ $value }” is no time that can be read. Write it like 2026-03-05 14:05:00; the row was left out.
problem-fraud-time-not-counted = “{ $value }” is no number counted from a start. Write a number from 0 up; the row was left out.
problem-fraud-time-future = “{ $value }” lies in the future. Check the date and the order of day and month; the row was left out.
problem-fraud-time-stray = “{ $value }” lies long before the other transactions. Check the date; the row was left out.
problem-fraud-amount-missing = The amount is missing. Add it; the row was left out.
problem-fraud-amount-unreadable = “{ $value }” is no amount that can be read. Write it like 1234.50; the row was left out.
problem-fraud-amount-negative = “{ $value }” has another sign than most amounts: a refund or a reversal. It is not scored; the row was left out.
problem-fraud-row-copied = This row repeats an earlier one with the transaction id “{ $value }”. It was counted once; the row was left out.
problem-fraud-id-repeated = The transaction id “{ $value }” stands above already, with another content. Both are kept; this one gets a number behind its id.
problem-fraud-label-unreadable = “{ $value }” says neither fraud nor legitimate. Write 1 or 0; the row is kept without a label.

# What is to be known of a file as a whole.
problem-fraud-times-counted = The times count { $unit ->
        [seconds] seconds
        [minutes] minutes
        [hours] hours
       *[days] days
    } from a start that the file does not state. It is taken for a Monday at midnight, so that hours and weekdays may be off; the gaps are right.
problem-fraud-times-are-days = The times are days without a time of day, so every transaction counts as made at midnight. Add the times if you have them.
problem-fraud-zones-mixed = The times state { $zones } different zones. { $zone ->
        [given] They were brought to the clock of the zone that you gave.
       *[other] All were brought to { $zone }. Give another zone if the bank's clock is another.
    }
problem-fraud-dates-ambiguous = { $count ->
        [one] { $count } date can be read in two ways
       *[other] { $count } dates can be read in two ways
    }; { $order ->
        [month-first] the month was taken to come first
       *[day-first] the day was taken to come first
    }. Change it if that is wrong.
problem-fraud-amounts-ambiguous = { $count ->
        [one] { $count } amount can be read in two ways
       *[other] { $count } amounts can be read in two ways
    }; “{ $mark }” was taken for the mark before cents. Change it if that is wrong.
problem-fraud-rows-repeated = { $count ->
        [one] { $count } row repeats
       *[other] { $count } rows repeat
    } an earlier one in every column. Without transaction ids nobody can tell a copy from a second payment, so each counts.
problem-fraud-signs-changed = Most amounts are negative ({ $count }), as on a statement. Their signs were changed.
problem-fraud-currencies-mixed = The amounts are in several currencies ({ $currencies }). They are compared as they are; convert them first, or split the file.
problem-fraud-column-gives-away = This column gives the label away, so no model would have it in time. It is not used as an input.
problem-fraud-column-empty = This column is empty, and was not used.
problem-fraud-names-missing = { $count ->
        [one] { $count } row names nobody here; it counts as somebody of its own.
       *[other] { $count } rows name nobody here; each counts as somebody of its own.
    }
problem-fraud-all-in-future = Most transactions ({ $count }) are dated in the future. They are taken as they are, as of a simulated bank.
problem-fraud-labels-unclear = Which of these values means fraud is not clear: { $values }. Say which; until then no row has a label.
problem-fraud-no-labels = No row says whether it was fraud, so no model can be trained or measured on this file. A detector of unusual transactions ranks the rows.
problem-fraud-one-class-fraud =
    { $count ->
        [one] The one row with a label is fraud. Nothing can be learned or measured from one kind of row; add legitimate ones.
       *[other] All { $count } rows with a label are fraud. Nothing can be learned or measured from one kind of row; add legitimate ones.
    }
problem-fraud-one-class-legitimate =
    { $count ->
        [one] The one row with a label is legitimate. Nothing can be learned or measured from one kind of row; add known frauds.
       *[other] All { $count } rows with a label are legitimate. Nothing can be learned or measured from one kind of row; add known frauds.
    }
problem-fraud-some-unlabelled = { $count ->
        [one] { $count } row has no label. It is scored, and counts for no figure.
       *[other] { $count } rows have no label. They are scored, and count for no figure.
    }

# Why rows were left out, as counts.
fraud-left-row-unreadable = { $count ->
        [one] { $count } row that could not be read
       *[other] { $count } rows that could not be read
    }
fraud-left-row-empty = { $count ->
        [one] { $count } empty row
       *[other] { $count } empty rows
    }
fraud-left-fraud-time-missing = { $count } without a time
fraud-left-fraud-time-unreadable = { $count } with a time that cannot be read
fraud-left-fraud-time-not-counted = { $count } with a time that is no number
fraud-left-fraud-time-future = { $count } in the future
fraud-left-fraud-time-stray = { $count } long before the others
fraud-left-fraud-amount-missing = { $count } without an amount
fraud-left-fraud-amount-unreadable = { $count } with an amount that cannot be read
fraud-left-fraud-amount-negative = { $count ->
        [one] { $count } refund
       *[other] { $count } refunds
    }
fraud-left-fraud-row-copied = { $count ->
        [one] { $count } copy of an earlier row
       *[other] { $count } copies of earlier rows
    }

# Public files that are recognised.
fraud-schema-handbook = simulated transactions of the Fraud Detection Handbook
fraud-schema-ulb = credit card transactions of the ULB Machine Learning Group
fraud-schema-sparkov = card transactions simulated by Sparkov
fraud-schema-paysim = mobile payments simulated by PaySim
fraud-schema-ieee = e-commerce payments of the IEEE-CIS competition

# The same of one row, in the scored file.
fraud-why-fraud-time-missing = no time
fraud-why-fraud-time-unreadable = time cannot be read
fraud-why-fraud-time-not-counted = time is no number
fraud-why-fraud-time-future = in the future
fraud-why-fraud-time-stray = long before the others
fraud-why-fraud-amount-missing = no amount
fraud-why-fraud-amount-unreadable = amount cannot be read
fraud-why-fraud-amount-negative = refund
fraud-why-fraud-row-copied = copy of an earlier row

# Who answers for a file, and why another cannot.
fraud-engine-own = a detector trained on this file
fraud-engine-bank = the detector of the simulated sample bank
fraud-engine-outliers = a detector of unusual transactions, without labels
problem-fraud-bank-unfit = The detector of the sample bank needs a column of cards and one of merchants or terminals. Pick them, or use another detector.
problem-fraud-own-too-short = The file covers { $days ->
        [one] one day
       *[other] { $days } days
    }, which is too short to learn from one part and measure on a later one. Add earlier or later days.
problem-fraud-own-too-few = There are { $learned } known frauds in the days to learn from and { $tested } in those to measure on; { $least } and { $least_tested } are needed. Add labels, or use another detector.
problem-fraud-table-unfinished = This file is not scored yet. Continue the scoring first.

# The report of a scored file or bank.
fr-title = Fraud scoring: { $name }
fr-two-sentences = { $first } { $second }
fr-headline = On { $date }, { $high } of { $cards } cards reach the band “{ $band }”.
fr-headline-first = First comes { $card } with { $amount }: { $why }.
fr-headline-empty = There is no card to look at on { $date }.
fr-no-reason = nothing in particular
fr-simulated = Simulated: every transaction is drawn, none is real.
fr-rows = { $rows } rows in the file, { $usable } of them scored.
fr-covers = { $count } transactions from { $first } to { $last }.
fr-scored-on = Scored on { $date }.
fr-engine = Scored by { $engine }.
fr-queue = Queue of { $date }: the first { $shown } of { $cards } cards
fr-column-rank = Rank
fr-column-card = Card
fr-column-time = Time
fr-column-amount = Amount
fr-column-score = Score
fr-column-band = Band
fr-column-why = Why
fr-reason-separator = {" · "}
fr-how-well = How well it ranks
fr-measured = Measured on { $first } to { $last }, from which the detector has not learned: { $rows } transactions with a label, { $frauds } of them fraud.
fr-ranking = Average precision { $ap }; by the amount alone { $amount }, by chance { $chance }. Area under the ROC curve { $auc }.
fr-cards = Card precision at { $k }: { $value } of at most { $ceiling }, which is { $share } of what a perfect ranking finds (mean of { $days } days).
fr-from-recall = Frauds caught from “{ $band }”
fr-from-false = False alarms from “{ $band }”
fr-recall-title = From the band “{ $band }” on, { $recall } of the frauds are caught, for { $false } of the legitimate transactions
fr-recall-axis = Share of transactions
fr-money-rule = Costs as in scikit-learn’s example: a fraud refused brings { $caught }, one accepted costs { $missed } of its amount; a legitimate transaction refused costs { $annoyed }, one accepted brings { $earned }. At most { $k } alerts a day.
fr-notes = Notes
fr-schema = Recognised: { $schema }.
fr-read-time = Times from the column “{ $column }”.
fr-read-clock = Times of day from the column “{ $column }”.
fr-read-amount = Amounts from the column “{ $column }”.
fr-read-customer = Cards from the column “{ $column }”.
fr-read-terminal = Merchants from the column “{ $column }”.
fr-read-id = Transaction ids from the column “{ $column }”.
fr-read-fraud = Labels from the column “{ $column }”.
fr-numbers = Further numbers as inputs: { $count }.
fr-left-out = Not scored: { $count } (first reason that applies): { $reasons }.
fr-left-out-none = Every row of the file is scored.
fr-how-scores = A score is a calibrated probability. Bands begin where at most 5%, 2% and 1% of the legitimate transactions of the validation days reached.
fr-how-outliers = Without labels, a score says how much a transaction stands out. It orders transactions and is no probability; the bands hold the top 5%, 2% and 1%.
fr-how-queue = A card ranks by its most suspicious transaction of the day. Labels count as known after { $days } days; cards whose fraud is known are left out.
fr-how-figures = Bars are 95% Wilson intervals. Card precision at { $k }: of the { $k } cards looked at a day, the share with a fraud on that day.
