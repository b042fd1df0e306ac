view-products = 商品
view-balance = 权衡
view-new = 新商品
view-rules = 规则

recommendation-shop = 商店
recommendation-shop-file = 文件
recommendation-shop-opening = 正在打开商店
recommendation-price = €{ $price }
recommendation-quoted = “{ $title }”
recommendation-chosen-by =
    { $users ->
        [0] 还没有人选过
       *[other] { $users } 人选过
    }
recommendation-search = 搜索
recommendation-search-empty = 标题的一部分，或编号

# 为谁推荐
recommendation-who = 推荐给
recommendation-who-help = 这里列出了商店的部分顾客。输入其他顾客的编号后按回车，或粘贴一段历史。
recommendation-somebody = { $user } · 选过 { $count } 件
recommendation-somebody-kind = { $user } · { $kind }
recommendation-somebody-new = 新顾客
recommendation-you = 您
recommendation-history = 已选商品，最新的在最前；点击即可去掉
recommendation-history-add = 添加商品
recommendation-history-search = 按标题搜索
recommendation-history-empty = 还没有选过。请添加商品，或粘贴一段历史。
recommendation-history-older = 以及更早的 { $count } 件
recommendation-history-fewer = 收起更早的 { $count } 件
recommendation-paste = 粘贴历史
recommendation-paste-lines = 每行一个标题或编号，最早的在最前
recommendation-paste-help = 中英文标题均可。如果只有一个标题含有某一部分，写这一部分即可。
recommendation-paste-use = 使用
recommendation-paste-found = 找到了 { $found } 行。
recommendation-missed-unknown = 有 { $count } 行在这家商店里找不到：{ $lines }
recommendation-missed-ambiguous = 有 { $count } 行同时出现在多个标题中，请写完整标题：{ $lines }
recommendation-paste-nothing = 还没有内容。请每行写一个标题或编号。

# 列表
recommendation-first =
    { $known ->
        [true] 首选“{ $title }”，因为这位顾客喜欢“{ $because }”
       *[false] 首选“{ $title }”，因为您喜欢“{ $because }”
    }
recommendation-first-popular =
    { $known ->
        [true] 首选“{ $title }”：喜欢它的人最多
       *[false] 首选“{ $title }”：喜欢它的人最多；我们对您还一无所知
    }
recommendation-first-pinned = 首选“{ $title }”，因为有规则将它置顶
recommendation-first-set = 滑块改变了这一顺序，它不完全出自模型。
recommendation-moved = 按这些设置：
recommendation-cause-without = 去掉{ $items }后：
recommendation-cause-with = 加上{ $items }后：
recommendation-cause-hidden = 隐藏{ $items }后：
recommendation-moved-none = 商品不变，只是顺序不同。
recommendation-change-came = 新进{ $items }
recommendation-change-left = 退出{ $items }
recommendation-changes = { $parts }。
recommendation-and-more = { $named }等 { $count } 件以上
recommendation-none = 没有可显示的商品：要么都已选过，要么被规则挡住。
recommendation-list = 推荐商品，最好的在最前
recommendation-listed-rank = #
recommendation-listed-was = 无规则时
recommendation-listed-title = 商品
recommendation-listed-category = 类别
recommendation-listed-price = 价格
recommendation-listed-similarity = 相似度
recommendation-listed-score = 得分
recommendation-listed-why = 理由
recommendation-because-column =
    { $known ->
        [true] 因为顾客喜欢
       *[false] 因为您喜欢
    }
recommendation-listed-choose = 选
recommendation-listed-dismiss = 隐藏
recommendation-choose-help = 加入已选商品，列表立即随之变化。
recommendation-dismiss-help = 不合适：不再显示。可在“{ view-rules }”中撤销。
recommendation-because-pinned = 由规则置顶
recommendation-why = 为什么推荐“{ $title }”
recommendation-why-alt = 以往每项选择给得分增加多少
recommendation-share-axis = 给得分增加
recommendation-share-of = 因为
recommendation-share-others = 其余 { $count } 件
recommendation-shares = 每件商品的全部份额
recommendation-sum = 份额是精确的：每行之和等于得分（最大相差 { $error }）。

