overview-name = 总览
overview-purpose = 让语言模型和数据模型处理您自己的数据，看清每个结果的由来，每个数字都能亲自核对。
overview-open = 打开
overview-life-cycle = 从数据到上线的模型，再回到数据

stage-data = 1 输入数据
stage-data-place = “{ view-data }”：上传文件或载入示例
stage-preprocessing = 2 预处理
stage-preprocessing-place = “{ view-data }”：文件下方的报告
stage-training = 3 训练
stage-training-place = “{ view-own }”，或命令 train；模型卡见“{ view-model }”
stage-optimisation = 4 优化
stage-optimisation-place = “{ view-try }”：结果旁的阈值
stage-evaluation = 5 评估
stage-evaluation-place = “{ view-evidence }”，或命令 evaluate
stage-deployment = 6 部署
stage-deployment-place = “{ view-model }”：启用模型，或命令 serve
stage-feedback = 7 应用反馈
stage-feedback-place = “{ view-try }”：结果下方的按钮
stage-again = 1 再到输入数据
stage-again-place = 应用反馈成为新的输入数据，形成闭环

domain-customer-service-name = 客服问答
domain-customer-service-promise = 只依据您的知识库作答，不知道就直说。
domain-customer-service-purpose = 依据您的常见问题和文档回答客户提问，不确定时先确认，需要人工时转人工。
