view-inbox = 收件箱

conversation-placeholder = 请输入问题
conversation-placeholder-person = 给人工客服留言
conversation-placeholder-waiting = 等待时也可以留言
conversation-new = 新对话
conversation-example = 示例，刚刚作答，不会保存。
conversation-retry = 重试
conversation-preview = 按当前阈值的结果。当时作答的阈值为 { $threshold }。
conversation-above = 高出 { $points } 个百分点
conversation-below = 低于 { $points } 个百分点
conversation-nothing-searched = 这不是提问，没有检索。

conversation-composed = 由对话模型组织

conversation-reason = 哪里不好
conversation-reason-wrong = 答错了
conversation-reason-incomplete = 不完整
conversation-reason-not_asked = 答非所问
conversation-reason-outdated = 已过时
conversation-reason-other = 其他
conversation-comment = 请说明
conversation-feedback-changed = 谢谢，您的原因已与该回答一起保存。

conversation-talk-greeting = 您好，请问您想了解什么？
conversation-talk-thanks = 不客气。
conversation-talk-goodbye = 再见。您再来时，这段对话仍在这里。
conversation-talk-identity = 我是依据这个知识库作答的程序，不是真人。您可以随时转人工。
conversation-talk-complaint = 很抱歉没能帮到您。请换一种说法再问，或转人工。
conversation-talk-acknowledgement = 好的，您可以随时提问。

conversation-person = 转人工
conversation-person-offer = 到目前为止没能帮到您，可以由人工接手。
conversation-back = 回到助手
conversation-desk-open = 演示席位：打开此服务器收件箱的人都能读到这里的内容。
conversation-desk-own = 只有此知识库的所有者能读到这里的内容。

conversation-notice-waiting = 正在为您转人工。
conversation-transfer-about = 正在为您转人工，此处平均等待 { $wait }。
conversation-notice-joined = { $agent } 已加入对话。
conversation-notice-closed = { $agent } 已关闭工单，接下来由助手作答。
conversation-notice-withdrawn = 您已回到助手。
conversation-state-waiting = 正在等待人工，工单 { $number }
conversation-state-active = { $agent } 正在为您服务，工单 { $number }

conversation-rate = { $agent } 的服务如何？
conversation-rate-comment = 留言（可不填）
conversation-rate-send = 提交评分
conversation-rated = 谢谢，您给了 { $rating } 星（满分 5 星）。

desk-code = 客服口令
desk-code-explain = 此视图供客服使用，请输入此服务器的口令。
desk-code-enter = 打开
inbox-name = 您的姓名（客户可见）
inbox-counts = 等待 { $waiting } · 进行中 { $active } · 已关闭 { $closed }
inbox-empty = 还没有客户转人工。请在另一个浏览器中打开“试用”，问一个知识库未覆盖的问题，再选“转人工”：两秒之内工单就会出现在这里。
inbox-scope = 此处包括人人可接待的示例席位，以及您自己的知识库。
inbox-waiting = 等待中
inbox-active = 进行中
inbox-closed = 已关闭
inbox-ticket = { $unread ->
        [0] #{ $number } · { $title }
       *[other] :material/mark_chat_unread: **#{ $number } · { $title }**
    }
inbox-no-question = 尚未提问
inbox-waits = { $desk } · 已等待 { $wait }
inbox-with = { $desk } · { $agent } 接待中
inbox-was-with = { $desk } · { $agent }
inbox-was-withdrawn = { $desk } · 客户已回到助手
inbox-choose = 请选择一个工单查看并回复。
inbox-title = 工单 { $number }
inbox-summary = { $reason }。最后的问题：“{ $question }”。助手：{ $outcome }。最接近的条目：{ $entry }。语言：{ $language }。
inbox-summary-empty = { $reason }，此前没有提问。
inbox-reason-asked = 客户要求人工服务
inbox-reason-chosen = 客户选择了转人工
inbox-reason-offered = 客户接受了转人工的建议
inbox-sources = 助手找到的条目
inbox-source = { $question }（{ $id }）
inbox-drafts = 建议回复：点一下即复制到上方，可修改后发送
inbox-reply = 您的回复
inbox-send = 发送
inbox-take = 接待
inbox-close = 关闭工单
inbox-taken = { $agent } 正在接待这位客户。
inbox-rating = 评分 { $rating } / 5
inbox-rating-comment = 评分 { $rating } / 5：{ $comment }
inbox-entry-gone = 知识库中已没有这些条目。

problem-agent-code-wrong = 口令不对，请向服务器的管理者索取。
