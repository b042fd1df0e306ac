# Facts behind a group of inputs; whether they raise or lower the score is said beside them.
fraud-reason-amount = Amount { $amount }: more than { NUMBER($share, style: "percent") } of transactions here
fraud-reason-amount-alone = Amount { $amount }
fraud-reason-habit = { $ratio } × this customer's usual amount of { $usual }
fraud-reason-habit-below = { NUMBER($ratio, style: "percent") } of this customer's usual amount of { $usual }
fraud-reason-habit-new = { $amount } is this customer's first payment: there is no usual amount yet
fraud-reason-habit-zero = This customer's usual amount is 0
fraud-reason-unusual = { $count ->
        [one] One earlier payment
       *[other] { $count } earlier payments
    } of this customer in { $days } days exceeded { $times } × the usual amount; the largest was { $largest } ×
fraud-reason-unusual-none = No earlier payment of this customer in { $days } days exceeded { $times } × the usual amount
fraud-reason-pace = { $day ->
        [one] This customer's only payment in 24 hours
       *[other] { $day } payments of this customer in 24 hours, { $hour } of them in the last hour
    }; { $usual } a day is usual
fraud-reason-places = { $visits } of this customer's { $payments } earlier payments were at this terminal
fraud-reason-places-first = { $payments ->
        [0] This customer's first payment anywhere
       *[other] First payment at this terminal, after { $payments } elsewhere; { $new ->
            [one] one new terminal
           *[other] { $new } new terminals
        } in 24 hours
    }
fraud-reason-customer-frauds = { $frauds ->
        [0] None of this customer's { $known } known payments in { $days } days was fraud
        [one] One of this customer's { $known } known payments in { $days } days was fraud; of the last { $last }, { $last_frauds }
       *[other] { $frauds } of this customer's { $known } known payments in { $days } days were fraud; of the last { $last }, { $last_frauds }
    }
fraud-reason-customer-frauds-unknown = Nothing is known yet of this customer's earlier payments
fraud-reason-terminal-frauds = { $last_frauds } of the last { $last } known transactions at this terminal { $last_frauds ->
        [one] was
       *[other] were
    } fraud; { $frauds } of { $known } in { $days } days
fraud-reason-terminal-frauds-none = None of the { $known } known transactions at this terminal in { $days } days was fraud
fraud-reason-terminal-frauds-unknown = Nothing is known yet of this terminal: labels arrive { $delay } days later
fraud-reason-terminal-traffic = { $day ->
        [one] The only transaction at this terminal in 24 hours
       *[other] { $day } transactions at this terminal in 24 hours, { $hour } of them in the last hour
    }; { $usual } a day is usual
fraud-reason-terminal-amount = { $ratio } × the usual amount at this terminal, { $usual }
fraud-reason-terminal-amount-below = { NUMBER($ratio, style: "percent") } of the usual amount at this terminal, { $usual }
fraud-reason-terminal-amount-new = This terminal has no earlier amounts to compare with
fraud-reason-time = { fraud-reason-moment }; { NUMBER($share, style: "percent") } of this customer's payments fall around this hour
fraud-reason-time-new = { fraud-reason-moment }
fraud-reason-moment = { $clock } on a { $weekday ->
        [0] Monday
        [1] Tuesday
        [2] Wednesday
        [3] Thursday
        [4] Friday
        [5] Saturday
       *[other] Sunday
    }
fraud-reason-sequence = { $payments ->
        [0] The first payment of this card, with nothing before it
       *[other] How this payment continues the { $payments } before it on this card: order, amounts and gaps
    }
fraud-reason-numbers = { $inputs }{ $further ->
        [0] {""}
        [one] {""} and one further input
       *[other] {""} and { $further } further inputs
    }
fraud-reason-unnamed-customer = The data name no customers to look back at
fraud-reason-unnamed-terminal = The data name no terminals to look back at
fraud-reason-habit-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-unusual-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-pace-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-customer-frauds-unnamed = { fraud-reason-unnamed-customer }
fraud-reason-places-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-frauds-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-traffic-unnamed = { fraud-reason-unnamed-terminal }
fraud-reason-terminal-amount-unnamed = { fraud-reason-unnamed-terminal }

problem-fraud-what-if-amount = An amount is a number from 0 to { $limit }. Correct it.
problem-fraud-what-if-number = This transaction has no such number, or the value is none. Choose one of its columns and enter a number.
problem-fraud-drift-days = Too few days: { $found } to compare with, where { $needed } are needed, and at least { $window } after them. Choose other days or a longer file.
problem-fraud-drift-terminals = The transactions name no terminals, so none can be new. Choose another drift.
problem-fraud-nothing-decided = No alert of this bank was decided on as fraud or legitimate yet. Decide on some in the queue, then train.

# The protocol of drift
protocol-drift = Drift: how soon, and how often for nothing
metric-drift-delay = Days until a drift is known
metric-drift-false-alarms = False alarms in 100 days without drift
group-simulated = simulated banks
group-april = April
group-may-june = May and June
group-fraud-rate = rate of fraud
group-inputs = inputs and score
group-drift-amounts = higher amounts
group-drift-night = at night
group-drift-terminals = new terminals
group-weak = weak

# The benchmark of the slider
metric-slider-curve = Time from a changed cost to the new curve, without a browser
metric-slider-page = Time from the change to the redrawn curve, in a browser
metric-slider-building = Time to build the curve once

problem-money-no-labels = None of these transactions has a label, so there is no money to count. Choose days whose labels have arrived.
