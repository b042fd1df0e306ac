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
