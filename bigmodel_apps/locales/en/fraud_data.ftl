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