# 滑块
recommendation-set-diversity = 多样性
recommendation-set-diversity-help = 0：只看得分。越接近 1，与上方商品越像的商品越靠后（最大边际相关）。
recommendation-set-penalty = 避开热门
recommendation-set-penalty-help = 选过的人越多，得分扣得越多。
recommendation-set-recency = 近期
recommendation-set-recency-help = “最近的选择之后常选什么”的权重。初始值由模型学得。
recommendation-set-text = 标题
recommendation-set-text-help = 标题与类别相似程度的权重。初始值由模型学得。
recommendation-length-of = { $count } 件
recommendation-set-length = 列表长度
recommendation-set-seen = 已选过的也再次显示
recommendation-set-seen-help = 关闭时，历史中的商品绝不再出现。
recommendation-set-back = 恢复初始值

# 商品
recommendation-product = 商品
recommendation-together = 常被一起选
recommendation-together-help = 含有该商品的购物篮中，同时含有另一件的占比及其 95 % 区间。竖线是它在全部购物篮中的占比，即纯属偶然时的水平。一对商品至少要有 { $least } 个共同购物篮，且区间高于偶然水平。
recommendation-together-headline = “{ $title }”常与“{ $other }”一起：频率是偶然情况的 { $lift } 倍
recommendation-together-headline-none = 没有商品与“{ $title }”一起出现的频率高于偶然
recommendation-together-unknown = 这家商店既没有购物篮也没有时间，因此无从知道哪些商品被一起选。
recommendation-together-none =
    { $baskets ->
        [0] 还没有购物篮含有它。
       *[other] 有 { $baskets } 个购物篮含有它，但没有任何一件商品与它共同出现在至少 { $least } 个购物篮中且频率高于偶然。
    }
recommendation-together-about-basket =
    最可靠的在最前。来自 { $all } 个购物篮中含有它的 { $baskets } 个{ $simulated ->
        [true] ，模拟数据。
       *[false] 。
    }
recommendation-together-about-day =
    最可靠的在最前。来自 { $all } 个“顾客日”中含有它的 { $baskets } 个：购物篮未知，以顾客的一天代替{ $simulated ->
        [true] ；模拟数据。
       *[false] 。
    }
recommendation-together-axis = 含有它的购物篮中同时含有另一件的占比
recommendation-together-lift = { $share } · { $lift } 倍
recommendation-together-count = { $baskets } 个中的 { $together } 个
recommendation-together-baskets = 共同购物篮
recommendation-similar = 相似商品
recommendation-similar-help = 按选择：是否由同一批人选过。按标题：标题、类别与描述所说的是否相同，不分语言。
recommendation-similar-choices = 按选择
recommendation-similar-titles = 按标题
recommendation-similar-none = 没有与它相似的商品。
recommendation-pairs = 全店最可靠的搭配
recommendation-pairs-item = 这件
recommendation-pairs-other = 常与这件一起
recommendation-pairs-confidence = 占其购物篮
recommendation-pairs-lift = 与偶然相比
recommendation-pairs-none = 没有两件商品共同出现在 { $least } 个购物篮中且频率高于偶然。
recommendation-pairs-most = 仅在购物篮最多的 { $most } 种商品之间查找。
recommendation-pairs-large = 有 { $count } 个购物篮含有超过 { $most } 种商品，未计入。

# 权衡
recommendation-balance-measuring = 不用最后的选择训练，再用它们衡量列表
recommendation-balance-measure = 开始衡量
recommendation-balance-wait = 列表已随滑块变化。它在留出的选择上表现如何，稍后显示在这里。
recommendation-balance-plain = 只看得分：nDCG 为 { $ndcg }，目录中 { $coverage } 的商品会展示给某位顾客
recommendation-balance-headline =
    { $direction ->
        [less] 准确度（nDCG）下降 { $change }
        [more] 准确度（nDCG）上升 { $change }
       *[same] 准确度（nDCG）不变
    }；展示目录的 { $coverage }，原为 { $plain }
recommendation-balance-about-time =
    以 { $candidates } 位顾客中的 { $users } 位在训练时段之后的选择来衡量；模型学习了前五分之四时间里的 { $choices } 次选择{ $simulated ->
        [true] ；模拟数据。
       *[false] 。
    }
recommendation-balance-about-chance =
    以 { $candidates } 位顾客中的 { $users } 位的部分选择来衡量；因时间未知，这些选择是随机留出的，模型学习了其余 { $choices } 次选择{ $simulated ->
        [true] ；模拟数据。
       *[false] 。
    }
