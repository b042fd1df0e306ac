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

# 用户分群
recommendation-segment-champions = 核心用户
recommendation-segment-champions-what = 近期有选择，且频次高。
recommendation-segment-loyal = 忠实用户
recommendation-segment-loyal-what = 定期回来。
recommendation-segment-newcomers = 新用户
recommendation-segment-newcomers-what = 近期有选择，但频次还不高。
recommendation-segment-occasional = 偶尔光顾
recommendation-segment-occasional-what = 有段时间没来，频次也低。
recommendation-segment-at-risk = 正在流失
recommendation-segment-at-risk-what = 过去常来，最近没有来。
recommendation-segment-lost = 已流失
recommendation-segment-lost-what = 来得少，也很久没来。

# 客户视图与实验可能遇到的问题
problem-recommendation-no-times = 这些选择没有时间，因此无法按时间分析。请指定日期列。
problem-recommendation-nothing-held-out = 没有用户既有较早的选择、又有较晚的新选择，因此无从回放。请使用时间跨度更长的文件。
problem-recommendation-arm-empty = { $users } 位用户分组后，有一组没有人。请增加用户，或让比例更接近一半。
problem-recommendation-no-lift = 提升为零无法检出。请填写值得关心的最小差异。
problem-recommendation-lift-too-large = 这一提升会使比例变为 { $share }，而比例必须在 0 与 1 之间。请填写更小的值。
problem-recommendation-not-between = 取值必须在 { $low } 与 { $high } 之间。
problem-recommendation-date-unreadable = “{ $value }”不是日期。请写成 2026-03-05 这样的形式。
