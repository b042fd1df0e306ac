view-customers = Customers
view-experiment = Experiment

recommendation-bounded = { $value } ({ $low } – { $high })
recommendation-interactions = Choices
recommendation-period-week = Week from
recommendation-period-month = Month
recommendation-period-quarter = Quarter from
recommendation-period-year = Year

# The terms of a blend
recommendation-term = Term
recommendation-term-ease = What goes together
recommendation-term-ease-what = EASE: a linear model of which items the same people choose, in closed form; scores are sums over the history.
recommendation-term-als = Shared tastes
recommendation-term-als-what = Implicit ALS: people and items as points in one space; any history is folded in in closed form.
recommendation-term-neighbours = Similar items
recommendation-term-neighbours-what = Item-KNN: items that the same people choose, those with few witnesses shrunk.
recommendation-term-popularity = Popularity
recommendation-term-popularity-what = What most people choose, the same for everybody.
recommendation-term-next = What follows what
recommendation-term-next-what = Markov: what comes after an item; the newest choices weigh most.
recommendation-term-text = Titles
recommendation-term-text-what = Titles and categories alike; works for items that nobody has chosen yet.
recommendation-term-sequence = Order of choices
recommendation-term-sequence-what = SASRec: a network that reads the history in its order.

# Your data
recommendation-data-title = Your customers’ choices
recommendation-data-upload = Table of choices
recommendation-data-help = One row a choice: who, and what. Times, ratings, amounts, baskets, titles and categories make it better. MovieLens, Online Retail and Amazon reviews are recognised.
recommendation-data-items = Table of items (optional)
recommendation-data-items-help = One row an item: its id as in the other table, and a title, a category or a price.
recommendation-data-empty-title = From a list of purchases to recommendations with reasons
recommendation-data-empty =
    1. Drop a table with a column of customers and one of items, or take our sample (simulated).
    2. Check the columns that were found, and what was read.
    3. Fit. Every model is compared on the later choices, beside popularity and chance; then the blend learns from all of them.
    4. See lists with their reasons under “{ view-try }”; download a list for every customer.
recommendation-data-schema = Recognised: { $schema }
recommendation-data-more-columns = More columns
recommendation-data-liked-from = Ratings count from
recommendation-data-liked-all = all of them
recommendation-data-liked-help = Rows with a lower rating are no choice and are left out.
recommendation-data-choices = Choices
recommendation-data-users = Customers
recommendation-data-items-count = Items
recommendation-data-density = Density
recommendation-data-density-help = Of all pairs of a customer and an item, the share that was chosen.
recommendation-data-activity = a customer chose { $median } items (median), at most { $most }
recommendation-data-fit =
    { $users ->
        [one] Fit on 1 customer
       *[other] Fit on { $users } customers
    }
recommendation-data-cancelled = Stopped. The file is kept; go on whenever you want.
recommendation-data-waiting = { $rows } choices, not finished
recommendation-data-rows = { $rows } choices
recommendation-data-kept =
    { $count ->
        [one] 1 fitted file
       *[other] { $count } fitted files
    }
recommendation-result-try = See lists
recommendation-result-lists = { $k } items for every customer (CSV)

# Leaderboard
recommendation-standings-explain = Every model on the same customers, candidates and later choices; intervals draw customers. Coverage: the share of the catalogue in at least one list. Novelty: how rare the shown items are, in bits. Diversity: how unlike the items of a list are.

# Customers
recommendation-segment = Segment
recommendation-segment-all = All
recommendation-segment-what = Who they are
recommendation-segments-title = Customers and what they bring
recommendation-segments-help = By recency, frequency and value (RFM).
recommendation-segments-headline = “{ $segment }” are { $share } of the customers and { $measure ->
        [amount] { $value } of the amounts
       *[count] { $value } of the choices
    }
