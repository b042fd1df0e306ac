"""Pictures that users bring: reading, de-identifying and unpacking them."""
