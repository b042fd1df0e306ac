# What is wrong with a request.
problem-recommendation-user-or-history = Neither a user nor a history is given. Give “user”, “history” or both.
problem-recommendation-shop-unknown = This shop is not open. Open it first, or leave it out to ask the sample shop.

# What is wrong with a file of choices.
problem-recommendation-no-user-column = No column names users. The columns are: { $columns }. Pick the one that says who chose.
problem-recommendation-no-item-column = No column names items. The columns are: { $columns }. Pick the one that says what was chosen.
problem-recommendation-column-unknown = There is no such column. The columns are: { $columns }.
problem-recommendation-column-twice = This column is used for two things. Pick another one for one of them.
problem-recommendation-zone-unknown = “{ $zone }” is no time zone. Write an offset such as +08:00, or a name such as Asia/Shanghai.
problem-recommendation-no-usable-rows = None of the { $rows } rows is a choice that can be used. The first problems are listed; pick other columns, or mend the rows.
problem-recommendation-one-user = All { $rows } usable rows are of one user, “{ $name }”. What goes together shows only in the choices of several; add other users, or pick another column for them.
problem-recommendation-one-item = All { $rows } usable rows are of one item, “{ $name }”. There is nothing to choose from; add other items, or pick another column for them.
problem-recommendation-too-many-items = There are { $items } items; at most { $limit } can be used. Leave out those that hardly anybody chose, or split the file.

# Rows that were left out.
problem-recommendation-user-missing = The user is missing. Add it; the row was left out.
problem-recommendation-item-missing = The item is missing. Add it; the row was left out.
problem-recommendation-no-product = “{ $value }” has no number of a product: postage, a fee or an adjustment. The row was left out.
problem-recommendation-time-missing = The time is missing. Add it; the row was left out.
problem-recommendation-time-unreadable = “{ $value }” is no time that can be read. Write it like 2026-03-05 14:05:00; the row was left out.
problem-recommendation-time-future = “{ $value }” lies in the future. Check the date and the order of day and month; the row was left out.
problem-recommendation-time-stray = “{ $value }” lies before 1970. Check the date; the row was left out.
problem-recommendation-cancelled = The order “{ $value }” was cancelled. The row was left out.
problem-recommendation-returned = The quantity “{ $value }” is a return or nothing at all. The row was left out.
problem-recommendation-quantity-unreadable = “{ $value }” is no quantity that can be read. Write a number; the row was left out.
problem-recommendation-rating-missing = The rating is missing. Add it, or use the file without ratings; the row was left out.
problem-recommendation-rating-unreadable = “{ $value }” is no rating that can be read. Write a number; the row was left out.
problem-recommendation-rating-negative = The rating “{ $value }” is negative, so the item was not liked. The row was left out.
problem-recommendation-rating-low = The rating “{ $value }” is below { $least }, so it is no choice. The row was left out.
problem-recommendation-row-copied = This row repeats an earlier one (“{ $value }”) in everything that is read. It was counted once; the row was left out.

# What is to be known of a file as a whole.
problem-recommendation-times-missing = No column says when, so nothing can be held out by time and nobody's newest choices weigh more. Pick the column if there is one.
problem-recommendation-times-unreadable = No time in this column can be read, so the file is used without times.
problem-recommendation-time-future-most = Most choices ({ $count }) are dated in the future. They are taken as they are.
problem-recommendation-time-stray-most = Most choices ({ $count }) are dated before 1970. They are taken as they are; check the column of times.
problem-recommendation-dates-ambiguous = { $count ->
        [one] { $count } date can be read in two ways
       *[other] { $count } dates can be read in two ways
    }; { $order ->
        [month-first] the month was taken to come first
       *[day-first] the day was taken to come first
    }. Change it if that is wrong.
problem-recommendation-zones-mixed = The times state { $zones } different zones. All were brought to the most frequent one.
problem-recommendation-ratings-identical = All ratings are { $rating }, so they say nothing. Every row counts as a choice alike.
problem-recommendation-ratings-unreadable = No rating in this column can be read, so every row counts as a choice alike.
problem-recommendation-items-repeated = { $count ->
        [one] { $count } row names an item that stands above already; the first one counts.
       *[other] { $count } rows name an item that stands above already; the first one of each counts.
    }
problem-recommendation-items-unknown = { $count ->
        [one] { $count } chosen item is not in this file of items. It is recommended without a title.
       *[other] { $count } chosen items are not in this file of items. They are recommended without a title.
    }
problem-recommendation-items-unrelated = No chosen item is in this file of items. Check which column names them; titles are missing until then.

# Why rows were left out, as counts.
recommendation-left-row-unreadable = { $count ->
        [one] { $count } row that could not be read
       *[other] { $count } rows that could not be read
    }
recommendation-left-row-empty = { $count ->
        [one] { $count } empty row
       *[other] { $count } empty rows
    }
recommendation-left-recommendation-user-missing = { $count } without a user
recommendation-left-recommendation-item-missing = { $count } without an item
recommendation-left-recommendation-no-product = { $count } of postage, fees and the like
recommendation-left-recommendation-time-missing = { $count } without a time
recommendation-left-recommendation-time-unreadable = { $count } with a time that cannot be read
recommendation-left-recommendation-time-future = { $count } in the future
recommendation-left-recommendation-time-stray = { $count } before 1970
recommendation-left-recommendation-cancelled = { $count } of cancelled orders
recommendation-left-recommendation-returned = { $count } sent back
recommendation-left-recommendation-quantity-unreadable = { $count } with a quantity that cannot be read
recommendation-left-recommendation-rating-missing = { $count } without a rating
recommendation-left-recommendation-rating-unreadable = { $count } with a rating that cannot be read
recommendation-left-recommendation-rating-negative = { $count } with a negative rating
recommendation-left-recommendation-rating-low = { $count } with a rating that is too low
recommendation-left-recommendation-row-copied = { $count ->
        [one] { $count } copy of an earlier row
       *[other] { $count } copies of earlier rows
    }

# Public files that are recognised.
recommendation-schema-movielens = ratings of MovieLens
recommendation-schema-online-retail = invoices of the Online Retail II data set
recommendation-schema-online-retail-2011 = invoices of the Online Retail data set
recommendation-schema-amazon-2018 = Amazon reviews, as published in 2018
recommendation-schema-amazon-2023 = Amazon reviews, as published in 2023

# What a column is used for.
recommendation-column-user = User
recommendation-column-item = Item
recommendation-column-time = Time
recommendation-column-rating = Rating
recommendation-column-basket = Basket or order
recommendation-column-quantity = Quantity
recommendation-column-amount = Amount
recommendation-column-price = Unit price
recommendation-column-title = Title
recommendation-column-category = Category
recommendation-column-description = Description

# What can be measured and what is kept.
problem-recommendation-too-few-to-measure = { $users ->
        [0] Nobody has
        [one] Only one user has
       *[other] Only { $users } users have
    } something new in the part that is held out; { $least } are needed for figures. Recommendations work, without a leaderboard.
problem-recommendation-table-unfinished = This file is not fitted yet. Continue the fit first.

# Choices that are added to a shop.
problem-recommendation-user-empty = Say who chose.
problem-recommendation-item-unknown = This shop has no item “{ $item }”. Nothing was added.
problem-recommendation-too-many-added = At most { $limit } choices can be added. Bring them as a file instead.
