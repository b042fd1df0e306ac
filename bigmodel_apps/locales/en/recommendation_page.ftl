view-products = Products
view-balance = Balance
view-new = New
view-rules = Rules

recommendation-shop = Shop
recommendation-shop-file = File
recommendation-shop-opening = Opening the shop
recommendation-price = €{ $price }
recommendation-quoted = “{ $title }”
recommendation-chosen-by =
    { $users ->
        [0] chosen by nobody yet
       *[other] chosen by { $users }
    }
recommendation-search = Search
recommendation-search-empty = Part of a title, or an id

# For whom
recommendation-who = For
recommendation-who-help = Some of the shop's customers are listed. Type the id of any other one and press Enter, or paste a history.
recommendation-somebody = { $user } · { $count } chosen
recommendation-somebody-kind = { $user } · { $kind }
recommendation-somebody-new = Somebody new
recommendation-you = you
recommendation-history = Chosen so far, the newest first; a click takes one out
recommendation-history-add = Add an item
recommendation-history-search = Search by title
recommendation-history-empty = Nothing chosen yet. Add an item, or paste a history.
recommendation-history-older = and { $count } older
recommendation-history-fewer = without the { $count } older
recommendation-paste = Paste a history
recommendation-paste-lines = One title or id a line, the oldest first
recommendation-paste-help = Titles may be in either language. Part of a title is enough where only one has it.
recommendation-paste-use = Use it
recommendation-paste-found =
    { $found ->
        [one] One line was found.
       *[other] { $found } lines were found.
    }
recommendation-missed-unknown =
    { $count ->
        [one] One line names nothing in this shop: { $lines }
       *[other] { $count } lines name nothing in this shop: { $lines }
    }
recommendation-missed-ambiguous =
    { $count ->
        [one] One line is part of several titles; write the whole one: { $lines }
       *[other] { $count } lines are part of several titles; write whole ones: { $lines }
    }
recommendation-paste-nothing = There are no lines yet. Write one title or id a line.

# The list
recommendation-first =
    { $known ->
        [true] “{ $title }” first, because they liked “{ $because }”
       *[false] “{ $title }” first, because you liked “{ $because }”
    }
recommendation-first-popular =
    { $known ->
        [true] “{ $title }” first: it is liked by most
       *[false] “{ $title }” first: it is liked by most, and we know nothing of you yet
    }
recommendation-first-pinned = “{ $title }” first, because a rule pins it
recommendation-first-set = The sliders changed this order; it is not the model's alone.
recommendation-moved = With these settings:
recommendation-cause-without = Without { $items }:
recommendation-cause-with = With { $items }:
recommendation-cause-hidden = After hiding { $items }:
recommendation-moved-none = the same items, in another order.
recommendation-change-came = { $items } came in
recommendation-change-left = { $items } dropped out
recommendation-changes = { $parts }.
recommendation-and-more = { $named } and { $count } more
recommendation-none = There is nothing to show: everything was chosen already, or rules keep it out.
recommendation-list = Recommended items, the best first
recommendation-listed-rank = #
recommendation-listed-was = Without
recommendation-listed-title = Item
recommendation-listed-category = Category
recommendation-listed-price = Price
recommendation-listed-similarity = Similarity
recommendation-listed-score = Score
recommendation-listed-why = Why
recommendation-because-column =
    { $known ->
        [true] Because they liked
       *[false] Because you liked
    }
recommendation-listed-choose = Add
recommendation-listed-dismiss = Hide
recommendation-choose-help = Add it to what was chosen; the list follows at once.
recommendation-dismiss-help = Not for them: it is not shown again. “{ view-rules }” takes that back.
recommendation-because-pinned = pinned by a rule
recommendation-why = Why “{ $title }”
recommendation-why-alt = What each earlier choice adds to the score
recommendation-share-axis = Adds to the score
recommendation-share-of = Because of
recommendation-share-others =
    { $count ->
        [one] one other choice
       *[other] { $count } other choices
    }
recommendation-shares = Every share of every item
recommendation-sum = Shares are exact: those of a row add up to its score (largest difference { $error }).

