domain-fraud-name = Fraud scoring
domain-fraud-promise = Which cards to look at first, and why.
domain-fraud-purpose = Ranks card transactions into a queue of alerts, each with its reasons, and shows what every threshold earns or costs.

view-queue = Queue
view-money = Money
view-what-if = What if
view-drift = Drift
view-segments = Segments
view-live = Live

fraud-bank = Bank
fraud-bank-sample = Sample: simulated bank
fraud-bank-opening = Scoring the bank
fraud-simulated = Simulated: every transaction is drawn, none is real.
fraud-bounded = { $value } ({ $low } – { $high })
fraud-band-low = Low
fraud-band-guarded = Guarded
fraud-band-elevated = Elevated
fraud-band-high = High
fraud-decision-fraud = Fraud
fraud-decision-legitimate = Legitimate
fraud-decision-later = Later
fraud-label-fraud = fraud
fraud-label-legitimate = legitimate
fraud-label-unknown = not known yet

segment-name-region = Region
segment-name-card = Card
segment-name-age = Age
segment-value-north-west = North-west
segment-value-north-east = North-east
segment-value-south-west = South-west
segment-value-south-east = South-east
segment-value-debit = Debit
segment-value-credit = Credit
segment-value-premium = Premium
segment-value-18-29 = 18–29
segment-value-30-44 = 30–44
segment-value-45-59 = 45–59
segment-value-60-plus = 60 and over

queue-day = Day
queue-day-help = The queue of a day holds its cards by their most suspicious transaction. Cards whose fraud was known before that day are blocked and left out.
queue-capacity = Cards a day
queue-capacity-help = So many cards can be looked at in a day.
queue-filters = Filter
queue-filter-bands = Band
queue-filter-least = Amount from
queue-filter-any = any
queue-filter-undecided = Without those decided
queue-none = No card passes these filters. Take one away.
queue-no-cards = There are no transactions on this day. Choose another one.
queue-no-truth = No fraud is known on these days, so nobody can say how many the queue finds.
queue-achieved = { $share } of what a perfect ranking finds: card precision at { $k } is { $value } of at most { $ceiling } ({ $days } days{ $simulated ->
        [true] , simulated truth
       *[false] {""}
    })
queue-table = Alert queue of { $date }
queue-column-rank = #
queue-column-decision = Decision
queue-column-band = Band
queue-column-score = Score
queue-column-amount = Amount
queue-column-why = Why
queue-column-card = Card
queue-column-count = Payments

alert-verdict-probable = Probably fraud
alert-verdict-high = Suspicious
alert-verdict-elevated = Worth a look
alert-verdict-guarded = A little unusual
alert-verdict-low = Looks legitimate
alert-payment = { $amount } on { $moment } · card { $card } · terminal { $terminal }
alert-why = Why
alert-axis = Chance of fraud, on a scale of log-odds
alert-reason = Reason
alert-share = Log-odds
alert-chance-then = Chance then
alert-others =
    { $count ->
        [one] One more reason
       *[other] { $count } more reasons together
    }
alert-sum = :material/verified: { $base } before anything is known, { $share } from { $reasons } reasons: { $total } log-odds, { $score }. Off the model’s own sum by { $error }.
alert-around = Around the alert of card { $card }
alert-part-similar = Past cases like it
alert-part-terminal = Everything at this terminal
alert-part-card = This card
alert-part-numbers = Numbers
alert-part-raw = Raw data
alert-similar-none = No earlier alert has a known end yet.
alert-similar-explain = The nearest of { $alerts } earlier alerts whose end is known, by what made their scores.
alert-column-distance = Distance
alert-distance-help = Between what the inputs add to the log-odds of both.
alert-column-time = Time
alert-column-known = Known as
alert-column-terminal = Terminal
alert-column-input = Input
alert-column-value = Value
alert-terminal = Terminal { $terminal }, { $days } days: { $count } transactions, { $alerts } of them alerts; { $frauds } of { $known } with a known end were fraud.
alert-card = Card { $card }, { $days } days: { $count } payments. The diamond is this one.
alert-first = The first { $shown } of { $count }.

