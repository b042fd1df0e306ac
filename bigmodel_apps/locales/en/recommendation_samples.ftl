# The sample shop and the sample library
recommendation-sample-shop = Sample shop (simulated)
recommendation-sample-films = Sample library of films (simulated)
recommendation-sample-note = Our own catalogue; the people and their choices are simulated.
recommendation-currency-note = All prices and amounts are in euros.

recommendation-category-kitchen = Kitchen
recommendation-category-tea-coffee = Tea & coffee
recommendation-category-stationery = Stationery
recommendation-category-garden = Garden
recommendation-category-outdoor = Outdoor
recommendation-category-pets = Pets
recommendation-category-kids = Baby & toys
recommendation-category-textiles = Home textiles
recommendation-category-lighting = Lighting
recommendation-category-tools = Tools
recommendation-category-hobbies = Books & hobbies
recommendation-category-sports = Sports
recommendation-category-care = Personal care
recommendation-category-seasonal = Seasonal & gifts

recommendation-category-drama = Drama
recommendation-category-comedy = Comedy
recommendation-category-crime = Crime
recommendation-category-scifi = Science fiction
recommendation-category-fantasy = Fantasy
recommendation-category-romance = Romance
recommendation-category-thriller = Thriller
recommendation-category-documentary = Documentary
recommendation-category-animation = Animation
recommendation-category-history = History
recommendation-category-family = Family
recommendation-category-adventure = Adventure
recommendation-category-creative-courses = Courses: creative
recommendation-category-home-courses = Courses: home
recommendation-category-knowledge-courses = Courses: knowledge

# Segments of users
recommendation-segment-champions = Champions
recommendation-segment-champions-what = Chose lately and often.
recommendation-segment-loyal = Loyal
recommendation-segment-loyal-what = Come back regularly.
recommendation-segment-newcomers = Newcomers
recommendation-segment-newcomers-what = Chose lately, but not often yet.
recommendation-segment-occasional = Occasional
recommendation-segment-occasional-what = Chose some time ago, and seldom.
recommendation-segment-at-risk = Slipping away
recommendation-segment-at-risk-what = Used to come often, but have not for a while.
recommendation-segment-lost = Lost
recommendation-segment-lost-what = Chose seldom, and long ago.

# What can be wrong with a view of customers or an experiment
problem-recommendation-no-times = The choices carry no times, so nothing can be said about when. Map a column of dates.
problem-recommendation-nothing-held-out = Nobody has both an earlier and a new later choice, so there is nothing to replay. Use a file that covers more time.
problem-recommendation-arm-empty = With { $users } users, one of the two sides has nobody. Use more users or a share closer to one half.
problem-recommendation-no-lift = A lift of zero cannot be found. Use the smallest difference that matters to you.
problem-recommendation-lift-too-large = This lift would make the share { $share }; it has to stay between 0 and 1. Use a smaller one.
problem-recommendation-not-between = This has to lie between { $low } and { $high }.
problem-recommendation-date-unreadable = “{ $value }” is no date. Write it like 2026-03-05.