# Sliders
recommendation-set-diversity = Diversity
recommendation-set-diversity-help = 0: by score alone. Towards 1, an item counts the less, the more it is like those above it (maximal marginal relevance).
recommendation-set-penalty = Less popular
recommendation-set-penalty-help = Takes the more off a score, the more people chose the item.
recommendation-set-recency = Recency
recommendation-set-recency-help = Weight of what usually follows the newest choices. It starts where the model learned it.
recommendation-set-text = Titles
recommendation-set-text-help = Weight of how much titles and categories are alike. It starts where the model learned it.
recommendation-length-of = { $count } items
recommendation-set-length = Items in the list
recommendation-set-seen = Show chosen ones again
recommendation-set-seen-help = Off: nothing of the history ever comes back.
recommendation-set-back = Back to the start

# Products
recommendation-product = Product
recommendation-together = Often chosen together
recommendation-together-help = Share of the product's baskets that hold the other one too, with its 95 % interval. The tick is the share of all baskets: what chance alone would give. A pair needs { $least } baskets and an interval that lies above chance.
recommendation-together-headline = “{ $title }” goes with “{ $other }”: together { $lift } times as often as by chance
recommendation-together-headline-none = Nothing goes with “{ $title }” more often than by chance
recommendation-together-unknown = Neither baskets nor times are known of this shop, so nobody can say what was chosen together.
recommendation-together-none =
    { $baskets ->
        [0] It is in no basket yet.
        [one] It is in one basket; a pair needs { $least }, and more than chance.
       *[other] It is in { $baskets } baskets, and shares none of at least { $least } with another product more often than by chance.
    }
recommendation-together-about-basket =
    The surest first. From { $baskets } baskets with it among { $all }{ $simulated ->
        [true] , simulated.
       *[false] .
    }
recommendation-together-about-day =
    The surest first. From { $baskets } days with it among { $all }: baskets are unknown, so a customer's day stands for one{ $simulated ->
        [true] ; simulated.
       *[false] .
    }
recommendation-together-axis = Share of its baskets that hold the other too
recommendation-together-lift = { $share } · { $lift } ×
recommendation-together-count = { $together } of { $baskets }
recommendation-together-baskets = Baskets with both
recommendation-similar = Similar products
recommendation-similar-help = By choices: whether the same people chose both. By titles: whether titles, categories and descriptions say the same, in either language.
recommendation-similar-choices = By choices
recommendation-similar-titles = By titles
recommendation-similar-none = No other product is like it.
recommendation-pairs = The surest pairs of the whole shop
recommendation-pairs-item = This
recommendation-pairs-other = goes with this
recommendation-pairs-confidence = Share of its baskets
recommendation-pairs-lift = Against chance
recommendation-pairs-none = No two products share { $least } baskets more often than by chance.
recommendation-pairs-most = Looked for among the { $most } products in the most baskets.
recommendation-pairs-large =
    { $count ->
        [one] One basket of more than { $most } different products is left out.
       *[other] { $count } baskets of more than { $most } different products are left out.
    }

# Balance
recommendation-balance-measuring = Fitting without the last choices and measuring lists on them
recommendation-balance-measure = Measure it
recommendation-balance-wait = The list follows the sliders already. What it is worth on choices held out appears here in a moment.
recommendation-balance-plain = By score alone: nDCG { $ndcg }, and { $coverage } of the catalogue is shown to somebody
recommendation-balance-headline =
    { $direction ->
        [less] { $change } of the accuracy (nDCG) is given up
        [more] { $change } more accuracy (nDCG)
       *[same] As accurate (nDCG)
    }; { $coverage } of the catalogue is shown instead of { $plain }
recommendation-balance-about-time =
    Measured on what { $users } of { $candidates } customers chose after the part that the model learned from ({ $choices } choices, the first four fifths by time){ $simulated ->
        [true] ; simulated.
       *[false] .
    }
recommendation-balance-about-chance =
    Measured on choices of { $users } of { $candidates } customers, held out by chance because times are unknown; the model learned from the other { $choices }{ $simulated ->
        [true] ; simulated.
       *[false] .
    }