money-costs = What each outcome brings
money-costs-help = A transaction at or above the threshold is refused. The start values are those of scikit-learn’s example of cost-sensitive learning.
money-field-refused-fraud = Fraud refused: gain
money-field-accepted-fraud = Fraud accepted: loss, % of amount
money-field-refused-legitimate = Legitimate refused: loss
money-field-accepted-legitimate = Legitimate accepted: gain, % of amount
money-field-review = Work on each alert: cost
money-capacity = Alerts a day at most
money-capacity-help = So many transactions can be looked at in a day, on average. The best threshold is chosen within it.
money-threshold = Threshold
money-threshold-help = Transactions with at least this score are refused.
money-back = Back to the chosen one
money-headline = Refusing from { $threshold } on earns { $gain } more in { $days } days than refusing nobody
money-headline-more = { $alerts } alerts a day, { $precision } of them fraud; { $recall } of the frauds are refused. In all { $money } instead of { $none }.
money-curve = Money gained over refusing nobody, by threshold
money-axis-threshold = Threshold (score, on a scale of log-odds)
money-axis-gain = Gain
money-alerts = Alerts a day
money-precision = Precision
money-recall = Frauds caught
money-beyond = more alerts than the capacity
money-mark-chosen = chosen on earlier days
money-mark-now = yours
money-column-which = Threshold of
money-row-chosen = Best of the earlier days
money-row-now = Yours
money-row-hindsight = Best in hindsight
money-row-none = Nobody refused
money-table = Thresholds compared
money-spans = Chosen on { $first } to { $last }, reported on { $later } to { $end }. The detector learned from neither.
money-bands = Bands
money-bands-help = A band begins where at most so many legitimate transactions of the validation days reached it. Intervals are 95% Wilson intervals of the days reported on.
money-band-from = From score
money-band-promised = False positives at most
money-band-measured = False positives measured

decide-when = { $moment }
decide-note = Case note
decide-note-empty = What the card holder said, what was checked
decide-note-keep = Keep note
decide-said = { $moment }: { $decision }
decide-kept = Kept: { $decision }

fraud-miniature-payment = A payment of { $amount }
fraud-miniature = First of { $cards } cards of { $date }, simulated

segments-by = By
segments-from = Alert from band
segments-from-help = A transaction in this band or a higher one counts as an alert.
segments-rate-recall = Frauds caught
segments-help-recall = Share of the segment’s frauds that are alerts. Bars are 95% Wilson intervals.
segments-rate-false-positives = False positives
segments-help-false-positives = Share of the segment’s legitimate transactions that are alerts. Bars are 95% Wilson intervals.
segments-nothing = No row of this kind has a known label.
segments-first = The { $shown } largest of { $count } segments are drawn; the table has them all.
segments-even = By { $by }, no segment differs from the others by more than chance
segments-uneven = Beyond chance – { $found }
segments-stands-out = { $kind } differ: { $names }
segments-rows = Transactions
segments-rest = { $kind }, all others
segments-p = p ({ $kind })
segments-table = Every segment with its rates
segments-explain = { $first } to { $last }, alerts from band { $band }. Each segment against all others; transactions of one card or terminal count as the few independent ones that tell as much. p of Fisher’s exact test, adjusted over the segments by Holm’s method. Other colour: p below 5%.
segment-name-part = Time of day
segment-name-amount = Amount
segment-value-night = 0–6 h
segment-value-morning = 6–12 h
segment-value-afternoon = 12–18 h
segment-value-evening = 18–24 h
segment-value-q1 = lowest quarter
segment-value-q2 = second quarter
segment-value-q3 = third quarter
segment-value-q4 = highest quarter

