# 情感分析实测依据中的指标，两种语言共用
metric-accuracy = 极性判断正确率
metric-accuracy-confident = 最有把握的 80% 中的极性正确率
metric-calibration-error = 置信度的校准误差（ECE）
metric-label-accuracy = 三分类正确率
metric-neutral-recall = 事实性文本被判为中性
metric-polar-called-neutral = 有观点的文本被误判为中性

system-majority = 始终选择较多的一类
system-char-lr = 字符 + 逻辑回归

# 中文
group-shop-books = 书籍
group-shop-tablets = 平板
group-shop-phones = 手机
group-shop-fruit = 水果
group-shop-shampoo = 洗发水
group-shop-heaters = 热水器
group-shop-milk = 牛奶
group-shop-clothes = 衣服
group-shop-computers = 计算机
group-shop-hotels = 酒店
group-mean = 平均
group-worst = 最差
group-test = 测试部分
group-train = 训练部分
group-both = 两部分合计
group-opinions = 自写的观点
group-chnsenticorp = ChnSentiCorp
