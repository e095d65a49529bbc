"""cnnviz shows what a convolutional network hears.

    bytes ─ audio ─▶ waveform ─ frontend ─▶ log-mel ─▶ windows ─ network ─▶ predictions + maps
                         │                     │                                   │
                         └── sound ────────────┴── one payload per (clip, network, layer) ─▶ stage

Beside this way stand archive (single clips of IRMAS, read out of a zip on the web), results (what a
network reached, and beside what) and export (what visitors take along).

Imports run one way: page → views → {stage, charts, export, clips, activations} → {network, audio} →
frontend → {instruments, errors}. Only the page, its views and the stage know Streamlit.
"""