what-if-transaction = Transaction
what-if-option = { $amount } · card { $card } · { $moment }
what-if-id = Or its id
what-if-id-empty = transaction id
problem-fraud-id-unknown = No transaction has the id “{ $id }”. Copy it from the file, or choose one from the list.
what-if-fields = Change what you like
what-if-time = Time
what-if-field-terminal = Terminal
what-if-field-customer = Card
what-if-new = A name that the bank does not know counts as a new one.
what-if-new-terminal = “{ $name }” is a terminal that nobody has seen
what-if-new-customer = “{ $name }” is a card without any past
what-if-reset = As it was
what-if-before = As it was
what-if-after = Changed
what-if-verdict-before = { what-if-before }
what-if-verdict-after = { what-if-after }
what-if-log-odds = { $log_odds } log-odds
what-if-unchanged = Change a field on the left: its inputs are computed anew from the history, and scored again.
what-if-unmoved = Nothing that the detector looks at has changed.
what-if-moved = What moved the score
what-if-axis = Adds to the log-odds
what-if-inputs = Every input before and after
what-if-inputs-changed = { $changed } of { $inputs } inputs changed.
what-if-sweeps = The score over all amounts and hours
what-if-sweeping = Scoring
what-if-hour = Hour of the day
what-if-by-amount = Score by amount
what-if-by-hour = Score by time of day

drift-inject = Inject a drift
drift-inject-help = Changes the transactions from half-way through the later days on, so that detection can be tried. What comes before and all labels stay as they are.
drift-kind-none = None
drift-kind-amounts = Amounts × 1.3
drift-kind-night = 10% at night
drift-kind-terminals = 10% at new terminals
drift-inject-explain = { $kind }, from { $date } on: all inputs are computed and scored again.
drift-start = Inject
drift-looking = Comparing the days
drift-quiet = No alarm: the transactions are still those that the detector learned from
drift-alarms =
    { $count ->
        [one] One alarm since the detector learned
       *[other] { $count } alarms since the detector learned
    }
drift-seen =
    { $days ->
        [one] Seen on the first day
       *[other] Seen after { $days } days
    }, most clearly in { $column }; { $false ->
        [0] no false alarm before
        [one] one false alarm before
       *[other] { $false } false alarms before
    }
drift-unseen = Not seen by the last day; { $false ->
        [0] no false alarm before
        [one] one false alarm before
       *[other] { $false } false alarms before
    }
drift-detected = Of the frauds since then, { $share } still reach the band “{ fraud-band-elevated }”.
drift-psi = Stability index of the most changed columns, against its limit
drift-psi-help = The population stability index of seven days against the days of reference, divided by the column’s own limit. Above 1 is an alarm.
drift-axis = PSI / limit
drift-mark = drift begins
drift-rate = Rate of fraud, where it is known
drift-rate-help = With 95% Wilson intervals. The dashed line is the rate of the reference.
drift-rate-axis = Rate of fraud
drift-unknown = not known yet
drift-rate-quiet = No change from the { $reference } of the reference beyond three standard errors.
drift-rate-alarms =
    { $count ->
        [one] One change from the { $reference } of the reference by more than three standard errors.
       *[other] { $count } changes from the { $reference } of the reference by more than three standard errors.
    }
drift-table = Columns compared
drift-column-psi = PSI
drift-column-limit = Limit
drift-column-ks = KS distance
drift-column-p = p of KS
drift-column-before = Median before
drift-column-after = Median after
drift-explain = Reference: { $first } to { $last }. Windows of { $window } days; limits are such that all columns together raise a false alarm about every { $days } days. KS calls any difference clear where there are many rows, so alarms go by the index.
segments-alerts = Alerts

