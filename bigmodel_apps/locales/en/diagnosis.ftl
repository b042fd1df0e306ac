domain-diagnosis-name = Image diagnosis
domain-diagnosis-promise = An answer, “not sure”, or “unknown kind”.
domain-diagnosis-purpose = Reads chest X-rays and blood cells, says how sure it is and where it looked, and refuses images of other kinds.
