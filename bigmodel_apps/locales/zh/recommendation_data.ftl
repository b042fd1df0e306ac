# 请求的问题。
problem-recommendation-user-or-history = 既没有用户，也没有历史。请给出 “user” 或 “history”，也可以两者都给。
problem-recommendation-shop-unknown = 这家店没有打开。请先打开，或不指定店铺，改问示例店。

# 选择记录文件的问题。
problem-recommendation-no-user-column = 没有找到用户列。现有的列：{ $columns }。请选择记录是谁选的那一列。
problem-recommendation-no-item-column = 没有找到物品列。现有的列：{ $columns }。请选择记录选了什么的那一列。
problem-recommendation-column-unknown = 没有这一列。现有的列：{ $columns }。
problem-recommendation-column-twice = 同一列被用作两种用途，请为其中一种另选一列。
problem-recommendation-zone-unknown = “{ $zone }” 不是时区。请写成 +08:00 这样的偏移，或 Asia/Shanghai 这样的名称。
problem-recommendation-no-usable-rows = { $rows } 行中没有一行是可用的选择。下面列出了最前面的问题，请另选列或修正后重试。
problem-recommendation-one-user = 可用的 { $rows } 行都属于同一个用户 “{ $name }”。什么与什么相配，只有从多人的选择中才看得出来；请加入其他用户，或另选用户列。
problem-recommendation-one-item = 可用的 { $rows } 行都是同一件物品 “{ $name }”，没有可选的余地；请加入其他物品，或另选物品列。
problem-recommendation-too-many-items = 共有 { $items } 件物品，最多可用 { $limit } 件。请去掉几乎没人选的物品，或拆分文件。

# 略过的行。
problem-recommendation-user-missing = 缺少用户，请补上；该行已略过。
problem-recommendation-item-missing = 缺少物品，请补上；该行已略过。
problem-recommendation-no-product = “{ $value }” 不是商品编号，应为邮费、手续费或调整；该行已略过。
problem-recommendation-time-missing = 缺少时间，请补上；该行已略过。
problem-recommendation-time-unreadable = 无法把 “{ $value }” 识别为时间。请写成 2026-03-05 14:05:00 的形式；该行已略过。
problem-recommendation-time-future = “{ $value }” 是将来的时间。请检查日期以及日与月的顺序；该行已略过。
problem-recommendation-time-stray = “{ $value }” 早于 1970 年。请检查日期；该行已略过。
problem-recommendation-cancelled = 订单 “{ $value }” 已取消；该行已略过。
problem-recommendation-returned = 数量 “{ $value }” 表示退货或没有购买；该行已略过。
problem-recommendation-quantity-unreadable = 无法把 “{ $value }” 识别为数量。请写成数字；该行已略过。
problem-recommendation-rating-missing = 缺少评分，请补上，或不使用评分列；该行已略过。
problem-recommendation-rating-unreadable = 无法把 “{ $value }” 识别为评分。请写成数字；该行已略过。
problem-recommendation-rating-negative = 评分 “{ $value }” 为负，说明不喜欢这件物品；该行已略过。
problem-recommendation-rating-low = 评分 “{ $value }” 低于 { $least }，不算选择；该行已略过。
problem-recommendation-row-copied = 该行与前面的一行（“{ $value }”）所读内容完全相同，只计一次；该行已略过。

# 整个文件的情况。
problem-recommendation-times-missing = 没有列说明时间，因此无法按时间留出，也无法让最近的选择占更大权重。如有时间列，请选择它。
problem-recommendation-times-unreadable = 这一列的时间全都无法识别，因此不使用时间。
problem-recommendation-time-future-most = 多数选择（{ $count } 个）的日期在将来，现按原样使用。
problem-recommendation-time-stray-most = 多数选择（{ $count } 个）的日期早于 1970 年，现按原样使用；请检查时间列。
problem-recommendation-dates-ambiguous = { $count } 个日期有两种读法，现按{ $order ->
        [month-first] 月在前
       *[day-first] 日在前
    }读取。如有误，请更改。
problem-recommendation-zones-mixed = 时间使用了 { $zones } 个不同的时区，已全部换算为最常见的一个。
problem-recommendation-ratings-identical = 所有评分都是 { $rating }，不提供任何信息，因此每行同样算作一次选择。
problem-recommendation-ratings-unreadable = 这一列的评分全都无法识别，因此每行同样算作一次选择。
problem-recommendation-items-repeated = { $count } 行的物品在前面已出现，以第一次出现的为准。
problem-recommendation-items-unknown = 有 { $count } 件被选过的物品不在这份物品文件中，推荐时没有标题。
problem-recommendation-items-unrelated = 被选过的物品没有一件在这份物品文件中。请检查物品列；在此之前没有标题。

# 略过的原因与行数。
recommendation-left-row-unreadable = { $count } 行无法读取
recommendation-left-row-empty = { $count } 行为空
recommendation-left-recommendation-user-missing = { $count } 行缺少用户
recommendation-left-recommendation-item-missing = { $count } 行缺少物品
recommendation-left-recommendation-no-product = { $count } 行是邮费、手续费之类
recommendation-left-recommendation-time-missing = { $count } 行缺少时间
recommendation-left-recommendation-time-unreadable = { $count } 行的时间无法识别
recommendation-left-recommendation-time-future = { $count } 行的时间在将来
recommendation-left-recommendation-time-stray = { $count } 行早于 1970 年
recommendation-left-recommendation-cancelled = { $count } 行属于已取消的订单
recommendation-left-recommendation-returned = { $count } 行是退货
recommendation-left-recommendation-quantity-unreadable = { $count } 行的数量无法识别
recommendation-left-recommendation-rating-missing = { $count } 行缺少评分
recommendation-left-recommendation-rating-unreadable = { $count } 行的评分无法识别
recommendation-left-recommendation-rating-negative = { $count } 行的评分为负
recommendation-left-recommendation-rating-low = { $count } 行的评分过低
recommendation-left-recommendation-row-copied = { $count } 行与前面的行相同

# 能够识别的公开文件。
recommendation-schema-movielens = MovieLens 的评分
recommendation-schema-online-retail = Online Retail II 数据集的发票
recommendation-schema-online-retail-2011 = Online Retail 数据集的发票
recommendation-schema-amazon-2018 = 2018 年发布的 Amazon 评价
recommendation-schema-amazon-2023 = 2023 年发布的 Amazon 评价

# 一列的用途。
recommendation-column-user = 用户
recommendation-column-item = 物品
recommendation-column-time = 时间
recommendation-column-rating = 评分
recommendation-column-basket = 购物篮或订单
recommendation-column-quantity = 数量
recommendation-column-amount = 金额
recommendation-column-price = 单价
recommendation-column-title = 标题
recommendation-column-category = 类别
recommendation-column-description = 描述

# 能否评测，以及保存的文件。
problem-recommendation-too-few-to-measure = 留出的部分中只有 { $users } 位用户选了新物品，至少需要 { $least } 位才能给出指标。推荐照常可用，但没有排行榜。
problem-recommendation-table-unfinished = 这份文件还没有训练好，请先继续训练。

# 向店铺补充的选择。
problem-recommendation-user-empty = 请说明是谁选的。
problem-recommendation-item-unknown = 这家店没有物品 “{ $item }”，没有补充任何内容。
problem-recommendation-too-many-added = 最多可以补充 { $limit } 个选择。更多的请以文件提供。