live-speed = Speed
live-speed-of = { $minutes } min/s
live-play = Play
live-pause = Pause
live-again = Restart
live-clock = Clock of the bank
live-arrived = Arrived today
live-high = Cards in the highest band
live-caught = Frauds among the first { $k }
live-of = { $caught } of { $frauds }
live-caught-help = Cards with a fraud so far today, by all labels there are; on the day itself nobody knows them.
live-empty = Nothing has arrived yet. Let time pass with “{ live-play }”.
live-queue = The first { $k } cards
live-last = Last arrivals
live-column-moved = Moved
live-new = new

fraud-train-title = Learn from decisions
fraud-train-decisions = Decisions about this bank: { $said }.
fraud-train-empty = None yet. Decide on alerts under “{ view-queue }”: fraud and legitimate become labels, later waits.
fraud-train-start =
    { $count ->
        [0] Train a challenger
        [one] Train a challenger with one decision
       *[other] Train a challenger with { $count } decisions
    }
fraud-train-job = Challenger
fraud-train-cancelled = Stopped. Nothing was kept.
fraud-train-done = The challenger is trained. Read how it compares, then put it in use.
fraud-versions = Challengers
fraud-versions-empty = None yet. Each one is compared with the model in use on the same later days, which neither has learned from.
fraud-verdict-better = Ranks better than { $rival }: average precision { $difference } ({ $low } to { $high }).
fraud-verdict-worse = Ranks worse than { $rival }: average precision { $difference } ({ $low } to { $high }).
fraud-verdict-same = Ranks as well as { $rival }, as far as these days tell: average precision { $difference } ({ $low } to { $high }).
fraud-model-of-bank = the bank’s own detector
fraud-system-challenger = Challenger
fraud-system-champion = In use then
fraud-figure-ap = Average precision
fraud-figure-auc = AUC
fraud-figure-cp = Card precision at 100
fraud-figure-of = { $value }, at best { $ceiling }
fraud-version-facts = Learned from { $rows } transactions, { $frauds } frauds; decisions told { $new } new labels and overruled { $overruled }. Compared on { $days } days from { $first }: { $test_rows } transactions, { $test_frauds } frauds; intervals draw cards. { $created }
fraud-model-explain = The detector that ships was trained on the simulated bank. Intervals are 95% bootstrap intervals over cards.
fraud-model-ours = Boosted trees over windows, habits and known frauds
fraud-card = Model card: detector
fraud-detector = The detector in use
fraud-detector-facts = **{ $engine }**, learned from { $rows } transactions with { $frauds } frauds, { $first } to { $last }; labels are known { $delay } days later.
fraud-detector-gain = Share of what splits gain

fraud-bank-file = Scored file
fraud-data-title = Your transactions
fraud-data-upload = Table of transactions
fraud-data-help = Times and amounts are enough; cards, merchants and known frauds make it better. Files of the Fraud Detection Handbook, ULB, Sparkov, PaySim and IEEE-CIS are recognised. Up to 5 million rows.
fraud-data-empty-title = From a log of transactions to a queue of alerts
fraud-data-empty =
    1. Drop a table with times and amounts, or take our sample (simulated, labelled).
    2. Check the columns that were found, and what was read.
    3. Score it. With enough known frauds a detector of your own is trained on the earlier days and measured on the later ones.
    4. Work on it under “{ view-queue }”, “{ view-money }” and the other views; download what was scored.
fraud-data-schema = Recognised: { $schema }
fraud-column-time = Times
fraud-column-amount = Amounts
fraud-column-customer = Cards or customers
fraud-column-terminal = Terminals or merchants
fraud-column-fraud = Known frauds
fraud-column-id = Transaction ids
fraud-data-decimal = { $rows } amounts can be read in two ways. The mark before cents is
fraud-data-fraud-value = Which value means fraud
fraud-data-usable = Transactions
fraud-data-frauds = Known frauds
fraud-data-days = Days
fraud-data-left-out = Left out
fraud-data-engine = Who answers
fraud-data-score =
    { $rows ->
        [one] Score 1 transaction
       *[other] Score { $rows } transactions
    }