recommendation-segments-customers = customers
recommendation-segments-value-amount = amounts
recommendation-segments-value-count = choices
recommendation-segments-axis = Share of all
recommendation-segments-table = All figures
recommendation-segments-users = Customers
recommendation-segments-recency = Days since the last choice (median)
recommendation-segments-frequency = Visits (median)
recommendation-segments-each-amount = Amount of each (median)
recommendation-segments-each-count = Choices of each (median)
recommendation-retention-title = Who comes back
recommendation-retention-help = Each row holds the customers who came first in that period; each cell, which share of them chose something so many periods later. The first row also holds those who were there before the data begins.
recommendation-retention-read = In percent; the deeper the colour, the more came back. Point at a cell for its interval.
recommendation-retention-cohort = First came in
recommendation-retention-later-week = Weeks later
recommendation-retention-later-month = Months later
recommendation-retention-later-quarter = Quarters later
recommendation-retention-later-year = Years later
recommendation-retention-share = Came back
recommendation-customers-closer = A closer look at
recommendation-categories-title = What they choose
recommendation-categories-axis = Share of the choices
recommendation-categories-none = No categories are known.
recommendation-categories-without = without a category
recommendation-activity-title = When they are active
recommendation-activity-axis = Active customers

# Experiment
recommendation-experiment-simulation = Simulation: it replays what customers chose later. Nobody was shown anything, so it tells which list foresees choices better, and not what a list would change.
recommendation-experiment-mode = What to look at
recommendation-experiment-mode-replay = A against B
recommendation-experiment-mode-size = How many customers
recommendation-experiment-mode-aa = A against A
recommendation-experiment-arm = List { $arm }
recommendation-experiment-start = Replay
recommendation-experiment-job = A against B
recommendation-experiment-cancelled = Stopped. Nothing was measured.
recommendation-experiment-empty = Set the two lists and replay them: customers are assigned by a hash of their id, and a list hits where it holds something that the customer chose later.
recommendation-experiment-same = A and B are the same. Move a slider of one of them.
recommendation-experiment-better = { $better } hits more often: { $more } against { $less } of the customers
recommendation-experiment-unclear = No difference that chance would not make: A { $first }, B { $second }
recommendation-experiment-difference = Difference (B less A): **{ $difference } points** ({ $low } to { $high }), p { $p }.
recommendation-experiment-true = Over all customers, who under both lists are known to a replay alone, it is { $difference } points.
recommendation-experiment-again = Assign anew
recommendation-experiment-again-help = Other customers see A and B: how much the result moves is chance.
recommendation-experiment-needed = To see this difference with a power of { $power }, a test needs { $users } customers in each arm; this one had { $first } and { $second }.
recommendation-experiment-axis = Customers whose list of { $k } holds a later choice
recommendation-experiment-peeking = Decide once all { $users } customers are in, not when p first falls below { $alpha }: see “{ recommendation-experiment-mode-aa }”.

recommendation-test-base = Rate today (%)
recommendation-test-lift = Smallest rise worth seeing (% of it)
recommendation-test-power = Power (%)
recommendation-test-alpha = Significance (%)
recommendation-size-power = Power
recommendation-size-headline = { $users } customers in each arm
recommendation-size-read = They show a rise from { $base } to { $target } with a chance of { $power }, and cry wolf in { $alpha } of the tests without a difference (two-sided).
recommendation-size-chart = Power against customers in each arm
recommendation-size-users = Customers in each arm
recommendation-size-formula = Two proportions, normal approximation: n = (z₁₋α⁄₂ √(2 p̄ (1 − p̄)) + z₁₋β √(p₁ (1 − p₁) + p₂ (1 − p₂)))² / (p₁ − p₂)², p̄ the mean of both (Fleiss, Levin and Paik, 2003, 4.14).
recommendation-size-from-shop = This shop’s rate on later choices is { $rate }.

recommendation-aa-empty = Both arms get the same list, again and again with another assignment: any difference is chance. A sound test cries wolf in about { $alpha } of the runs, and its p values are spread evenly.
recommendation-aa-running = Running { $runs } tests
recommendation-aa-corrected = { $looks } looks, corrected
recommendation-aa-peeking-read = Whoever stops at the first look that seems clear cries wolf far more often than { $alpha }. Hold every look to its share of the error (Bonferroni), or look once.
recommendation-aa-headline = { $share } of { $runs } tests without a difference cry wolf ({ $low } – { $high }); { $alpha } is what was agreed
recommendation-aa-p = p values, which should be even
recommendation-aa-p-axis = p value
recommendation-aa-tests = Tests
recommendation-aa-even = Evenness: Kolmogorov–Smirnov p { $p }.
recommendation-aa-peeking-title = Why not to peek
recommendation-aa-once = One look at the end
recommendation-aa-peeking = { $looks } looks, stop at the first
recommendation-aa-peeking-axis = Tests that cry wolf

# Model
recommendation-model-ours = Our blend
recommendation-blend-headline = { $terms ->
        [one] One term answers: { $first }
       *[other] A blend of { $terms } terms; “{ $first }” weighs { $share }
    }
