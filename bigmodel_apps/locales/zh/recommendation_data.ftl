# What is wrong with a request.
problem-recommendation-nobody = 既没有用户，也没有历史。请给出 “user”、“history” 或两者。
problem-recommendation-shop-unknown = 这家店没有打开。请先打开它，或不填以使用示例店。
problem-recommendation-model-damaged = 这个模型的文件缺失或已损坏。请重新训练。
