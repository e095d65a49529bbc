"""cnnviz shows what a convolutional network hears.

    bytes ─ audio ─▶ waveform ─ frontend ─▶ log-mel ─▶ windows ─ network ─▶ predictions + maps
                         │                     │                                   │
                         └── sound ────────────┴── one payload per (clip, network, layer) ─▶ stage

Imports run one way: page → views → {stage, charts, clips, activations} → {network, audio} →
frontend → {instruments, errors}. Only the page, its views and the stage know Streamlit.
"""
