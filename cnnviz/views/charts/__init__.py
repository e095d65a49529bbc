"""Altair specifications from plain arrays; nothing here knows Streamlit."""
