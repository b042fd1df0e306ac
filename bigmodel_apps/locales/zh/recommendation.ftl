domain-recommendation-name = 推荐
domain-recommendation-promise = 接下来可能想要什么，因为什么。
domain-recommendation-purpose = 推荐接下来可能想选的东西，指出是此前哪些选择在起作用，几秒内就能学会一份新文件。

recommendation-term-penalty = 热门项扣分
