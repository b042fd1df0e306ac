"""Streamlit building blocks that two or more pages share. No model code, and no sentence of their own."""
