# Figures of the evidence on recommendation
protocol-ml-100k = Films, MovieLens 100k
protocol-online-retail = A wholesaler's customers (Online Retail)
protocol-online-retail-cold = Articles that nobody has bought yet
protocol-online-retail-next = What comes next in an order
protocol-shop = Sample shop (simulated)
protocol-shop-next = What comes next in the sample shop (simulated)

metric-ndcg-at-10 = nDCG at 10
metric-map-at-10 = MAP at 10
metric-precision-at-10 = Precision at 10
metric-recall-at-10 = Recall at 10
metric-hit-rate-at-10 = Lists of 10 with a hit
metric-mrr-at-10 = Mean reciprocal rank within 10
metric-catalogue-coverage = Share of the catalogue that is ever shown
metric-novelty = Novelty (bits)
metric-list-diversity = Diversity within a list
metric-gini = Concentration on few items (Gini)
metric-fit-time = Time to fit
metric-recommend-time = Time for one list
metric-sar-deviation = Largest deviation from the published figures of SAR
metric-ndcg-difference = nDCG at 10, ours less the other's

system-random = Random
system-sar = SAR
system-sar-published = SAR, as published
system-term-ease = Linear model of what goes together (EASE)
system-term-als = Matrix factorisation (iALS)
system-term-neighbours = Similar items (item-KNN)
system-term-popularity = Most popular
system-term-next = What follows what (Markov)
system-term-text = Titles and categories
system-term-text-lexical = Words of the titles alone
system-term-sequence = Sequence model (SASRec)
system-next-blend = Blend for what comes next

group-cold = new items
group-known-items = known items
group-next-item = next item
group-sample-shop = sample shop
group-films = films
