# 样例商店与样例片库
recommendation-sample-shop = 样例商店（模拟）
recommendation-sample-films = 样例片库（模拟）
recommendation-sample-note = 商品目录为我们自己编写；人物及其选择均为模拟。
recommendation-currency-note = 价格与金额均以欧元计。

recommendation-category-kitchen = 厨房用品
recommendation-category-tea-coffee = 茶与咖啡
recommendation-category-stationery = 文具
recommendation-category-garden = 园艺
recommendation-category-outdoor = 户外
recommendation-category-pets = 宠物
recommendation-category-kids = 母婴与玩具
recommendation-category-textiles = 家纺
recommendation-category-lighting = 灯具
recommendation-category-tools = 工具
recommendation-category-hobbies = 图书与爱好
recommendation-category-sports = 运动
recommendation-category-care = 个人护理
recommendation-category-seasonal = 节令与礼品
