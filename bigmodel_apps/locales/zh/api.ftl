# REST 接口。
problem-unknown-domain = 没有名为 “{ $name }” 的应用领域，请使用以下之一：{ $domains }。
problem-address-not-found = { $path } 处没有内容，请查看接口说明中的地址列表。
problem-method-not-allowed = 该地址不接受 { $method } 请求，请使用 { $allowed }。
problem-content-type-not-json = 请求没有声明正文为 JSON，请发送请求头 Content-Type: application/json。
problem-body-too-large = 请求太大，请控制在 { $limit_mb } MB 以内，较长的列表请分多次发送。
problem-models-loading = 模型仍在加载，请几秒后重试。

# 命令行。
problem-unknown-model = { $domain } 没有名为 “{ $name }” 的模型，请使用以下之一：{ $models }。
problem-unknown-benchmark = 没有名为 “{ $name }” 的基准测试，{ $count ->
        [0] 当前安装不含基准测试，请在代码仓库中运行。
       *[other] 请使用以下之一：{ $names }。
    }
problem-line-blank = 这一行是空的，请每行写一个 JSON 对象。
problem-line-not-utf8 = 这一行不是 UTF-8 文本，请将文件另存为 UTF-8。
problem-line-too-long = 这一行超过 { $limit_mb } MB，请拆分或缩短文本。
problem-port-in-use = { $host } 的端口 { $port } 已被占用，请停止占用它的程序，或用 --port 另选一个端口。
problem-address-not-usable = 服务无法监听 { $host } 的端口 { $port }（{ $reason }），请用 --host 和 --port 另选。
serve-address = 大模型应用的地址：{ $url }（按 Ctrl-C 停止）
