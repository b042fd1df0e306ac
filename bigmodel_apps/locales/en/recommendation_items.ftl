problem-recommendation-no-titles = Nothing in this catalogue has a title, so a new title has nothing to be compared with.
problem-recommendation-title-empty = The title is empty.
problem-recommendation-nobody = Nobody here has chosen anything yet, so there is nobody to show a new product to.
