domain-sentiment-name = 情感分析
domain-sentiment-promise = 一段文字的态度，以及有多大把握。
domain-sentiment-purpose = 判断中英文评论和留言的态度，一条或整张表格都可以，并指出起决定作用的词句。

sentiment-label-positive = 正面
sentiment-label-negative = 负面
sentiment-label-neutral = 没有态度
sentiment-label-unsure = 不确定
sentiment-miniature = 刚刚判断，置信度 { $confidence }

engine-english = 英文：共享编码器加自有适配器
engine-chinese = 中文：自有模型
engine-lexical = 词与字
engine-nothing = 无：文中没有中文或英文词语
engine-distilbert-base-uncased-finetuned-sst-2-english = DistilBERT，影评
engine-distilbert-base-multilingual-cased-sentiments-student = DistilBERT，多语言
engine-roberta-base-finetuned-jd-binary-chinese = RoBERTa，中文购物评论

aspects-shop = 网店
aspects-restaurant = 餐厅
aspects-app = 应用
aspects-bank = 银行

problem-hub-labels-unknown = 模型 { $model } 的类别是 { $labels }，无法对应到负面和正面。请选择情感模型。
problem-aspect-unusable = “{ $aspect }” 不能用作评价维度。名称不超过 60 个字符，其他说法写在 “=” 之后，用 “|” 隔开。
problem-aspects-too-many = 评价维度超过 { $limit } 个。请去掉不太重要的。
problem-edit-no-place = 这里没有可以{ $edit ->
        [negate] 否定的地方：没有这条简单规则认识的动词或形容词
        [name] 替换的名字：没有我们认识的名字
       *[word] 更换的词：文中没有这个词
    }。请手动修改文字。
