"""cnnviz shows the activations of an audio network in step with the sound: the map of the app.

    bytes ──▶ waveform ──▶ input ──▶ windows ──▶ predictions + activations ──▶ analyses
     clips     audio     front_ends                    networks                   │
                 │           │                            │                       │
                 └───────────┴────────────────────────────┴───────────────────────┤
                                                                                  ▼
                     one payload for each picture: clip, network, layer ──▶ stage (browser)
                                                                                  │
                     panels ◀── session (one frozen value) ◀── report: frame, filter

The rooms:

errors      the one exception for what the user can put right
audio       from the bytes of a sound file to a waveform
serving     many visitors in one process: the store, the lines, what uploads may take
front_ends  from a waveform to what a network is fed, and its windows
clips       where clips come from, and what a network is fed of one
networks    cards, loading, the pass over a clip, its outputs, the verdict on a clip
analyses    pure functions of outputs and results, for panels and rankings
stage       the animation: Python that packs a payload, browser modules that draw it
export      what is on the stage, as files
views       the page's parts; they alone know Streamlit, with the page and the stage's mounts
training    beside the app, which never imports it: from recordings to a network's folder

Imports run one way: errors → {audio, serving} → front_ends → {clips, networks} → analyses →
{stage, export} → views → page. `tests/test_layering.py` enforces it.

Where a new thing goes:

a second front end   a module in `front_ends` and a line in its `KINDS`; a card names its kind
a panel              a module in `views/panels` with `title`, `follows` (what of a report it shows)
                     and `show(session)`, and its name in `LIST` of `views/panels/__init__.py`
an overlay           a function of the outputs in `analyses`; `views/computed.py` hands its array to
                     `stage.pack` as a `stage.Overlay`, which draws it over the spectrogram
a ranking            a function in `analyses` that gives one number a filter, and a column in
                     `RANKINGS` of `views/computed.py`; its words, if it needs any, stand in
                     `stage/rankings.mjs`
a list that the address names
                     an `address.select` in `views/sidebar.py`, and a line in `NAMED` of
                     `stage/address.mjs`
a second picture     another id in `streamlit_app.py`:
                     `picture.show(picture.choose("b", loader=…, samples=…))`;
                     the panels are about the first one
"""
