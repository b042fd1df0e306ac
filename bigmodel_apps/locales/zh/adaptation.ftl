cs-engine-adapted = 学到的问法

metric-intent-accuracy = 首位条目正确（准确率）
metric-accepted-accuracy = 首位条目正确且被接受
metric-draw-deviation = 各次抽样之间的标准差
metric-learning-time = 编码与学习用时

system-plain = 本系统（不学习问法）
system-frozen-lr = 编码器 + 逻辑回归
system-tfidf-lr = TF-IDF + 逻辑回归

group-ten-shot = 每条 10 种问法
group-full-data = 全部问法
group-default-threshold = 默认阈值

cs-learned-better = 已从问法中学习：抽出的 { $asked } 条问法中，正确条目排在首位的占 { $after }（不学习时为 { $before }）。
cs-learned-no-gain = 从问法中学习没有带来提升（{ $asked } 条中 { $after } 对 { $before }），因此未启用。