recommendation-blend-title = Weights of the blend
recommendation-blend-axis = Share of the weight
recommendation-refit-title = New choices and a refit
recommendation-refit-none = No new choices yet. Likes under “{ view-try }” count at once; with purchases added here, a refit learns from them.
recommendation-refit-new =
    { $count ->
        [one] 1 choice came after the fit.
       *[other] { $count } choices came after the fit.
    } Lists know them already; a refit learns from them.
recommendation-new-choices = Add choices
recommendation-new-user = Who
recommendation-new-items = Chose
recommendation-new-add = Add
recommendation-new-listed = { $user } chose { $item }
recommendation-refit-start = Refit in the background
recommendation-refit-job = Refit
recommendation-refit-cancelled = Stopped. Nothing was kept.
recommendation-refit-swapped = Refitted, better on later choices, and in use.
recommendation-refit-kept = Refitted, and kept as a challenger: it is not clearly better on later choices.
recommendation-versions = Versions
recommendation-versions-empty = None yet. Each refit is compared with the model in use on the last choices, which neither has learned from.
recommendation-version-learned = Learned from { $interactions } choices of { $users } customers, { $new } of them new; { $created }.
recommendation-version-measured = Compared on { $users } customers and their choices from { $date } on; intervals draw customers.
recommendation-version-measured-chance = Compared on { $users } customers and choices of theirs that were held out by chance; intervals draw customers.
recommendation-verdict-better = Better than { $rival }: nDCG at 10 { $difference } ({ $low } to { $high }).
recommendation-verdict-worse = Worse than { $rival }: nDCG at 10 { $difference } ({ $low } to { $high }).
recommendation-verdict-same = As good as { $rival }, as far as these choices tell: nDCG at 10 { $difference } ({ $low } to { $high }).
recommendation-rival-first = the first fit

# The report of a shop
rr-title = Recommendation: { $name }
rr-two-sentences = { $first } { $second }
rr-headline = { $system } comes first: nDCG at 10 { $ndcg }; what is popular reaches { $popularity }, chance { $chance }
rr-measured-time = Measured on { $users } customers and the { $choices } items new to them that they chose from { $date } on; every model learned from earlier choices only.
rr-measured-chance = Measured on { $users } customers and { $choices } of their items, held out by chance, since times are unknown or all the same.
rr-lead-better = The blend is better than the best of the others ({ $system }): nDCG at 10 { $difference } ({ $low } to { $high }).
rr-lead-worse = The blend is worse than the best of the others ({ $system }): nDCG at 10 { $difference } ({ $low } to { $high }).
rr-lead-same = The blend is not clearly different from the best of the others ({ $system }): nDCG at 10 { $difference } ({ $low } to { $high }).
rr-covers = { $choices } choices of { $users } customers among { $items } items.
rr-covers-time = { $choices } choices of { $users } customers among { $items } items, { $first } to { $last }.
rr-rows = { $rows } rows in the file, { $usable } of them choices.
rr-fitted-on = Fitted on { $date }.
rr-simulated = Simulated: the customers and their choices are drawn, none is real.
rr-how-well = How well later choices are foreseen
rr-chart = { $metric } of every model
rr-examples = Lists of the busiest customers, and because of what
rr-column-user = Customer
rr-column-rank = Rank
rr-column-item = Item
rr-column-because = Because of
rr-because-rest = popularity and other terms that rest on no single item
rr-limit-ease = EASE holds the { $items } most chosen of the { $all } items; it scores the others 0, and similar items have at least { $share } of the weight so that what was chosen ranks them too.
rr-limit-search = Parameters and weights were chosen on the { $items } most chosen of the { $all } items.
rr-limit-text = With more than { $items } items, titles count by their mean similarity alone, without the regression that smaller catalogues have.
rr-blend = Weights of the blend: { $terms }.
rr-term = { $term } { $share }
rr-read = Read: { $columns }.
rr-column = {" "}from “{ $column }”
rr-left-out = Left out: { $count } rows ({ $reasons }).
rr-left-out-none = Every row of the file counts.
rr-how-shares = The number behind an earlier item is what it adds to the score; all parts sum to the score exactly.
rr-how-figures = Intervals are 95% bootstrap intervals over customers; lists of 10, candidates are all items that the customer had not chosen.
rr-notes = Notes
