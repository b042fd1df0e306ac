composing-title = 用对话模型组织答案
composing-explain = 对话模型根据检索到的条目写出一个答案。每句话都须引用其中一条并逐句核对；没有依据的句子会被划去。
composing-on = 组织答案
composing-kind = 模型类型
composing-kind-endpoint = 服务器
composing-kind-local = 本机
composing-url = 地址
composing-url-help = 任何支持 OpenAI 对话补全协议的服务器，例如 http://localhost:8000/v1。由运行本应用的机器访问，而不是您的电脑。问题和检索到的条目会发送到该地址。
composing-model = 模型
composing-model-help = 模型在该服务器上的名称。
composing-key = 密钥
composing-key-help = 只保存在本次会话的内存中，不再显示。服务器不需要密钥时请留空。
composing-key-set = 本次会话已保存密钥。
composing-key-deployment = 使用本系统部署时设置的密钥。
composing-key-forget = 删除密钥
composing-local = 模型库编号或文件夹
composing-local-help = 因果语言模型，写作 owner/name，或同样结构的文件夹的绝对路径。需要时会下载；仅支持 safetensors。
composing-locked = 本系统只使用部署时设置的对话模型，不能填写其他模型。
composing-test = 测试连接
composing-test-passed = { $model } 在 { $seconds } 秒后作答。

composing-phase-waiting = 正在等待 { $model }
composing-phase-loading = 正在加载 { $model }
composing-phase-writing = { $model } 正在书写，逐句核对
composing-stop = 停止
composing-again = 重新组织
composing-by = 由 { $model } 组织
composing-incomplete = 不完整
composing-struck =
    没有依据：{ $doubt ->
        [uncited] 未注明来源
        [contact] 来源中没有该地址或号码
        [figure] 来源中没有该数字或日期
        [negation] 来源的说法相反
       *[words] 来源没有这样说
    }
composing-quotation = 来自文档，并非我们的表述
composing-quoted = “{ $text }”
composing-sources = 来源
composing-copy = 复制答案
composing-extractive = 知识库中的原文答案：

composing-end-nothing = 对话模型所写的内容在检索到的条目中都没有依据。
composing-end-cut = 对话模型的答案过长，已截断。
composing-end-stopped = 已停止。

problem-chat-url = 这不是服务器地址。请输入形如 http://localhost:8000/v1 的地址，不含用户名，也不含“?”。
problem-chat-model-missing = 未填写模型名称。请输入它在服务器上的名称。
problem-chat-key = 密钥中有不应出现的字符。请重新复制，不要带空格和换行。
problem-chat-model-name = 这既不是模型库编号，也不是文件夹。请输入 owner/name，或以“/”开头的路径。
problem-chat-endpoint =
    { $reason ->
        [unreachable] 无法连接 { $host }。请检查地址以及服务器是否在运行。
        [slow] { $host } 未及时作答。请重试，或选择较小的模型。
        [broken-off] { $host } 在作答中途断开。请重试。
        [malformed] { $host } 返回的不是对话补全。请检查地址。
        [giant] { $host } 返回的内容超出了对话补全的限度。请检查地址。
        [failed] { $host } 在作答中途报错。请重试。
        [no-chat] { $host } 返回的是网页而不是对话补全。请检查地址。
        [moved] { $host } 跳转到了别处（状态码 { $status }）。请输入最终地址。
        [refused] { $host } 拒绝了密钥（状态码 { $status }）。请更换密钥。
        [not-found] { $host } 没有该模型，或该地址不提供对话补全（状态码 { $status }）。请检查两者。
        [rate] { $host } 收到的请求过多（状态码 { $status }）。请稍后再试。
        [too-long] 检索到的条目对 { $host } 来说太长（状态码 { $status }）。请选择上下文更长的模型。
        [form] { $host } 不理解该请求。请确认该模型是对话模型。
        [server] { $host } 自身出错（状态码 { $status }）。请稍后再试。
       *[status] { $host } 返回状态码 { $status }。请检查地址和模型。
    }
problem-chat-locked = 本系统只使用部署时设置的对话模型，但尚未设置。
problem-chat-silent = { $model } 未写任何内容就结束了作答。请检查模型。
problem-chat-folder =
    { $reason ->
        [pickled] 文件夹 { $folder } 中只有 pickle 格式的权重，本系统从不打开此类文件。请转换为 safetensors。
        [incomplete] 文件夹 { $folder } 缺少部分权重文件。请重新复制。
       *[missing] 文件夹 { $folder } 中没有模型。需要 config.json、分词器和 safetensors。
    }
problem-chat-model-broken = 无法加载 { $model } 的文件（{ $error }）。请选择其他模型。
problem-chat-model-not-causal = { $model } 没有学过写作：部分权重缺失。请选择因果语言模型。
problem-chat-too-large = { $model } 需要 { $size } MB，可用内存为 { $free } MB。请选择较小的模型。
problem-chat-memory = 内存不足以运行 { $model }。请选择较小的模型。
problem-chat-prompt-long = 检索到的条目有 { $tokens } 个词元，{ $model } 最多读取 { $limit } 个。请选择上下文更长的模型。
