"""What can be said about a network: pure functions of arrays, for panels and rankings to show.

movement         how much each filter moves over a clip
scales           which activations the colours of a layer span, and which cells count
distribution     how often each activation of a filter occurs
results          what a network reached on a collection, as `evaluate` wrote it
evaluation_file  what such a file must hold; `shape` checks JSON
comparison       systems compared class by class
confused         which clips were taken for what
reliability      whether scores mean what they say
bootstrap        intervals over recordings
marks            what a network names in the clips that travel with the app
"""
