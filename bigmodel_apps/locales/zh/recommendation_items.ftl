problem-recommendation-no-titles = 商品目录中没有任何标题，新标题无从比较。
problem-recommendation-title-empty = 标题为空。
problem-recommendation-nobody = 这里还没有人选择过任何商品，因此没有人可以展示新商品。
