# 队列与后台任务。
problem-busy = 等待处理的请求过多，请在 { $seconds } 秒后重试。
problem-cancelled = 已停止，没有更改任何内容；需要时可以重新开始。
problem-unexpected = 出现了意外错误，请重试；如果再次失败，请报告编号 { $reference }。
problem-job-not-found = 这个任务已不在这里：结果已被取走，或已超过一小时。请重新开始。

# 所请求的内容。
problem-model-unknown = 没有名为 “{ $model }” 的模型，请从模型列表中选择。
problem-domain-unknown = 没有名为 “{ $domain }” 的领域，请从领域列表中选择。
problem-model-shared = “{ $model }” 正被 { $users } 使用，暂时不能释放。请先释放后者。

# 环境变量指定的设备。
problem-device-unknown = BIGMODEL_APPS_DEVICE 的值是 “{ $value }”。请设为 cpu、cuda、cuda:1 或 mps，或删除该变量。
problem-device-missing = 这台机器没有设备 “{ $value }”。请将 BIGMODEL_APPS_DEVICE 设为已有的设备，或删除该变量。
problem-precision-unknown = BIGMODEL_APPS_PRECISION 的值是 “{ $value }”。请设为 fp32 或 bf16，或删除该变量。

# 某个来源没有模型权重的原因；每一条也是 problem-model-unreachable 中的一句。
problem-source-repository =
    { $repository ->
        [pickled] 文件夹 { $repository_location } 中只有 pickle 格式的权重，本应用从不打开这种文件，请转换为 safetensors。
        [incomplete] 文件夹 { $repository_location } 缺少部分权重文件，请重新安装本应用。
       *[missing] 文件夹 { $repository_location } 不存在，请重新安装本应用。
    }
problem-source-package =
    { $package ->
        [pickled] 软件包 { $package_location } 中只有 pickle 格式的权重，本应用从不打开这种文件，请使用带 safetensors 的版本。
        [incomplete] 软件包 { $package_location } 缺少部分权重文件，请重新安装。
        [missing] 软件包 { $package_location } 中没有这个文件夹，请安装指定的版本。
       *[not-installed] 软件包 { $package_location } 尚未安装，请先安装。
    }
problem-source-hub =
    { $hub ->
        [offline] { $hub_location } 不在本地 Hub 缓存中，而当前进程设为离线。请先下载，或取消 HF_HUB_OFFLINE。
        [timeout] { $hub_location } 不在本地 Hub 缓存中，而 Hub 未能及时响应。请检查网络，或将 HF_ENDPOINT 设为镜像地址。
        [gated] { $hub_location } 不在本地 Hub 缓存中，而 Hub 只向获批的账号提供。请申请访问权限并设置 HF_TOKEN。
        [not-found] { $hub_location } 不在本地 Hub 缓存中，Hub 上也没有。请检查名称和版本。
        [pickled] { $hub_location } 只有 pickle 格式的权重，本应用从不打开这种文件，请使用带 safetensors 的版本。
        [no-weights] { $hub_location } 没有权重，请检查名称和版本。
        [incomplete] { $hub_location } 缺少部分权重文件，请从 Hub 缓存中删除后重试。
        [missing] { $hub_location } 缺少文件，请从 Hub 缓存中删除后重试。
        [broken-off] { $hub_location } 的下载中断：{ $hub_error }。请重试，下载会从中断处继续。
       *[unreachable] { $hub_location } 不在本地 Hub 缓存中，而 Hub 无法访问。请检查网络，或将 HF_ENDPOINT 设为镜像地址。
    }
problem-source-endpoint = 尚未指定模型服务，请将 { $endpoint_location } 设为其地址。
problem-model-unreachable =
    模型 “{ $model }” 无法加载。{ $repository ->
        [none] {""}
       *[other] { problem-source-repository }
    }{ $package ->
        [none] {""}
       *[other] { problem-source-package }
    }{ $hub ->
        [none] {""}
       *[other] { problem-source-hub }
    }{ $endpoint ->
        [none] {""}
       *[other] { problem-source-endpoint }
    }
