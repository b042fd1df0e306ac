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