recommendation-balance-list = What { $who } would see, before and after
recommendation-balance-click = Each point is a setting of diversity and popularity; the line joins those that no other one beats. Click a point to take it over.
recommendation-gain-coverage = More of the catalogue?
recommendation-gain-coverage-help = Share of the catalogue that stands in the list of somebody, against hits.
recommendation-gain-novelty = Less obvious?
recommendation-gain-novelty-help = Novelty: the mean of −log2 of the share of customers who chose an item. One bit more is half as popular.
recommendation-gain-diversity = More varied?
recommendation-gain-diversity-help = Diversity within a list: the mean of 1 − cosine over its pairs, from who chose them and their categories.
recommendation-balance-axis-coverage = Catalogue shown
recommendation-balance-axis-novelty = Novelty (bits)
recommendation-balance-axis-diversity = Diversity in a list
recommendation-balance-ndcg = nDCG at { $k }
recommendation-balance-mark-now = now
recommendation-balance-mark-plain = by score
recommendation-balance-column-plain = By score alone
recommendation-balance-column-now = As the sliders stand
recommendation-balance-setting = Setting
recommendation-balance-table = The figures

# Rules
recommendation-rules-shop = Rules of this shop
recommendation-rules-shop-help = They hold for every list that you see of this shop, at once and without a fit, and are kept for you alone.
recommendation-rule-pin = Pin to the top, in this order
recommendation-rule-exclude = Never show
recommendation-rule-out-of-stock = Out of stock
recommendation-rule-empty = None: search by title
recommendation-rule-most = At most of any category
recommendation-rule-most-short = At most
recommendation-rule-no-limit = no limit
recommendation-rule-quotas = Limits of single categories
recommendation-rules-none = No rule touches the list for { $who }
recommendation-rules-effect =
    { $count ->
        [0] Rules reorder the list for { $who }
        [one] Rules change one of the { $k } items for { $who }
       *[other] Rules change { $count } of the { $k } items for { $who }
    }
recommendation-was-help = The place that it has without rules and dismissals.
recommendation-rules-gone = Gone: { $items }
recommendation-gone-exclude = never shown
recommendation-gone-out-of-stock = out of stock
recommendation-gone-dismissed = hidden
recommendation-gone-pushed = no room
recommendation-taste = Likes and dislikes of { $who }
recommendation-taste-help = A liked item continues the history; a hidden one is not shown to them again.
recommendation-taste-liked = Liked
recommendation-taste-dismissed = Hidden

# New product
recommendation-new-title = Title of the new product
recommendation-new-help = In English or Chinese, whatever the catalogue is written in. Nothing is kept, and nothing is fitted.
recommendation-new-placeholder = What is it called?
recommendation-new-any = any
recommendation-new-empty = Type the title of a product that the shop does not have yet.
recommendation-new-reading = Comparing it with the catalogue and asking the customers
recommendation-new-verdict = Most like “{ $near }”; { $share } of the customers would see it in their top { $k }
recommendation-new-alone = Nothing in this catalogue is like “{ $title }”, so its title says nothing of who would want it. Add its category, or words that others share.
recommendation-new-about =
    Between { $low } and { $high }, from the lists of { $users } { $simulated ->
        [true] simulated customers
       *[false] customers
    }; predicted from its title alone.
recommendation-new-neighbours = Nearest in the catalogue
recommendation-new-neighbours-help = Titles, categories and descriptions alike, across both languages.
recommendation-new-why-none = None of their choices speaks for it.
recommendation-new-people = Who would see it first
recommendation-new-people-help = Customers by their predicted score. Pick a row to see what speaks for it.
recommendation-new-column-user = Customer
recommendation-new-column-shown = Top 10
recommendation-new-column-because = Because they liked
recommendation-new-shown = yes
recommendation-new-not-shown = no
recommendation-new-why = Why { $user }
recommendation-new-rest = Not from a single choice

# Overview
recommendation-miniature-chose = Chose { $items }
recommendation-miniature-because = because they liked “{ $item }”
recommendation-miniature = A simulated shopper of the sample shop, answered now.

problem-recommendation-user-unknown = This shop has no customer with the id “{ $user }”. Check it, or paste a history.
