"""cnnviz shows what a convolutional network hears.

    bytes ─ audio ─▶ waveform ─ frontend ─▶ log-mel ─▶ windows ─ network ─▶ predictions + maps
                         │                     │                                   │
                         └── sound ────────────┴── one payload per (clip, network, layer) ─▶ stage

Beside this way stand three others. IRMAS from where it lies: irmas (what names say), archive (which
clips a zip has), courier (how a web server is asked), shelf (what is kept on disk). What a network
reached: results, comparison, result_charts. What visitors take along: export.

Imports run one way: page → views → {stage, charts, export, clips, activations} → {network, audio} →
frontend → {instruments, errors}. Only the page, its views and the stage know Streamlit.
"""
