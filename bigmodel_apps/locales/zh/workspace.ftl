problem-dataset-not-found = 这个数据集已不存在，或没有共享给您。请从列表中另选一个。
problem-dataset-not-yours = “{ $name }” 属于其他用户。请另存一份自己的副本再修改。
problem-dataset-name-missing = 名称为空，请输入名称。
problem-dataset-name-too-long = 名称太长，请控制在 { $limit } 个字符以内。
problem-dataset-damaged = “{ $name }” 的存储内容已损坏。请将其删除后重新上传。
problem-workspace-full = 需要 { $size_mb } MB 空间，而您的 { $quota_mb } MB 空间已用 { $used_mb } MB。请删除不再需要的数据集，或重置演示。
problem-workspace-too-new = 工作区由更新版本的软件写入（布局版本 { $found }，当前软件最高支持 { $known }）。请升级软件，或将 BIGMODEL_APPS_HOME 设为其他文件夹。
problem-workspace-unreachable = 无法读写工作区（{ $reason }）。请检查磁盘和主文件夹的权限，然后重试。
