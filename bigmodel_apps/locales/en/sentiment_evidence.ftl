# Figures of sentiment's evidence, both languages
metric-accuracy = Polarity right (accuracy)
metric-accuracy-confident = Polarity right on the most confident 80%
metric-calibration-error = Calibration error of the confidence (ECE)
metric-label-accuracy = Label of three right
metric-neutral-recall = Factual texts called neutral
metric-polar-called-neutral = Texts with an opinion called neutral

system-majority = Always the commoner class
system-char-lr = Characters + logistic regression

# Chinese
group-shop-books = books
group-shop-tablets = tablets
group-shop-phones = phones
group-shop-fruit = fruit
group-shop-shampoo = shampoo
group-shop-heaters = water heaters
group-shop-milk = milk
group-shop-clothes = clothes
group-shop-computers = computers
group-shop-hotels = hotels
group-mean = mean
group-worst = worst
group-test = test part
group-train = training part
group-both = both parts
group-opinions = opinions of our own
group-chnsenticorp = ChnSentiCorp
