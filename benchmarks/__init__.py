"""How fast the app is, measured beside what it is compared with: `python benchmarks/run.py`."""
