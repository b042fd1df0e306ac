# 推荐的实测数据
protocol-ml-100k = 电影（MovieLens 100k）
protocol-online-retail = 批发商的客户（Online Retail）
protocol-online-retail-cold = 尚无人买过的商品
protocol-online-retail-next = 一张订单里的下一件
protocol-shop = 样例商店（模拟）
protocol-shop-next = 样例商店里的下一件（模拟）

metric-ndcg-at-10 = 前 10 项的 nDCG
metric-map-at-10 = 前 10 项的 MAP
metric-precision-at-10 = 前 10 项的精确率
metric-recall-at-10 = 前 10 项的召回率
metric-hit-rate-at-10 = 前 10 项中至少命中一项的列表
metric-mrr-at-10 = 前 10 项内的平均倒数排名
metric-catalogue-coverage = 曾被展示的商品占比
metric-novelty = 新颖度（比特）
metric-list-diversity = 列表内的多样性
metric-gini = 集中于少数商品的程度（基尼系数）
metric-fit-time = 拟合用时
metric-recommend-time = 生成一份列表的用时
metric-sar-deviation = 与 SAR 公布数据的最大偏差
metric-ndcg-difference = 前 10 项的 nDCG：我们减去对方

system-random = 随机
system-sar = SAR
system-sar-published = SAR，公布值
system-term-ease = 哪些商品相伴出现的线性模型（EASE）
system-term-als = 矩阵分解（iALS）
system-term-neighbours = 相似商品（item-KNN）
system-term-popularity = 最热门
system-term-next = 什么之后是什么（马尔可夫）
system-term-text = 标题与类别
system-term-text-lexical = 仅标题中的词
system-term-sequence = 序列模型（SASRec）
system-next-blend = 针对下一件的混合模型

group-cold = 新商品
group-known-items = 已知商品
group-next-item = 下一件
group-sample-shop = 样例商店
group-films = 影片
