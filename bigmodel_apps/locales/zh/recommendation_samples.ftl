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

recommendation-category-drama = 剧情
recommendation-category-comedy = 喜剧
recommendation-category-crime = 犯罪
recommendation-category-scifi = 科幻
recommendation-category-fantasy = 奇幻
recommendation-category-romance = 爱情
recommendation-category-thriller = 惊悚
recommendation-category-documentary = 纪录片
recommendation-category-animation = 动画
recommendation-category-history = 历史
recommendation-category-family = 家庭
recommendation-category-adventure = 冒险
recommendation-category-creative-courses = 课程：创作
recommendation-category-home-courses = 课程：生活
recommendation-category-knowledge-courses = 课程：知识