fraud-data-waiting = { $rows } transactions, not finished
fraud-data-rows = { $rows } transactions
fraud-data-kept =
    { $count ->
        [one] 1 scored file
       *[other] { $count } scored files
    }
fraud-result-facts = { $name } · { $rows } transactions · { $engine }
fraud-result-outliers = Without labels, scores order transactions by how unusual they are; they are no probabilities of fraud.
fraud-result-unmeasured = Scored. Without known frauds on later days nothing can be measured.
fraud-result-measured = Average precision { $ap } on { $first } to { $last }; by the amount alone { $amount }, by chance { $chance } ({ $frauds } frauds in { $rows } transactions)
fraud-result-bands = What a threshold at the beginning of each band does
fraud-result-queue = Open the queue
fraud-result-scored = Scored file (CSV)
fraud-result-queue-file = Queue, first { $k } (CSV)

world-title = Or simulate a bank
world-name = Simulated by you
world-explain = Draws customers, terminals and five kinds of fraud; the detector of the sample bank scores them. It stays until the server forgets it.
world-customers = Customers
world-terminals = Terminals
world-seed = Seed
world-large = Large amounts are fraud from
world-rate-terminal = Terminals compromised a day, of 10,000
world-rate-customer = Customers compromised a day, of 10,000
world-rate-takeover = Accounts taken over a day, of 10,000
world-rate-testing = Cards tested a day, of 10,000
world-start = Simulate about { $transactions } transactions
world-done = The bank is drawn and scored.

# Inputs by name
fraud-input-amount = Amount
fraud-input-weekend = Weekend
fraud-input-night = Night
fraud-input-customer-count-1d = Card: payments, 1 day
fraud-input-customer-mean-1d = Card: mean amount, 1 day
fraud-input-terminal-count-1d = Terminal: payments, 1 day
fraud-input-terminal-risk-1d = Terminal: share of frauds, 1 day
fraud-input-customer-count-7d = Card: payments, 7 days
fraud-input-customer-mean-7d = Card: mean amount, 7 days
fraud-input-terminal-count-7d = Terminal: payments, 7 days
fraud-input-terminal-risk-7d = Terminal: share of frauds, 7 days
fraud-input-customer-count-30d = Card: payments, 30 days
fraud-input-customer-mean-30d = Card: mean amount, 30 days
fraud-input-terminal-count-30d = Terminal: payments, 30 days
fraud-input-terminal-risk-30d = Terminal: share of frauds, 30 days
fraud-input-customer-amount-ratio = Amount against the card’s usual one
fraud-input-customer-amount-ratio-30d = The same, 30 days
fraud-input-customer-unusual-count = Card: unusual amounts
fraud-input-customer-unusual-max = Card: largest unusual amount
fraud-input-customer-count-1h = Card: payments, 1 hour
fraud-input-customer-gap-hours = Card: hours since the last payment
fraud-input-customer-hour-share = Card: usual at this hour
fraud-input-customer-visit-share = Card: usual at this terminal
fraud-input-customer-new-terminals-1d = Card: new terminals, 1 day
fraud-input-customer-known-frauds-30d = Card: known frauds, 30 days
fraud-input-customer-fraud-age-days = Card: days since a known fraud
fraud-input-terminal-count-1h = Terminal: payments, 1 hour
fraud-input-terminal-amount-ratio = Amount against the terminal’s usual one
fraud-input-terminal-last-frauds = Terminal: frauds among the last known
fraud-input-terminal-run = Terminal: run of known labels
fraud-input-terminal-fraud-age-days = Terminal: days since a known fraud
fraud-input-terminal-fraud-amount = Terminal: amount of the last known fraud
fraud-input-terminal-legitimate-age-days = Terminal: days since a known legitimate payment
fraud-input-terminal-run-age-days = Terminal: days since the run of frauds began
fraud-input-time = Hour of the day
fraud-input-score = Score