recommendation-balance-list = { $who } 会看到：调整前后
recommendation-balance-click = 每个点是多样性与热门程度的一种设置，连线上的设置没有其他设置能胜过。点击一个点即可采用。
recommendation-gain-coverage = 展示更多目录？
recommendation-gain-coverage-help = 出现在某人列表中的商品占目录的份额，与命中对照。
recommendation-gain-novelty = 更不落俗套？
recommendation-gain-novelty-help = 新颖度：选过该商品的顾客占比取 −log2 后的平均值。每多 1 比特，热门程度减半。
recommendation-gain-diversity = 更多样？
recommendation-gain-diversity-help = 列表内多样性：列表中两两商品的 1 − 余弦的平均值，依据选过它们的人及其类别。
recommendation-balance-axis-coverage = 展示的目录份额
recommendation-balance-axis-novelty = 新颖度（比特）
recommendation-balance-axis-diversity = 列表内多样性
recommendation-balance-ndcg = nDCG（前 { $k } 位）
recommendation-balance-mark-now = 当前
recommendation-balance-mark-plain = 只看得分
recommendation-balance-column-plain = 只看得分
recommendation-balance-column-now = 按当前滑块
recommendation-balance-setting = 设置
recommendation-balance-table = 具体数值

# 规则
recommendation-rules-shop = 这家商店的规则
recommendation-rules-shop-help = 对您看到的这家商店的每个列表立即生效，无需重新训练，并且只为您保存。
recommendation-rule-pin = 按此顺序置顶
recommendation-rule-exclude = 永不显示
recommendation-rule-out-of-stock = 缺货
recommendation-rule-empty = 无：按标题搜索
recommendation-rule-most = 任一类别最多
recommendation-rule-most-short = 最多
recommendation-rule-no-limit = 不限
recommendation-rule-quotas = 单个类别的上限
recommendation-rules-none = 没有规则影响 { $who } 的列表
recommendation-rules-effect =
    { $count ->
        [0] 规则调整了 { $who } 列表的顺序
       *[other] 规则改变了 { $who } 列表 { $k } 件中的 { $count } 件
    }
recommendation-was-help = 没有规则和隐藏时的名次。
recommendation-rules-gone = 退出：{ $items }
recommendation-gone-exclude = 永不显示
recommendation-gone-out-of-stock = 缺货
recommendation-gone-dismissed = 已隐藏
recommendation-gone-pushed = 没有位置
recommendation-taste = { $who } 的好恶
recommendation-taste-help = 喜欢的商品接在历史之后；隐藏的商品不再向其显示。
recommendation-taste-liked = 喜欢
recommendation-taste-dismissed = 隐藏

# 新商品
recommendation-new-title = 新商品的标题
recommendation-new-help = 中英文均可，不论目录用哪种语言。不保存任何内容，也无需训练。
recommendation-new-placeholder = 它叫什么？
recommendation-new-any = 不限
recommendation-new-empty = 请输入一件商店里还没有的商品的标题。
recommendation-new-reading = 正在与目录比较并询问顾客
recommendation-new-verdict = 最像“{ $near }”；{ $share } 的顾客会在前 { $k } 位看到它
recommendation-new-alone = 目录中没有与“{ $title }”相似的商品，仅凭标题无从知道谁会想要它。请填写类别，或使用与其他商品共有的词。
recommendation-new-about =
    介于 { $low } 与 { $high } 之间，依据 { $users } 位{ $simulated ->
        [true] 模拟顾客
       *[false] 顾客
    }的列表；仅由标题预测。
recommendation-new-neighbours = 目录中最接近的
recommendation-new-neighbours-help = 标题、类别与描述相似，不分语言。
recommendation-new-why-none = 没有任何选择支持它。
recommendation-new-people = 谁会最先看到
recommendation-new-people-help = 按预测得分排列的顾客。选中一行即可看到哪些选择支持它。
recommendation-new-column-user = 顾客
recommendation-new-column-shown = 前 10 位
recommendation-new-column-because = 因为顾客喜欢
recommendation-new-shown = 是
recommendation-new-not-shown = 否
recommendation-new-why = 为什么是 { $user }
recommendation-new-rest = 不出自任何单一选择

# 概览
recommendation-miniature-chose = 选过{ $items }
recommendation-miniature-because = 因为喜欢“{ $item }”
recommendation-miniature = 样例商店的一位模拟顾客，实时作答。

problem-recommendation-user-unknown = 这家商店没有编号为“{ $user }”的顾客。请核对，或粘贴一段历史。
