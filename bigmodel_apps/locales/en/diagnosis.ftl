domain-diagnosis-name = Image diagnosis
domain-diagnosis-promise = An answer, “not sure”, or “not the kind of image I know”.
domain-diagnosis-purpose = Reads chest X-rays and blood cells, says how sure it is and where it looked, and refuses images of other kinds.
