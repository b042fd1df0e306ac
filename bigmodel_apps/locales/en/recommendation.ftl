domain-recommendation-name = Recommendation
domain-recommendation-promise = What somebody may want next, and why.
domain-recommendation-purpose = Suggests what somebody may choose next, names the earlier choices that speak for it, and learns from your own file within seconds.

recommendation-term-penalty = Penalty for popular items
