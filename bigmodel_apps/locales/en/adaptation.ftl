cs-engine-adapted = Learned phrasings

metric-intent-accuracy = Right entry first (accuracy)
metric-accepted-accuracy = Right entry first and accepted
metric-draw-deviation = Standard deviation between draws
metric-learning-time = Time to encode and learn

system-plain = Ours without learning
system-frozen-lr = Encoder + logistic regression
system-tfidf-lr = TF-IDF + logistic regression

group-ten-shot = ten phrasings an entry
group-full-data = all phrasings
group-default-threshold = default threshold

cs-learned-better = Learned from its phrasings: of { $asked } taken out, the right entry comes first for { $after } ({ $before } without learning).
cs-learned-no-gain = Learning from its phrasings did not help ({ $after } against { $before }, of { $asked }), so it is not used.
